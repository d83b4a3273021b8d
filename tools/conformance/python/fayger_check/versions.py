"""Versions: negotiation, precedence and ranges."""

import re

from . import documents, tables
from .refusal import Refusal

COMPARATOR = re.compile(r"(=|>=|>|<=|<|\^|~)(.*)")


def parts(text):
    """`1.2.3` as (1, 2, 3)."""
    return tuple(int(part) for part in text.split("."))


def dotted(version):
    """Decimal numbers joined by dots. @spec versions.negotiation.context"""
    return ".".join(str(part) for part in version)


# Negotiation.


def negotiate(schema_version, runtime_interface_min, runtime_interface):
    """Both versions that a manifest states, the schema's first."""
    check_schema_major(schema_version)
    check_runtime_interface(runtime_interface_min, runtime_interface)


def check_schema_major(schema_version):
    """Another major is refused, a higher minor never. @spec versions.negotiation.schema"""
    available = tables.current_version("schema")
    if schema_version[0] != available[0]:
        raise Refusal(
            "LDR_SCHEMA_VERSION_UNSUPPORTED",
            phase="negotiate_version",
            required=dotted(schema_version),
            available=dotted(available),
            expected_range="%d.x" % available[0],
        )


def check_runtime_interface(required, available):
    """The runtime's major, and not above the runtime's version. @spec versions.negotiation.runtime-interface"""
    if required[0] != available[0] or required > available:
        raise Refusal(
            "LDR_RUNTIME_INTERFACE_UNSUPPORTED",
            phase="negotiate_version",
            required=dotted(required),
            available=dotted(available),
            expected_range=">=%d.0.0 <=%s" % (available[0], dotted(available)),
        )


# Semantic versions. @spec manifest.version-range


def check_form(rule, text):
    """A version or a range that breaks its rule is refused as a document of that rule is."""
    _, fault = documents.encode(documents.from_value(text), rule)
    if fault is not None:
        raise Refusal("CODEC", reason=fault.reason, path="$", offset=fault.offset)


def is_version(text):
    return documents.encode(documents.from_value(text), "semantic-version")[1] is None


def number(digits):
    """A number of any length, without leading zeros, as what compares like it."""
    return len(digits), digits


ZERO = number("0")


def read_version(text):
    """(major, minor, patch) and the identifiers of the prerelease part. Build metadata is ignored."""
    text = text.partition("+")[0]
    core, _, prerelease = text.partition("-")
    return tuple(number(part) for part in core.split(".")), tuple(prerelease.split(".")) if prerelease else ()


def precedence(version):
    """What compares as SemVer says: a version is above its prereleases, numbers are below words, and a list of
    identifiers is above one that it continues."""
    core, prerelease = version
    identifiers = tuple((0, number(each)) if each.isdigit() else (1, each) for each in prerelease)
    return core, not prerelease, identifiers


def in_range(version_text, range_text):
    """Whether every comparator holds, and a prerelease is asked for by name. @spec manifest.version-range"""
    version = read_version(version_text)
    comparators = [COMPARATOR.fullmatch(each).groups() for each in range_text.split(" ")]
    return all(holds(version, operator, read_version(bound)) for operator, bound in comparators) and prerelease_allowed(
        version, [read_version(bound) for _, bound in comparators]
    )


def prerelease_allowed(version, bounds):
    """Some comparator names the same major, minor and patch. @spec manifest.version-range.prerelease"""
    return not version[1] or any(bound[0] == version[0] for bound in bounds)


def holds(version, operator, bound):
    """One comparator, by precedence."""
    here, there = precedence(version), precedence(bound)
    if operator == "=":
        return here == there
    if operator == ">":
        return here > there
    if operator == ">=":
        return here >= there
    if operator == "<":
        return here < there
    if operator == "<=":
        return here <= there
    kept = kept_numbers(operator, bound[0])
    return here >= there and version[0][:kept] == bound[0][:kept]


def kept_numbers(operator, bound):
    """How many of major, minor and patch stay: `~` keeps two, `^` keeps all up to the first that is not 0."""
    if operator == "~":
        return 2
    if bound[0] > ZERO:
        return 1
    return 2 if bound[1] > ZERO else 3

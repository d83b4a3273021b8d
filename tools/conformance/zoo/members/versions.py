"""Faults of versions: negotiation, precedence, ranges."""

from fayger_check import versions
from museum import also, faulty


@faulty(
    "versions.negotiation.minor/higher-refused",
    "versions.negotiation.minor versions.negotiation.schema",
    "Refuses every schema that is newer than its own.",
    versions,
    "check_schema_major",
)
def _(original, schema_version):
    original((0, 0) if schema_version > (1, 0) and schema_version[0] == 1 else schema_version)


@faulty(
    "versions.negotiation.schema/lower-majors-pass",
    "versions.negotiation.schema",
    "Refuses majors above its own and takes those below.",
    versions,
    "check_schema_major",
)
def _(original, schema_version):
    if schema_version[0] > 1:
        original(schema_version)


@faulty(
    "versions.negotiation.runtime-interface/lower-majors-pass",
    "versions.negotiation.runtime-interface",
    "Takes everything that asks for no more than it has, also of an older major.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    if required > available:
        original(required, available)


@faulty(
    "versions.negotiation.runtime-interface/major-alone",
    "versions.negotiation.runtime-interface",
    "Compares majors and takes every minor.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    if required[0] != available[0]:
        original(required, available)


@faulty(
    "versions.negotiation.runtime-interface/patch-ignored",
    "versions.negotiation.runtime-interface",
    "Compares major and minor, as patches are compatible.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    if required[:2] > available[:2] or required[0] != available[0]:
        original(required, available)


@faulty(
    "versions.negotiation.runtime-interface/number-by-number",
    "versions.negotiation.runtime-interface",
    "Asks that each number be no greater, so that 1.1.5 does not fit 1.2.0.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    if required <= available and any(one > other for one, other in zip(required, available)):
        raise refused(required, available)
    original(required, available)


def refused(required, available):
    """The refusal of a version that would be accepted."""
    try:
        versions.check_runtime_interface((available[0] + 1, 0, 0), available)
    except versions.Refusal as refusal:
        refusal.context["required"] = versions.dotted(required)
        return refusal
    return None


@faulty(
    "versions.negotiation.runtime-interface/as-texts",
    "versions.negotiation.runtime-interface",
    "Compares versions as texts, where 1.10.0 is below 1.9.0.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    if versions.dotted(required) <= versions.dotted(available) and required[0] == available[0]:
        return
    original(required, available)
    raise refused(required, available)


@faulty(
    "versions.negotiation.runtime-interface/exact-refused",
    "versions.negotiation.runtime-interface",
    "Asks for more than the lowest version that the artifact runs on.",
    versions,
    "check_runtime_interface",
)
def _(original, required, available):
    original((required[0], required[1], required[2] + 1), available)


@faulty(
    "versions.negotiation.context/required-and-available-swapped",
    "versions.negotiation.context",
    "Gives what it offers as `required` and what is asked for as `available`.",
    versions,
    "negotiate",
)
def _(original, schema_version, runtime_interface_min, runtime_interface):
    try:
        original(schema_version, runtime_interface_min, runtime_interface)
    except versions.Refusal as refusal:
        context = refusal.context
        context["required"], context["available"] = context["available"], context["required"]
        raise


@faulty(
    "versions.negotiation.context/padded",
    "versions.negotiation.context",
    "Writes every version with three numbers.",
    versions,
    "dotted",
)
def _(original, version):
    return original((tuple(version) + (0, 0))[:3])


@faulty(
    "versions.negotiation.schema/after-runtime-interface",
    "versions.negotiation.schema loader.checks.order",
    "Compares the Runtime_Interface first.",
    versions,
    "negotiate",
)
def _(original, schema_version, runtime_interface_min, runtime_interface):
    versions.check_runtime_interface(runtime_interface_min, runtime_interface)
    original(schema_version, runtime_interface_min, runtime_interface)


# Ranges.


@faulty(
    "manifest.version-range/caret-of-zero",
    "manifest.version-range",
    "Lets `^0.2.3` take every 0.x.",
    versions,
    "kept_numbers",
)
def _(original, operator, bound):
    return 1 if operator == "^" else original(operator, bound)


@faulty(
    "manifest.version-range/caret-of-zero-zero",
    "manifest.version-range",
    "Treats `^0.0.3` as `^0.3`, and lets the patch rise.",
    versions,
    "kept_numbers",
)
def _(original, operator, bound):
    return min(original(operator, bound), 2)


@faulty(
    "manifest.version-range/tilde-keeps-the-major",
    "manifest.version-range",
    "Lets `~1.2.3` take every 1.x above it.",
    versions,
    "kept_numbers",
)
def _(original, operator, bound):
    return 1 if operator == "~" else original(operator, bound)


@faulty(
    "manifest.version-range/caret-without-floor",
    "manifest.version-range",
    "Compares the numbers that `^` and `~` keep, and forgets that the bound is also the least version.",
    versions,
    "holds",
)
def _(original, version, operator, bound):
    if operator in "^~":
        kept = versions.kept_numbers(operator, bound[0])
        return version[0][:kept] == bound[0][:kept]
    return original(version, operator, bound)


@faulty(
    "manifest.version-range/one-comparator-is-enough",
    "manifest.version-range",
    "Reads the space between comparators as `or`.",
    versions,
    "in_range",
)
def _(original, version_text, range_text):
    return any(original(version_text, each) for each in range_text.split(" "))


@faulty(
    "manifest.version-range/first-comparator",
    "manifest.version-range",
    "Reads the first comparator of a range.",
    versions,
    "in_range",
)
def _(original, version_text, range_text):
    return original(version_text, range_text.split(" ")[0])


@faulty(
    "manifest.version-range/numbers-as-texts",
    "manifest.version-range",
    "Compares numbers as texts.",
    versions,
    "number",
)
def _(original, digits):
    return 0, digits


@faulty(
    "manifest.version-range/numbers-of-32-bits",
    "manifest.version-range",
    "Keeps the numbers of a version in 32 bits.",
    versions,
    "number",
)
def _(original, digits):
    return original(str(int(digits) % 2**32))


@faulty(
    "manifest.version-range/build-counts",
    "manifest.version-range",
    "Takes versions with build metadata for prereleases.",
    versions,
    "read_version",
)
def _(original, text):
    return original(text.replace("+", "-", 1) if "-" not in text.partition("+")[0] else text)


@faulty(
    "manifest.version-range/strictly-greater",
    "manifest.version-range",
    "Mixes `>` and `>=` up at the bound.",
    versions,
    "holds",
)
def _(original, version, operator, bound):
    return original(version, ">=" if operator == ">" else operator, bound)


@faulty(
    "manifest.version-range/identifiers-as-texts",
    "manifest.version-range",
    "Compares the identifiers of a prerelease as texts, numbers included.",
    versions,
    "precedence",
)
def _(original, version):
    core, prerelease = version
    return core, not prerelease, tuple((1, each) for each in prerelease)


@faulty(
    "manifest.version-range/words-below-numbers",
    "manifest.version-range",
    "Puts words before numbers in a prerelease.",
    versions,
    "precedence",
)
def _(original, version):
    core, final, identifiers = original(version)
    return core, final, tuple((1 - kind, value) for kind, value in identifiers)


@faulty(
    "manifest.version-range/prerelease-above-release",
    "manifest.version-range",
    "Puts 1.0.0-beta after 1.0.0, since it is longer.",
    versions,
    "precedence",
)
def _(original, version):
    core, final, identifiers = original(version)
    return core, not final, identifiers


@faulty(
    "manifest.version-range/prerelease-without-order",
    "manifest.version-range",
    "Compares three numbers and takes all prereleases of a version for equal to it.",
    versions,
    "precedence",
)
def _(original, version):
    return original((version[0], ()))


@faulty(
    "manifest.version-range.prerelease/always-in",
    "manifest.version-range.prerelease",
    "Takes prereleases by precedence alone.",
    versions,
    "prerelease_allowed",
)
def _(original, version, bounds):
    return True


@faulty(
    "manifest.version-range.prerelease/never-in",
    "manifest.version-range.prerelease",
    "Never takes a prerelease.",
    versions,
    "prerelease_allowed",
)
def _(original, version, bounds):
    return not version[1]


@faulty(
    "manifest.version-range.prerelease/asked-for-by-a-prerelease",
    "manifest.version-range.prerelease",
    "Takes a prerelease only where the comparator of its numbers has a prerelease itself, as one registry does.",
    versions,
    "prerelease_allowed",
)
def _(original, version, bounds):
    return original(version, [bound for bound in bounds if bound[1]])


@faulty(
    "manifest.version-range.prerelease/any-comparator-asks",
    "manifest.version-range.prerelease",
    "Takes every prerelease once some comparator of the range has one.",
    versions,
    "prerelease_allowed",
)
def _(original, version, bounds):
    return original(version, bounds) or any(bound[1] for bound in bounds)


@faulty(
    "manifest.version-range/form-unchecked",
    "manifest.version-range manifest.version",
    "Answers that nothing matches where a range or a version is none.",
    versions,
    "check_form",
)
def _(original, rule, text):
    pass


@also("manifest.version-range/form-unchecked", versions, "in_range")
def _(original, version_text, range_text):
    try:
        return original(version_text, range_text)
    except (AttributeError, ValueError):
        return False

"""The algebra of capabilities. @spec capabilities.negotiation"""

from collections import namedtuple

from . import tables
from .refusal import Refusal

# Lists of names, each ascending by bytes.
Negotiation = namedtuple("Negotiation", "granted denied warnings missing")


def negotiate(required, optional, available, policy, restricted):
    asked = requested(required, optional)
    given = granted(asked, available, policy)
    return Negotiation(
        ascending(given),
        ascending(denied(asked, given)),
        ascending(warnings(given, restricted)),
        ascending(missing(required, given)),
    )


def requested(required, optional):
    return set(required) | set(optional)


def granted(asked, available, policy):
    """Requested, available and allowed; a name outside the table never. @spec capabilities.unknown"""
    return {name for name in asked & set(available) & set(policy) if is_known(name)}


def is_known(name):
    return name in tables.by("capabilities", "name")


def denied(asked, given):
    return asked - given


def warnings(given, restricted):
    """@spec capabilities.negotiation.warnings"""
    return given & set(restricted)


def missing(required, given):
    return set(required) - given


def check_may_start(negotiation):
    """@spec lifecycle.start.missing"""
    if negotiation.missing:
        raise Refusal("RT_CAPABILITY_INSUFFICIENT", missing=negotiation.missing)


def ascending(names):
    return sorted(names, key=lambda name: name.encode("utf-8"))

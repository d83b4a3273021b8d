"""Which of several implementations executes an artifact."""

from . import quotas, versions
from .refusal import Refusal


def route(case):
    """The first that is left, in the order of host, manifest and registration. @spec runtime.routing"""
    implementations = register(case["implementations"])
    required = required_capabilities(case)
    left = [each for each in implementations if not is_refused(case, each, required)]
    if not left:
        refuse(case, required, implementations)
    return in_order(case, left)[0]["id"]


def register(candidates):
    """@spec runtime.registration, runtime.registration.duplicate"""
    registered = []
    for candidate in candidates:
        check_complete(candidate)
        check_new(candidate, registered)
        registered.append(candidate)
    return registered


def check_complete(candidate):
    """What is missing stands in the order of the methods. @spec runtime.registration"""
    missing = [name for name in METHODS if name in candidate.get("lacks", [])]
    if missing:
        raise Refusal("RT_IMPLEMENTATION_INCOMPLETE", implementation=candidate["id"], missing_methods=missing)


def check_new(candidate, registered):
    """@spec runtime.registration.duplicate"""
    if any(each["id"] == candidate["id"] for each in registered):
        raise Refusal("RT_IMPLEMENTATION_DUPLICATE", implementation=candidate["id"])


METHODS = (
    "rt_version",
    "capabilities",
    "load",
    "init",
    "start",
    "suspend",
    "resume",
    "terminate",
    "state",
    "failure_info",
    "emit",
    "on_event",
)


def required_capabilities(case):
    """Those the manifest names, and those that hold its quotas and the host's. @spec runtime.routing.required"""
    implied = quotas.implied(case.get("quotas", {}), case.get("host_quotas", {}))
    return sorted(set(case.get("requires", [])) | set(implied))


def is_refused(case, implementation, required):
    """@spec runtime.routing.match"""
    return not (
        runs_format(implementation, case["code_format"])
        and offers_version(implementation, case["runtime_interface_min"])
        and has_all(implementation, required)
    )


def runs_format(implementation, code_format):
    return code_format in implementation["code_formats"]


def offers_version(implementation, least):
    """The same major, and not below."""
    offered, needed = versions.parts(implementation["runtime_interface"]), versions.parts(least)
    return offered[0] == needed[0] and offered >= needed


def has_all(implementation, required):
    return set(required) <= set(implementation["capabilities"])


def in_order(case, left):
    """The host's order, then the manifest's, then that of the registration."""
    named = case.get("order", []) + case.get("preferred", [])
    rank = {name: named.index(name) for name in named}
    return sorted(left, key=lambda each: rank.get(each["id"], len(named)))


def refuse(case, required, implementations):
    """@spec runtime.routing.none"""
    raise Refusal(
        "RT_NO_MATCHING_IMPLEMENTATION",
        code_format=case["code_format"],
        required=required,
        refused=[each["id"] for each in implementations],
    )

"""Faults of the registry and of routing."""

from fayger_check import routing, versions
from museum import faulty


@faulty(
    "runtime.routing/manifest-before-host",
    "runtime.routing",
    "Follows the manifest's preferences before the host's.",
    routing,
    "in_order",
)
def _(original, case, left):
    return original(dict(case, order=case.get("preferred", []), preferred=case.get("order", [])), left)


@faulty(
    "runtime.routing/by-name",
    "runtime.routing",
    "Orders implementations that nobody prefers by their ids.",
    routing,
    "in_order",
)
def _(original, case, left):
    return original(case, sorted(left, key=lambda each: each["id"]))


@faulty(
    "runtime.routing/preferences-forgotten",
    "runtime.routing",
    "Takes the first that fits, whatever anybody prefers.",
    routing,
    "in_order",
)
def _(original, case, left):
    return left


@faulty(
    "runtime.routing/last-registered",
    "runtime.routing",
    "Takes the implementation that was registered last.",
    routing,
    "in_order",
)
def _(original, case, left):
    return original(case, left[::-1])


@faulty(
    "runtime.routing.required/names-alone",
    "runtime.routing.required",
    "Asks for what the manifest requires by name, and forgets what quotas imply.",
    routing,
    "required_capabilities",
)
def _(original, case):
    return sorted(set(case.get("requires", [])))


@faulty(
    "runtime.routing.required/quotas-alone",
    "runtime.routing.required",
    "Asks for what quotas imply, and forgets what the manifest requires by name.",
    routing,
    "required_capabilities",
)
def _(original, case):
    return original(dict(case, requires=[]))


@faulty(
    "runtime.routing.match/format-not-asked",
    "runtime.routing.match",
    "Chooses without a look at the code format.",
    routing,
    "runs_format",
)
def _(original, implementation, code_format):
    return True


@faulty(
    "runtime.routing.match/one-capability",
    "runtime.routing.match",
    "Is content with one of the required RuntimeCapabilities.",
    routing,
    "has_all",
)
def _(original, implementation, required):
    return not required or bool(set(required) & set(implementation["capabilities"]))


@faulty(
    "runtime.routing.match/higher-major",
    "runtime.routing.match",
    "Takes a higher major version for a higher version.",
    routing,
    "offers_version",
)
def _(original, implementation, least):
    return versions.parts(implementation["runtime_interface"]) >= versions.parts(least)


@faulty(
    "runtime.routing.match/major-alone",
    "runtime.routing.match",
    "Compares major versions alone.",
    routing,
    "offers_version",
)
def _(original, implementation, least):
    return implementation["runtime_interface"].split(".")[0] == least.split(".")[0]


@faulty(
    "runtime.routing.none/first-all-the-same",
    "runtime.routing.none",
    "Takes the first implementation where none fits.",
    routing,
    "is_refused",
)
def _(original, case, implementation, required):
    return original(case, implementation, required) and implementation is not case["implementations"][0]


@faulty(
    "runtime.routing.none/order-of-the-manifest",
    "runtime.routing.none",
    "Tells what is required as the manifest has it, without what quotas imply.",
    routing,
    "refuse",
)
def _(original, case, required, implementations):
    original(case, case.get("requires", []), implementations)


@faulty(
    "runtime.registration/not-checked",
    "runtime.registration",
    "Registers whatever it is given.",
    routing,
    "check_complete",
)
def _(original, candidate):
    pass


@faulty(
    "runtime.registration.duplicate/replaced",
    "runtime.registration.duplicate",
    "Takes a second implementation of the same id for a newer one.",
    routing,
    "check_new",
)
def _(original, candidate, registered):
    pass

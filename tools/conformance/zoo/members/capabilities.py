"""Faults of the algebra of capabilities."""

from fayger_check import capabilities, operations, tables
from museum import faulty


@faulty(
    "capabilities.negotiation/policy-forgotten",
    "capabilities.negotiation capabilities.deny-by-default",
    "Grants what is requested and available, whatever the policy of the host says.",
    capabilities,
    "granted",
)
def _(original, asked, available, policy):
    return original(asked, available, available)


@faulty(
    "capabilities.negotiation/availability-forgotten",
    "capabilities.negotiation",
    "Grants what is requested and allowed, whether the adapter has it or not.",
    capabilities,
    "granted",
)
def _(original, asked, available, policy):
    return original(asked, policy, policy)


@faulty(
    "capabilities.negotiation/everything-allowed",
    "capabilities.negotiation capabilities.deny-by-default",
    "Grants what is available and allowed, also what nobody requested.",
    capabilities,
    "granted",
)
def _(original, asked, available, policy):
    return original(set(available), available, policy)


@faulty(
    "capabilities.deny-by-default/empty-policy-allows",
    "capabilities.deny-by-default capabilities.negotiation security.default-deny",
    "Takes an empty policy for no policy, and allows everything.",
    capabilities,
    "granted",
)
def _(original, asked, available, policy):
    return original(asked, available, policy or available)


@faulty(
    "capabilities.negotiation/optional-forgotten",
    "capabilities.negotiation",
    "Negotiates what is required, and offers nothing optional.",
    capabilities,
    "requested",
)
def _(original, required, optional):
    return original(required, [])


@faulty(
    "capabilities.unknown/granted",
    "capabilities.unknown",
    "Grants a name that it does not know where adapter and policy name it too.",
    capabilities,
    "is_known",
)
def _(original, name):
    return True


@faulty(
    "capabilities.negotiation/required-always-granted",
    "capabilities.negotiation lifecycle.start.missing",
    "Grants what is required, since the program could not start without.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    return original(required, optional, list(available) + required, list(policy) + required, restricted)


@faulty(
    "capabilities.negotiation/denied-of-the-adapter",
    "capabilities.negotiation",
    "Lists as denied what the adapter has and the program does not get.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    made = original(required, optional, available, policy, restricted)
    return made._replace(denied=sorted((set(available) | set(made.denied)) - set(made.granted)))


@faulty(
    "capabilities.negotiation/denied-without-unknown",
    "capabilities.negotiation capabilities.unknown",
    "Lists as denied only what its table has.",
    capabilities,
    "denied",
)
def _(original, asked, given):
    return {name for name in original(asked, given) if capabilities.is_known(name)}


@faulty(
    "capabilities.negotiation/denied-required-alone",
    "capabilities.negotiation",
    "Lists as denied what was required, since nobody misses the rest.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    made = original(required, optional, available, policy, restricted)
    return made._replace(denied=[name for name in made.denied if name in required])


@faulty(
    "capabilities.negotiation/restricted-is-denied",
    "capabilities.negotiation capabilities.negotiation.warnings",
    "Does not grant what the adapter offers in a restricted form.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    return original(required, optional, [name for name in available if name not in restricted], policy, restricted)


@faulty(
    "capabilities.negotiation.warnings/of-everything-restricted",
    "capabilities.negotiation.warnings",
    "Warns of everything that the adapter restricts, granted or not.",
    capabilities,
    "warnings",
)
def _(original, given, restricted):
    return set(restricted)


@faulty(
    "capabilities.negotiation.warnings/none",
    "capabilities.negotiation.warnings",
    "Grants a restricted capability without a word.",
    capabilities,
    "warnings",
)
def _(original, given, restricted):
    return set()


@faulty(
    "capabilities.negotiation/order-of-the-manifest",
    "capabilities.negotiation",
    "Lists names in the order in which the manifest has them, required ones first.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    made = original(required, optional, available, policy, restricted)
    order = list(required) + list(optional)
    return made._replace(granted=sorted(made.granted, key=order.index), denied=sorted(made.denied, key=order.index))


@faulty(
    "capabilities.negotiation/order-of-bits",
    "capabilities.negotiation lifecycle.start.missing",
    "Lists names in the order of their bits.",
    capabilities,
    "ascending",
)
def _(original, names):
    bits = tables.by("capabilities", "name")
    return sorted(original(names), key=lambda name: bits[name]["bit"] if name in bits else 64)


@faulty(
    "lifecycle.start.missing/optional-ones-too",
    "lifecycle.start.missing capabilities.negotiation",
    "Does not start where an optional capability is missing.",
    capabilities,
    "negotiate",
)
def _(original, required, optional, available, policy, restricted):
    made = original(required, optional, available, policy, restricted)
    return made._replace(missing=made.denied)


@faulty(
    "lifecycle.start.missing/first-one",
    "lifecycle.start.missing",
    "Reports the first capability that is missing.",
    capabilities,
    "check_may_start",
)
def _(original, negotiation):
    original(negotiation._replace(missing=negotiation.missing[:1]))


@faulty(
    "lifecycle.start.missing/starts-anyway",
    "lifecycle.start.missing",
    "Lets the program find out what it was not granted.",
    capabilities,
    "check_may_start",
)
def _(original, negotiation):
    pass


@faulty(
    "lifecycle.start.empty-request/refused",
    "lifecycle.start.empty-request",
    "Takes an empty grant for a failed negotiation.",
    capabilities,
    "check_may_start",
)
def _(original, negotiation):
    original(negotiation)
    if not negotiation.granted:
        original(negotiation._replace(missing=["none"]))


@faulty(
    "capabilities.negotiation.event/refusals-are-silent",
    "capabilities.negotiation.event",
    "Publishes a negotiation that lets a program start.",
    operations,
    "negotiate_capabilities",
)
def _(original, inputs):
    made = original(inputs)
    return dict(made, effects={"events": []}) if made["verdict"] == "reject" else made


@faulty(
    "capabilities.negotiation.event/silent",
    "capabilities.negotiation.event",
    "Publishes nothing of a negotiation.",
    operations,
    "negotiate_capabilities",
)
def _(original, inputs):
    return dict(original(inputs), effects={"events": []})


@faulty(
    "capabilities.table/beginnings-match",
    "capabilities.table capabilities.negotiation",
    "Takes `net` in a policy for everything that begins with it.",
    capabilities,
    "granted",
)
def _(original, asked, available, policy):
    wide = {name for name in asked if any(name.startswith(each + ".") for each in policy)}
    return original(asked, available, set(policy) | wide)

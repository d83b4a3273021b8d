"""Faults of the selection of adapters, and of the check of descriptors."""

from fayger_check import adapters, operations
from museum import faulty


@faulty(
    "adapters.selection/as-registered",
    "adapters.selection",
    "Asks adapters in the order of their registration.",
    adapters,
    "in_order",
)
def _(original, registered):
    return list(registered)


@faulty(
    "adapters.selection/highest-first",
    "adapters.selection",
    "Takes a higher priority for the more important one.",
    adapters,
    "in_order",
)
def _(original, registered):
    return sorted(registered, key=lambda adapter: -adapter["priority"])


@faulty(
    "adapters.selection/by-name",
    "adapters.selection adapters.detection",
    "Orders adapters of one priority by their names.",
    adapters,
    "in_order",
)
def _(original, registered):
    return sorted(registered, key=lambda adapter: (adapter["priority"], adapter["id"]))


@faulty(
    "adapters.selection/last-registered",
    "adapters.selection",
    "Prefers the adapter that was registered last among equals.",
    adapters,
    "in_order",
)
def _(original, registered):
    return original(list(reversed(registered)))


@faulty(
    "adapters.detection/this-system-alone",
    "adapters.detection",
    "Detects nothing but the system that it was written on.",
    adapters,
    "matches",
)
def _(original, adapter, environment):
    return environment["os"] == "linux" and original(adapter, environment)


@faulty(
    "adapters.host-environment/features-forgotten",
    "adapters.host-environment",
    "Describes a host without its features.",
    adapters,
    "matches",
)
def _(original, adapter, environment):
    return original(adapter, dict(environment, features=[]))


@faulty(
    "adapters.selection.none/last-resort",
    "adapters.selection.none",
    "Takes the first adapter where none matches.",
    adapters,
    "select",
)
def _(original, environment, registered):
    matching = [adapter for adapter in registered if adapters.matches(adapter, environment)]
    return original(environment, registered) if matching or not registered else [registered[0]["id"]]


@faulty(
    "adapters.selection.none/nothing-chosen",
    "adapters.selection.none adapters.selection.event",
    "Starts without an adapter where none matches, and says so.",
    operations,
    "select_adapter",
)
def _(original, inputs):
    answer = original(inputs)
    if answer["verdict"] == "accept":
        return answer
    return operations.accepted({"events": ["capability.adapter_selected"]}, chosen="", candidates=[])


@faulty(
    "adapters.selection.event/not-published",
    "adapters.selection.event",
    "Selects an adapter and tells nobody.",
    operations,
    "select_adapter",
)
def _(original, inputs):
    return dict(original(inputs), effects={"events": []})


@faulty(
    "adapters.descriptor-closes/not-checked",
    "adapters.descriptor-closes",
    "Believes what an adapter says of itself.",
    adapters,
    "check_descriptor",
)
def _(original, descriptor):
    return None


@faulty(
    "adapters.descriptor-closes/unused-is-fine",
    "adapters.descriptor-closes",
    "Does not ask whether some instruction needs a capability.",
    adapters,
    "unused_of",
)
def _(original, descriptor):
    return []


@faulty(
    "adapters.descriptor-closes/unknown-is-fine",
    "adapters.descriptor-closes",
    "Passes over instructions that it does not know.",
    adapters,
    "unknown_instructions",
)
def _(original, descriptor):
    return []


@faulty(
    "adapters.descriptor/restricted-by-itself",
    "adapters.descriptor adapters.descriptor-closes",
    "Takes what is restricted for listed.",
    adapters,
    "missing_capabilities",
)
def _(original, descriptor):
    return original(dict(descriptor, capabilities=descriptor["capabilities"] + descriptor["restricted"]))


@faulty(
    "adapters.descriptor/restricted-is-not-offered",
    "adapters.descriptor adapters.descriptor-closes",
    "Takes what is restricted for not offered.",
    adapters,
    "missing_capabilities",
)
def _(original, descriptor):
    offered = [name for name in descriptor["capabilities"] if name not in descriptor["restricted"]]
    return original(dict(descriptor, capabilities=offered))


@faulty(
    "adapters.built-in/sixteen-capabilities",
    "adapters.built-in adapters.descriptor-closes",
    "Knows no capability above bit 15.",
    adapters,
    "needed",
)
def _(original, descriptor):
    return original(descriptor) - {"net.listen"}


@faulty(
    "adapters.descriptor-closes/in-order",
    "adapters.descriptor-closes adapters.descriptor",
    "Compares lists in the order in which they were written.",
    adapters,
    "unused_of",
)
def _(original, descriptor):
    return original(descriptor) or ([] if sorted(descriptor["capabilities"]) == descriptor["capabilities"] else ["order"])

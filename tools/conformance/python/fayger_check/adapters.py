"""Which adapter serves a host, and which descriptors close. @spec adapters.selection"""

from . import tables
from .refusal import Refusal


def select(environment, adapters):
    """The ids of the adapters that match, in the order in which they are asked."""
    found = [adapter["id"] for adapter in in_order(adapters) if matches(adapter, environment)]
    if not found:
        asked = [adapter["id"] for adapter in in_order(adapters)]
        raise Refusal("ADP_NO_MATCHING_PLATFORM", platform=environment["platform"], adapters=asked)
    return found


def in_order(adapters):
    """By priority, then as they were registered."""
    return sorted(adapters, key=lambda adapter: adapter["priority"])


def matches(adapter, environment):
    features = environment["features"]
    return (
        environment["platform"] in adapter.get("platforms", [environment["platform"]])
        and all(feature in features for feature in adapter.get("needs", []))
        and not any(feature in features for feature in adapter.get("without", []))
    )


# Descriptors. @spec adapters.descriptor-closes


def check_descriptor(descriptor):
    unknown, missing, unused = unknown_instructions(descriptor), missing_capabilities(descriptor), unused_of(descriptor)
    if unknown or missing or unused:
        raise Refusal(
            "ADP_DESCRIPTOR_INCONSISTENT",
            platform=descriptor["id"],
            missing_capabilities=sorted(set(missing)),
            unused_capabilities=sorted(set(unused)),
            unknown_instructions=sorted(set(unknown)),
        )


def rows_by_name():
    return {row["category"] + "." + row["name"]: row for row in tables.rows("instructions")}


def unknown_instructions(descriptor):
    return [name for name in descriptor["instructions"] if name not in rows_by_name()]


def needed(descriptor):
    rows = [rows_by_name()[name] for name in descriptor["instructions"] if name in rows_by_name()]
    return {row["capability"] for row in rows if row["capability"] is not None}


def missing_capabilities(descriptor):
    """What an instruction needs, or a restriction names, and the descriptor does not list."""
    return [name for name in [*needed(descriptor), *descriptor["restricted"]] if name not in descriptor["capabilities"]]


def unused_of(descriptor):
    """What no instruction needs, names outside the table among them."""
    return [name for name in descriptor["capabilities"] if name not in needed(descriptor)]

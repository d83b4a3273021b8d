"""Faults of reading and judging a FayManifest."""

import json

from fayger_check import fay_manifest, fay_text, json_forms, tables
from museum import faulty


@faulty(
    "encoding.json/byte-order-mark",
    "encoding.json faymanifest.validation.text",
    "Passes a byte order mark over.",
    fay_text,
    "decode",
)
def _(original, data):
    return original(data).removeprefix("\ufeff")


@faulty(
    "encoding.json/replaces-what-is-no-utf-8",
    "encoding.json faymanifest.validation.text",
    "Reads bytes that are no UTF-8 as U+FFFD.",
    fay_text,
    "decode",
)
def _(original, data):
    return data.decode("utf-8", "replace")


@faulty(
    "faymanifest.validation.text/library",
    "faymanifest.validation.text encoding.json faymanifest.validation.warnings",
    "Reads the file with a library that takes NaN, counts no depth and tells of no member that is passed over.",
    fay_text,
    "read",
)
def _(original, data):
    try:
        return json.loads(fay_text.decode(data)), []
    except (ValueError, RecursionError):
        raise fay_text.TextFault("json_syntax") from None


@faulty(
    "faymanifest.validation.text/comments",
    "faymanifest.validation.text encoding.json",
    "Passes comments over wherever a FayManifest is read.",
    fay_text,
    "decode",
)
def _(original, data):
    import re

    return re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda match: match.group(1) or " ", original(data))


@faulty(
    "faymanifest.validation.text/depth-63",
    "faymanifest.validation.text",
    "Takes 63 levels, having counted from 0.",
    fay_text,
    "is_too_deep",
)
def _(original, depth):
    return original(depth + 1)


@faulty(
    "faymanifest.validation.text/depth-65",
    "faymanifest.validation.text",
    "Takes 65 levels.",
    fay_text,
    "is_too_deep",
)
def _(original, depth):
    return original(depth - 1)


@faulty(
    "encoding.json.duplicates/first",
    "encoding.json.duplicates",
    "Takes the first of several members of one name.",
    fay_text,
    "keep_last",
)
def _(original, members, name, value):
    members.setdefault(name, value)


@faulty(
    "encoding.json.numbers/refuses-without-binary64",
    "encoding.json.numbers",
    "Refuses a number that is too large for a binary64.",
    fay_text,
    "number_of",
)
def _(original, text):
    number = original(text)
    if number in (float("inf"), float("-inf")):
        raise fay_text.TextFault("json_syntax")
    return number


@faulty(
    "faymanifest.validation/first-error",
    "faymanifest.validation faymanifest.validation.order",
    "Tells of the first error alone.",
    fay_manifest,
    "errors_of",
)
def _(original, value):
    return original(value)[:1]


@faulty(
    "faymanifest.validation/components-where-the-schema-holds",
    "faymanifest.validation faymanifest.validation.components",
    "Judges components only where the schema finds nothing.",
    fay_manifest,
    "errors_of",
)
def _(original, value):
    return fay_manifest.schema_errors(value) or fay_manifest.component_errors(value)


@faulty(
    "faymanifest.validation.order/components-first",
    "faymanifest.validation.order",
    "Tells of components before the schema.",
    fay_manifest,
    "errors_of",
)
def _(original, value):
    return fay_manifest.component_errors(value) + fay_manifest.schema_errors(value)


@faulty(
    "faymanifest.validation.order/by-field",
    "faymanifest.validation.order",
    "Sorts what it finds by field.",
    fay_manifest,
    "errors_of",
)
def _(original, value):
    return sorted(original(value))


@faulty(
    "faymanifest.validation.order/unknown-members-first",
    "faymanifest.validation.order encoding.json.faults",
    "Tells of unknown members before the others.",
    fay_manifest,
    "judge_members",
)
def _(original, value, members, path):
    found = original(value, members, path)
    return [each for each in found if each[1] == "unknown_field" and each[0][0] == path] + [
        each for each in found if not (each[1] == "unknown_field" and each[0][0] == path)
    ]


@faulty(
    "faymanifest.shape/takes-more",
    "faymanifest.shape faymanifest.module faymanifest.protocol faymanifest.driver",
    "Takes members that it does not know.",
    fay_manifest,
    "judge_members",
)
def _(original, value, members, path):
    return [each for each in original(value, members, path) if each[1] != "unknown_field"]


@faulty(
    "faymanifest.shape/drafts",
    "faymanifest.shape faymanifest.module faymanifest.protocol faymanifest.driver faymanifest.ego",
    "Takes a FayManifest that lacks members for one that is not finished yet.",
    fay_manifest,
    "judge_members",
)
def _(original, value, members, path):
    return [each for each in original(value, members, path) if each[1] != "missing_field"]


@faulty(
    "faymanifest.shape/null-is-absent",
    "faymanifest.shape faymanifest.module faymanifest.protocol faymanifest.ego faymanifest.permissions",
    "Takes null for a member that is absent.",
    fay_manifest,
    "judge_members",
)
def _(original, value, members, path):
    optional = {member["name"] for member in members if member["optional"]}
    kept = {name: each for name, each in value.items() if each is not None or name not in optional}
    return original(kept, members, path)


@faulty(
    "faymanifest.shape/signs",
    "faymanifest.shape faymanifest.module faymanifest.driver faymanifest.ego",
    "Counts signs where bytes are counted.",
    json_forms,
    "byte_length",
)
def _(original, text):
    return len(text)


@faulty(
    "faymanifest.shape/no-patterns",
    "faymanifest.shape faymanifest.module faymanifest.protocol",
    "Leaves the form of names and versions to somebody else.",
    fay_manifest,
    "own_fault",
)
def _(original, value, body, path):
    return original(value, dict(body, pattern=None), path) if body["kind"] == "text" else original(value, body, path)


@faulty(
    "faymanifest.control-mode/any-case",
    "faymanifest.control-mode",
    "Reads control modes without their case.",
    fay_manifest,
    "own_fault",
)
def _(original, value, body, path):
    return original(value.lower() if body["kind"] == "texts" and isinstance(value, str) else value, body, path)


@faulty(
    "faymanifest.control-mode/any",
    "faymanifest.control-mode",
    "Takes any text for a control mode.",
    fay_manifest,
    "own_fault",
)
def _(original, value, body, path):
    return None if body["kind"] == "texts" and isinstance(value, str) else original(value, body, path)


def without_member(name, *members_of):
    """A judge that takes a member of an object whatever it is."""

    def judge_members(original, value, members, path):
        if {member["name"] for member in members} >= set(members_of):
            members = [dict(each, type={"kind": "any"}) if each["name"] == name else each for each in members]
        return original(value, members, path)

    return judge_members


for identity, name, others in (
    ("faymanifest.module/any-provider", "provider", ("id", "provider")),
    ("faymanifest.protocol/any-id", "id", ("id", "version")),
    ("faymanifest.driver/any-type", "type", ("driverPackage",)),
    ("faymanifest.driver/any-driver-package", "driverPackage", ("driverPackage",)),
    ("faymanifest.ego/any-scenario-tags", "scenarioTags", ("modelSource",)),
    ("faymanifest.ego-constraints/any-permission-boundaries", "permissionBoundaries", ("workingStyle",)),
    ("faymanifest.boundary-set/any-requires-confirmation", "requiresConfirmation", ("restricted",)),
    ("faymanifest.permissions/any-auth-methods", "authMethods", ("authMethods",)),
):
    faulty(identity, identity.partition("/")[0], "Takes any `%s`." % name, fay_manifest, "judge_members")(
        without_member(name, *others)
    )


@faulty(
    "faymanifest.components/any-case",
    "faymanifest.components faymanifest.validation.components",
    "Compares ids without their case.",
    fay_manifest,
    "component_error",
)
def _(original, list_name, component, before):
    return original(list_name, component.strip().lower(), before)


@faulty(
    "faymanifest.components/near-enough",
    "faymanifest.components faymanifest.validation.components",
    "Takes every id that begins like one it knows.",
    fay_manifest,
    "component_error",
)
def _(original, list_name, component, before):
    near = next((name for name in tables.names("components") if component.startswith(name)), component)
    return original(list_name, near, before)


@faulty(
    "faymanifest.components.groups/no-infrastructure",
    "faymanifest.components.groups faymanifest.validation.components",
    "Refuses infrastructure that is declared.",
    fay_manifest,
    "belongs",
)
def _(original, list_name, component):
    group = tables.by("components", "name")[component]["group"]
    return group == {"modules": "module", "protocols": "protocol"}[list_name]


@faulty(
    "faymanifest.components.groups/anywhere",
    "faymanifest.components.groups faymanifest.validation.components",
    "Takes components in either list.",
    fay_manifest,
    "belongs",
)
def _(original, list_name, component):
    return True


@faulty(
    "faymanifest.components.groups/twice",
    "faymanifest.components.groups faymanifest.validation.components",
    "Takes a component that is declared twice.",
    fay_manifest,
    "component_error",
)
def _(original, list_name, component, before):
    return original(list_name, component, set())


@faulty(
    "faymanifest.components.groups/once-in-both",
    "faymanifest.components.groups faymanifest.validation.components",
    "Looks for a second declaration in both lists, and before it looks whether it belongs there.",
    fay_manifest,
    "component_error",
)
def _(original, list_name, component, before):
    if any(component == other for _, other in before) and fay_manifest.is_component(component):
        return "duplicate_component"
    return original(list_name, component, before)


# Warnings.


@faulty(
    "faymanifest.validation.warnings/beside-errors",
    "faymanifest.validation.warnings",
    "Leaves members that are passed over out where there is an error.",
    fay_manifest,
    "validate",
)
def _(original, data):
    found = original(data)
    codes = tables.by("fay-findings", "name")
    if any(codes[code]["severity"] == "error" for _, code in found):
        return [(field, code) for field, code in found if code != "duplicate_member"]
    return found


@faulty(
    "faymanifest.validation.warnings/each-field-once",
    "faymanifest.validation.warnings",
    "Tells each thing of a field once.",
    fay_manifest,
    "warnings_of",
)
def _(original, fay):
    return list(dict.fromkeys(original(fay)))


@faulty(
    "faymanifest.validation.warnings/related",
    "faymanifest.validation.warnings",
    "Warns of everything that a component works together with.",
    fay_manifest,
    "missing_relations",
)
def _(original, row, present):
    return [name for name in row["depends"] + row["related"] if name not in present]


@faulty(
    "faymanifest.validation.warnings/mode-alone",
    "faymanifest.validation.warnings",
    "Warns of an ego block in every control mode but ego.",
    fay_manifest,
    "ego_warnings",
)
def _(original, fay):
    return original(dict(fay, controlMode="command") if fay["controlMode"] == "autonomous" else fay)


@faulty(
    "faymanifest.validation.warnings/inherent-alone",
    "faymanifest.validation.warnings",
    "Looks for permissions among the inherent ones alone.",
    fay_manifest,
    "is_declared",
)
def _(original, permission, fay):
    return permission in fay.get("permissions", {}).get("inherent", [])


@faulty(
    "faymanifest.validation.warnings/absent-methods-alone",
    "faymanifest.validation.warnings",
    "Takes an empty list of authentication methods for some.",
    fay_manifest,
    "authentication_warnings",
)
def _(original, fay):
    return [] if "authMethods" in fay.get("permissions", {}) else original(fay)


@faulty(
    "faymanifest.validation.warnings/allowed-against-restricted",
    "faymanifest.validation.warnings",
    "Compares what is allowed with what is restricted alone.",
    fay_manifest,
    "conflicts",
)
def _(original, boundaries):
    return original({name: each for name, each in boundaries.items() if name != "requiresConfirmation"})


@faulty(
    "faymanifest.validation.warnings/any-autonomy",
    "faymanifest.validation.warnings",
    "Warns of a missing module once where several are.",
    fay_manifest,
    "missing_autonomy",
)
def _(original, fay, present):
    return original(fay, present)[:1]


@faulty(
    "faymanifest.validation.warnings/hub-of-every-mode",
    "faymanifest.validation.warnings",
    "Warns of the missing hub where the list of drivers is there, empty or not.",
    fay_manifest,
    "driver_warnings",
)
def _(original, fay, present):
    return original(dict(fay, drivers=[{}]) if "drivers" in fay else fay, present)



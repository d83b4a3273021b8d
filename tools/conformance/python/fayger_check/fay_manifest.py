"""What is wrong with a FayManifest: errors, then warnings, each a field and a code. @spec faymanifest.validation"""

from . import cddl, fay_resolution, fay_text, json_forms, paths, tables

LISTS = ("modules", "protocols")
AUTONOMY = ("self_awareness", "self_driven_behavior", "internal_skill")
BOUNDARY_SETS = ("cognitiveBoundaries", "skillBoundaries", "permissionBoundaries")
BOUNDARY_LISTS = ("allowed", "restricted", "requiresConfirmation")


def validate(data):
    """Everything that is found, as (field, code). @spec faymanifest.validation.order"""
    try:
        value, passed_over = fay_text.read(data)
    except fay_text.TextFault as fault:
        return [("$", fault.code)]
    errors = errors_of(value)
    return errors + duplicate_members(passed_over) + ([] if errors else warnings_of(value))


def errors_of(value):
    return schema_errors(value) + component_errors(value)


def duplicate_members(passed_over):
    """One for each member that is passed over, also where there is an error."""
    return [(paths.write_path(path), "duplicate_member") for path in passed_over]


# The schema. @spec faymanifest.shape


def schema_errors(value):
    return [(paths.write_path(path), code) for path, code in judge(value, cddl.rule("fay-manifest"), None)]


def judge(value, body, path):
    """Everything that is wrong with a value, in the order of the schema. @spec encoding.json.faults"""
    body = cddl.resolve(body)
    if body["kind"] == "any":
        return []
    own = own_fault(value, body, path)
    if own is not None:
        return [own]
    if body["kind"] == "array":
        return [found for number, each in enumerate(value) for found in judge(each, body["item"], (path, number))]
    return judge_members(value, body["members"], path) if body["kind"] == "map" else []


def own_fault(value, body, path):
    """The first of type, length or bounds, and pattern."""
    try:
        json_forms.check_json_type(value, body, path)
        json_forms.check_json_bounds(value, body, path)
        json_forms.check_json_pattern(value, body, path)
    except json_forms.JsonFault as fault:
        return fault.path, fault.reason
    return None


def judge_members(value, members, path):
    """Named members in the order of the schema, then unknown ones by the bytes of their names."""
    found = []
    for member in members:
        place = (path, member["name"])
        if member["name"] in value:
            found += judge(value[member["name"]], member["type"], place)
        elif not member["optional"]:
            found.append((place, "missing_field"))
    known = {member["name"] for member in members}
    unknown = sorted(set(value) - known, key=lambda name: name.encode("utf-8", "surrogatepass"))
    return found + [((path, name), "unknown_field") for name in unknown]


# Components. @spec faymanifest.validation.components


def declarations(value):
    """Those that have a text as their id, modules first: list, path and id."""
    found = []
    for list_name in LISTS:
        entries = value.get(list_name) if isinstance(value, dict) else None
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            component = entry.get("id") if isinstance(entry, dict) else None
            if isinstance(component, str):
                found.append((list_name, ((None, list_name), number), component))
    return found


def component_errors(value):
    found, before = [], set()
    for list_name, path, component in declarations(value):
        code = component_error(list_name, component, before)
        before.add((list_name, component))
        if code is not None:
            found.append((paths.write_path((path, "id")), code))
    return found


def component_error(list_name, component, before):
    """The first that applies: unknown, in the wrong list, or declared before in the same."""
    if not is_component(component):
        return "unknown_component"
    if not belongs(list_name, component):
        return "wrong_group"
    return "duplicate_component" if (list_name, component) in before else None


def is_component(component):
    return component in tables.by("components", "name")


def belongs(list_name, component):
    """Protocols among the protocols, everything else among the modules. @spec faymanifest.components.groups"""
    return (fay_resolution.row(component)["group"] == "protocol") == (list_name == "protocols")


# Warnings, in the order of the table. @spec faymanifest.validation.warnings


def warnings_of(fay):
    present = fay_resolution.present(fay_resolution.resolve(fay))
    declared = [(paths.write_path(path), fay_resolution.row(component)) for _, path, component in declarations(fay)]
    return (
        [(field, "relation_missing") for field, row in declared for _ in missing_relations(row, present)]
        + ego_warnings(fay)
        + [("$.controlMode", "autonomy_incomplete") for _ in missing_autonomy(fay, present)]
        + [(field, "permission_missing") for field, row in declared for _ in missing_permissions(row, fay)]
        + authentication_warnings(fay)
        + boundary_warnings(fay)
        + driver_warnings(fay, present)
    )


def missing_relations(row, present):
    return [component for component in row["depends"] if component not in present]


def ego_warnings(fay):
    if fay["controlMode"] == "ego" and "ego" not in fay:
        return [("$.controlMode", "ego_missing")]
    if fay["controlMode"] == "command" and "ego" in fay:
        return [("$.ego", "ego_unused")]
    return []


def missing_autonomy(fay, present):
    return [name for name in AUTONOMY if name not in present] if fay["controlMode"] == "autonomous" else []


def missing_permissions(row, fay):
    """Each permission once."""
    needed = dict.fromkeys(action["permission"] for action in row["actions"] if action["permission"] is not None)
    return [permission for permission in needed if not is_declared(permission, fay)]


def is_declared(permission, fay):
    declared = fay.get("permissions", {})
    return permission in declared.get("inherent", []) + declared.get("persistent", [])


def authentication_warnings(fay):
    declared = fay.get("permissions", {})
    lacks = declared.get("persistent", []) and not declared.get("authMethods", [])
    return [("$.permissions.persistent", "authentication_missing")] if lacks else []


def boundary_warnings(fay):
    constraints = fay.get("ego", {}).get("constraints", {})
    return [
        ("$.ego.constraints." + name, "boundary_conflict")
        for name in BOUNDARY_SETS
        for _ in conflicts(constraints.get(name, {}))
    ]


def conflicts(boundaries):
    """Texts that stand in several lists, each once."""
    lists = [set(boundaries.get(name, [])) for name in BOUNDARY_LISTS]
    return [text for text in set().union(*lists) if sum(text in each for each in lists) > 1]


def driver_warnings(fay, present):
    lacks = fay.get("drivers", []) and "device_driver_hub" not in present
    return [("$.drivers", "driver_without_hub")] if lacks else []

"""What a FayManifest resolves to, which tests it owes, and what a claim lacks. @spec faymanifest.resolution"""

from . import tables


def row(component):
    return tables.by("components", "name")[component]


def resolve(fay):
    """The document of the rule `fay-resolution`."""
    declared = {entry["id"]: entry for entry in fay["modules"] + fay["protocols"]}
    found = []
    for component in tables.names("components"):
        origin = origin_of(component, declared, fay)
        if origin is not None:
            found.append(resolved(component, origin, declared.get(component, {})))
    return {
        "resolvedStage": stage_of(declared),
        "controlMode": fay["controlMode"],
        "allComponents": [each for each in found if not is_protocol(each["id"])],
        "allProtocols": [each for each in found if is_protocol(each["id"])],
        "autoResolved": [each["id"] for each in found if is_added(each)],
    }


def origin_of(component, declared, fay):
    """Why it is there, or None where it is not. @spec faymanifest.resolution.origin"""
    if component in declared:
        return "declared"
    if is_always_added(component):
        return "always"
    return "ego" if component == "ego_model" and brings_model(fay) else None


def is_always_added(component):
    """@spec faymanifest.resolution.always"""
    return row(component)["always"]


def brings_model(fay):
    """@spec faymanifest.resolution.ego"""
    return "ego" in fay


def resolved(component, origin, declaration):
    """Version constraint and provider are those of the declaration."""
    asked = {name: declaration[name] for name in ("version", "provider") if name in declaration}
    return dict({"id": component, "origin": origin}, **asked)


def is_protocol(component):
    return row(component)["group"] == "protocol"


def is_added(entry):
    return entry["origin"] != "declared"


def stage_of(declared):
    """The highest among what is declared; infrastructure has none. @spec faymanifest.stage"""
    return max([1] + [row(component)["stage"] or 1 for component in declared])


def present(resolution):
    """The ids of all components that are there."""
    return {entry["id"] for entry in resolution["allComponents"] + resolution["allProtocols"]}


# Tests and claims.


def required_tests(resolution, stage):
    """Those of the stages up to one, by level and then by number, with what is missing. @spec ifacts.tests.required"""
    there = present(resolution)
    owed = [test for test in tables.rows("ifacts-tests") if is_owed(test, stage)]
    ordered = sorted(owed, key=test_order)
    return [(test["name"], missing_of(test, there)) for test in ordered]


def is_owed(test, stage):
    return test["stage"] <= stage


def test_order(test):
    return test["level"], test["number"]


def missing_of(test, there):
    return [component for component in test["components"] if component not in there]


def tests_form(tests):
    return [dict({"test": name}, **({"missing": missing} if missing else {})) for name, missing in tests]


def claim(resolution, stage):
    """Whether it holds, what is missing, and the tests that lack components. @spec faymanifest.stage.claim"""
    there = present(resolution)
    missing = {
        "modules": absent("module", stage, there),
        "protocols": absent("protocol", stage, there),
        "infrastructure": absent("infrastructure", stage, there),
    }
    lacking = [(name, components) for name, components in required_tests(resolution, stage) if components]
    return not any(missing.values()) and not lacking, missing, lacking


def absent(group, stage, there):
    """@spec faymanifest.stage.claim.missing"""
    rows = [each for each in tables.rows("components") if each["group"] == group and is_of_stage(each, stage)]
    return [each["name"] for each in rows if each["name"] not in there]


def is_of_stage(component, stage):
    """The stages before it have to be there as well, and infrastructure always."""
    return component["stage"] is None or component["stage"] <= stage

"""Faults of resolving a FayManifest, and of what follows from it."""

from fayger_check import fay_resolution, tables
from museum import faulty


@faulty(
    "faymanifest.resolution.always/where-nothing-is-declared",
    "faymanifest.resolution.always faymanifest.resolution",
    "Adds what every iFay has only where nothing is declared.",
    fay_resolution,
    "resolve",
)
def _(original, fay):
    resolution = original(fay)
    if not fay["modules"] + fay["protocols"]:
        return resolution
    kept = {
        name: [each for each in resolution[name] if each["origin"] != "always"]
        for name in ("allComponents", "allProtocols")
    }
    added = [each["id"] for each in kept["allComponents"] if each["origin"] == "ego"]
    return dict(resolution, autoResolved=added, **kept)


@faulty(
    "faymanifest.resolution.always/infrastructure-alone",
    "faymanifest.resolution.always",
    "Adds infrastructure alone.",
    fay_resolution,
    "is_always_added",
)
def _(original, component):
    return original(component) and fay_resolution.row(component)["group"] == "infrastructure"


@faulty(
    "faymanifest.resolution.ego/by-control-mode",
    "faymanifest.resolution.ego",
    "Adds the model where the control mode is ego.",
    fay_resolution,
    "brings_model",
)
def _(original, fay):
    return fay["controlMode"] == "ego"


@faulty(
    "faymanifest.resolution.ego/never",
    "faymanifest.resolution.ego",
    "Waits for the model to be declared.",
    fay_resolution,
    "brings_model",
)
def _(original, fay):
    return False


@faulty(
    "faymanifest.resolution.ego/not-in-command",
    "faymanifest.resolution.ego",
    "Leaves the model out in control mode command, where it decides nothing.",
    fay_resolution,
    "brings_model",
)
def _(original, fay):
    return original(fay) and fay["controlMode"] != "command"


@faulty(
    "faymanifest.resolution.origin/always-first",
    "faymanifest.resolution.origin faymanifest.resolution",
    "Calls what every iFay has always there, declared or not.",
    fay_resolution,
    "origin_of",
)
def _(original, component, declared, fay):
    return "always" if fay_resolution.is_always_added(component) else original(component, declared, fay)


@faulty(
    "faymanifest.resolution.origin/no-provider",
    "faymanifest.resolution.origin",
    "Forgets the provider.",
    fay_resolution,
    "resolved",
)
def _(original, component, origin, declaration):
    return {name: each for name, each in original(component, origin, declaration).items() if name != "provider"}


@faulty(
    "faymanifest.resolution.origin/any-version",
    "faymanifest.resolution.origin",
    "States a constraint where none is.",
    fay_resolution,
    "resolved",
)
def _(original, component, origin, declaration):
    return dict({"version": ">=0.0.0"}, **original(component, origin, declaration))


@faulty(
    "faymanifest.resolution.order/of-declaration",
    "faymanifest.resolution.order faymanifest.resolution",
    "Keeps the order of declaration.",
    fay_resolution,
    "resolve",
)
def _(original, fay):
    order = [each["id"] for each in fay["modules"] + fay["protocols"]]
    resolution = original(fay)

    def place(each):
        return order.index(each["id"]) if each["id"] in order else len(order)

    ordered = {name: sorted(resolution[name], key=place) for name in ("allComponents", "allProtocols")}
    return dict(resolution, **ordered)


@faulty(
    "faymanifest.resolution/dependencies",
    "faymanifest.resolution faymanifest.resolution.always",
    "Adds what a declared component depends on.",
    fay_resolution,
    "resolve",
)
def _(original, fay):
    there = {each["id"] for each in fay["modules"] + fay["protocols"]}
    missing = {name for each in there for name in fay_resolution.row(each)["depends"]} - there
    added = dict(fay, modules=fay["modules"] + [{"id": each} for each in sorted(missing)])
    return dict(original(added), resolvedStage=original(fay)["resolvedStage"])


@faulty(
    "faymanifest.resolution/components-twice",
    "faymanifest.resolution",
    "Counts the protocols among the components.",
    fay_resolution,
    "resolve",
)
def _(original, fay):
    resolution = original(fay)
    return dict(resolution, allComponents=resolution["allComponents"] + resolution["allProtocols"])


@faulty(
    "faymanifest.stage/whole-stages",
    "faymanifest.stage",
    "Reaches a stage only with everything of the stages before it.",
    fay_resolution,
    "stage_of",
)
def _(original, declared):
    stage = 1
    while stage < original(declared) and is_whole(stage, declared):
        stage += 1
    return stage


def is_whole(stage, declared):
    return all(row["name"] in declared for row in tables.rows("components") if row["stage"] == stage)


@faulty(
    "faymanifest.stage/modules-alone",
    "faymanifest.stage",
    "Looks at modules alone.",
    fay_resolution,
    "stage_of",
)
def _(original, declared):
    return original([name for name in declared if not fay_resolution.is_protocol(name)])


@faulty(
    "faymanifest.stage/from-nothing",
    "faymanifest.stage",
    "Gives what declares nothing no stage.",
    fay_resolution,
    "stage_of",
)
def _(original, declared):
    return original(declared) if declared else 0


# Tests and claims.


@faulty(
    "ifacts.tests.required/of-the-stage-alone",
    "ifacts.tests.required ifacts.tests",
    "Asks for the tests of the last stage alone.",
    fay_resolution,
    "is_owed",
)
def _(original, test, stage):
    return test["stage"] == stage


@faulty(
    "ifacts.tests.required/by-number",
    "ifacts.tests.required",
    "Orders tests by number.",
    fay_resolution,
    "test_order",
)
def _(original, test):
    return test["number"]


@faulty(
    "ifacts.tests.required/by-stage",
    "ifacts.tests.required",
    "Orders tests by stage first.",
    fay_resolution,
    "test_order",
)
def _(original, test):
    return (test["stage"],) + original(test)


@faulty(
    "ifacts.tests.required/leaves-out",
    "ifacts.tests.required ifacts.tests",
    "Leaves tests out that do not apply.",
    fay_resolution,
    "required_tests",
)
def _(original, resolution, stage):
    return [(name, missing) for name, missing in original(resolution, stage) if not missing]


@faulty(
    "ifacts.tests.required/some-component",
    "ifacts.tests.required",
    "Takes a test for applicable where some of its components are there.",
    fay_resolution,
    "missing_of",
)
def _(original, test, there):
    missing = original(test, there)
    return missing if len(missing) == len(test["components"]) else []


@faulty(
    "faymanifest.stage.claim/stage-alone",
    "faymanifest.stage.claim",
    "Looks at the claimed stage alone.",
    fay_resolution,
    "is_of_stage",
)
def _(original, component, stage):
    return component["stage"] is None or component["stage"] == stage


@faulty(
    "faymanifest.stage.claim/resolved-stage",
    "faymanifest.stage.claim",
    "Lets a claim hold that is not above the resolved stage.",
    fay_resolution,
    "claim",
)
def _(original, resolution, stage):
    complete, missing, lacking = original(resolution, stage)
    return complete or stage <= resolution["resolvedStage"], missing, lacking


@faulty(
    "faymanifest.stage.claim.missing/first",
    "faymanifest.stage.claim.missing",
    "Tells of the first that is missing.",
    fay_resolution,
    "absent",
)
def _(original, group, stage, there):
    return original(group, stage, there)[:1]


@faulty(
    "faymanifest.stage.claim.missing/alphabet",
    "faymanifest.stage.claim.missing",
    "Orders what is missing by the alphabet.",
    fay_resolution,
    "absent",
)
def _(original, group, stage, there):
    return sorted(original(group, stage, there))


@faulty(
    "faymanifest.stage.claim.missing/no-tests",
    "faymanifest.stage.claim.missing",
    "Tells of no tests.",
    fay_resolution,
    "claim",
)
def _(original, resolution, stage):
    complete, missing, _ = original(resolution, stage)
    return complete, missing, []

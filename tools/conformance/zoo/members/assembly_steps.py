"""Faults of taking the steps of an assembly."""

from fayger_check import assembly, tables
from museum import faulty


@faulty(
    "assembly.steps/protocols-first",
    "assembly.steps assembly.steps.events",
    "Starts protocols before what speaks them.",
    assembly,
    "step_names",
)
def _(original):
    first, second, *others = original()
    return [second, first] + others


@faulty(
    "assembly.steps/no-empty-steps",
    "assembly.steps assembly.steps.events",
    "Leaves out a step that has nothing to do.",
    assembly,
    "steps",
)
def _(original, fay, drivers):
    return [(step, parts) for step, parts in original(fay, drivers) if parts or step == "control_mode"]


@faulty(
    "assembly.steps/model-among-modules",
    "assembly.steps",
    "Starts the Ego model with the modules, being one.",
    assembly,
    "steps",
)
def _(original, fay, drivers):
    taken = dict(original(fay, drivers))
    modules = taken["modules"] + taken["ego_model"]
    order = tables.names("components")
    return list(dict(taken, modules=sorted(modules, key=order.index), ego_model=[]).items())


@faulty(
    "assembly.steps/alphabet",
    "assembly.steps",
    "Starts parts in the order of their names.",
    assembly,
    "steps",
)
def _(original, fay, drivers):
    return [(step, sorted(parts)) for step, parts in original(fay, drivers)]


@faulty(
    "assembly.steps/of-declaration",
    "assembly.steps",
    "Starts components in the order of declaration.",
    assembly,
    "steps",
)
def _(original, fay, drivers):
    order = [each["id"] for each in fay["modules"] + fay["protocols"]]

    def place(part):
        return order.index(part) if part in order else len(order)

    return [
        (step, parts if step == "drivers" else sorted(parts, key=place)) for step, parts in original(fay, drivers)
    ]


@faulty(
    "assembly.steps.failed/goes-on",
    "assembly.steps.failed",
    "Goes on without a part that cannot be started.",
    assembly,
    "take",
)
def _(original, taken, failing):
    return original(taken, None)


@faulty(
    "assembly.steps.failed/first-to-last",
    "assembly.steps.failed assembly.steps.events",
    "Undoes the first step first.",
    assembly,
    "undo",
)
def _(original, done):
    return original(done[::-1])


@faulty(
    "assembly.steps.failed/undoes-nothing",
    "assembly.steps.failed assembly.steps.events",
    "Leaves running what runs.",
    assembly,
    "undo",
)
def _(original, done):
    return []


@faulty(
    "assembly.steps.failed/undoes-itself",
    "assembly.steps.failed assembly.steps.events",
    "Undoes the failing step as well.",
    assembly,
    "take",
)
def _(original, taken, failing):
    events, failed = original(taken, failing)
    if failed is None:
        return events, failed
    place = next(number for number, each in enumerate(events) if each["event"] == "assembly.step_failed")
    return events[: place + 1] + [assembly.event("step_undone", step=failed)] + events[place + 1 :], failed


@faulty(
    "assembly.steps.failed/with-parts-alone",
    "assembly.steps.failed assembly.steps.events",
    "Undoes no step without parts.",
    assembly,
    "undo",
)
def _(original, done):
    return original([step for step in done if step != "control_mode"])


@faulty(
    "assembly.steps.events/no-beginning",
    "assembly.steps.events",
    "Publishes a step when it is over.",
    assembly,
    "take",
)
def _(original, taken, failing):
    events, failed = original(taken, failing)
    return [each for each in events if each["event"] != "assembly.step_started"], failed


@faulty(
    "assembly.steps.events/failure-is-an-error",
    "assembly.steps.events",
    "Publishes no event of a step that failed, there being an error.",
    assembly,
    "take",
)
def _(original, taken, failing):
    events, failed = original(taken, failing)
    return [each for each in events if each["event"] != "assembly.step_failed"], failed



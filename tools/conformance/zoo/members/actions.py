"""Faults of judging the actions of an iFay: order, boundaries, commands."""

from fayger_check import actions
from museum import faulty


@faulty(
    "assembly.actions/anything-known",
    "assembly.actions assembly.actions.order",
    "Judges nothing but whether there is such an action.",
    actions,
    "judge",
)
def _(original, fay, made, asked):
    action = actions.action_named(fay, made["action"])
    return actions.Call(made.get("caller", actions.MAIN), action["part"], None, True)


@faulty(
    "assembly.actions/entry-code-alone",
    "assembly.actions",
    "Judges what the entry code calls, and trusts parts.",
    actions,
    "judge",
)
def _(original, fay, made, asked):
    if "caller" not in made:
        return original(fay, made, asked)
    action = actions.action_named(fay, made["action"])
    return actions.Call(made["caller"], action["part"], actions.within_of(fay, made["caller"]), True)


@faulty(
    "assembly.actions.order/permission-first",
    "assembly.actions.order",
    "Looks first whether a permission is declared.",
    actions,
    "check_boundaries",
)
def _(original, fay, action):
    actions.check_declared(fay, action)
    return original(fay, action)


@faulty(
    "assembly.actions.order/cycle-first",
    "assembly.actions.order",
    "Looks for a cycle before everything else.",
    actions,
    "check_boundaries",
)
def _(original, fay, action):
    for each in fay.serving:
        if each.caller == action["part"]:
            raise actions.Refused("call_cycle")
    return original(fay, action)


@faulty(
    "assembly.actions.order/permission-boundaries-first",
    "assembly.actions.order assembly.actions.boundaries",
    "Judges the permission before the skill.",
    actions,
    "check_boundaries",
)
def _(original, fay, action):
    kept = dict(fay.constraints)
    fay.constraints = {name: each for name, each in kept.items() if name == "permissionBoundaries"}
    try:
        original(fay, action)
    finally:
        fay.constraints = kept
    return original(fay, action)


@faulty(
    "assembly.actions.boundaries/command-too",
    "assembly.actions.boundaries",
    "Keeps boundaries in every control mode.",
    actions,
    "binds",
)
def _(original, fay):
    return True


@faulty(
    "assembly.actions.boundaries/ego-alone",
    "assembly.actions.boundaries",
    "Keeps boundaries in control mode ego alone.",
    actions,
    "binds",
)
def _(original, fay):
    return fay.mode == "ego"


@faulty(
    "assembly.actions.boundaries/allowed-first",
    "assembly.actions.boundaries",
    "Lets pass what is allowed, whatever else is said of it.",
    actions,
    "bounded",
)
def _(original, boundaries, name):
    return None if name in boundaries.get("allowed", []) else original(boundaries, name)


@faulty(
    "assembly.actions.boundaries/empty-allows-all",
    "assembly.actions.boundaries",
    "Takes an empty list of what is allowed for none.",
    actions,
    "bounded",
)
def _(original, boundaries, name):
    return original({key: each for key, each in boundaries.items() if each}, name)


@faulty(
    "assembly.actions.boundaries/nameless-refused",
    "assembly.actions.boundaries",
    "Refuses what has no skill where skills are listed.",
    actions,
    "bounded",
)
def _(original, boundaries, name):
    return original(boundaries, "" if name is None else name)


@faulty(
    "assembly.actions.boundaries/listed-needs-no-confirmation",
    "assembly.actions.boundaries assembly.actions.confirmation",
    "Refuses what needs confirmation and is not listed as allowed.",
    actions,
    "bounded",
)
def _(original, boundaries, name):
    found = original(boundaries, name)
    isnt = "allowed" in boundaries and name not in boundaries["allowed"]
    return "not_allowed" if found == "confirm" and isnt else found


@faulty(
    "assembly.actions.boundaries/skills-alone",
    "assembly.actions.boundaries",
    "Knows boundaries of skills alone.",
    actions,
    "check_boundaries",
)
def _(original, fay, action):
    return original(fay, {name: each for name, each in action.items() if name != "permission"})


@faulty(
    "assembly.actions.boundaries/any-case",
    "assembly.actions.boundaries",
    "Compares names without their case.",
    actions,
    "bounded",
)
def _(original, boundaries, name):
    lower = {key: [each.lower() for each in names] for key, names in boundaries.items()}
    return original(lower, name and name.lower())


# Commands.


@faulty(
    "assembly.actions.command/once-for-all",
    "assembly.actions.command assembly.actions.kept",
    "Takes a command for a permission that stays.",
    actions,
    "consume",
)
def _(original, fay, name):
    return None


@faulty(
    "assembly.actions.command/one-at-a-time",
    "assembly.actions.command",
    "Keeps one command of each name.",
    actions,
    "command",
)
def _(original, fay, action):
    fay.commands[action] = 1


@faulty(
    "assembly.actions.command/each-by-itself",
    "assembly.actions.command",
    "Wants a command for what is part of a commanded action, too.",
    actions,
    "is_part_of_commanded",
)
def _(original, within):
    return False


@faulty(
    "assembly.actions.command/by-anybody",
    "assembly.actions.command",
    "Lets a part consume a command.",
    actions,
    "may_consume",
)
def _(original, caller):
    return True


@faulty(
    "assembly.actions.command/parts-are-free",
    "assembly.actions.command",
    "Takes every call of a part for a part of something commanded.",
    actions,
    "is_part_of_commanded",
)
def _(original, within):
    return within is not None


@faulty(
    "assembly.actions.command/asking-too",
    "assembly.actions.command",
    "Wants a command for what only asks.",
    actions,
    "acts_at_all",
)
def _(original, action):
    return True


@faulty(
    "assembly.actions.command/permissions-alone",
    "assembly.actions.command",
    "Wants a command only for what needs a permission.",
    actions,
    "acts_at_all",
)
def _(original, action):
    return "permission" in action


@faulty(
    "assembly.actions.command/asking-consumes-nothing",
    "assembly.actions.command",
    "Keeps the command of an action that only asks.",
    actions,
    "check_command",
)
def _(original, fay, action, name, caller, within):
    found = original(fay, action, name, caller, within)
    return found if found != "by_command" or actions.acts_at_all(action) else None


@faulty(
    "assembly.actions.command/every-mode",
    "assembly.actions.command assembly.control-mode.ego",
    "Wants commands in every control mode.",
    actions,
    "check_command",
)
def _(original, fay, action, name, caller, within):
    mode, fay.mode = fay.mode, "command"
    try:
        return original(fay, action, name, caller, within)
    finally:
        fay.mode = mode


@faulty(
    "assembly.actions.kept/consumed-first",
    "assembly.actions.kept",
    "Consumes a command before the other checks.",
    actions,
    "check_declared",
)
def _(original, fay, action):
    name = next(name for name, each in fay.actions.items() if each is action)
    before = fay.commands.get(name, 0)
    try:
        original(fay, action)
    except actions.Refused:
        fay.commands[name] = max(before - 1, 0)
        raise


@faulty(
    "assembly.actions.kept/consumed-by-a-cycle",
    "assembly.actions.kept",
    "Consumes the command of an action that would wait for itself.",
    actions,
    "judge",
)
def _(original, fay, made, asked):
    try:
        return original(fay, made, asked)
    except actions.Refused as refused:
        if refused.reason in ("call_cycle", "not_authenticated") and fay.commands.get(made["action"], 0) > 0:
            fay.commands[made["action"]] -= 1
        raise

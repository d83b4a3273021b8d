"""Faults of judging the actions of an iFay."""

from fayger_check import actions, assembly
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
def _(original, fay, action, name, within):
    found = original(fay, action, name, within)
    return found if found != "by_command" or actions.acts_at_all(action) else None


@faulty(
    "assembly.actions.command/every-mode",
    "assembly.actions.command assembly.control-mode.ego",
    "Wants commands in every control mode.",
    actions,
    "check_command",
)
def _(original, fay, action, name, within):
    mode, fay.mode = fay.mode, "command"
    try:
        return original(fay, action, name, within)
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


# Permissions.


@faulty(
    "assembly.actions.permission/undeclared",
    "assembly.actions.permission",
    "Asks for a permission that nobody declares.",
    actions,
    "check_declared",
)
def _(original, fay, action):
    return None


@faulty(
    "assembly.actions.permission/inherent-asked",
    "assembly.actions.permission",
    "Asks for inherent permissions, too.",
    actions,
    "check_given",
)
def _(original, fay, action, made, asked):
    inherent, fay.inherent = fay.inherent, []
    try:
        return original(fay, action, made, asked)
    finally:
        fay.inherent = inherent


@faulty(
    "assembly.actions.permission/persistent-is-given",
    "assembly.actions.permission assembly.actions.persistent",
    "Takes a persistent permission for given.",
    actions,
    "check_given",
)
def _(original, fay, action, made, asked):
    return None


@faulty(
    "assembly.actions.persistent/given-once",
    "assembly.actions.persistent",
    "Asks for each action.",
    actions,
    "give",
)
def _(original, fay, permission):
    return None


@faulty(
    "assembly.actions.persistent/given-with-all",
    "assembly.actions.persistent",
    "Gives every persistent permission with the first.",
    actions,
    "give",
)
def _(original, fay, permission):
    for each in fay.persistent:
        original(fay, each)


@faulty(
    "assembly.actions.persistent/order-of-the-host",
    "assembly.actions.persistent",
    "Tries methods in the order of the host.",
    actions,
    "methods_of",
)
def _(original, fay):
    return [method for method in fay.methods if method in fay.declared_methods]


@faulty(
    "assembly.actions.persistent/any-method",
    "assembly.actions.persistent",
    "Tries every method of the host, declared or not.",
    actions,
    "methods_of",
)
def _(original, fay):
    return original(fay) + [method for method in fay.methods if method not in fay.declared_methods]


@faulty(
    "assembly.actions.persistent/methods-that-are-not-there",
    "assembly.actions.persistent",
    "Tries every declared method.",
    actions,
    "methods_of",
)
def _(original, fay):
    return list(dict.fromkeys(fay.declared_methods))


@faulty(
    "assembly.actions.persistent/first-method-alone",
    "assembly.actions.persistent",
    "Tries the first method alone.",
    actions,
    "methods_of",
)
def _(original, fay):
    return original(fay)[:1]


# Confirmation.


@faulty(
    "assembly.actions.confirmation/silence-is-consent",
    "assembly.actions.confirmation",
    "Takes no answer for a yes.",
    actions,
    "check_confirmed",
)
def _(original, made, asked):
    return original(dict({"confirmed": True}, **made), asked)


@faulty(
    "assembly.actions.confirmation/twice",
    "assembly.actions.confirmation",
    "Asks for the skill and for the permission.",
    actions,
    "judge",
)
def _(original, fay, made, asked):
    opened = original(fay, made, asked)
    action = fay.actions[made["action"]]
    if actions.check_boundaries(fay, action).count("confirm") == 2:
        asked.insert(0, "confirmation")
    return opened


@faulty(
    "assembly.actions.confirmation/behind-authentication",
    "assembly.actions.confirmation assembly.actions.order",
    "Asks for the permission first.",
    actions,
    "check_confirmed",
)
def _(original, made, asked):
    original(made, asked)
    asked.remove("confirmation")


@faulty(
    "assembly.actions.confirmation/never",
    "assembly.actions.confirmation assembly.actions.boundaries",
    "Asks nobody.",
    actions,
    "needs_confirmation",
)
def _(original, verdicts):
    return False


@faulty(
    "assembly.actions.confirmation/not-where-given",
    "assembly.actions.confirmation",
    "Asks nobody once a permission was proved.",
    actions,
    "check_boundaries",
)
def _(original, fay, action):
    found = original(fay, action)
    return [] if action.get("permission") in fay.given else found


@faulty(
    "assembly.actions.reply/always-denied",
    "assembly.actions.reply",
    "Answers everything that is refused with `access_denied`.",
    actions,
    "host_error",
)
def _(original, reason):
    return "access_denied"


@faulty(
    "assembly.actions.reply/hides-what-is-there",
    "assembly.actions.reply",
    "Answers what is refused as if it were not there.",
    actions,
    "host_error",
)
def _(original, reason):
    return "not_found"


# Calls.


@faulty(
    "assembly.calls/no-service",
    "assembly.calls",
    "Knows the actions of parts alone.",
    actions,
    "actions_of",
)
def _(original, manifest, own, drivers):
    found = original(manifest, own, drivers)
    return {name: each for name, each in found.items() if each["part"] != assembly.RUNTIME}


@faulty(
    "assembly.calls/no-drivers",
    "assembly.calls",
    "Reaches drivers through the hub alone.",
    actions,
    "actions_of",
)
def _(original, manifest, own, drivers):
    return original(manifest, own, [])


@faulty(
    "assembly.implementations.actions/table-alone",
    "assembly.implementations.actions assembly.actions",
    "Knows the actions of the table alone.",
    actions,
    "actions_of",
)
def _(original, manifest, own, drivers):
    return original(manifest, {}, drivers)


@faulty(
    "assembly.implementations.actions/one-of-each-name",
    "assembly.implementations.actions",
    "Keeps what is known of actions by their names without the part.",
    actions,
    "actions_of",
)
def _(original, manifest, own, drivers):
    found = original(manifest, own, drivers)
    last = {name.partition(".")[2]: each for name, each in found.items()}
    return {name: dict(last[name.partition(".")[2]], part=each["part"]) for name, each in found.items()}


@faulty(
    "assembly.calls.within/first-served",
    "assembly.calls.within",
    "Takes a call for part of the one that its part began to serve first.",
    actions,
    "within_of",
)
def _(original, fay, caller):
    return next((each for each in fay.serving if each.part == caller), None)


@faulty(
    "assembly.calls.within/never",
    "assembly.calls.within assembly.calls.cycle",
    "Takes no call for part of another.",
    actions,
    "within_of",
)
def _(original, fay, caller):
    return None


@faulty(
    "assembly.calls.within/handed-over",
    "assembly.calls.within",
    "Takes a call for part of the last that was handed to its part, served or not.",
    actions,
    "within_of",
)
def _(original, fay, caller):
    handed = [each for _, each in sorted(fay.calls.items()) if each.part == caller]
    return handed[-1] if handed else None


@faulty(
    "assembly.calls.within/served-for-ever",
    "assembly.calls.within",
    "Takes a call for part of one that was answered.",
    actions,
    "end",
)
def _(original, fay, opened):
    return None


@faulty(
    "assembly.calls.cycle/nearest",
    "assembly.calls.cycle",
    "Looks at the part that calls, and at nobody who waits for it.",
    actions,
    "waiting",
)
def _(original, caller, within):
    return [caller]


@faulty(
    "assembly.calls.cycle/two",
    "assembly.calls.cycle",
    "Looks at the call that it is part of, and not at those around it.",
    actions,
    "waiting",
)
def _(original, caller, within):
    return original(caller, within)[:2]


@faulty(
    "assembly.calls.cycle/never",
    "assembly.calls.cycle",
    "Looks for no cycles.",
    actions,
    "check_cycle",
)
def _(original, action, caller, within):
    return None


@faulty(
    "assembly.calls.cycle/busy",
    "assembly.calls.cycle",
    "Refuses a call to a part that serves another.",
    actions,
    "judge",
)
def _(original, fay, made, asked):
    opened = original(fay, made, asked)
    if any(each.part == opened.part for each in fay.serving):
        raise actions.Refused("call_cycle")
    return opened

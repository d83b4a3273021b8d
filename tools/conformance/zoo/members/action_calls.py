"""Faults of judging the actions of an iFay: permissions, confirmation, calls."""

from fayger_check import actions, assembly
from museum import faulty


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

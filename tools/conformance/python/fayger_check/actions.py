"""Which action of an iFay is done, and which is refused. @spec assembly.actions"""

from . import assembly, fay_resolution

MAIN = "assembly/main"


class Refused(Exception):
    """A reason of the table `action-refusals`."""

    def __init__(self, reason):
        Exception.__init__(self, reason)
        self.reason = reason


class Call:
    """A call that was handed to its part."""

    def __init__(self, caller, part, within, commanded):
        self.caller, self.part, self.within, self.commanded = caller, part, within, commanded


class Fay:
    """One iFay: what it declares, its actions, and where it stands."""

    def __init__(self, manifest, own, drivers, methods):
        self.mode, self.methods = manifest["controlMode"], methods
        permissions = manifest.get("permissions", {})
        self.inherent = permissions.get("inherent", [])
        self.persistent = permissions.get("persistent", [])
        self.declared_methods = permissions.get("authMethods", [])
        self.constraints = manifest.get("ego", {}).get("constraints", {})
        self.actions = actions_of(manifest, own, drivers)
        self.commands, self.given, self.calls, self.serving = {}, set(), {}, []


def actions_of(manifest, own, drivers):
    """Every action by its name: those of the table, of the implementations, and of the assembly service."""
    found = {}
    parts = list(assembly.guests(fay_resolution.resolve(manifest)))
    for part in parts + list(drivers) + [assembly.RUNTIME]:
        of_table = [] if part in drivers else assembly.table_actions(part)
        for action in of_table + list(own.get(part, [])):
            found[part + "." + action["name"]] = dict(action, part=part)
    return found


def act(fay, acts):
    """What became of each call, in their order."""
    judged = []
    for each in acts:
        if each["do"] == "command":
            command(fay, each["action"])
        elif each["do"] == "call":
            judged.append(call(fay, each, len(judged) + 1))
        elif each["call"] in fay.calls:
            if each["do"] == "serve":
                serve(fay, fay.calls[each["call"]])
            else:
                end(fay, fay.calls.pop(each["call"]))
    return judged


def command(fay, action):
    """One command of this name more. @spec assembly.control-mode.command"""
    fay.commands[action] = fay.commands.get(action, 0) + 1


def serve(fay, opened):
    """A call is begun once."""
    if not any(each is opened for each in fay.serving):
        fay.serving.append(opened)


def end(fay, opened):
    fay.serving = [each for each in fay.serving if each is not opened]


def call(fay, made, number):
    asked = []
    try:
        opened = judge(fay, made, asked)
    except Refused as refused:
        answer = {"is": "refused", "reason": refused.reason, "host_error": host_error(refused.reason)}
    else:
        answer = {"is": "done"}
        if opened.part != assembly.RUNTIME:
            fay.calls[number] = opened
    return dict(answer, **({"asked": asked} if asked else {}))


def host_error(reason):
    """@spec assembly.actions.reply"""
    return {"unknown_action": "not_found", "call_cycle": "would_block"}.get(reason, "access_denied")


def judge(fay, made, asked):
    """The call, or the first reason that refuses it. @spec assembly.actions.order"""
    name, caller = made["action"], made.get("caller", MAIN)
    action = action_named(fay, name)
    within = within_of(fay, caller)
    verdicts = check_boundaries(fay, action)
    commanded = check_command(fay, action, name, caller, within)
    check_declared(fay, action)
    if needs_confirmation(verdicts):
        check_confirmed(made, asked)
    check_given(fay, action, made, asked)
    check_cycle(action, caller, within)
    if commanded == "by_command":
        consume(fay, name)
    return Call(caller, action["part"], within, bool(commanded))


def action_named(fay, name):
    if name not in fay.actions:
        raise Refused("unknown_action")
    return fay.actions[name]


def within_of(fay, caller):
    """The call that the part began to serve last, of those it has not answered. @spec assembly.calls.within"""
    served = [each for each in fay.serving if each.part == caller]
    return served[-1] if served else None


# Boundaries. @spec assembly.actions.boundaries


def check_boundaries(fay, action):
    """What they say of skill and permission."""
    if not binds(fay):
        return []
    verdicts = []
    for kind in ("skill", "permission"):
        verdict = bounded(fay.constraints.get(kind + "Boundaries", {}), action.get(kind))
        if verdict in ("restricted", "not_allowed"):
            raise Refused(kind + "_" + verdict)
        verdicts.append(verdict)
    return verdicts


def binds(fay):
    """They bind a model, and not a person."""
    return fay.mode in ("ego", "autonomous")


def bounded(boundaries, name):
    """The strictest list counts; what has no name is not bounded."""
    if name is None:
        return None
    if name in boundaries.get("restricted", []):
        return "restricted"
    if name in boundaries.get("requiresConfirmation", []):
        return "confirm"
    return "not_allowed" if "allowed" in boundaries and name not in boundaries["allowed"] else None


def needs_confirmation(verdicts):
    return "confirm" in verdicts


def check_confirmed(made, asked):
    """Asked once an action; where nobody answers it is refused. @spec assembly.actions.confirmation"""
    asked.append("confirmation")
    if not made.get("confirmed", False):
        raise Refused("not_confirmed")


# Commands. @spec assembly.actions.command


def check_command(fay, action, name, caller, within):
    """How it is commanded: as a part of a commanded action, `by_command`, or not."""
    if fay.mode != "command":
        return None
    if is_part_of_commanded(within):
        return "as_part"
    if may_consume(caller) and fay.commands.get(name, 0) > 0:
        return "by_command"
    if acts_at_all(action):
        raise Refused("not_commanded")
    return None


def is_part_of_commanded(within):
    return within is not None and within.commanded


def may_consume(caller):
    """Commands are given to the entry code, and to no part."""
    return caller == MAIN


def acts_at_all(action):
    """An action without skill and permission only asks."""
    return "skill" in action or "permission" in action


def consume(fay, name):
    """Only by an action that passed every check. @spec assembly.actions.kept"""
    fay.commands[name] -= 1


# Permissions. @spec assembly.actions.permission


def check_declared(fay, action):
    permission = action.get("permission")
    if permission is not None and permission not in list(fay.inherent) + list(fay.persistent):
        raise Refused("permission_not_declared")


def check_given(fay, action, made, asked):
    """@spec assembly.actions.persistent"""
    permission = action.get("permission")
    if permission is None or permission in fay.inherent or permission in fay.given:
        return
    for method in methods_of(fay):
        asked.append(method)
        if method in made.get("proves", []):
            give(fay, permission)
            return
    raise Refused("not_authenticated")


def methods_of(fay):
    """Those that are declared and that the host has, in the order of declaration, each once."""
    return [method for method in dict.fromkeys(fay.declared_methods) if method in fay.methods]


def give(fay, permission):
    """It stays given."""
    fay.given.add(permission)


# Cycles.


def check_cycle(action, caller, within):
    """@spec assembly.calls.cycle"""
    if action["part"] in waiting(caller, within):
        raise Refused("call_cycle")


def waiting(caller, within):
    """Who made the call, and who made those that it is part of."""
    found = [caller]
    while within is not None:
        found.append(within.caller)
        within = within.within
    return found

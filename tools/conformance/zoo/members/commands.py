"""Faults of commands that overlap."""

from fayger_check import commands, lifecycle
from museum import faulty


@faulty(
    "lifecycle.one-command/queued",
    "lifecycle.one-command",
    "Lets a second command take the place of the first.",
    commands,
    "check_alone",
)
def _(original, life, trigger):
    pass


@faulty(
    "lifecycle.one-command/legal-ones-only",
    "lifecycle.one-command",
    "Refuses an illegal command as illegal, whatever is pending.",
    commands,
    "check_alone",
)
def _(original, life, trigger):
    if lifecycle.row_for(life.state, trigger) is None:
        commands.illegal(life, trigger, None)
    original(life, trigger)


@faulty(
    "lifecycle.one-command/pending-not-named",
    "lifecycle.one-command",
    "Says that a command is illegal, and not which one it waits for.",
    commands,
    "illegal",
)
def _(original, life, trigger, pending):
    original(life, trigger, pending if pending == "terminate" else None)


@faulty(
    "lifecycle.one-command/names-itself",
    "lifecycle.one-command",
    "Names the refused command as the one that is pending.",
    commands,
    "illegal",
)
def _(original, life, trigger, pending):
    original(life, trigger, trigger if pending not in (None, "terminate") else pending)


@faulty(
    "lifecycle.one-command/state-at-once",
    "lifecycle.one-command lifecycle.transitions",
    "Enters the new state when it accepts a command.",
    commands,
    "give",
)
def _(original, life, step, place):
    original(life, step, place)
    if life.pending is not None and life.outcomes[place] == {"is": "pending"}:
        number, life.pending = life.pending, None
        commands.move(life, step["trigger"])
        life.pending = number


@faulty(
    "lifecycle.terminate-wins/waits-its-turn",
    "lifecycle.terminate-wins",
    "Refuses `terminate` while another command is pending.",
    commands,
    "check_alone",
)
def _(original, life, trigger):
    if life.pending is not None:
        commands.illegal(life, trigger, life.pending_trigger())


@faulty(
    "lifecycle.terminate-wins/silently",
    "lifecycle.terminate-wins",
    "Ends the instance, and answers the command that was pending never.",
    commands,
    "answer_terminated",
)
def _(original, life, number):
    pass


@faulty(
    "lifecycle.terminate-wins/done",
    "lifecycle.terminate-wins",
    "Tells the command that `terminate` overtakes that it was done.",
    commands,
    "answer_terminated",
)
def _(original, life, number):
    commands.answer(life, number, {"is": "done"})


@faulty(
    "lifecycle.terminate-wins/unnamed",
    "lifecycle.terminate-wins",
    "Does not tell the command what overtook it.",
    commands,
    "answer_terminated",
)
def _(original, life, number):
    commands.answer_illegal(life, number, None)


@faulty(
    "lifecycle.terminate-wins/finished-all-the-same",
    "lifecycle.terminate-wins lifecycle.failure-overtakes",
    "Finishes the work of a command that was overtaken.",
    commands,
    "check_open",
)
def _(original, life, step, place):
    return original(life, step, place) or life.outcomes[place].update({"is": "done"})


@faulty(
    "lifecycle.failure-overtakes/always-its-own",
    "lifecycle.failure-overtakes",
    "Answers a pending command with whatever failed.",
    commands,
    "overtaking_failure",
)
def _(original):
    return commands.own_failure()


@faulty(
    "lifecycle.failure-overtakes/never-its-own",
    "lifecycle.failure-overtakes",
    "Answers a command that failed with the failed instance.",
    commands,
    "own_failure",
)
def _(original):
    return commands.overtaking_failure()


@faulty(
    "lifecycle.failure-overtakes/no-cause",
    "lifecycle.failure-overtakes",
    "Tells a command that the instance failed, and not why.",
    commands,
    "overtaking_failure",
)
def _(original):
    return {"is": "refused", "code": "RT_INSTANCE_FAILED"}


@faulty(
    "lifecycle.failure-overtakes/by-any-command",
    "lifecycle.failure-overtakes",
    "Takes the failure of any command for that of the one that is pending.",
    commands,
    "fail",
)
def _(original, life, step, place):
    original(life, dict(step, command=life.pending) if "command" in step else step, place)


@faulty(
    "lifecycle.illegal-transition/overtaken-in-the-old-state",
    "lifecycle.illegal-transition",
    "Answers a command that the program's end overtakes with the state it was given in.",
    commands,
    "answer_overtaken",
)
def _(original, life, number):
    state, life.state = life.state, "Running"
    original(life, number)
    life.state = state


@faulty(
    "lifecycle.illegal-transition/overtaken-by-name",
    "lifecycle.illegal-transition",
    "Names the runtime's own trigger as a command that is pending.",
    commands,
    "answer_overtaken",
)
def _(original, life, number):
    commands.answer_illegal(life, number, life.transitions[-1]["trigger"])


@faulty(
    "lifecycle.events/without-the-state-before",
    "lifecycle.events",
    "Publishes where a transition leads and not where it began.",
    commands,
    "move",
)
def _(original, life, trigger):
    original(life, trigger)
    life.transitions[-1].pop("from", None)


@faulty(
    "lifecycle.transitions/guard-ends-the-instance",
    "lifecycle.transitions lifecycle.one-command",
    "Lets an instance fail whose command was refused.",
    commands,
    "refuse",
)
def _(original, life, step, place):
    original(life, step, place)
    if life.outcomes[place] == {"is": "done"}:
        commands.move(life, "fail")

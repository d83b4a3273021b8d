"""Commands that are pending, and what overtakes them. @spec lifecycle.one-command"""

from . import lifecycle
from .refusal import Refusal

FAILURE = "RT_TRAP"
AT_ONCE = ("load", "restore", "terminate")
GUARD_CODES = {"required_granted": "RT_CAPABILITY_INSUFFICIENT", "no_quota_exceeded": "RT_QUOTA_EXCEEDED"}


class Life:
    """One instance. `given`: the place of each command's outcome, and its trigger; `pending`: the number of one."""

    def __init__(self):
        self.state, self.pending, self.given = None, None, []
        self.outcomes, self.transitions = [], []

    def pending_trigger(self):
        return self.given[self.pending - 1][1] if self.pending is not None else None


def take(steps):
    """The life behind all steps, and the state behind each."""
    life, states = Life(), []
    for step in steps:
        place = len(life.outcomes)
        life.outcomes.append({"is": "done"})
        try:
            globals()[step["do"]](life, step, place)
        except Refusal as refusal:
            life.outcomes[place] = refused(refusal)
        states.append(life.state or "")
    return life, states


def give(life, step, place):
    trigger = step["trigger"]
    life.given.append((place, trigger))
    number = len(life.given)
    check_alone(life, trigger)
    check_legal(life, trigger)
    if trigger in AT_ONCE:
        overtaken = life.pending
        move(life, trigger)
        if overtaken is not None:
            answer_terminated(life, overtaken)
    else:
        life.pending = number
        life.outcomes[place] = {"is": "pending"}


def check_alone(life, trigger):
    """@spec lifecycle.one-command lifecycle.terminate-wins"""
    if life.pending is not None and trigger != "terminate":
        illegal(life, trigger, life.pending_trigger())


def check_legal(life, trigger):
    if lifecycle.row_for(life.state, trigger) is None:
        lifecycle.check_instance(life.state)
        illegal(life, trigger, None)


def illegal(life, trigger, pending):
    """@spec lifecycle.illegal-transition"""
    context = {"current_state": life.state, "trigger": trigger, "allowed": lifecycle.allowed(life.state)}
    raise Refusal("RT_ILLEGAL_TRANSITION", **(dict(context, pending=pending) if pending is not None else context))


def move(life, trigger):
    row = lifecycle.row_for(life.state, trigger)
    told = {"trigger": trigger, "to": row["to"]}
    life.transitions.append(dict(told, **({"from": life.state} if life.state is not None else {})))
    life.state, life.pending = row["to"], None


def answer(life, number, outcome):
    life.outcomes[life.given[number - 1][0]] = outcome


def answer_illegal(life, number, pending):
    try:
        illegal(life, life.given[number - 1][1], pending)
    except Refusal as refusal:
        answer(life, number, refused(refusal))


def answer_terminated(life, number):
    """@spec lifecycle.terminate-wins"""
    answer_illegal(life, number, "terminate")


def answer_overtaken(life, number):
    """By `complete` or `quota`."""
    answer_illegal(life, number, None)


def finish(life, step, place):
    if check_open(life, step, place):
        number = life.pending
        move(life, life.given[number - 1][1])
        answer(life, number, {"is": "done"})


def refuse(life, step, place):
    if check_open(life, step, place):
        answer(life, life.pending, {"is": "refused", "code": GUARD_CODES[step["guard"]]})
        life.pending = None


def check_open(life, step, place):
    """Whether the command still waits for its answer; the end of any other is of no effect."""
    if life.pending == step["command"]:
        return True
    life.outcomes[place] = {"is": "nothing"}
    return False


def fail(life, step, place):
    """@spec lifecycle.failure-overtakes"""
    lifecycle.check_instance(life.state)
    check_legal(life, "fail")
    number, own = life.pending, life.pending is not None and life.pending == step.get("command")
    move(life, "fail")
    if number is not None:
        answer(life, number, own_failure() if own else overtaking_failure())


def own_failure():
    return {"is": "refused", "code": FAILURE}


def overtaking_failure():
    return {"is": "refused", "code": "RT_INSTANCE_FAILED", "causes": [FAILURE]}


def fire(life, step, place):
    lifecycle.check_instance(life.state)
    check_legal(life, step["trigger"])
    number = life.pending
    move(life, step["trigger"])
    if number is not None:
        answer_overtaken(life, number)


def refused(refusal):
    told = {name: value for name, value in refusal.context.items() if name != "instance"}
    return dict({"is": "refused", "code": refusal.code}, **told)

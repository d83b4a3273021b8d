"""Faults of the lifecycle."""

from fayger_check import lifecycle, operations, tables
from museum import faulty


def with_row(start, trigger, end):
    """A table of transitions with one row more."""

    def row_for(original, state, name):
        if (state, name) == (start, trigger):
            return {"from": start, "trigger": trigger, "to": end}
        return original(state, name)

    return row_for


def without_row(start, trigger):
    """A table of transitions that lacks a row."""

    def row_for(original, state, name):
        return None if (state, name) == (start, trigger) else original(state, name)

    return row_for


ADDED = {
    "start-twice": ("Running", "start", "Running", "Takes `start` of a running program for done."),
    "init-twice": ("Initialized", "init", "Initialized", "Takes `init` of an initialised program for done."),
    "start-from-loaded": ("Loaded", "start", "Running", "Initialises on the way where `start` comes first."),
    "suspend-twice": ("Suspended", "suspend", "Suspended", "Takes `suspend` of a suspended program for done."),
    "suspend-before-start": ("Initialized", "suspend", "Suspended", "Suspends what has not begun to run."),
    "resume-running": ("Running", "resume", "Running", "Takes `resume` of a running program for done."),
    "terminate-twice": ("Terminated", "terminate", "Terminated", "Takes `terminate` of an ended instance for done."),
    "start-again": ("Terminated", "start", "Running", "Starts an ended instance once more."),
    "init-again-after-failure": ("Failed", "init", "Initialized", "Lets a failed instance be initialised again."),
    "resume-after-failure": ("Failed", "resume", "Running", "Lets a failed instance go on."),
    "failure-after-failure": ("Failed", "fail", "Failed", "Lets an instance fail again and overwrites why it did."),
    "failure-after-the-end": ("Terminated", "fail", "Failed", "Lets an ended instance fail when a late call does."),
    "complete-while-suspended": ("Suspended", "complete", "Terminated", "Completes an instance while it is suspended."),
    "quota-before-running": ("Initialized", "quota", "Suspended", "Suspends by quota what does not run."),
    "load-twice": ("Loaded", "load", "Loaded", "Takes a second `load` of the same artifact for done."),
    "restore-over": ("Suspended", "restore", "Suspended", "Restores a snapshot over an instance that is there."),
}
for _name, (_start, _trigger, _end, _story) in ADDED.items():
    faulty("lifecycle.transitions/" + _name, "lifecycle.transitions lifecycle.illegal-transition", _story, lifecycle, "row_for")(
        with_row(_start, _trigger, _end)
    )

MISSING = {
    "no-end-before-init": ("Loaded", "terminate", "Has nothing to end before `init` and refuses to."),
    "no-end-before-start": ("Initialized", "terminate", "Ends only what has run."),
    "no-end-while-suspended": ("Suspended", "terminate", "Wants a suspended program resumed before it ends it."),
    "no-end-after-failure": ("Failed", "terminate", "Takes Failed for an end, so that its instances are never given back."),
    "no-failure-before-init": ("Loaded", "fail", "Cannot fail before code has run."),
    "no-failure-before-start": ("Initialized", "fail", "Cannot fail between `init` and `start`."),
    "no-failure-while-suspended": ("Suspended", "fail", "Cannot fail while suspended."),
    "no-quota": ("Running", "quota", "Fails where a quota is reached, and knows no trigger for it."),
    "no-restore": (None, "restore", "Makes instances by `load` alone."),
}
for _name, (_start, _trigger, _story) in MISSING.items():
    faulty("lifecycle.transitions/" + _name, "lifecycle.transitions", _story, lifecycle, "row_for")(
        without_row(_start, _trigger)
    )


@faulty(
    "lifecycle.transitions/restored-as-loaded",
    "lifecycle.transitions",
    "Restores an instance into the state in which `load` leaves one.",
    lifecycle,
    "row_for",
)
def _(original, state, trigger):
    row = original(state, trigger)
    return dict(row, to="Loaded") if row and trigger == "restore" else row


@faulty(
    "lifecycle.transitions/completed-goes-on",
    "lifecycle.transitions",
    "Leaves a completed program Running until somebody ends it.",
    lifecycle,
    "row_for",
)
def _(original, state, trigger):
    row = original(state, trigger)
    return dict(row, to="Running") if row and trigger == "complete" else row


@faulty(
    "lifecycle.transitions/quota-ends",
    "lifecycle.transitions",
    "Fails an instance that reaches its quota, where it is suspended.",
    lifecycle,
    "row_for",
)
def _(original, state, trigger):
    row = original(state, trigger)
    return dict(row, to="Failed") if row and trigger == "quota" else row


@faulty(
    "lifecycle.start.missing/guard-not-asked",
    "lifecycle.start.missing lifecycle.transitions",
    "Starts a program without the capabilities that it requires.",
    lifecycle,
    "check_guard",
)
def _(original, row, failing):
    if row["trigger"] != "start":
        original(row, failing)


@faulty(
    "lifecycle.snapshot.restore/guard-not-asked",
    "lifecycle.snapshot.restore lifecycle.transitions",
    "Restores an instance with the capabilities it had, and asks for none.",
    lifecycle,
    "check_guard",
)
def _(original, row, failing):
    if row["trigger"] != "restore":
        original(row, failing)


@faulty(
    "quotas.resume/guard-not-asked",
    "quotas.resume lifecycle.transitions",
    "Resumes a program whose quota is still exceeded.",
    lifecycle,
    "check_guard",
)
def _(original, row, failing):
    if row["trigger"] != "resume":
        original(row, failing)


@faulty(
    "lifecycle.start.missing/fails-the-instance",
    "lifecycle.start.missing",
    "Lets the instance fail where `start` is refused.",
    operations,
    "take_through",
)
def _(original, inputs):
    made = original(inputs)
    if made.get("code") == "RT_CAPABILITY_INSUFFICIENT" and "state" in made["effects"]:
        made["effects"] = {"events": made["effects"]["events"] + ["lifecycle.transition"], "state": "Failed"}
    return made


@faulty(
    "lifecycle.start.missing/code-of-the-transition",
    "lifecycle.start.missing quotas.resume",
    "Has one code for what does not lead to another state.",
    lifecycle,
    "check_guard",
)
def _(original, row, failing):
    if row.get("guard") in failing and "guard" in row:
        lifecycle.refuse_illegal(row["from"], row["trigger"])


@faulty(
    "lifecycle.start.missing/any-guard",
    "lifecycle.transitions quotas.resume",
    "Has one guard for everything: nothing goes on while one of them does not hold.",
    lifecycle,
    "check_guard",
)
def _(original, row, failing):
    original(row, [row["guard"]] if failing and "guard" in row else failing)


@faulty(
    "lifecycle.illegal-transition/commands-alone",
    "lifecycle.illegal-transition",
    "Lists the commands that are allowed, and not the runtime's own triggers.",
    lifecycle,
    "allowed",
)
def _(original, state):
    own = [row["name"] for row in tables.table("lifecycle")["triggers"] if row["by"] == "runtime"]
    return [name for name in original(state) if name not in own]


@faulty(
    "lifecycle.illegal-transition/by-the-alphabet",
    "lifecycle.illegal-transition",
    "Lists the allowed triggers by the alphabet.",
    lifecycle,
    "allowed",
)
def _(original, state):
    return sorted(original(state))


@faulty(
    "lifecycle.illegal-transition/fails-the-instance",
    "lifecycle.illegal-transition",
    "Takes an illegal trigger for a failure of the instance.",
    operations,
    "take_through",
)
def _(original, inputs):
    made = original(inputs)
    if made.get("code") == "RT_ILLEGAL_TRANSITION":
        made["effects"] = {"events": made["effects"]["events"] + ["lifecycle.transition"], "state": "Failed"}
    return made


@faulty(
    "lifecycle.events/refused-ones-too",
    "lifecycle.events",
    "Publishes a transition for every trigger, also where none happened.",
    operations,
    "take_through",
)
def _(original, inputs):
    made = original(inputs)
    if made["verdict"] == "reject":
        made["effects"] = dict(made["effects"], events=made["effects"]["events"] + ["lifecycle.transition"])
    return made


@faulty(
    "lifecycle.events/first-is-silent",
    "lifecycle.events",
    "Publishes transitions from one state to another, and nothing when an instance is made.",
    operations,
    "transition_events",
)
def _(original, states):
    return original(states[1:])


@faulty(
    "runtime.instance-not-found/illegal-instead",
    "runtime.instance-not-found",
    "Calls every trigger before there is an instance an illegal one.",
    lifecycle,
    "check_instance",
)
def _(original, state):
    pass


@faulty(
    "lifecycle.illegal-transition/state-after-it",
    "lifecycle.illegal-transition",
    "Gives the state that it would have entered as the current one.",
    lifecycle,
    "refuse_illegal",
)
def _(original, state, trigger):
    ends = [row["to"] for row in tables.rows("lifecycle") if row["trigger"] == trigger]
    try:
        original(state, trigger)
    except lifecycle.Refusal as refusal:
        refusal.context["current_state"] = ends[0] if ends else state
        raise


@faulty(
    "lifecycle.illegal-transition/nothing-happens",
    "lifecycle.illegal-transition",
    "Ignores triggers that the state does not have.",
    lifecycle,
    "step",
)
def _(original, state, trigger, failing):
    return original(state, trigger, failing) if state is None or lifecycle.row_for(state, trigger) else state


@faulty(
    "lifecycle.terminated-answerable/forgotten",
    "lifecycle.terminated-answerable lifecycle.illegal-transition",
    "Forgets an instance that has ended, and knows no instance of its id any more.",
    lifecycle,
    "refuse_illegal",
)
def _(original, state, trigger):
    if state == "Terminated":
        lifecycle.check_instance(None)
    original(state, trigger)

"""The lifecycle of an instance, by the rows of spec/tables/lifecycle.yaml. @spec lifecycle.transitions"""

from . import tables
from .refusal import Refusal

INSTANCE = "instance#1"


def row_for(state, trigger):
    """The transition that a trigger makes in a state, or None; the state before `load` is None."""
    for row in tables.rows("lifecycle"):
        if row["from"] == state and row["trigger"] == trigger:
            return row
    return None


def step(state, trigger, failing):
    """The state after a trigger. `failing`: the guards that do not hold."""
    row = row_for(state, trigger)
    if row is None:
        check_instance(state)
        refuse_illegal(state, trigger)
    check_guard(row, failing)
    return row["to"]


def check_instance(state):
    """Before there is an instance, only what makes one has a row. @spec runtime.instance-not-found"""
    if state is None:
        raise Refusal("RT_INSTANCE_NOT_FOUND", instance=INSTANCE)


def refuse_illegal(state, trigger):
    """@spec lifecycle.illegal-transition"""
    raise Refusal(
        "RT_ILLEGAL_TRANSITION", instance=INSTANCE, current_state=state, trigger=trigger, allowed=allowed(state)
    )


def allowed(state):
    """The triggers of a state in the order of their numbers."""
    return [row["name"] for row in tables.table("lifecycle")["triggers"] if row_for(state, row["name"])]


def check_guard(row, failing):
    """The condition of a row; where it fails nothing changes. Which capabilities or which quota, a table does not say.
    @spec lifecycle.start.missing"""
    if row.get("guard") in failing and "guard" in row:
        context = {} if row["from"] is None else {"instance": INSTANCE}
        raise Refusal(row["code"], **context)

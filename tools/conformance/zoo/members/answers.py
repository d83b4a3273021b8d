"""Faults of the adapter to a runner itself: how an answer is put."""

from fayger_check import operations
from museum import faulty


@faulty(
    "conformance.refusal/code-of-the-loader",
    "conformance.refusal",
    "Refuses a document that stands alone with the code of a load.",
    operations,
    "check_fault",
)
def _(original, fault):
    try:
        original(fault)
    except operations.Refusal as refusal:
        refusal.code = "LDR_MANIFEST_INVALID"
        raise


@faulty(
    "conformance.refusal/path-left-out",
    "conformance.refusal encoding.reasons",
    "Answers the reason of a refused document, and neither path nor offset.",
    operations,
    "check_fault",
)
def _(original, fault):
    try:
        original(fault)
    except operations.Refusal as refusal:
        refusal.context = {"reason": refusal.context["reason"]}
        raise


@faulty(
    "conformance.refusal/reason-left-out",
    "conformance.refusal encoding.reasons",
    "Answers a code and keeps the reason in its log.",
    operations,
    "refused",
)
def _(original, refusal, effects=None, **result):
    made = original(refusal, effects, **result)
    made["context"].pop("reason", None)
    return made


@faulty(
    "conformance.refusal/as-accepted",
    "conformance.refusal",
    "Answers that a document was understood, as it understood what is wrong with it.",
    operations,
    "check_fault",
)
def _(original, fault):
    pass


@faulty(
    "conformance.value/capital-hexadecimal",
    "conformance.value",
    "Answers bytes in capital hexadecimal.",
    operations,
    "accepted",
)
def _(original, effects=None, **result):
    if isinstance(result.get("bytes"), str):
        result["bytes"] = result["bytes"].upper()
    return original(effects, **result)

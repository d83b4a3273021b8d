"""The bus: one instruction, its checks, and the reply. @spec instructions.check-order

`host` is what the vector says of the adapter and the host: granted, supported, decision, results, host_error.
"""

from collections import namedtuple

from . import instructions, tables
from .refusal import Refusal

# The reply's bytes, the Refusal behind it or None, and how many calls reached the host.
Answer = namedtuple("Answer", "reply refusal host_calls")

FIRST_CALL_ID = 1
TOGETHER_FROM = 31


def answer(data, host):
    """Answer an instruction of an instance that has done nothing yet. @spec instructions.bus"""
    calls = []
    try:
        reply = dispatch(data, host, calls)
        return Answer(reply, None, len(calls))
    except Refusal as refusal:
        return Answer(error_reply(refusal), refusal, len(calls))


def dispatch(data, host, calls):
    instruction = instructions.decode(data)
    check_granted(instruction, host)
    check_supported(instruction, host)
    check_host_function(instruction, host)
    check_policy(instruction, host)
    check_handles(instruction)
    calls.append(instruction)
    if instruction.asynchronous:
        return accepted_reply()
    check_host_call(instruction, host)
    return results_reply(host["results"])


def about(instruction, **more):
    """What an error says of the instruction it is about."""
    context = {"category": instruction.category, "opcode": instruction.opcode}
    if instruction.row is not None:
        context["instruction"] = name_of(instruction.row)
    return dict(context, **more)


def name_of(row):
    return row["category"] + "." + row["name"]


def check_granted(instruction, host):
    """@spec instructions.check-capabilities"""
    known = {row["bit"]: row["name"] for row in tables.rows("capabilities")}
    missing = [bit for bit in instruction.capability_bits if known.get(bit) not in host["granted"]]
    if missing:
        raise Refusal("ADP_CAPABILITY_DENIED", **about(instruction, missing=missing_names(missing, known)))


def missing_names(bits, known):
    """Names ascending by their bytes, then the bits without a name, ascending, and one text for all from 31 on."""
    named = sorted((known[bit] for bit in bits if bit in known), key=lambda name: name.encode("utf-8"))
    nameless = [bit for bit in bits if bit not in known]
    texts = ["bit %d" % bit for bit in nameless if bit < TOGETHER_FROM]
    together = ["bit %d or above" % TOGETHER_FROM] if any(bit >= TOGETHER_FROM for bit in nameless) else []
    return named + texts + together


def check_supported(instruction, host):
    """@spec instructions.check-supported"""
    if instruction.row is None or name_of(instruction.row) not in host["supported"]:
        raise Refusal("ADP_UNSUPPORTED_INSTRUCTION", **about(instruction))


def check_host_function(instruction, host):
    """@spec capabilities.host-functions"""
    asks = name_of(instruction.row) in ("host.call", "host.subscribe")
    if asks and instruction.operands[0].value not in host["host_functions"]:
        reason = "the manifest does not name the function"
        raise Refusal("ADP_POLICY_DENIED", **about(instruction, host_error="access_denied", reason=reason))


def check_policy(instruction, host):
    """A confirmation that nobody gives is a refusal. @spec instructions.policy"""
    if host["decision"] != "allow":
        reason = "the policy says " + host["decision"]
        raise Refusal("ADP_POLICY_DENIED", **about(instruction, host_error="access_denied", reason=reason))


def check_handles(instruction):
    """No handle is open, so none that a program names is. @spec instructions.handles.closed"""
    if any(operand.type == "handle" for operand in instruction.operands):
        raise Refusal("ADP_HOST_CALL_FAILED", **about(instruction, host_error="bad_handle"))


def check_host_call(instruction, host):
    if host["host_error"] is not None:
        raise Refusal("ADP_HOST_CALL_FAILED", **about(instruction, host_error=host["host_error"]))


# Replies. @spec instructions.reply


def results_reply(results):
    return b"\x00\x00" + results


def accepted_reply():
    """Status 0 and the call id. @spec instructions.async"""
    return b"\x00\x00" + u32(FIRST_CALL_ID)


def error_reply(refusal):
    """The low 16 bits of the code's number, and the host error. @spec instructions.reply"""
    status = tables.by("error-codes", "code")[refusal.code]["number"] & 0xFFFF
    number = tables.by("host-errors", "name")[host_error_of(refusal)]["number"]
    return status.to_bytes(2, "big") + u32(number)


def host_error_of(refusal):
    """Of an error that no host caused the chapter says which it is. @spec instructions.host-errors"""
    without_host = {
        "ADP_INSTRUCTION_MALFORMED": "invalid_argument",
        "ADP_CAPABILITY_DENIED": "access_denied",
        "ADP_UNSUPPORTED_INSTRUCTION": "unavailable",
    }
    return without_host.get(refusal.code) or refusal.context["host_error"]


def u32(number):
    return b"\x01\x04" + number.to_bytes(4, "big")

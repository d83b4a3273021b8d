"""Faults of the bus: the order of its checks, and its replies."""

from fayger_check import bus, instructions, operations
from museum import faulty


@faulty(
    "instructions.check-order/supported-before-capabilities",
    "instructions.check-order",
    "Looks whether the adapter has an instruction before it asks whether the program may.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    bus.check_supported(instruction, host)
    original(instruction, host)


@faulty(
    "instructions.check-order/policy-before-supported",
    "instructions.check-order",
    "Asks the policy before it looks whether the adapter has the instruction.",
    bus,
    "check_supported",
)
def _(original, instruction, host):
    bus.check_policy(instruction, host)
    original(instruction, host)


@faulty(
    "instructions.check-order/policy-first",
    "instructions.check-order",
    "Asks the policy first of all.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    bus.check_policy(instruction, host)
    original(instruction, host)


@faulty(
    "instructions.check-order/handles-before-policy",
    "instructions.check-order instructions.handles.closed",
    "Looks handles up when it reads the operands.",
    bus,
    "check_policy",
)
def _(original, instruction, host):
    bus.check_handles(instruction)
    original(instruction, host)


@faulty(
    "instructions.check-order/capabilities-before-form",
    "instructions.check-order instructions.caps.exact",
    "Asks for the capabilities of the head before it reads the operands.",
    bus,
    "dispatch",
)
def _(original, data, host, calls):
    try:
        return original(data, host, calls)
    except bus.Refusal as refusal:
        if refusal.code != "ADP_INSTRUCTION_MALFORMED" or len(data) < 5:
            raise
        bits = [bit for bit in range(16) if int.from_bytes(data[3:5], "big") >> bit & 1]
        category, opcode = data[0] & 0x0F, int.from_bytes(data[1:3], "big")
        if category < 8:
            row = instructions.row_of(category, opcode)
            bus.check_granted(instructions.Instruction(category, opcode, row, False, bits, []), host)
        raise


@faulty(
    "instructions.check-capabilities/not-checked",
    "instructions.check-capabilities instructions.check-order",
    "Checks capabilities when the program starts, and never again.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    pass


@faulty(
    "instructions.check-capabilities/one-is-enough",
    "instructions.check-capabilities",
    "Lets an instruction pass of whose capabilities one was granted.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    try:
        original(instruction, host)
    except bus.Refusal as refusal:
        if len(refusal.context["missing"]) == len(instruction.capability_bits):
            raise


@faulty(
    "instructions.check-capabilities/needed-for-missing",
    "instructions.check-capabilities",
    "Reports everything that is needed, also what was granted.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    try:
        original(instruction, host)
    except bus.Refusal:
        original(instruction, dict(host, granted=[]))


@faulty(
    "instructions.check-capabilities/unknown-bits-pass",
    "instructions.check-capabilities instructions.caps.unknown",
    "Ignores bits of capabilities that it does not know.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    known = {row["bit"] for row in bus.tables.rows("capabilities")}
    bits = [bit for bit in instruction.capability_bits if bit in known]
    original(instruction._replace(capability_bits=bits), host)


@faulty(
    "instructions.check-capabilities/names-in-order-of-bits",
    "instructions.check-capabilities",
    "Lists missing capabilities in the order of their bits.",
    bus,
    "missing_names",
)
def _(original, bits, known):
    return [each for bit in bits for each in original([bit], known)]


@faulty(
    "instructions.check-capabilities/every-bit-by-itself",
    "instructions.check-capabilities",
    "Lists every nameless bit by itself, also thousands of them.",
    bus,
    "missing_names",
)
def _(original, bits, known):
    named = original([bit for bit in bits if bit in known], known)
    return named + ["bit %d" % bit for bit in bits if bit not in known]


@faulty(
    "instructions.caps.unknown/unsupported-first",
    "instructions.caps.unknown instructions.check-order",
    "Answers `unsupported` where it does not know an opcode, whatever it declares.",
    bus,
    "check_granted",
)
def _(original, instruction, host):
    if instruction.row is None:
        bus.check_supported(instruction, host)
    original(instruction, host)


@faulty(
    "instructions.check-supported/known-is-supported",
    "instructions.check-supported",
    "Takes every instruction of the table for supported.",
    bus,
    "check_supported",
)
def _(original, instruction, host):
    if instruction.row is None:
        original(instruction, host)


@faulty(
    "instructions.check-supported/category-decides",
    "instructions.check-supported",
    "Supports a category as a whole.",
    bus,
    "check_supported",
)
def _(original, instruction, host):
    categories = {name.split(".")[0] for name in host["supported"]}
    if instruction.row is None or instruction.row["category"] not in categories:
        original(instruction, host)


@faulty(
    "instructions.policy/unanswered-is-allowed",
    "instructions.policy",
    "Goes on where nobody confirms.",
    bus,
    "check_policy",
)
def _(original, instruction, host):
    if host["decision"] != "unanswered":
        original(instruction, host)


@faulty(
    "instructions.policy/not-asked",
    "instructions.policy instructions.check-order",
    "Has capabilities and asks no policy beside them.",
    bus,
    "check_policy",
)
def _(original, instruction, host):
    pass


@faulty(
    "instructions.policy/as-a-capability",
    "instructions.policy instructions.reply",
    "Reports what the policy refuses as a capability that was not granted.",
    bus,
    "check_policy",
)
def _(original, instruction, host):
    try:
        original(instruction, host)
    except bus.Refusal:
        raise bus.Refusal("ADP_CAPABILITY_DENIED", **bus.about(instruction, missing=[])) from None


@faulty(
    "instructions.handles.closed/handed-to-the-host",
    "instructions.handles.closed instructions.handles",
    "Lets the host find out that a handle is not open.",
    bus,
    "check_handles",
)
def _(original, instruction):
    pass


@faulty(
    "instructions.handles.closed/malformed",
    "instructions.handles.closed",
    "Calls an instruction with a handle that is not open malformed.",
    bus,
    "check_handles",
)
def _(original, instruction):
    for operand in instruction.operands:
        if operand.type == "handle":
            instructions.malformed("operand_type", operand.offset)


@faulty(
    "instructions.bus.no-host-call/calls-and-then-asks",
    "instructions.bus.no-host-call instructions.check-order",
    "Calls the host and checks afterwards whether it may tell the result.",
    bus,
    "answer",
)
def _(original, data, host):
    made = original(data, host)
    codes = ("ADP_CAPABILITY_DENIED", "ADP_UNSUPPORTED_INSTRUCTION", "ADP_POLICY_DENIED")
    if made.refusal is not None and made.refusal.code in codes:
        return made._replace(host_calls=1)
    return made


# Replies.


@faulty(
    "instructions.reply/little-endian",
    "instructions.reply instructions.layout",
    "Writes the status as its own machine stores numbers.",
    bus,
    "error_reply",
)
def _(original, refusal):
    reply = original(refusal)
    return reply[1::-1] + reply[2:]


@faulty(
    "instructions.reply/status-alone",
    "instructions.reply",
    "Answers an error with its status, and no host error behind it.",
    bus,
    "error_reply",
)
def _(original, refusal):
    return original(refusal)[:2]


@faulty(
    "instructions.reply/one-for-every-error",
    "instructions.reply",
    "Answers every error with status 1.",
    bus,
    "error_reply",
)
def _(original, refusal):
    return b"\x00\x01" + original(refusal)[2:]


@faulty(
    "instructions.host-errors/always-unknown",
    "instructions.host-errors instructions.reply",
    "Tells a program nothing at all of what went wrong.",
    bus,
    "host_error_of",
)
def _(original, refusal):
    return "unknown"


@faulty(
    "instructions.host-errors/unknown-where-no-host",
    "instructions.reply instructions.host-errors",
    "Has no host error where no host was asked, and answers `unknown`.",
    bus,
    "host_error_of",
)
def _(original, refusal):
    return refusal.context.get("host_error", "unknown")


@faulty(
    "instructions.host-errors/message-of-the-host",
    "instructions.host-errors",
    "Passes the host's own message on behind the host error.",
    bus,
    "error_reply",
)
def _(original, refusal):
    text = str(refusal.context.get("host_error", "")).encode("utf-8")
    return original(refusal) + (bytes([7, len(text)]) + text if text else b"")


@faulty(
    "instructions.async/waits",
    "instructions.async",
    "Waits for the result of an asynchronous call and answers with it.",
    bus,
    "accepted_reply",
)
def _(original):
    return b"\x00\x00"


@faulty(
    "instructions.async.call-id/from-zero",
    "instructions.async.call-id instructions.async",
    "Counts calls from 0.",
    bus,
    "accepted_reply",
)
def _(original):
    return b"\x00\x00" + bus.u32(0)


@faulty(
    "instructions.async.failed-check/accepted-all-the-same",
    "instructions.async.failed-check",
    "Accepts every asynchronous call, and tells later what was wrong with it.",
    bus,
    "answer",
)
def _(original, data, host):
    made = original(data, host)
    if made.refusal is not None and made.refusal.code != "ADP_INSTRUCTION_MALFORMED" and data[0] & instructions.ASYNC:
        return bus.Answer(bus.accepted_reply(), None, made.host_calls)
    return made


@faulty(
    "instructions.bus/throws-on-malformed",
    "instructions.bus",
    "Throws where a program sends what is no instruction.",
    bus,
    "answer",
)
def _(original, data, host):
    made = original(data, host)
    if made.refusal is not None and made.refusal.code == "ADP_INSTRUCTION_MALFORMED":
        raise ValueError("malformed instruction")
    return made


@faulty(
    "instructions.bus/no-reply-to-malformed",
    "instructions.bus instructions.reply",
    "Drops what is no instruction.",
    bus,
    "error_reply",
)
def _(original, refusal):
    return b"" if refusal.code == "ADP_INSTRUCTION_MALFORMED" else original(refusal)


@faulty(
    "instructions.bus.events/refusals-are-silent",
    "instructions.bus.events",
    "Publishes instructions that reached the host, and no others.",
    operations,
    "dispatch",
)
def _(original, inputs):
    made = original(inputs)
    if made["verdict"] == "reject":
        made["effects"] = dict(made["effects"], events=[])
    return made


@faulty(
    "instructions.results.extra/cut",
    "instructions.reply",
    "Passes on as many results as the instruction's row has, none where it has none.",
    bus,
    "results_reply",
)
def _(original, results):
    return original(results[:6])


@faulty(
    "capabilities.host-functions/not-asked",
    "capabilities.host-functions",
    "Calls every function that its host lends, whatever the manifest names.",
    bus,
    "check_host_function",
)
def _(original, instruction, host):
    return None


@faulty(
    "capabilities.host-functions/no-list-is-no-limit",
    "capabilities.host-functions",
    "Takes a manifest without a list for one that names every function.",
    bus,
    "check_host_function",
)
def _(original, instruction, host):
    return original(instruction, host) if host["host_functions"] else None


@faulty(
    "capabilities.host-functions/one-is-enough",
    "capabilities.host-functions",
    "Calls any function where the manifest names some.",
    bus,
    "check_host_function",
)
def _(original, instruction, host):
    return None if host["host_functions"] else original(instruction, host)

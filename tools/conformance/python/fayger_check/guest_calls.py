"""One call between a program and its host, without the program. @spec guest-abi.imports"""

from .refusal import Refusal

NOT_SELECTED = 0xFFFFFFFF
LARGEST_COUNT = 0x7FFFFFFF
LONGEST_SECTION_ID = 128


class Call:
    """What is called, with what, and what becomes of it."""

    def __init__(self, inputs):
        self.name = inputs["called"]
        self.passed = inputs["passed"]
        self.memory = bytearray(inputs["memory_bytes"])
        content = bytes.fromhex(inputs.get("bytes", ""))
        self.memory[: len(content)] = content
        self.before = bytes(self.memory)
        self.reply = bytes.fromhex(inputs.get("reply", ""))
        self.sections = {name: bytes.fromhex(body) for name, body in inputs.get("sections", {}).items()}
        self.event = bytes.fromhex(inputs.get("event", ""))
        self.runs_already = not inputs.get("initialising", False)
        self.instructions = []
        self.result = {}


def make(call):
    """Everything is checked before the call has an effect. @spec guest-abi.ranges"""
    numbers = arguments(call)
    check_state(call)
    check_ranges(call, numbers)
    FUNCTIONS[call.name](call, *numbers)


def arguments(call):
    """Pointers and lengths as unsigned numbers; the offset of a section has 64 bits. @spec guest-abi.pointers"""
    return [unsigned(int(value), 64 if isinstance(value, str) else 32) for value in call.passed]


def unsigned(value, bits):
    return value % (1 << bits)


def check_state(call):
    """Before the instance runs it may neither emit nor exit. @spec guest-abi.init-restrictions"""
    if not call.runs_already and needs_running(call.name):
        violate(call, "not_running")


def needs_running(name):
    return name in ("emit", "exit")


def check_ranges(call, numbers):
    """The first range that is wrong is named. @spec guest-abi.violation.first"""
    for reason, pointer, length in ranges(call, numbers):
        if not lies_inside(len(call.memory), pointer, length):
            violate(call, reason)


def ranges(call, numbers):
    """The ranges of a call in the order of its parameters."""
    if call.name == "emit":
        return [("instruction_out_of_memory", *numbers[:2]), ("reply_out_of_memory", *numbers[2:])]
    if call.name == "reply_read":
        return [("reply_out_of_memory", *numbers)]
    if call.name == "section_read":
        return [("section_id_out_of_memory", *numbers[:2]), ("section_out_of_memory", *numbers[3:])]
    if call.name == "fayger_alloc":
        return [("event_out_of_memory", numbers[0], len(call.event))]
    return []


def lies_inside(size, pointer, length):
    """@spec guest-abi.ranges"""
    return pointer + length <= size


def violate(call, reason):
    """@spec guest-abi.violation"""
    raise Refusal("RT_ABI_VIOLATION", function=call.name, reason=reason)


def copy(call, data, pointer, room):
    """As much as fits; how much that is."""
    part = data[:room]
    call.memory[pointer : pointer + len(part)] = part
    return len(part)


def emit(call, pointer, length, reply_pointer, reply_room):
    """The full length of the reply, however much of it fits. @spec guest-abi.emit"""
    call.instructions.append(bytes(call.memory[pointer : pointer + length]))
    copy(call, call.reply, reply_pointer, reply_room)
    call.result["returned"] = len(call.reply)


def reply_read(call, pointer, room):
    """The last reply, from its beginning. @spec guest-abi.reply-read"""
    copy(call, call.reply, pointer, room)
    call.result["returned"] = len(call.reply)


def section_read(call, id_pointer, id_length, offset, pointer, room):
    """How much was copied. @spec guest-abi.section-read"""
    body = body_of(call, bytes(call.memory[id_pointer : id_pointer + id_length]))
    if body is None:
        call.result["returned"] = NOT_SELECTED
    else:
        call.result["returned"] = copy(call, body[offset:], pointer, min(room, LARGEST_COUNT))


def body_of(call, name):
    """None where no section of that name is selected, also where no section can have it.

    @spec guest-abi.section-read.unselected
    """
    if not 0 < len(name) <= LONGEST_SECTION_ID or not name.isascii():
        return None
    return call.sections.get(name.decode("ascii"))


def exit_program(call, code):
    """@spec guest-abi.exit"""
    call.result["exit_code"] = code


def deliver(call, pointer):
    """The event is copied to where the program wants it. @spec guest-abi.events"""
    copy(call, call.event, pointer, len(call.event))


FUNCTIONS = {
    "emit": lambda *values: emit(*values),
    "reply_read": lambda *values: reply_read(*values),
    "section_read": lambda *values: section_read(*values),
    "exit": lambda *values: exit_program(*values),
    "fayger_alloc": lambda *values: deliver(*values),
}


def changed_runs(before, after):
    """The bytes that are not what they were, as runs that do not touch each other."""
    runs = []
    for offset, byte in enumerate(after):
        if byte == before[offset]:
            continue
        if runs and runs[-1]["offset"] + len(runs[-1]["bytes"]) == offset:
            runs[-1]["bytes"].append(byte)
        else:
            runs.append({"offset": offset, "bytes": bytearray([byte])})
    return [{"offset": run["offset"], "bytes": run["bytes"].hex()} for run in runs]

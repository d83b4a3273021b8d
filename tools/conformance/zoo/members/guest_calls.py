"""Faults of single calls between a program and its host."""

from fayger_check import guest_calls
from museum import faulty


@faulty(
    "guest-abi.ranges/reply-unchecked",
    "guest-abi.ranges",
    "Checks where an instruction lies, and forgets where its reply goes.",
    guest_calls,
    "ranges",
)
def _(original, call, numbers):
    return [each for each in original(call, numbers) if call.name != "emit" or each[0] != "reply_out_of_memory"]


@faulty(
    "guest-abi.ranges/what-is-copied",
    "guest-abi.ranges",
    "Checks the part of the room that the reply takes, and not all of it.",
    guest_calls,
    "ranges",
)
def _(original, call, numbers):
    return [
        (reason, pointer, min(length, len(call.reply)) if reason == "reply_out_of_memory" else length)
        for reason, pointer, length in original(call, numbers)
    ]


@faulty(
    "guest-abi.ranges/empty-anywhere",
    "guest-abi.ranges",
    "Takes no notice of the pointer of an empty range.",
    guest_calls,
    "lies_inside",
)
def _(original, size, pointer, length):
    return length == 0 or original(size, pointer, length)


@faulty(
    "guest-abi.ranges/last-byte-lost",
    "guest-abi.ranges",
    "Takes the last byte of the memory for the first one behind it.",
    guest_calls,
    "lies_inside",
)
def _(original, size, pointer, length):
    return pointer + length < size


@faulty(
    "guest-abi.ranges/start-alone",
    "guest-abi.ranges",
    "Asks where a range begins, and not where it ends.",
    guest_calls,
    "lies_inside",
)
def _(original, size, pointer, length):
    return pointer < size or (pointer == size and length == 0)


@faulty(
    "guest-abi.ranges/one-after-the-other",
    "guest-abi.ranges",
    "Hands the instruction to the bus before it looks where the reply goes.",
    guest_calls,
    "check_ranges",
)
def _(original, call, numbers):
    try:
        original(call, numbers)
    except guest_calls.Refusal as refusal:
        if refusal.context["reason"] == "reply_out_of_memory" and call.name == "emit":
            call.instructions.append(b"")
        raise


@faulty(
    "guest-abi.pointers/signed",
    "guest-abi.pointers",
    "Takes pointers and lengths as the signed numbers that the engine hands over.",
    guest_calls,
    "unsigned",
)
def _(original, value, bits):
    return value


@faulty(
    "guest-abi.pointers/sum-wraps",
    "guest-abi.pointers guest-abi.ranges",
    "Adds pointer and length in 32 bits.",
    guest_calls,
    "lies_inside",
)
def _(original, size, pointer, length):
    return (pointer + length) % (1 << 32) <= size


@faulty(
    "guest-abi.pointers/offset-of-32-bits",
    "guest-abi.pointers guest-abi.section-read",
    "Keeps the lower half of a section's offset.",
    guest_calls,
    "unsigned",
)
def _(original, value, bits):
    return original(value, 32)


@faulty(
    "guest-abi.violation/always-the-instruction",
    "guest-abi.violation",
    "Has one reason for every range.",
    guest_calls,
    "violate",
)
def _(original, call, reason):
    original(call, "instruction_out_of_memory" if reason.endswith("_out_of_memory") else reason)


@faulty(
    "guest-abi.violation/name-of-the-module",
    "guest-abi.violation",
    "Names the module a function is imported from, and not the function.",
    guest_calls,
    "violate",
)
def _(original, call, reason):
    raise guest_calls.Refusal("RT_ABI_VIOLATION", function="fayger_1", reason=reason)


@faulty(
    "guest-abi.violation.first/last-range",
    "guest-abi.violation.first",
    "Names the last of several ranges.",
    guest_calls,
    "ranges",
)
def _(original, call, numbers):
    return original(call, numbers)[::-1]


@faulty(
    "guest-abi.violation.first/ranges-before-the-state",
    "guest-abi.violation.first",
    "Checks ranges before it asks whether the instance runs.",
    guest_calls,
    "check_state",
)
def _(original, call):
    guest_calls.check_ranges(call, guest_calls.arguments(call))
    original(call)


@faulty(
    "guest-abi.init-restrictions/emit-during-init",
    "guest-abi.init-restrictions",
    "Lets a program emit while it is initialised.",
    guest_calls,
    "needs_running",
)
def _(original, name):
    return name == "exit"


@faulty(
    "guest-abi.init-restrictions/exit-during-init",
    "guest-abi.init-restrictions",
    "Lets a program exit while it is initialised.",
    guest_calls,
    "needs_running",
)
def _(original, name):
    return name == "emit"


@faulty(
    "lifecycle.init.reads/nothing-during-init",
    "lifecycle.init.reads guest-abi.init-restrictions",
    "Lets a program call nothing while it is initialised.",
    guest_calls,
    "needs_running",
)
def _(original, name):
    return True


@faulty(
    "guest-abi.emit/what-fitted",
    "guest-abi.emit",
    "Returns how much of the reply was copied.",
    guest_calls,
    "emit",
)
def _(original, call, pointer, length, reply_pointer, reply_room):
    original(call, pointer, length, reply_pointer, reply_room)
    call.result["returned"] = min(len(call.reply), reply_room)


@faulty(
    "guest-abi.emit/all-or-nothing",
    "guest-abi.emit",
    "Copies nothing of a reply that does not fit.",
    guest_calls,
    "copy",
)
def _(original, call, data, pointer, room):
    return original(call, data, pointer, room if call.name == "section_read" or len(data) <= room else 0)


@faulty(
    "guest-abi.reply-read/what-fitted",
    "guest-abi.reply-read",
    "Returns how much of the last reply was copied.",
    guest_calls,
    "reply_read",
)
def _(original, call, pointer, room):
    original(call, pointer, room)
    call.result["returned"] = min(len(call.reply), room)


@faulty(
    "guest-abi.section-read/length-of-the-section",
    "guest-abi.section-read",
    "Returns how long the section is, as the other functions do with a reply.",
    guest_calls,
    "section_read",
)
def _(original, call, id_pointer, id_length, offset, pointer, room):
    original(call, id_pointer, id_length, offset, pointer, room)
    body = guest_calls.body_of(call, bytes(call.before[id_pointer : id_pointer + id_length]))
    if body is not None:
        call.result["returned"] = len(body)


@faulty(
    "guest-abi.section-read/from-the-beginning",
    "guest-abi.section-read",
    "Copies from the beginning, whatever the offset.",
    guest_calls,
    "section_read",
)
def _(original, call, id_pointer, id_length, offset, pointer, room):
    original(call, id_pointer, id_length, 0, pointer, room)


@faulty(
    "guest-abi.section-read.unselected/nothing",
    "guest-abi.section-read.unselected",
    "Takes a section that is not there for an empty one.",
    guest_calls,
    "body_of",
)
def _(original, call, name):
    body = original(call, name)
    return b"" if body is None else body


@faulty(
    "guest-abi.exit/always-zero",
    "guest-abi.exit",
    "Forgets what the program gave to exit.",
    guest_calls,
    "exit_program",
)
def _(original, call, code):
    original(call, 0)


@faulty(
    "guest-abi.events/trusts-the-allocator",
    "guest-abi.events guest-abi.ranges",
    "Copies an event to wherever the program says.",
    guest_calls,
    "ranges",
)
def _(original, call, numbers):
    return [] if call.name == "fayger_alloc" else original(call, numbers)


@faulty(
    "guest-abi.events/event-not-copied",
    "guest-abi.events",
    "Calls the program with room in which no event is.",
    guest_calls,
    "deliver",
)
def _(original, call, pointer):
    pass

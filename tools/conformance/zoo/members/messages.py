"""Faults of messages: instructions that are written, replies and events."""

from fayger_check import instructions, messages
from museum import faulty


@faulty(
    "instructions.layout/little-endian-opcode",
    "instructions.layout instructions.table",
    "Writes the opcode with its low byte first.",
    messages,
    "write_instruction",
)
def _(original, category, opcode, asynchronous, bits, operands):
    swapped = int.from_bytes(opcode.to_bytes(2, "little"), "big")
    return original(category, swapped, asynchronous, bits, operands)


@faulty(
    "instructions.category-byte/async-forgotten",
    "instructions.category-byte instructions.async",
    "Writes ASYNC nowhere, since its own bus knows by the call.",
    messages,
    "write_instruction",
)
def _(original, category, opcode, asynchronous, bits, operands):
    return original(category, opcode, False, bits, operands)


@faulty(
    "instructions.caps.extension/always-two-bytes",
    "instructions.caps.extension",
    "Writes an extension of two bytes, whatever is in it.",
    messages,
    "write_extension",
)
def _(original, bits):
    extension = original(bits)
    return extension if len(extension) != 2 else b"\x02" + extension[1:] + b"\x00"


@faulty(
    "instructions.caps.extension/bits-from-the-top",
    "instructions.caps.extension",
    "Numbers the bits of the extension from the highest one.",
    messages,
    "write_extension",
)
def _(original, bits):
    extension = original(bits)
    return extension[:1] + bytes(int("{:08b}".format(byte)[::-1], 2) for byte in extension[1:])


@faulty(
    "instructions.caps/low-part-of-all",
    "instructions.caps instructions.caps.extension",
    "Writes no extension: what `caps` has no room for is left out.",
    messages,
    "write_extension",
)
def _(original, bits):
    return b""


@faulty(
    "instructions.tlv.length/written-in-one-byte",
    "instructions.tlv.length",
    "Writes a length in one byte, as nothing was longer when it was tried.",
    messages,
    "write_length",
)
def _(original, length):
    return bytes([length & 0xFF])


@faulty(
    "instructions.tlv.length/written-in-five-bytes",
    "instructions.tlv.length",
    "Writes lengths in five bytes, to fill them in later.",
    messages,
    "write_length",
)
def _(original, length):
    return bytes([length >> shift & 0x7F | 0x80 for shift in (0, 7, 14, 21)]) + bytes([length >> 28])


@faulty(
    "instructions.reply/any-results-of-an-error",
    "instructions.reply instructions.message-reasons",
    "Does not look at what follows the status of an error.",
    messages,
    "check_error_results",
)
def _(original, data, results):
    pass


@faulty(
    "instructions.reply/more-behind-the-host-error",
    "instructions.reply instructions.message-reasons",
    "Takes an error with more than its host error.",
    messages,
    "check_error_results",
)
def _(original, data, results):
    original(data, results[:1])


@faulty(
    "instructions.reply/short-is-ok",
    "instructions.message-reasons",
    "Reads a status that is not there as 0.",
    messages,
    "check_status_there",
)
def _(original, data):
    pass


@faulty(
    "instructions.events/completion-by-its-row",
    "instructions.events instructions.async.completion",
    "Compares a completion with the event of the same opcode.",
    messages,
    "check_completion",
)
def _(original, data, payload):
    row = messages.event_row(data[0] & 0x0F, int.from_bytes(data[1:3], "big"))
    messages.check_payload(data, row, payload) if row is not None else original(data, payload)


@faulty(
    "instructions.async.completion/nothing-required",
    "instructions.async.completion instructions.message-reasons",
    "Leaves it to the program to look for call id and status.",
    messages,
    "check_completion",
)
def _(original, data, payload):
    pass


@faulty(
    "instructions.async.completion/no-results",
    "instructions.async.completion",
    "Takes nothing behind the status of a completion.",
    messages,
    "check_completion",
)
def _(original, data, payload):
    original(data, payload)
    if len(payload) > 2:
        instructions.malformed("operand_extra", payload[2].offset)


@faulty(
    "instructions.message-reasons/unknown-events-refused",
    "instructions.message-reasons instructions.events",
    "Refuses events that its table does not have.",
    messages,
    "check_payload",
)
def _(original, data, row, payload):
    instructions.malformed("operand_extra", 3) if row is None else original(data, row, payload)


@faulty(
    "instructions.message-reasons/bits-ignored",
    "instructions.message-reasons instructions.category-byte",
    "Masks the category out of an event and looks at no other bit.",
    messages,
    "check_event_bits",
)
def _(original, data):
    pass


@faulty(
    "instructions.message-reasons/extension-allowed",
    "instructions.message-reasons instructions.category-byte",
    "Looks at the reserved bits of an event as it does for instructions.",
    messages,
    "check_event_bits",
)
def _(original, data):
    instructions.check_reserved_bits(data)


@faulty(
    "instructions.message-reasons/offset-at-the-start",
    "instructions.message-reasons",
    "Reports every message that is cut in its head at its first byte.",
    messages,
    "check_event_head",
)
def _(original, data):
    instructions.malformed("truncated", 0) if len(data) < 3 else None


@faulty(
    "instructions.message-reasons/trailing-none-allowed",
    "instructions.message-reasons instructions.tlv.none",
    "Knows the rule about a last `none` for operands alone.",
    messages,
    "check_last_result",
)
def _(original, results):
    pass


@faulty(
    "instructions.events/payload-not-compared",
    "instructions.events instructions.message-reasons",
    "Checks events as TLVs and leaves the rest to the program.",
    messages,
    "check_payload",
)
def _(original, data, row, payload):
    pass


@faulty(
    "instructions.results.extra/refused",
    "instructions.results.extra",
    "Refuses what stands behind the two values that its own programs know.",
    messages,
    "check_last_result",
)
def _(original, results):
    original(results)
    if len(results) > 2:
        instructions.malformed("operand_extra", results[2].offset)

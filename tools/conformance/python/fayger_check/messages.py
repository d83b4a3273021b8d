"""Instructions that are written, replies and events: their bytes, both ways. @spec instructions.layout"""

from collections import namedtuple

from . import instructions, tables

# What a reply says: its status, and its results as TLVs.
Reply = namedtuple("Reply", "status results")

# What an event says: category and opcode as numbers, whether it completes a call, and its payload as TLVs.
Event = namedtuple("Event", "category opcode completion payload")

COMPLETION = instructions.ASYNC
EXTENSION_FROM = 16


# Instructions.


def write_instruction(category, opcode, asynchronous, bits, operands):
    """@spec instructions.category-byte"""
    extension = write_extension(bits)
    flags = (instructions.ASYNC if asynchronous else 0) | (instructions.EXT_CAPS if extension else 0)
    head = bytes([category | flags]) + opcode.to_bytes(2, "big") + write_caps(bits)
    return head + extension + b"".join(write_tlv(form) for form in operands)


def write_caps(bits):
    """@spec instructions.caps"""
    return sum(1 << bit for bit in bits if bit < EXTENSION_FROM).to_bytes(2, "big")


def write_extension(bits):
    """@spec instructions.caps.extension"""
    beyond = [bit - EXTENSION_FROM for bit in bits if bit >= EXTENSION_FROM]
    if not beyond:
        return b""
    bitmap = [0] * (1 + max(beyond) // 8)
    for bit in beyond:
        bitmap[bit // 8] |= 1 << bit % 8
    return bytes([len(bitmap)] + bitmap)


# TLVs out of their JSON. @spec instructions.tlv


def write_tlv(form):
    row = tables.by("tlv-types", "name")[form["type"]]
    content = write_value(row, form.get("value"))
    return bytes([row["number"]]) + write_length(len(content)) + content


def write_value(row, value):
    name = row["name"]
    if name == "none":
        return b""
    if name == "list":
        return b"".join(write_tlv(each) for each in value)
    if name == "text":
        return value.encode("utf-8")
    if name == "bool":
        return b"\x01" if value else b"\x00"
    if name in ("bytes", "f64"):
        return bytes.fromhex(value)
    return int(value).to_bytes(row["size"], "big", signed=name == "i64")


def write_length(length):
    """Unsigned LEB128, the shortest form. @spec instructions.tlv.length"""
    written = bytearray()
    while length > 0x7F:
        written.append(length & 0x7F | 0x80)
        length >>= 7
    written.append(length)
    return bytes(written)


def write_tlvs(tlvs):
    return b"".join(write_tlv(instructions.operand_form(tlv)) for tlv in tlvs)


# Replies. @spec instructions.reply


def read_reply(data):
    check_status_there(data)
    status = int.from_bytes(data[:2], "big")
    results = instructions.read_tlvs(data, 2, len(data), 0)
    check_last_result(results)
    if status != 0:
        check_error_results(data, results)
    return Reply(status, results)


def check_status_there(data):
    """@spec instructions.message-reasons"""
    if len(data) < 2:
        instructions.malformed("truncated", 0)


def check_last_result(results):
    instructions.check_last_operand(results)


def check_error_results(data, results):
    """One u32 and nothing else."""
    instructions.check_operand(data, "u32", results[0] if results else None)
    if len(results) > 1:
        instructions.malformed("operand_extra", results[1].offset)


def write_reply(reply):
    return reply.status.to_bytes(2, "big") + write_tlvs(reply.results)


# Events. @spec instructions.events


def read_event(data):
    check_event_head(data)
    check_event_bits(data)
    check_event_category(data)
    category, opcode = data[0] & 0x0F, int.from_bytes(data[1:3], "big")
    completion = bool(data[0] & COMPLETION)
    payload = instructions.read_tlvs(data, 3, len(data), 0)
    check_last_result(payload)
    if completion:
        check_completion(data, payload)
    else:
        check_payload(data, event_row(category, opcode), payload)
    return Event(category, opcode, completion, payload)


def check_event_head(data):
    if len(data) < 3:
        instructions.malformed("truncated", 1 if data else 0)


def check_event_bits(data):
    if data[0] & (0x30 | instructions.EXT_CAPS):
        instructions.malformed("reserved_bits", 0)


def check_event_category(data):
    instructions.check_category(data)


def event_row(category, opcode):
    """The row of an event, or None."""
    name = tables.by("instruction-categories", "number")[category]["name"]
    for row in tables.rows("instruction-events"):
        if row["category"] == name and row["opcode"] == opcode:
            return row
    return None


def check_completion(data, payload):
    """Call id and status; behind them anything. @spec instructions.async.completion"""
    for position in range(2):
        instructions.check_operand(data, "u32", payload[position] if position < len(payload) else None)


def check_payload(data, row, payload):
    if row is not None:
        instructions.check_operands(data, {"operands": row["payload"]}, payload)


def write_event(event):
    flags = COMPLETION if event.completion else 0
    return bytes([event.category | flags]) + event.opcode.to_bytes(2, "big") + write_tlvs(event.payload)

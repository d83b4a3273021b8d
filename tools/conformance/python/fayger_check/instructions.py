"""Universal_Instructions: their bytes, in the nine steps of the chapter. @spec instructions.reasons"""

from collections import namedtuple

from . import tables
from .refusal import Refusal

# What an instruction says: category and opcode as numbers, its row of the table or None, and its operands.
Instruction = namedtuple("Instruction", "category opcode row asynchronous capability_bits operands")

# One TLV: name of its type, its value, and the place of its type byte; the value of a list is a list of these.
Tlv = namedtuple("Tlv", "type value offset")

ASYNC, EXT_CAPS = 0x40, 0x80
MAXIMUM_LIST_DEPTH = 4
CANONICAL_NAN = bytes.fromhex("7ff8000000000000")


def malformed(reason, offset):
    raise Refusal(
        "ADP_INSTRUCTION_MALFORMED",
        reason=reason,
        offset=offset,
        expected="a well-formed instruction",
        found=reason,
    )


def decode(data):
    check_size(data)
    check_head(data)
    check_reserved_bits(data)
    check_category(data)
    category, opcode = data[0] & 0x0F, int.from_bytes(data[1:3], "big")
    row = row_of(category, opcode)
    bits, start = read_capabilities(data)
    check_capabilities(row, bits)
    check_async(data, row)
    operands = read_tlvs(data, start, len(data), 0)
    check_last_operand(operands)
    if row is not None:
        check_operands(data, row, operands)
    return Instruction(category, opcode, row, bool(data[0] & ASYNC), bits, operands)


def row_of(category, opcode):
    """The row of a released opcode, or None. @spec instructions.table"""
    name = tables.by("instruction-categories", "number")[category]["name"]
    for row in tables.rows("instructions"):
        if row["category"] == name and row["opcode"] == opcode:
            return row
    return None


def check_size(data):
    """Step 1. @spec instructions.size"""
    maximum = tables.by("instruction-layout", "name")["instruction"]["maximum_bytes"]
    if len(data) > maximum:
        malformed("too_long", maximum)


def check_head(data):
    """Step 2: the first of the fields that is not whole."""
    offset = 0
    for field in tables.by("instruction-layout", "name")["instruction"]["fields"]:
        if len(data) < offset + field["size"]:
            malformed("truncated", offset)
        offset += field["size"]


def check_reserved_bits(data):
    """Step 3. @spec instructions.category-byte"""
    if data[0] & 0x30:
        malformed("reserved_bits", 0)


def check_category(data):
    """Step 4. @spec instructions.categories"""
    if data[0] & 0x0F not in tables.by("instruction-categories", "number"):
        malformed("reserved_category", 0)


def read_capabilities(data):
    """Step 5: the bits that are declared, ascending, and the first byte of the operands. @spec instructions.caps"""
    caps = int.from_bytes(data[3:5], "big")
    bits = [bit for bit in range(16) if caps >> bit & 1]
    if not data[0] & EXT_CAPS:
        return bits, 5
    bitmap = read_extension(data)
    bits += [16 + 8 * place + bit for place, byte in enumerate(bitmap) for bit in range(8) if byte >> bit & 1]
    return bits, 6 + len(bitmap)


def read_extension(data):
    """@spec instructions.caps.extension"""
    if len(data) < 6:
        malformed("truncated", 5)
    length = data[5]
    if length == 0:
        malformed("capability_extension", 5)
    if len(data) < 6 + length:
        malformed("truncated", 6)
    if data[5 + length] == 0:
        malformed("capability_extension", 5 + length)
    return data[6 : 6 + length]


def check_capabilities(row, bits):
    """Step 6. @spec instructions.caps.exact"""
    if row is not None and bits != needed_bits(row):
        malformed("capability_mismatch", 3)


def needed_bits(row):
    return [tables.by("capabilities", "name")[row["capability"]]["bit"]] if row["capability"] else []


def check_async(data, row):
    """Step 7. @spec instructions.dispatch"""
    if row is not None and row["dispatch"] == "sync" and data[0] & ASYNC:
        malformed("async_not_allowed", 0)


# Step 8: TLVs in stream order.


def read_tlvs(data, position, end, depth):
    """The TLVs up to `end`, inside as many lists as `depth` says. @spec instructions.tlv"""
    found = []
    while position < end:
        tlv, position = read_tlv(data, position, end, depth)
        found.append(tlv)
    return found


def read_tlv(data, position, end, depth):
    row = type_at(data, position)
    check_list_depth(row, depth, position)
    length, start = read_length(data, position + 1, end)
    check_value_present(start, length, end)
    check_width(row, length, position + 1)
    content = data[start : start + length]
    if row["name"] == "list":
        value = read_tlvs(data, start, start + length, depth + 1)
    else:
        value = read_value(row["name"], content, start)
    return Tlv(row["name"], value, position), start + length


def type_at(data, position):
    row = tables.by("tlv-types", "number").get(data[position])
    if row is None:
        malformed("unknown_type", position)
    return row


def check_list_depth(row, depth, position):
    """@spec instructions.tlv.list"""
    if row["name"] == "list" and depth >= MAXIMUM_LIST_DEPTH:
        malformed("list_depth", position)


def read_length(data, start, end):
    """Unsigned LEB128: the length, and the first byte behind it. @spec instructions.tlv.length"""
    length = 0
    for place in range(5):
        if start + place >= end:
            malformed("truncated", start)
        byte = data[start + place]
        length |= (byte & 0x7F) << 7 * place
        check_fifth_byte(place, byte, start)
        if not byte & 0x80:
            check_shortest(place, byte, start)
            return length, start + place + 1
    return malformed("length_encoding", start)


def check_fifth_byte(place, byte, start):
    if place == 4 and byte > 0x0F:
        malformed("length_encoding", start)


def check_shortest(place, byte, start):
    if place > 0 and byte == 0:
        malformed("length_encoding", start)


def check_value_present(start, length, end):
    if start + length > end:
        malformed("truncated", start)


def check_width(row, length, offset):
    if row["size"] is not None and length != row["size"]:
        malformed("length_mismatch", offset)


def read_value(type_name, content, offset):
    """The value of a TLV that is no list; None of a `none`."""
    if type_name == "none":
        return None
    if type_name == "bool":
        check_bool(content, offset)
        return content == b"\x01"
    if type_name == "f64":
        check_nan(content, offset)
        return content
    if type_name == "text":
        return read_text(content, offset)
    if type_name == "bytes":
        return content
    return int.from_bytes(content, "big", signed=type_name == "i64")


def check_bool(content, offset):
    """@spec instructions.tlv.bool"""
    if content not in (b"\x00", b"\x01"):
        malformed("invalid_bool", offset)


def check_nan(content, offset):
    """All bits of the exponent set and a fraction that is not zero: a NaN. @spec instructions.tlv.f64"""
    magnitude = int.from_bytes(content, "big") & (2**63 - 1)
    if magnitude > 0x7FF << 52 and content != CANONICAL_NAN:
        malformed("invalid_nan", offset)


def read_text(content, offset):
    """@spec instructions.tlv.text"""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return malformed("invalid_utf8", offset)


def check_last_operand(operands):
    """@spec instructions.tlv.none"""
    if operands and operands[-1].type == "none":
        malformed("trailing_none", operands[-1].offset)


# Step 9: operands of a released opcode.


def check_operands(data, row, operands):
    """@spec instructions.operands"""
    wanted = list(row["operands"].values())
    for position, type_name in enumerate(wanted):
        check_operand(data, type_name, operands[position] if position < len(operands) else None)
    if len(operands) > len(wanted):
        malformed("operand_extra", operands[len(wanted)].offset)


def check_operand(data, type_name, operand):
    """An operand of the row, or None where the instruction ends before it."""
    is_optional = type_name.endswith("?")
    if operand is None:
        if not is_optional:
            malformed("operand_missing", len(data))
    elif operand.type != type_name.rstrip("?") and not (is_optional and operand.type == "none"):
        malformed("operand_type", operand.offset)


# As JSON. @spec conformance.operations


def operand_form(tlv):
    """Integers of 64 bits as decimal text, bytes and an f64 as hexadecimal; a none has no value."""
    value = tlv.value
    if tlv.type == "none":
        return {"type": tlv.type}
    if tlv.type in ("u64", "i64"):
        value = str(value)
    elif tlv.type in ("bytes", "f64"):
        value = value.hex()
    elif tlv.type == "list":
        value = [operand_form(each) for each in value]
    return {"type": tlv.type, "value": value}

"""Faults of the bytes of instructions."""

from fayger_check import instructions, tables
from museum import also, faulty


@faulty(
    "instructions.layout/little-endian",
    "instructions.layout",
    "Reads opcode and capabilities as its own machine stores numbers.",
    instructions,
    "decode",
)
def _(original, data):
    return original(data[:1] + data[1:3][::-1] + data[3:5][::-1] + data[5:])


@faulty(
    "instructions.size/unbounded",
    "instructions.size",
    "Takes instructions of any length.",
    instructions,
    "check_size",
)
def _(original, data):
    pass


@faulty(
    "instructions.size/exact-refused",
    "instructions.size",
    "Refuses an instruction of exactly the greatest length.",
    instructions,
    "check_size",
)
def _(original, data):
    original(data + b"\x00")


@faulty(
    "instructions.reasons/head-as-a-whole",
    "instructions.reasons",
    "Reports a head that is cut off at its first byte, not at the field that is not whole.",
    instructions,
    "check_head",
)
def _(original, data):
    if len(data) < 5:
        instructions.malformed("truncated", 0)


@faulty(
    "instructions.category-byte/reserved-bits-ignored",
    "instructions.category-byte",
    "Masks the bits that it knows.",
    instructions,
    "check_reserved_bits",
)
def _(original, data):
    pass


@faulty(
    "instructions.category-byte/bit-4-alone",
    "instructions.category-byte",
    "Tests one reserved bit of the two.",
    instructions,
    "check_reserved_bits",
)
def _(original, data):
    if data[0] & 0x10:
        original(data)


@faulty(
    "instructions.category-byte/async-in-bit-7",
    "instructions.category-byte instructions.caps.extension",
    "Has the two flags the other way round.",
    instructions,
    "decode",
)
def _(original, data):
    if not data:
        return original(data)
    flags = data[0] & 0xC0
    return original(bytes([data[0] & 0x3F | (flags >> 1 & 0x40) | (flags << 1 & 0x80)]) + data[1:])


@faulty(
    "instructions.categories/reserved-as-host",
    "instructions.categories",
    "Hands categories that it does not know to the host.",
    instructions,
    "check_category",
)
def _(original, data):
    pass


@also("instructions.categories/reserved-as-host", instructions, "row_of")
def _(original, category, opcode):
    return original(category, opcode) if category < 8 else None


@faulty(
    "instructions.categories/before-the-reserved-bits",
    "instructions.reasons",
    "Judges the category before the bits beside it.",
    instructions,
    "check_reserved_bits",
)
def _(original, data):
    instructions.check_category(data)
    original(data)


@faulty(
    "instructions.categories/unsupported-instead",
    "instructions.categories instructions.reasons",
    "Calls a reserved category unsupported, which it is.",
    instructions,
    "check_category",
)
def _(original, data):
    try:
        original(data)
    except instructions.Refusal:
        context = {"category": data[0] & 0x0F, "opcode": int.from_bytes(data[1:3], "big")}
        raise instructions.Refusal("ADP_UNSUPPORTED_INSTRUCTION", **context) from None


# Capabilities.


@faulty(
    "instructions.caps/bits-from-the-left",
    "instructions.caps",
    "Counts the bits of the bitmap from the most significant one.",
    instructions,
    "read_capabilities",
)
def _(original, data):
    bits, start = original(data)
    return sorted(15 - bit if bit < 16 else bit for bit in bits), start


@faulty(
    "instructions.caps.extension/bits-from-the-left",
    "instructions.caps.extension",
    "Counts the bits of a byte of the extension from the most significant one.",
    instructions,
    "read_capabilities",
)
def _(original, data):
    bits, start = original(data)
    return sorted(bit if bit < 16 else bit // 8 * 8 + 7 - bit % 8 for bit in bits), start


@faulty(
    "instructions.caps.extension/from-bit-0",
    "instructions.caps.extension",
    "Counts the capabilities of the extension from 0 once more.",
    instructions,
    "read_capabilities",
)
def _(original, data):
    bits, start = original(data)
    return sorted({bit if bit < 16 else bit - 16 for bit in bits}), start


@faulty(
    "instructions.caps.extension/big-endian",
    "instructions.caps.extension",
    "Reads the extension as one big-endian number.",
    instructions,
    "read_extension",
)
def _(original, data):
    return original(data)[::-1]


@faulty(
    "instructions.caps.extension/empty-passes",
    "instructions.caps.extension",
    "Takes an extension of no bytes for none.",
    instructions,
    "read_extension",
)
def _(original, data):
    return b"" if data[5:6] == b"\x00" else original(data)


@faulty(
    "instructions.caps.extension/last-byte-zero",
    "instructions.caps.extension",
    "Takes zeros at the end of an extension, so that it can be written in many ways.",
    instructions,
    "read_extension",
)
def _(original, data):
    length = data[5] if len(data) > 5 else 0
    return data[6 : 6 + length] if length and len(data) >= 6 + length else original(data)


@faulty(
    "instructions.caps.extension/ignored",
    "instructions.caps.extension instructions.caps.exact",
    "Skips the extension, as no instruction needs a capability from 16 on yet.",
    instructions,
    "read_capabilities",
)
def _(original, data):
    bits, start = original(data)
    return [bit for bit in bits if bit < 16], start


@faulty(
    "instructions.caps.exact/more-passes",
    "instructions.caps.exact instructions.caps.by-opcode",
    "Asks that the needed capabilities be among the declared ones.",
    instructions,
    "check_capabilities",
)
def _(original, row, bits):
    if row is not None and not set(instructions.needed_bits(row)) <= set(bits):
        original(row, bits)


@faulty(
    "instructions.caps.exact/less-passes",
    "instructions.caps.exact instructions.caps.by-opcode",
    "Takes an instruction that declares nothing and fills in what its opcode needs.",
    instructions,
    "check_capabilities",
)
def _(original, row, bits):
    if bits:
        original(row, bits)


@faulty(
    "instructions.caps.exact/not-compared",
    "instructions.caps.exact instructions.caps.by-opcode",
    "Believes what an instruction declares.",
    instructions,
    "check_capabilities",
)
def _(original, row, bits):
    pass


@faulty(
    "instructions.caps.unknown/malformed",
    "instructions.caps.unknown",
    "Calls an opcode that it does not know malformed.",
    instructions,
    "check_capabilities",
)
def _(original, row, bits):
    if row is None and bits:
        instructions.malformed("capability_mismatch", 3)
    original(row, bits)


@faulty(
    "instructions.dispatch/async-on-all",
    "instructions.dispatch",
    "Takes the flag ASYNC on every instruction and answers at once all the same.",
    instructions,
    "check_async",
)
def _(original, data, row):
    pass


@faulty(
    "instructions.dispatch/async-on-none",
    "instructions.dispatch instructions.async",
    "Has no asynchronous calls and refuses the flag.",
    instructions,
    "check_async",
)
def _(original, data, row):
    if data[0] & instructions.ASYNC:
        instructions.malformed("async_not_allowed", 0)


@faulty(
    "instructions.reasons/async-before-capabilities",
    "instructions.reasons",
    "Judges the flags of the first byte where it reads the first byte.",
    instructions,
    "read_capabilities",
)
def _(original, data):
    instructions.check_async(data, instructions.row_of(data[0] & 0x0F, int.from_bytes(data[1:3], "big")))
    return original(data)


# TLVs.


@faulty(
    "instructions.tlv/unknown-types-skipped",
    "instructions.tlv",
    "Takes values of types that it does not know for bytes.",
    instructions,
    "type_at",
)
def _(original, data, position):
    try:
        return original(data, position)
    except instructions.Refusal:
        return tables.by("tlv-types", "name")["bytes"]


@faulty(
    "instructions.tlv/widths-unchecked",
    "instructions.tlv",
    "Reads numbers of whatever width they come in.",
    instructions,
    "check_width",
)
def _(original, row, length, offset):
    pass


@faulty(
    "instructions.tlv/shorter-numbers",
    "instructions.tlv",
    "Takes numbers without their leading zeros.",
    instructions,
    "check_width",
)
def _(original, row, length, offset):
    if row["size"] is None or not 0 < length < row["size"] or row["size"] < 4:
        original(row, length, offset)


@faulty(
    "instructions.tlv/little-endian",
    "instructions.tlv instructions.layout",
    "Reads numbers as its own machine stores them.",
    instructions,
    "read_value",
)
def _(original, type_name, content, offset):
    numbers = ("u32", "u64", "i64", "f64", "handle")
    return original(type_name, content[::-1] if type_name in numbers else content, offset)


@faulty(
    "instructions.tlv/signed-as-unsigned",
    "instructions.tlv",
    "Reads signed numbers as unsigned ones.",
    instructions,
    "read_value",
)
def _(original, type_name, content, offset):
    return original("u64" if type_name == "i64" else type_name, content, offset)


@faulty(
    "instructions.tlv.length/longer-forms",
    "instructions.tlv.length",
    "Reads lengths with zeros at their end, as every LEB128 reader does.",
    instructions,
    "check_shortest",
)
def _(original, place, byte, start):
    pass


@faulty(
    "instructions.tlv.length/fifth-byte",
    "instructions.tlv.length",
    "Takes a fifth byte with more bits than a length of 32 has.",
    instructions,
    "check_fifth_byte",
)
def _(original, place, byte, start):
    pass


@faulty(
    "instructions.tlv.length/one-byte",
    "instructions.tlv.length",
    "Has lengths of one byte.",
    instructions,
    "read_length",
)
def _(original, data, start, end):
    if start < end and data[start] & 0x80:
        return data[start], start + 1
    return original(data, start, end)


@faulty(
    "instructions.tlv.length/big-endian-groups",
    "instructions.tlv.length",
    "Reads the groups of a length with the most significant one first.",
    instructions,
    "read_length",
)
def _(original, data, start, end):
    _, behind = original(data, start, end)
    length = 0
    for byte in data[start:behind]:
        length = length << 7 | byte & 0x7F
    return length, behind


@faulty(
    "instructions.tlv.length/beyond-the-list",
    "instructions.tlv.list instructions.tlv.length",
    "Reads the items of a list as far as the instruction goes, not as far as the list does.",
    instructions,
    "check_value_present",
)
def _(original, start, length, end):
    pass


@also("instructions.tlv.length/beyond-the-list", instructions, "read_tlv")
def _(original, data, position, end, depth):
    tlv, behind = original(data, position, end, depth)
    if behind > len(data):
        instructions.malformed("truncated", position + 1)
    return tlv, min(behind, max(end, position + 1)) if depth else behind


@faulty(
    "instructions.tlv.bool/any-byte",
    "instructions.tlv.bool",
    "Takes every byte that is not 0 for true.",
    instructions,
    "check_bool",
)
def _(original, content, offset):
    pass


@faulty(
    "instructions.tlv.f64/any-nan",
    "instructions.tlv.f64",
    "Takes every NaN, and so passes bits on that differ between machines.",
    instructions,
    "check_nan",
)
def _(original, content, offset):
    pass


@faulty(
    "instructions.tlv.f64/no-nan",
    "instructions.tlv.f64",
    "Refuses every NaN, as JSON has none.",
    instructions,
    "check_nan",
)
def _(original, content, offset):
    if content == instructions.CANONICAL_NAN:
        instructions.malformed("invalid_nan", offset)
    original(content, offset)


@faulty(
    "instructions.tlv.f64/infinity-is-no-number",
    "instructions.tlv.f64",
    "Takes infinity for a NaN, since its exponent is all ones.",
    instructions,
    "check_nan",
)
def _(original, content, offset):
    if content[:2] in (b"\x7f\xf0", b"\xff\xf0") and not any(content[2:]):
        instructions.malformed("invalid_nan", offset)
    original(content, offset)


@faulty(
    "instructions.tlv.text/unchecked",
    "instructions.tlv.text",
    "Puts U+FFFD where a text is no UTF-8.",
    instructions,
    "read_text",
)
def _(original, content, offset):
    return content.decode("utf-8", "replace")


@faulty(
    "instructions.tlv.list/deeper",
    "instructions.tlv.list",
    "Counts the outermost list as depth 0.",
    instructions,
    "check_list_depth",
)
def _(original, row, depth, position):
    original(row, depth - 1, position)


@faulty(
    "instructions.tlv.list/three-deep",
    "instructions.tlv.list",
    "Refuses the fourth list inside each other.",
    instructions,
    "check_list_depth",
)
def _(original, row, depth, position):
    original(row, depth + 1, position)


@faulty(
    "instructions.tlv.list/unbounded",
    "instructions.tlv.list",
    "Reads lists as deep as its stack.",
    instructions,
    "check_list_depth",
)
def _(original, row, depth, position):
    pass


@faulty(
    "instructions.tlv.none/last-passes",
    "instructions.tlv.none",
    "Takes a `none` at the end, so that an instruction can be written in two ways.",
    instructions,
    "check_last_operand",
)
def _(original, operands):
    pass


@faulty(
    "instructions.tlv.none/refused-in-lists",
    "instructions.tlv.none instructions.tlv.list",
    "Refuses a `none` inside a list, where it is an item like any other.",
    instructions,
    "read_tlvs",
)
def _(original, data, position, end, depth):
    found = original(data, position, end, depth)
    if depth and found and found[-1].type == "none":
        instructions.malformed("trailing_none", found[-1].offset)
    return found


@faulty(
    "instructions.tlv.none/never",
    "instructions.tlv.none instructions.operands",
    "Knows no operands that are left out in the middle.",
    instructions,
    "check_last_operand",
)
def _(original, operands):
    original(operands)
    for operand in operands:
        if operand.type == "none":
            instructions.malformed("operand_type", operand.offset)


# Operands.


@faulty(
    "instructions.operands/missing-is-zero",
    "instructions.operands instructions.table",
    "Fills operands that are missing with zeros.",
    instructions,
    "check_operand",
)
def _(original, data, type_name, operand):
    if operand is not None:
        original(data, type_name, operand)


@faulty(
    "instructions.operands/types-unchecked",
    "instructions.operands instructions.table",
    "Takes an operand of any type and converts it.",
    instructions,
    "check_operand",
)
def _(original, data, type_name, operand):
    if operand is None:
        original(data, type_name, operand)


@faulty(
    "instructions.operands/number-for-handle",
    "instructions.operands instructions.table",
    "Takes a number of 32 bits for a handle, which it is.",
    instructions,
    "check_operand",
)
def _(original, data, type_name, operand):
    if operand is None or (type_name, operand.type) != ("handle", "u32"):
        original(data, type_name, operand)


@faulty(
    "instructions.operands/bytes-for-text",
    "instructions.operands instructions.table",
    "Takes bytes for a text, since they may be one.",
    instructions,
    "check_operand",
)
def _(original, data, type_name, operand):
    if operand is None or (type_name, operand.type) != ("text", "bytes"):
        original(data, type_name, operand)


@faulty(
    "instructions.operands/extra-ignored",
    "instructions.operands instructions.table",
    "Ignores operands behind those it knows, as programs ignore further results.",
    instructions,
    "check_operands",
)
def _(original, data, row, operands):
    original(data, row, operands[: len(row["operands"])])


@faulty(
    "instructions.operands/none-for-any",
    "instructions.operands instructions.tlv.none",
    "Takes `none` for every operand, optional or not.",
    instructions,
    "check_operand",
)
def _(original, data, type_name, operand):
    original(data, type_name.rstrip("?") + "?", operand)


@faulty(
    "instructions.reasons/extra-before-types",
    "instructions.reasons",
    "Counts the operands before it looks at them.",
    instructions,
    "check_operands",
)
def _(original, data, row, operands):
    if len(operands) > len(row["operands"]):
        instructions.malformed("operand_extra", operands[len(row["operands"])].offset)
    original(data, row, operands)


@faulty(
    "instructions.reasons/missing-before-types",
    "instructions.reasons",
    "Misses an operand before it looks at those that are there.",
    instructions,
    "check_operands",
)
def _(original, data, row, operands):
    wanted = list(row["operands"].values())
    if any(not type_name.endswith("?") for type_name in wanted[len(operands) :]):
        instructions.malformed("operand_missing", len(data))
    original(data, row, operands)


@faulty(
    "instructions.reasons/type-for-length",
    "instructions.reasons",
    "Reports a length that is wrong at the type before it.",
    instructions,
    "read_length",
)
def _(original, data, start, end):
    try:
        return original(data, start, end)
    except instructions.Refusal as refusal:
        refusal.context["offset"] = start - 1
        raise


@faulty(
    "instructions.experimental/refused",
    "instructions.experimental instructions.caps.unknown",
    "Refuses opcodes of experiments as malformed.",
    instructions,
    "row_of",
)
def _(original, category, opcode):
    if opcode & 0x8000:
        instructions.malformed("reserved_category", 1)
    return original(category, opcode)


@faulty(
    "instructions.table/opcode-alone",
    "instructions.table instructions.categories",
    "Looks an opcode up in whatever category has it first.",
    instructions,
    "row_of",
)
def _(original, category, opcode):
    if original(category, opcode) is not None:
        return original(category, opcode)
    return next((row for row in tables.rows("instructions") if row["opcode"] == opcode), None)

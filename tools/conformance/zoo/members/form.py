"""Faults of the form pass: what CBOR is here."""

import unicodedata

from fayger_check import documents, form, paths
from fayger_check.form import Stop
from museum import also, faulty

# Key order.


@faulty(
    "encoding.key-order/not-checked",
    "encoding.key-order encoding.deterministic",
    "Reads maps into a dictionary of the language and never looks at the order in which the keys came.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    if encoded == before:
        original(before, encoded, offset, path)


@faulty(
    "encoding.key-order/duplicates-pass",
    "encoding.key-order encoding.deterministic",
    "Compares with the key before by `<`, so that an equal key is not out of order, and the last value wins.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    if encoded != before:
        original(before, encoded, offset, path)


@faulty(
    "encoding.key-order/duplicate-is-disorder",
    "encoding.key-order encoding.reasons",
    "Has one check, `not greater`, and one reason for it, so that an equal key is reported as `key_order`.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    if encoded == before:
        raise Stop("key_order", offset, path)
    original(before, encoded, offset, path)


@faulty(
    "encoding.key-order/by-the-alphabet",
    "encoding.key-order encoding.deterministic",
    "Sorts keys as texts, by code point, where the bytes of the encoding put shorter texts first.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    if before is None or before[:1] < b"\x60" or encoded[:1] < b"\x60":
        original(before, encoded, offset, path)
    elif encoded == before:
        raise Stop("duplicate_key", offset, path)
    elif content_of(encoded) < content_of(before):
        raise Stop("key_order", offset, path)


def content_of(key):
    return key[form.read_head(key, 0, None).end :]


@faulty(
    "encoding.key-order/length-before-bytes",
    "encoding.key-order encoding.deterministic",
    "Follows the older canonical order of RFC 7049, which compares the length of the encoding before its bytes.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    if before is None or len(before) == len(encoded):
        original(before, encoded, offset, path)
    elif len(encoded) < len(before):
        raise Stop("key_order", offset, path)


@faulty(
    "encoding.key-order/reported-behind-the-key",
    "encoding.key-order encoding.offset",
    "Notices the order once the key is read, and reports the place where its cursor stands then.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    original(before, encoded, offset + len(encoded), path)


@faulty(
    "encoding.path.keys/member-for-map",
    "encoding.path.keys",
    "Reports a key out of order at the member it would have been, where the path names the map.",
    form,
    "check_key_order",
)
def _(original, before, encoded, offset, path):
    step = paths.KeyText("?") if encoded[:1] < b"\x60" else content_of(encoded).decode("utf-8")
    original(before, encoded, offset, (path, step))


# Heads.


@faulty(
    "encoding.deterministic/long-heads-pass",
    "encoding.deterministic",
    "Uses a CBOR library that reads every head there is, long ones included.",
    form,
    "check_shortest_form",
)
def _(original, position, head, path):
    pass


@faulty(
    "encoding.deterministic/long-lengths-pass",
    "encoding.deterministic",
    "Checks the shortest form where it reads numbers, and forgets the heads of texts, byte strings and containers.",
    form,
    "check_shortest_form",
)
def _(original, position, head, path):
    if head.major < 2:
        original(position, head, path)


@faulty(
    "encoding.deterministic/bounds-one-too-low",
    "encoding.deterministic",
    "Takes the greatest value that the next shorter head holds as the least one of this head.",
    form,
    "check_shortest_form",
)
def _(original, position, head, path):
    least = {24: 23, 25: 255, 26: 65535, 27: 2**32 - 1}.get(head.information, 0)
    if head.argument < least:
        original(position, head, path)


@faulty(
    "encoding.deterministic/eight-bytes-unchecked",
    "encoding.deterministic",
    "Compares a 64-bit argument by a cast to 32 bits, which never says that 32 bits would have done.",
    form,
    "check_shortest_form",
)
def _(original, position, head, path):
    if head.information != 27:
        original(position, head, path)


@faulty(
    "encoding.offset/argument-for-head",
    "encoding.offset encoding.pass.form",
    "Finds a head too long when its argument has been read, and reports the byte where the argument begins.",
    form,
    "check_shortest_form",
)
def _(original, position, head, path):
    original(position + 1, head, path)


# Items.


@faulty(
    "encoding.items/indefinite-lengths-read",
    "encoding.items encoding.deterministic",
    "Reads arrays and maps of indefinite length as generic CBOR has them.",
    form,
    "check_allowed",
)
def _(original, position, head, path):
    if head.major not in (4, 5) or head.information != 31:
        original(position, head, path)


@also("encoding.items/indefinite-lengths-read", form, "read_array")
def _(original, data, item, head, path, depth, inside_key):
    if head.information != 31:
        return original(data, item, head, path, depth, inside_key)
    position = head.end
    while data[position : position + 1] != b"\xff":
        place = form.step_into(path, len(item.members), inside_key)
        position = form.read_item(data, position, place, item.members, depth + 1, inside_key)
    item.value = len(item.members)
    return position + 1


@also("encoding.items/indefinite-lengths-read", form, "read_map")
def _(original, data, item, head, path, depth, inside_key):
    if head.information != 31:
        return original(data, item, head, path, depth, inside_key)
    position, before = head.end, None
    while data[position : position + 1] != b"\xff":
        start = position
        position = form.read_item(data, start, path, item.members, depth + 1, True)
        form.check_key_order(before, data[start:position], start, path)
        before = data[start:position]
        place = form.step_into(path, form.key_step(item.members[-1]), inside_key)
        position = form.read_item(data, position, place, item.members, depth + 1, inside_key)
    item.value = len(item.members) // 2
    return position + 1


@faulty(
    "encoding.items/simple-values-are-false",
    "encoding.items",
    "Reads everything of major type 7 that is not `true` as `false`, floats, null and undefined included.",
    form,
    "check_allowed",
)
def _(original, position, head, path):
    if head.major != 7 or head.information >= 28:
        original(position, head, path)


@faulty(
    "encoding.items/null-is-absent",
    "encoding.items",
    "Takes null for a member that is not there, as JSON libraries do.",
    form,
    "check_allowed",
)
def _(original, position, head, path):
    if (head.major, head.information) != (7, 22):
        original(position, head, path)


@also("encoding.items/null-is-absent", form, "read_map")
def _(original, data, item, head, path, depth, inside_key):
    end = original(data, item, head, path, depth, inside_key)
    pairs = list(zip(item.members[::2], item.members[1::2]))
    kept = [each for pair in pairs if data[pair[1].offset] != 0xF6 for each in pair]
    item.members[:] = kept
    return end


@faulty(
    "encoding.items/tags-skipped",
    "encoding.items",
    "Passes over tags to what they hold, which generic decoders do with tags they do not know.",
    form,
    "read_item",
)
def _(original, data, position, path, place, depth, inside_key):
    while data[position : position + 1] and data[position] >> 5 == 6:
        position = form.read_head(data, position, path).end
    return original(data, position, path, place, depth, inside_key)


@faulty(
    "encoding.items/reserved-heads-read",
    "encoding.items",
    "Takes the reserved values 28 to 30 of a head for small arguments.",
    form,
    "check_allowed",
)
def _(original, position, head, path):
    if head.major > 5 or head.information not in (28, 29, 30):
        original(position, head, path)


# Text.


@faulty(
    "encoding.text/unchecked",
    "encoding.text",
    "Puts U+FFFD where bytes are no UTF-8, as the text decoder of a browser does unless told otherwise.",
    form,
    "check_utf8",
)
def _(original, data, position, head, path):
    pass


@also("encoding.text/unchecked", form, "scalar")
def _(original, data, head):
    if head.major != 3:
        return original(data, head)
    end = head.end + head.argument
    return data[head.end : end].decode("utf-8", "replace"), end


@faulty(
    "encoding.text/surrogates-pass",
    "encoding.text",
    "Reads surrogates written in UTF-8, which converters from UTF-16 leave behind.",
    form,
    "check_utf8",
)
def _(original, data, position, head, path):
    if head.major == 3:
        try:
            data[head.end : head.end + head.argument].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            original(data, position, head, path)


@also("encoding.text/surrogates-pass", form, "scalar")
def _(original, data, head):
    if head.major != 3:
        return original(data, head)
    end = head.end + head.argument
    return data[head.end : end].decode("utf-8", "surrogatepass"), end


@faulty(
    "encoding.text/overlong-nul-passes",
    "encoding.text",
    "Has the modified UTF-8 of Java's class files, where NUL is the overlong c0 80.",
    form,
    "check_utf8",
)
def _(original, data, position, head, path):
    if head.major == 3 and b"\xc0\x80" in data[head.end : head.end + head.argument]:
        return
    original(data, position, head, path)


@also("encoding.text/overlong-nul-passes", form, "scalar")
def _(original, data, head):
    end = head.end + head.argument
    content = data[head.end : end]
    if head.major == 3 and b"\xc0\x80" in content:
        return content.replace(b"\xc0\x80", b"\x00").decode("utf-8", "replace"), end
    return original(data, head)


@faulty(
    "encoding.text/nul-refused",
    "encoding.text",
    "Keeps texts as C strings and refuses one with a NUL inside.",
    form,
    "check_utf8",
)
def _(original, data, position, head, path):
    original(data, position, head, path)
    if head.major == 3 and 0 in data[head.end : head.end + head.argument]:
        raise Stop("invalid_utf8", position, path)


@faulty(
    "encoding.text/byte-order-mark-lost",
    "encoding.text",
    "Decodes with a text decoder that takes U+FEFF at the front for a byte order mark and drops it.",
    form,
    "scalar",
)
def _(original, data, head):
    value, end = original(data, head)
    return (value[1:] if head.major == 3 and value[:1] == "\ufeff" else value), end


@faulty(
    "encoding.text/normalised",
    "encoding.text",
    "Puts texts into normal form C when they are read, so that equal looking names are equal.",
    form,
    "scalar",
)
def _(original, data, head):
    value, end = original(data, head)
    return (unicodedata.normalize("NFC", value) if head.major == 3 else value), end


# Depth, counts, the end.


@faulty(
    "encoding.depth/counts-from-zero",
    "encoding.depth",
    "Gives the outermost container depth 0, and so allows seventeen inside each other.",
    form,
    "check_depth",
)
def _(original, position, head, depth, path):
    original(position, head, depth - 1, path)


@faulty(
    "encoding.depth/empty-does-not-count",
    "encoding.depth",
    "Counts depth where it goes into a container, which it never does for an empty one.",
    form,
    "check_depth",
)
def _(original, position, head, depth, path):
    if head.argument > 0:
        original(position, head, depth, path)


@faulty(
    "encoding.depth/scalars-count",
    "encoding.depth",
    "Counts every item as a level, so that a number inside the sixteenth container is too deep.",
    form,
    "check_depth",
)
def _(original, position, head, depth, path):
    if depth > form.MAXIMUM_DEPTH:
        raise Stop("depth", position, path)


@faulty(
    "encoding.whole/rest-ignored",
    "encoding.whole",
    "Reads one item, as it was asked to, and never looks whether anything follows it.",
    form,
    "check_whole",
)
def _(original, data, end):
    pass


@faulty(
    "encoding.whole/zeros-are-padding",
    "encoding.whole",
    "Takes zeros behind the document for padding.",
    form,
    "check_whole",
)
def _(original, data, end):
    original(data.rstrip(b"\x00") if end < len(data.rstrip(b"\x00")) else data[:end], end)


@faulty(
    "encoding.counts/compared-with-the-rest",
    "encoding.counts",
    "Compares a count with the bytes that remain, and reports the container instead of the item that is absent.",
    form,
    "read_array",
)
def _(original, data, item, head, path, depth, inside_key):
    if head.argument > len(data) - head.end:
        raise Stop("truncated", item.offset, path)
    return original(data, item, head, path, depth, inside_key)


@also("encoding.counts/compared-with-the-rest", form, "read_map")
def _(original, data, item, head, path, depth, inside_key):
    if head.argument > (len(data) - head.end) // 2:
        raise Stop("truncated", item.offset, path)
    return original(data, item, head, path, depth, inside_key)


@faulty(
    "encoding.integers/signed-wrap",
    "encoding.integers",
    "Keeps integers in a signed 64-bit type: those from 2^63 on become negative.",
    form,
    "scalar",
)
def _(original, data, head):
    value, end = original(data, head)
    return ((value + 2**63) % 2**64 - 2**63 if head.major < 2 else value), end


@faulty(
    "encoding.truncated/last-byte",
    "encoding.truncated",
    "Reports the last byte there is where the input ends, not the place where the item should begin.",
    form,
    "read_head",
)
def _(original, data, position, path):
    if position >= len(data):
        raise Stop("truncated", max(position - 1, 0), path)
    return original(data, position, path)


@faulty(
    "encoding.pass.form/end-of-input-for-item",
    "encoding.pass.form encoding.offset",
    "Reports a text or head that is cut off at the end of the input, where its reader ran dry.",
    form,
    "read_head",
)
def _(original, data, position, path):
    try:
        return original(data, position, path)
    except Stop:
        raise Stop("truncated", len(data), path) from None


@also("encoding.pass.form/end-of-input-for-item", form, "check_content_present")
def _(original, data, position, head, path):
    original(data, len(data), head, path)


@faulty(
    "encoding.pass.form/long-heads-before-kinds",
    "encoding.pass.form",
    "Judges the length of a head where it is read, before it knows whether the item may stand there at all.",
    form,
    "check_allowed",
)
def _(original, position, head, path):
    form.check_shortest_form(position, head, path)
    original(position, head, path)


@faulty(
    "encoding.pass.form/content-last",
    "encoding.pass.form",
    "Finds out that a text is cut off when it copies it, after everything else about its head.",
    form,
    "check_content_present",
)
def _(original, data, position, head, path):
    pass


@also("encoding.pass.form/content-last", form, "check_utf8")
def _(original, data, position, head, path):
    if form.has_content(head) and head.end + head.argument > len(data):
        raise Stop("truncated", position, path)
    original(data, position, head, path)


# Verdict, reasons, paths.


@faulty(
    "encoding.verdict/form-before-schema",
    "encoding.verdict",
    "Decodes the whole document first and compares with the schema afterwards, so that a form fault always wins.",
    documents,
    "first_fault",
)
def _(original, form_fault, schema_fault):
    return form_fault or schema_fault


@faulty(
    "encoding.verdict/schema-wins-a-tie",
    "encoding.verdict",
    "At one byte reports what the schema says of it, not what comes first in the table of reasons.",
    documents,
    "first_fault",
)
def _(original, form_fault, schema_fault):
    if form_fault and schema_fault and form_fault.offset == schema_fault.offset:
        return schema_fault
    return original(form_fault, schema_fault)


@faulty(
    "encoding.path/always-brackets",
    "encoding.path",
    "Writes every member in the normalised form of RFC 9535, `['name']`.",
    paths,
    "write_step",
)
def _(original, step):
    return original(step if isinstance(step, int) else paths.KeyText(step))


@faulty(
    "encoding.path/always-dots",
    "encoding.path",
    "Writes every member as `.name`, also one whose name has dots, spaces or quotes in it.",
    paths,
    "write_step",
)
def _(original, step):
    return original(step) if isinstance(step, int) else "." + step


@faulty(
    "encoding.path/counts-from-one",
    "encoding.path",
    "Counts the elements of an array from 1.",
    paths,
    "write_step",
)
def _(original, step):
    return original(step + 1 if isinstance(step, int) else step)


@faulty(
    "encoding.path/json-pointer",
    "encoding.path",
    "Writes paths as JSON pointers.",
    paths,
    "write_path",
)
def _(original, path):
    steps = []
    while path is not None:
        path, step = path
        steps.append("/" + str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(steps))


@faulty(
    "encoding.reasons/older-names",
    "encoding.reasons",
    "Calls a cut-off document `unexpected_end`, as its own library does.",
    documents,
    "decode",
)
def _(original, data, rule, version=None):
    verdict = original(data, rule, version)
    if verdict.fault is None or verdict.fault.reason != "truncated":
        return verdict
    return verdict._replace(fault=verdict.fault._replace(reason="unexpected_end"))


# Writing.


@faulty(
    "encoding.write/unchecked",
    "encoding.write",
    "Trusts the caller and writes whatever value it gets.",
    documents,
    "encode",
)
def _(original, item, rule, version=None):
    return original(item, rule, version)[0], None


@faulty(
    "encoding.write/offset-of-nothing",
    "encoding.write encoding.offset",
    "Judges the value before it writes, so that it has no offset to report but 0.",
    documents,
    "encode",
)
def _(original, item, rule, version=None):
    data, fault = original(item, rule, version)
    return data, fault and fault._replace(offset=0)


@faulty(
    "encoding.write.round-trip/counts-in-two-bytes",
    "encoding.write.round-trip encoding.deterministic",
    "Writes counts of containers always in two bytes, room that it fills in at the end.",
    documents,
    "write_head",
)
def _(original, major, argument):
    if major in (4, 5) and argument < 24:
        return bytes([major << 5 | 24, argument])
    return original(major, argument)


@faulty(
    "conformance.value/large-integers-as-numbers",
    "conformance.value",
    "Writes every integer as a JSON number, also those that no binary64 holds.",
    documents,
    "to_value",
)
def _(original, item):
    return item.value if item.kind == "integer" else original(item)


@faulty(
    "conformance.value/maps-as-objects",
    "conformance.value",
    "Writes a map as a JSON object, which has no order and no keys but texts.",
    documents,
    "to_value",
)
def _(original, item):
    made = original(item)
    if item.kind == "map":
        return {str(key): value for key, value in made["map"]}
    return made



@faulty(
    "encoding.depth/deeper",
    "encoding.depth errors.cbor.chain",
    "Reads as deep as 32 containers, so that no chain of errors is ever cut.",
    form,
    "check_depth",
)
def _(original, position, head, depth, path):
    original(position, head, depth - 16, path)

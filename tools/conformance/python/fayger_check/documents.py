"""Documents: bytes to a value, a value to bytes, and the verdict on both. @spec encoding.verdict"""

from collections import namedtuple

from . import cddl, form, schema, tables

# A verdict: the outermost item, the schema version it was judged by, and the fault, or None where there is none.
Verdict = namedtuple("Verdict", "item version fault")

SAFE_MAXIMUM = 2**53 - 1


def decode(data, rule, version=None):
    """Judge bytes as a document of a rule. `version`: the one it is judged by where it states none itself."""
    item, form_fault = form.form_pass(data)
    judged_by = schema.declared_version(item, rule) or version_of_standing_alone(rule, version)
    schema_fault = schema.schema_pass(data, item, rule, judged_by)
    return Verdict(item, judged_by, first_fault(form_fault, schema_fault))


def version_of_standing_alone(rule, version):
    """A manifest that does not state its version is one of 1.0; what states none is judged by the one it is given."""
    body = cddl.rule(rule)
    states_its_own = body["kind"] == "map" and schema.declares_version(body)
    return (1, 0) if states_its_own or version is None else version


def first_fault(form_fault, schema_fault):
    """The smaller offset; at one offset, the reason that stands first in the table. @spec encoding.verdict"""
    faults = [fault for fault in (form_fault, schema_fault) if fault is not None]
    return min(faults, key=lambda fault: (fault.offset, reason_number(fault.reason))) if faults else None


def reason_number(reason):
    """@spec encoding.reasons"""
    return tables.by("decode-reasons", "name")[reason]["number"]


# Writing. Nothing is checked while bytes are made: they are judged as a reader would. @spec encoding.write


def encode(item, rule, version=None):
    """The bytes of a value, and the fault a reader would find in them, or None."""
    data = write_item(item)
    verdict = decode(data, rule, version)
    return data, first_fault(verdict.fault, integer_out_of_range(item, verdict.item, None))


def integer_out_of_range(item, written, path):
    """The first integer that is too large for CBOR, of a value and of what was written for it."""
    if written is None:
        return None
    if item.kind == "integer" and item.value != written.value:
        return form.Fault("value_out_of_range", written.offset, path)
    step = None
    for number, (each, there) in enumerate(zip(item.members, written.members)):
        if item.kind == "map" and number % 2 == 0:
            step = form.key_step(there)
            place = path
        else:
            place = (path, number if item.kind == "array" else step)
        fault = integer_out_of_range(each, there, place)
        if fault:
            return fault
    return None


def write_item(item):
    """Deterministic CBOR of an item whose maps are in the order of their keys already. @spec encoding.deterministic"""
    if item.kind == "integer":
        return write_head(0, item.value) if item.value >= 0 else write_head(1, -1 - item.value)
    if item.kind == "bytes":
        return write_head(2, len(item.value)) + item.value
    if item.kind == "text":
        content = item.value.encode("utf-8", "surrogatepass")
        return write_head(3, len(content)) + content
    if item.kind == "boolean":
        return b"\xf5" if item.value else b"\xf4"
    if item.kind == "forbidden":
        return b"\xf6"
    count = len(item.members) // 2 if item.kind == "map" else len(item.members)
    return write_head(5 if item.kind == "map" else 4, count) + b"".join(write_item(each) for each in item.members)


def write_head(major, argument):
    """The shortest head that holds the argument, or all that eight bytes can hold."""
    argument = min(argument, 2**64 - 1)
    if argument < 24:
        return bytes([major << 5 | argument])
    for information, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 2 ** (8 * width):
            break
    return bytes([major << 5 | information]) + argument.to_bytes(width, "big")


# Values as JSON. @spec conformance.value


def to_value(item):
    """A CBOR item as JSON."""
    if item.kind == "integer":
        return item.value if abs(item.value) <= SAFE_MAXIMUM else {"integer": str(item.value)}
    if item.kind == "bytes":
        return {"bytes": item.value.hex()}
    if item.kind == "array":
        return [to_value(element) for element in item.members]
    if item.kind == "map":
        return {"map": [[to_value(key), to_value(value)] for key, value in schema.pairs(item)]}
    return item.value


def from_value(value):
    """The CBOR item that JSON stands for; what stands for none, null or a fraction, becomes a forbidden item."""
    if isinstance(value, bool):
        return form.Item("boolean", value)
    if isinstance(value, str):
        return form.Item("text", value)
    if isinstance(value, (int, float)):
        return form.Item("integer", int(value)) if value == value // 1 else form.Item("forbidden", None)
    if isinstance(value, list):
        return container("array", [from_value(element) for element in value])
    if isinstance(value, dict) and "integer" in value:
        return form.Item("integer", int(value["integer"]))
    if isinstance(value, dict) and "bytes" in value:
        return form.Item("bytes", bytes.fromhex(value["bytes"]))
    if isinstance(value, dict) and "map" in value:
        return container("map", [from_value(each) for pair in value["map"] for each in pair])
    return form.Item("forbidden", None)


def container(kind, members):
    item = form.Item(kind, len(members))
    item.members = members
    return item


# What the rest of this program asks of a document that was accepted.


def member(item, name):
    """The value of a map's member, as an item; None where there is none."""
    for key, value in schema.pairs(item):
        if key.kind == "text" and key.value == name:
            return value
    return None


def plain(item):
    """An item as Python's own values; None stays None. Keys that are containers, which only members that are kept
    unread can have, are left out."""
    if item is None:
        return None
    if item.kind == "array":
        return [plain(element) for element in item.members]
    if item.kind == "map":
        return {key.value: plain(value) for key, value in schema.pairs(item) if key.kind not in ("array", "map")}
    return item.value

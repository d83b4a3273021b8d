"""The form pass: what every document is, whatever its schema. @spec encoding.pass.form

`form_pass` gives the items that were read and the fault at which it stopped, if it did. An item is a place in the bytes
with what stands there; containers hold their members in `members`, of a map key, value, key, value and so on. Of a
document with a fault the items before the fault are there, and a container that was not read to its end has no `end`.
"""

from collections import namedtuple

from . import paths

# What is wrong, where in the bytes, and where in the document (see paths.py).
Fault = namedtuple("Fault", "reason offset path")

# The head of an item: its first three bits, the five behind them, its argument, and the first byte behind it.
Head = namedtuple("Head", "major information argument end")

KINDS = {0: "integer", 1: "integer", 2: "bytes", 3: "text", 4: "array", 5: "map", 7: "boolean"}
ARGUMENT_BYTES = {24: 1, 25: 2, 26: 4, 27: 8}
MAXIMUM_DEPTH = 16


class Item:
    """One item: `kind`, `value` of a scalar or declared count of members, `members`, `offset`, and `end` when whole."""

    __slots__ = ("kind", "value", "members", "offset", "end")

    def __init__(self, kind, value, offset=0, end=None):
        self.kind, self.value, self.offset, self.end, self.members = kind, value, offset, end, []


class Stop(Exception):
    """A pass ends here."""

    def __init__(self, reason, offset, path):
        Exception.__init__(self, reason)
        self.fault = Fault(reason, offset, path)


def form_pass(data):
    """The outermost item as far as it was read (None where even its head is wrong), and the fault or None."""
    outermost = []
    try:
        end = read_item(data, 0, None, outermost, depth=1, inside_key=False)
        check_whole(data, end)
    except Stop as stop:
        return (outermost[0] if outermost else None), stop.fault
    return outermost[0], None


def read_item(data, position, path, place, depth, inside_key):
    """Read the item that is due at a position, put it into `place`, and give the first byte behind it."""
    head = read_head(data, position, path)
    check_content_present(data, position, head, path)
    check_allowed(position, head, path)
    check_shortest_form(position, head, path)
    check_utf8(data, position, head, path)
    check_depth(position, head, depth, path)
    item = Item(KINDS[head.major], None, position)
    place.append(item)
    if item.kind == "array":
        item.value = head.argument
        item.end = read_array(data, item, head, path, depth, inside_key)
    elif item.kind == "map":
        item.value = head.argument
        item.end = read_map(data, item, head, path, depth, inside_key)
    else:
        item.value, item.end = scalar(data, head)
    return item.end


def scalar(data, head):
    """The value of an integer, a byte string, a text or a boolean, and the first byte behind it."""
    if head.major == 0:
        return head.argument, head.end
    if head.major == 1:
        return -1 - head.argument, head.end
    if head.major == 7:
        return head.information == 21, head.end
    content = data[head.end : head.end + head.argument]
    return (content if head.major == 2 else content.decode("utf-8")), head.end + head.argument


def read_array(data, item, head, path, depth, inside_key):
    """The elements one after the other. The count is only counted up to. @spec encoding.counts"""
    position, number = head.end, 0
    while number < head.argument:
        place = step_into(path, number, inside_key)
        position = read_item(data, position, place, item.members, depth + 1, inside_key)
        number += 1
    return position


def read_map(data, item, head, path, depth, inside_key):
    """Keys and values in turn. A fault of a key, also inside one, names the map. @spec encoding.path.keys"""
    position, number, before = head.end, 0, None
    while number < head.argument:
        start = position
        position = read_item(data, start, path, item.members, depth + 1, inside_key=True)
        encoded = data[start:position]
        check_key_order(before, encoded, start, path)
        place = step_into(path, key_step(item.members[-1]), inside_key)
        position = read_item(data, position, place, item.members, depth + 1, inside_key)
        before = encoded
        number += 1
    return position


def step_into(path, step, inside_key):
    return path if inside_key else (path, step)


def key_step(key):
    """A key as a step of a path: its text, or its diagnostic notation. @spec encoding.path"""
    if key.kind == "text":
        return key.value
    if key.kind == "bytes":
        return paths.KeyText("h'%s'" % key.value.hex())
    if key.kind in ("array", "map"):
        return paths.KeyText("\u2026")
    return paths.KeyText(str(key.value).lower())


def read_head(data, position, path):
    """Condition 1, first half: the input ends before the item or inside its head. @spec encoding.truncated"""
    if position >= len(data):
        raise Stop("truncated", position, path)
    major, information = data[position] >> 5, data[position] & 31
    width = ARGUMENT_BYTES.get(information, 0)
    end = position + 1 + width
    if end > len(data):
        raise Stop("truncated", position, path)
    argument = int.from_bytes(data[position + 1 : end], "big") if width else information
    return Head(major, information, argument, end)


def has_content(head):
    """Byte strings and texts of definite length have bytes behind their head."""
    return head.major in (2, 3) and head.information < 28


def check_content_present(data, position, head, path):
    """Condition 1, second half: the input ends inside the content of a byte string or text."""
    if has_content(head) and head.end + head.argument > len(data):
        raise Stop("truncated", position, path)


def check_allowed(position, head, path):
    """Condition 2: nothing but integers, byte strings, texts, arrays, maps, false and true, of definite length.
    @spec encoding.items"""
    simple = head.major == 7 and head.information not in (20, 21)
    if head.major == 6 or simple or head.information >= 28:
        raise Stop("forbidden_item", position, path)


def check_shortest_form(position, head, path):
    """Condition 3: no head is longer than its argument needs. @spec encoding.deterministic"""
    least = {24: 24, 25: 2**8, 26: 2**16, 27: 2**32}.get(head.information, 0)
    if head.argument < least:
        raise Stop("not_shortest_form", position, path)


def check_utf8(data, position, head, path):
    """Condition 4: no overlong form, no surrogate, nothing above U+10FFFF. @spec encoding.text"""
    if head.major == 3:
        try:
            data[head.end : head.end + head.argument].decode("utf-8")
        except UnicodeDecodeError:
            raise Stop("invalid_utf8", position, path) from None


def check_depth(position, head, depth, path):
    """Condition 5: the outermost container has depth 1, and none has depth 17. @spec encoding.depth"""
    if head.major in (4, 5) and depth > MAXIMUM_DEPTH:
        raise Stop("depth", position, path)


def check_key_order(before, encoded, offset, path):
    """Once a key is read: it is not that before it, and not smaller. @spec encoding.key-order"""
    if before is not None and encoded == before:
        raise Stop("duplicate_key", offset, path)
    if before is not None and encoded < before:
        raise Stop("key_order", offset, path)


def check_whole(data, end):
    """Nothing follows the document's one item. @spec encoding.whole"""
    if end < len(data):
        raise Stop("trailing_bytes", end, None)

"""Faults of the schema pass: types, bounds, orders, members, growth, wherever they stand."""

import re

from fayger_check import cddl, documents, form, head, paths, schema
from fayger_check.form import Stop
from museum import also, faulty

# One item.


@faulty(
    "encoding.type/text-for-bytes",
    "encoding.type",
    "Takes a text where a byte string is asked for, since both are bytes with a length.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if item.kind != "text" or body["kind"] != "bytes":
        original(item, body, path)


@faulty(
    "encoding.type/boolean-for-integer",
    "encoding.type",
    "Takes true for 1 and false for 0.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if item.kind != "boolean" or schema.KIND_OF_TYPE[body["kind"]] != "integer":
        original(item, body, path)


@faulty(
    "encoding.type/as-a-value",
    "encoding.type encoding.reasons",
    "Compares an item with the listed values at once, so that a wrong type is `value_out_of_range`.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if body["kind"] in ("texts", "integers") and item.kind != schema.KIND_OF_TYPE[body["kind"]]:
        raise Stop("value_out_of_range", item.offset, path)
    original(item, body, path)


@faulty(
    "encoding.integers/wide-is-a-wrong-type",
    "encoding.integers",
    "Calls an integer that its 64-bit signed type cannot hold a wrong type.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    original(item, body, path)
    if item.kind == "integer" and not -(2**63) <= item.value < 2**63:
        raise Stop("wrong_type", item.offset, path)


@faulty(
    "encoding.integers/negative-is-a-wrong-type",
    "encoding.integers",
    "Asks for major type 0 where the schema has an unsigned integer, so that -1 has a wrong type.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    original(item, body, path)
    if body["kind"] in ("integer", "integers") and item.value < 0 <= body.get("minimum", 0):
        raise Stop("wrong_type", item.offset, path)


@faulty(
    "encoding.integers.safe/all-64-bits",
    "encoding.integers.safe",
    "Has an unsigned 64-bit type for every length and offset and knows of no lower bound than its own.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    if body["kind"] == "integer" and body["maximum"] == documents.SAFE_MAXIMUM:
        body = dict(body, maximum=2**64 - 1)
    original(item, body, path)


@faulty(
    "encoding.integers.safe/two-to-the-53",
    "encoding.integers.safe",
    "Takes 2^53 for the greatest integer that a binary64 counts up to without a gap.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    if body["kind"] == "integer" and body["maximum"] == documents.SAFE_MAXIMUM:
        body = dict(body, maximum=2**53)
    original(item, body, path)


@faulty(
    "encoding.length/characters",
    "encoding.length",
    "Counts the length of a text in characters.",
    schema,
    "length_of",
)
def _(original, value):
    return len(value)


@faulty(
    "encoding.length/utf-16-units",
    "encoding.length",
    "Counts the length of a text in the UTF-16 units of its language.",
    schema,
    "length_of",
)
def _(original, value):
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else len(value)


@faulty(
    "encoding.length/longest-refused",
    "encoding.length",
    "Writes `<` where the schema's greatest length is still allowed.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    original(item, body, path)
    if body["kind"] in ("text", "bytes") and body["maximum"] not in (None, body["minimum"]):
        if schema.length_of(item.value) >= body["maximum"]:
            raise Stop("length_out_of_range", item.offset, path)


@faulty(
    "encoding.length/one-more-allowed",
    "encoding.length",
    "Lets a text be one byte longer than the schema says, an off-by-one from counting a terminator.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if body["kind"] in ("text", "bytes") and body["maximum"] not in (None, body["minimum"]):
        body = dict(body, maximum=body["maximum"] + 1)
    original(item, body, path)


@faulty(
    "encoding.length/empty-texts-pass",
    "encoding.length",
    "Checks only how long a text may be at most.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    original(item, dict(body, minimum=0) if body["kind"] == "text" else body, path)


@faulty(
    "manifest.sets/empty-sets-pass",
    "manifest.sets encoding.length",
    "Takes an empty array for the same as none.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if body["kind"] not in ("array", "dictionary"):
        original(item, body, path)


@faulty(
    "encoding.length/rows-judged-at-their-end",
    "encoding.length encoding.pass.schema",
    "Counts the members of a row when it has read them, behind the faults that they have themselves.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if body["kind"] != "row":
        original(item, body, path)


@also("encoding.length/rows-judged-at-their-end", schema, "judge_row")
def _(original, data, item, body, version, path, watch):
    original(data, item, body, version, path, watch)
    if item.value != len(body["members"]):
        raise Stop("length_out_of_range", item.offset, path)


@faulty(
    "encoding.growth.arrays/longer-rows-pass",
    "encoding.growth.arrays encoding.length index.entry",
    "Ignores members behind those of a row that it knows, to be open to later versions.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if body["kind"] != "row" or item.value < len(body["members"]):
        original(item, body, path)


@faulty(
    "encoding.value/lists-are-advice",
    "encoding.value index.visibility",
    "Takes any number or text where the schema lists the values, and lets later code wonder.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    if body["kind"] not in ("texts", "integers"):
        original(item, body, path)


@faulty(
    "encoding.value/minimum-forgotten",
    "encoding.value",
    "Compares integers with the greatest value alone.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, minimum=-(2**64)) if body["kind"] == "integer" else body, path)


@faulty(
    "encoding.value/greatest-refused",
    "encoding.value",
    "Writes `<` where the schema's greatest value is still allowed.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, body, path)
    if body["kind"] == "integer" and item.value == body["maximum"]:
        raise Stop("value_out_of_range", item.offset, path)


@faulty(
    "encoding.pattern/found-anywhere",
    "encoding.pattern",
    "Searches for the pattern in the text, and does not ask that it be the whole text.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"] and not body["pattern"].search(item.value):
        original(item, body, path)


@faulty(
    "encoding.pattern/line-feed-at-the-end",
    "encoding.pattern",
    "Ends the expression with `$`, which in many languages also matches before a last line feed.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"]:
        if not re.match("(?:" + body["pattern"].pattern + ")$", item.value):
            original(item, body, path)


@faulty(
    "encoding.pattern/letter-case-ignored",
    "encoding.pattern",
    "Compiles every expression with the flag that ignores case.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"]:
        if not re.fullmatch(body["pattern"].pattern, item.value, re.IGNORECASE):
            original(item, body, path)


# Orders.


@faulty(
    "encoding.item-order/equals-pass",
    "encoding.item-order manifest.sets",
    "Checks that a set is sorted and not that each element is there once.",
    schema,
    "check_item_order",
)
def _(original, value, before, path):
    if not before or before[0] != value.value:
        original(value, before, path)


@faulty(
    "encoding.item-order/not-checked",
    "encoding.item-order manifest.sets index.shape trust-store.shape",
    "Puts the elements into a set of the language, where no order is left to check.",
    schema,
    "check_item_order",
)
def _(original, value, before, path):
    if before and before[0] == value.value:
        original(value, before, path)


@faulty(
    "encoding.item-order/utf-16-units",
    "encoding.item-order manifest.sets",
    "Compares texts by `<` of a language with UTF-16, which puts U+1F600 before U+FF5E.",
    schema,
    "bytes_of",
)
def _(original, value):
    return value.encode("utf-16-be", "surrogatepass") if isinstance(value, str) else value


@faulty(
    "encoding.item-order/shorter-first",
    "encoding.item-order manifest.sets",
    "Sorts the elements of a set as CBOR sorts keys, shorter ones first.",
    schema,
    "bytes_of",
)
def _(original, value):
    data = original(value)
    return len(data).to_bytes(8, "big") + data


@faulty(
    "encoding.item-order/whole-element",
    "encoding.item-order encoding.path",
    "Reports the element that is out of order, not its member that says so.",
    schema,
    "check_item_order",
)
def _(original, value, before, path):
    of_member = path[0] is not None and isinstance(path[0][1], int)
    original(value, before, path[0] if of_member else path)


@faulty(
    "encoding.item-conflict/prefix-without-slash",
    "encoding.item-conflict index.prefix-free",
    "Compares ids by `starts with`, so that `lib` stands in the way of `library`.",
    schema,
    "check_prefix_free",
)
def _(original, value, earlier, path):
    if any(value.value.startswith(each) for each in earlier):
        raise Stop("item_conflict", value.offset, path)


@faulty(
    "encoding.item-conflict/only-the-one-before",
    "encoding.item-conflict index.prefix-free",
    "Compares each id with the one before it, although `a-b` stands between `a` and `a/b`.",
    schema,
    "check_prefix_free",
)
def _(original, value, earlier, path):
    original(value, set(sorted(earlier)[-1:]), path)


@faulty(
    "index.prefix-free/not-checked",
    "index.prefix-free encoding.item-conflict",
    "Keeps sections in a flat table and sees no harm in `a` beside `a/b`.",
    schema,
    "check_prefix_free",
)
def _(original, value, earlier, path):
    pass


@faulty(
    "manifest.optional-capabilities/overlap-passes",
    "manifest.optional-capabilities encoding.item-conflict",
    "Makes one set of both lists of capabilities, where it no longer shows that one stood in both.",
    schema,
    "check_disjoint",
)
def _(original, element, others, path):
    pass


# Members.


@faulty(
    "encoding.missing-field/at-the-end-of-the-map",
    "encoding.missing-field",
    "Looks for absent members once the whole map is read, so that a later fault inside it comes first.",
    schema,
    "check_missing_at_key",
)
def _(original, data, key, missing, path):
    pass


@faulty(
    "encoding.missing-field/at-the-map",
    "encoding.missing-field encoding.offset",
    "Reports an absent member at the first byte of the map that lacks it.",
    schema,
    "check_missing_at_end",
)
def _(original, item, missing, path):
    if missing:
        raise Stop("missing_field", item.offset, (path, missing[0][1]))


@faulty(
    "encoding.path.keys/map-for-missing-member",
    "encoding.path.keys encoding.missing-field",
    "Names the map that lacks a member, not the member.",
    schema,
    "check_missing_at_end",
)
def _(original, item, missing, path):
    if missing:
        raise Stop("missing_field", item.end, path)


@also("encoding.path.keys/map-for-missing-member", schema, "check_missing_at_key")
def _(original, data, key, missing, path):
    try:
        original(data, key, missing, path)
    except Stop:
        raise Stop("missing_field", key.offset, path) from None


@faulty(
    "encoding.missing-field/order-of-the-schema",
    "encoding.missing-field",
    "Asks for the members in the order in which the schema lists them, not in that of their encoding.",
    schema,
    "check_missing_at_end",
)
def _(original, item, missing, path):
    if missing:
        names = [member["name"] for body in cddl.rules().values() if body["kind"] == "map" for member in body["members"]]
        original(item, sorted(missing, key=lambda each: names.index(each[1])), path)


@faulty(
    "encoding.missing-field/not-asked-for",
    "encoding.missing-field manifest.shape",
    "Fills absent members with the zero values of its language.",
    schema,
    "check_missing_at_end",
)
def _(original, item, missing, path):
    pass


@also("encoding.missing-field/not-asked-for", schema, "check_missing_at_key")
def _(original, data, key, missing, path):
    pass


@faulty(
    "encoding.unknown-field/ignored",
    "encoding.unknown-field manifest.shape",
    "Passes over keys that it does not know, as lenient JSON readers do.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    if key.kind != "text":
        original(key, body, version, path)


@faulty(
    "encoding.path.keys/member-for-unknown-key",
    "encoding.path.keys",
    "Names an unknown member itself, where the path of a key's fault names the map.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    original(key, body, version, (path, form.key_step(key)))


@faulty(
    "encoding.key-type/always-a-type",
    "encoding.key-type",
    "Calls every key that is no text a wrong type, also where it is just a key that the map does not have.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    schema.check_key_is_text(key, path)
    original(key, body, version, path)


@faulty(
    "encoding.key-type/kept-with-the-unknown",
    "encoding.key-type encoding.growth.higher encoding.growth.major",
    "Keeps every key of a later version, whatever its type.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    if not schema.keeps_unknown_keys(body, version):
        original(key, body, version, path)


@faulty(
    "encoding.key-type/numbers-become-texts",
    "encoding.key-type",
    "Reads the keys of a map without named members into its dictionary, which turns numbers into texts.",
    schema,
    "judge_dictionary",
)
def _(original, data, item, body, version, path):
    for key, value in schema.pairs(item):
        if value is not None:
            schema.judge(data, value, body["value"], version, (path, form.key_step(key)))


# Growth.


@faulty(
    "encoding.growth.version/not-read",
    "encoding.growth.version encoding.growth.higher",
    "Judges every manifest as one of version 1.0.",
    schema,
    "declared_version",
)
def _(original, item, rule):
    return None


@faulty(
    "encoding.growth.version/last-of-three",
    "encoding.growth.version",
    "Reads the first two numbers of a version, however many there are.",
    schema,
    "declared_version",
)
def _(original, item, rule):
    found = original(item, rule)
    stated = documents.member(item, "schema_version") if item is not None and item.kind == "map" else None
    if found is None and stated is not None and stated.kind == "array" and len(stated.members) > 2:
        parts = [each.value for each in stated.members[:2] if each.kind == "integer"]
        return tuple(parts) if len(parts) == 2 else None
    return found


@faulty(
    "encoding.growth.version/any-size",
    "encoding.growth.version",
    "Believes a version of any number, also above 65535.",
    schema,
    "declared_version",
)
def _(original, item, rule):
    stated = documents.member(item, "schema_version") if item is not None and item.kind == "map" else None
    if stated is not None and stated.kind == "array" and stated.value == len(stated.members) == 2:
        parts = [each.value for each in stated.members if each.kind == "integer"]
        return tuple(parts) if len(parts) == 2 else None
    return original(item, rule)


@faulty(
    "encoding.growth.higher/refused",
    "encoding.growth.higher versions.negotiation.minor",
    "Refuses unknown keys in every version, and so every artifact of a later minor that uses one.",
    schema,
    "minor_is_higher",
)
def _(original, version):
    return False


@faulty(
    "encoding.growth.higher/closed-maps-grow-too",
    "encoding.growth.higher encoding.growth.arrays signatures.block",
    "Keeps unknown keys of every map of a later version, the signature block included.",
    schema,
    "keeps_unknown_keys",
)
def _(original, body, version):
    return schema.minor_is_higher(version) or not schema.major_is_known(version)


@faulty(
    "encoding.growth.higher/always-open",
    "encoding.growth.known encoding.unknown-field",
    "Keeps unknown keys of the maps that can grow in every version, also in the one it knows.",
    schema,
    "keeps_unknown_keys",
)
def _(original, body, version):
    return "grows" in body


@faulty(
    "encoding.growth.higher/dropped-when-written",
    "encoding.growth.higher encoding.write.round-trip format.round-trip.bytes compatibility.unknown-fields loader.repack",
    "Reads into a record of the members it knows, and writes back nothing else.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    original(key, body, version, path)
    key.kind = "unknown"


@also("encoding.growth.higher/dropped-when-written", documents, "write_item")
def _(original, item):
    if item.kind == "map" and any(key.kind == "unknown" for key in item.members[::2]):
        kept = [pair for pair in zip(item.members[::2], item.members[1::2]) if pair[0].kind != "unknown"]
        item = documents.container("map", [each for pair in kept for each in pair])
    return original(item)


@also("encoding.growth.higher/dropped-when-written", documents, "to_value")
def _(original, item):
    return item.value if item.kind == "unknown" else original(item)


@faulty(
    "encoding.growth.higher/written-at-the-end",
    "encoding.growth.higher encoding.write.round-trip format.round-trip.bytes compatibility.unknown-fields loader.repack",
    "Writes the members it knows and then the unknown ones that it kept, not all of them in key order.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    original(key, body, version, path)
    UNKNOWN.append(key)
    del UNKNOWN[:-100]


@also("encoding.growth.higher/written-at-the-end", documents, "write_item")
def _(original, item):
    if item.kind == "map":
        pairs = list(zip(item.members[::2], item.members[1::2]))
        pairs.sort(key=lambda pair: any(pair[0] is each for each in UNKNOWN))
        item = documents.container("map", [each for pair in pairs for each in pair])
    return original(item)


UNKNOWN = []


@faulty(
    "encoding.growth.major/judged-as-its-own",
    "encoding.growth.major compatibility.schema.frozen",
    "Asks of a manifest of another major all that its own version asks for.",
    schema,
    "members_of",
)
def _(original, body, version):
    return original(body, (schema.reader_version()[0], version[1]))


@faulty(
    "encoding.growth.major/nothing-asked",
    "encoding.growth.major compatibility.schema.frozen",
    "Asks nothing of a manifest of another major, not even the members that every version has.",
    schema,
    "schema_pass",
)
def _(original, data, item, rule, version):
    return original(data, item, rule, version) if schema.major_is_known(version) else None


@faulty(
    "encoding.growth.index/always-1.0",
    "encoding.growth.index",
    "Judges the section index by version 1.0, whatever its manifest declares.",
    documents,
    "decode",
)
def _(original, data, rule, version=None):
    return original(data, rule, None if rule == "section-index" else version)


# Where in an artifact.


@faulty(
    "encoding.offset/inside-the-part",
    "encoding.offset loader.parse.manifest loader.parse.index",
    "Reports the offset that its decoder gave it, counted from the first byte of manifest or index.",
    head,
    "refuse_document",
)
def _(original, code, part, fault, start):
    original(code, part, fault, 0)


@faulty(
    "encoding.path/escapes-forgotten",
    "encoding.path",
    "Puts a key between quotes as it is, quotes and control characters included.",
    paths,
    "escape",
)
def _(original, character):
    return character


@faulty(
    "encoding.pass.schema/patterns-before-lengths",
    "encoding.pass.schema",
    "Matches the pattern of a text before it counts its bytes.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    schema.check_pattern(item, body, path)
    original(item, body, path)


@faulty(
    "encoding.pass.schema/orders-before-elements",
    "encoding.pass.schema encoding.item-order",
    "Puts the elements of an array in order before it judges them.",
    schema,
    "judge_array",
)
def _(original, data, item, body, version, path, siblings):
    if "ascending" in body and all(each.kind == "text" for each in item.members):
        for number, (before, each) in enumerate(zip(item.members, item.members[1:])):
            schema.check_item_order(each, [before.value], (path, number + 1))
    original(data, item, body, version, path, siblings)

"""The schema pass: what one kind of document is. @spec encoding.pass.schema

It walks the items that the form pass read, in the order of the bytes, and stops at the first fault, or where there are
no more items. `version` is the schema version that the document is judged by, (major, minor).
"""

from . import cddl, form, tables

KIND_OF_TYPE = {
    "integer": "integer",
    "integers": "integer",
    "text": "text",
    "texts": "text",
    "bytes": "bytes",
    "boolean": "boolean",
    "array": "array",
    "row": "array",
    "map": "map",
    "dictionary": "map",
}
TEXT_HEAD = 0x60


def schema_pass(data, item, rule, version):
    """The first fault of a document against a rule of the schemas, or None."""
    try:
        if item is not None:
            judge(data, item, cddl.rule(rule), version, None)
    except form.Stop as stop:
        return stop.fault
    return None


def judge(data, item, body, version, path, siblings=None, watch=None):
    """One item against what is asked for. `siblings`: the members before it in its map. `watch`: a name and what is to
    be checked as soon as the member of that name has been judged."""
    body = choose(cddl.resolve(body), item)
    check_type(item, body, path)
    check_length(item, body, path)
    check_value(item, body, path)
    check_pattern(item, body, path)
    if body["kind"] == "array":
        judge_array(data, item, body, version, path, siblings or {})
    elif body["kind"] == "row":
        judge_row(data, item, body, version, path, watch)
    elif body["kind"] == "dictionary":
        judge_dictionary(data, item, body, version, path)
    elif body["kind"] == "map":
        judge_map(data, item, body, version, path, watch)


def choose(body, item):
    """Of a choice the alternative that has the item's type; the first where none has, and `check_type` then refuses."""
    if body["kind"] != "choice":
        return body
    alternatives = [cddl.resolve(alternative) for alternative in body["alternatives"]]
    fitting = [each for each in alternatives if KIND_OF_TYPE[each["kind"]] == item.kind]
    return (fitting or alternatives)[0]


# Steps at one item, in the order of the chapter.


def check_type(item, body, path):
    """@spec encoding.type"""
    if item.kind != KIND_OF_TYPE[body["kind"]]:
        raise form.Stop("wrong_type", item.offset, path)


def check_length(item, body, path):
    """Lengths of text in bytes; rows have exactly their members, judged at the head. @spec encoding.length"""
    if body["kind"] in ("text", "bytes"):
        length = length_of(item.value)
        too_long = body["maximum"] is not None and length > body["maximum"]
        wrong = length < body["minimum"] or too_long
    elif body["kind"] == "row":
        wrong = item.value != len(body["members"])
    elif body["kind"] in ("array", "dictionary"):
        wrong = item.value < body["minimum"]
    else:
        wrong = False
    if wrong:
        raise form.Stop("length_out_of_range", item.offset, path)


def length_of(value):
    return len(value.encode("utf-8")) if isinstance(value, str) else len(value)


def check_value(item, body, path):
    """@spec encoding.value"""
    if body["kind"] == "integer":
        wrong = not body["minimum"] <= item.value <= body["maximum"]
    elif body["kind"] in ("texts", "integers"):
        wrong = item.value not in body["values"]
    else:
        wrong = False
    if wrong:
        raise form.Stop("value_out_of_range", item.offset, path)


def check_pattern(item, body, path):
    """The whole text matches. @spec encoding.pattern"""
    if body["kind"] == "text" and body["pattern"] is not None and not body["pattern"].fullmatch(item.value):
        raise form.Stop("pattern_mismatch", item.offset, path)


# Arrays.


def judge_array(data, item, body, version, path, siblings):
    before, earlier = [], set()

    def compare(value, place):
        check_item_order(value, before, place)
        if body.get("prefix_free"):
            check_prefix_free(value, earlier, place)
        before[:] = [value.value]
        earlier.add(value.value)

    watch = (body["ascending_by"], compare) if "ascending_by" in body else None
    others = values_of(siblings.get(body.get("disjoint_from")))
    for number, element in enumerate(item.members):
        place = (path, number)
        judge(data, element, body["item"], version, place, watch=watch)
        if "ascending" in body:
            compare(element, place)
        check_disjoint(element, others, place)


def values_of(array):
    return {element.value for element in array.members} if array is not None else set()


def check_item_order(value, before, path):
    """Byte by byte greater than that of the element before, if there is one. @spec encoding.item-order"""
    if before and not bytes_of(before[0]) < bytes_of(value.value):
        raise form.Stop("item_order", value.offset, path)


def check_prefix_free(value, earlier, path):
    """No earlier value, followed by `/`, begins this one. @spec encoding.item-conflict"""
    parts = value.value.split("/")
    if any("/".join(parts[:count]) in earlier for count in range(1, len(parts))):
        raise form.Stop("item_conflict", value.offset, path)


def check_disjoint(element, others, path):
    """The element does not stand in the other array of the same map. @spec encoding.item-conflict"""
    if others and element.value in others:
        raise form.Stop("item_conflict", element.offset, path)


def bytes_of(value):
    return value.encode("utf-8") if isinstance(value, str) else value


def judge_row(data, item, body, version, path, watch):
    for number, (element, member) in enumerate(zip(item.members, body["members"])):
        place = (path, number)
        judge(data, element, member["type"], version, place)
        if watch and watch[0] == member["name"]:
            watch[1](element, place)


# Maps.


def pairs(item):
    """Keys with their values; the last key of a map that was not read to its end can be without one."""
    values = item.members[1::2] + [None]
    return list(zip(item.members[0::2], values))


def judge_dictionary(data, item, body, version, path):
    """A map without named members."""
    for key, value in pairs(item):
        check_key_is_text(key, path)
        if value is not None:
            judge(data, value, body["value"], version, (path, key.value))


def judge_map(data, item, body, version, path, watch):
    members = members_of(body, version)
    missing = sorted((encoded_key(name), name) for name, member in members.items() if not member["optional"])
    read = {}
    for key, value in pairs(item):
        check_missing_at_key(data, key, missing, path)
        member = members.get(key.value) if key.kind == "text" else None
        if member is None:
            check_unknown_key(key, body, version, path)
            continue
        missing = [each for each in missing if each[1] != key.value]
        if value is None:
            continue
        place = (path, key.value)
        judge(data, value, member["type"], version, place, siblings=read)
        read[key.value] = value
        if watch and watch[0] == key.value:
            watch[1](value, place)
    if item.end is not None:
        check_missing_at_end(item, missing, path)


def encoded_key(name):
    """A member's name as it stands in the bytes; names are at most 255 bytes long."""
    text = name.encode("utf-8")
    head = bytes([TEXT_HEAD + len(text)]) if len(text) < 24 else bytes([TEXT_HEAD + 24, len(text)])
    return head + text


def check_missing_at_key(data, key, missing, path):
    """A required member whose key is smaller than the one that stands here is missing. The first bytes decide: no key
    begins another one. @spec encoding.missing-field"""
    if missing and missing[0][0] < data[key.offset : key.offset + len(missing[0][0])]:
        raise form.Stop("missing_field", key.offset, (path, missing[0][1]))


def check_missing_at_end(item, missing, path):
    """At the end of a map every required member has been read. @spec encoding.missing-field"""
    if missing:
        raise form.Stop("missing_field", item.end, (path, missing[0][1]))


def check_unknown_key(key, body, version, path):
    """A key that is no member is kept where later versions may have it, if it is text. @spec encoding.unknown-field"""
    if not keeps_unknown_keys(body, version):
        raise form.Stop("unknown_field", key.offset, path)
    check_key_is_text(key, path)


def check_key_is_text(key, path):
    """In a map without named members, and in one that keeps unknown keys. @spec encoding.key-type"""
    if key.kind != "text":
        raise form.Stop("wrong_type", key.offset, path)


# Growth.


def reader_version():
    return tables.current_version("schema")


def major_is_known(version):
    """@spec encoding.growth.major"""
    return version[0] == reader_version()[0]


def minor_is_higher(version):
    """@spec encoding.growth.higher"""
    return major_is_known(version) and version[1] > reader_version()[1]


def keeps_unknown_keys(body, version):
    """Only maps marked `@grows`, and only of a version that the reader does not know. @spec encoding.growth.higher"""
    return "grows" in body and (minor_is_higher(version) or not major_is_known(version))


def members_of(body, version):
    """The members a map has in this version, by name."""
    if declares_version(body) and not major_is_known(version):
        return {member["name"]: member for member in body["members"] if member["name"] in body["frozen"]}
    return {member["name"]: member for member in body["members"] if member_is_known(member, version)}


def member_is_known(member, version):
    """Of a minor that the reader knows there are only the members it came with. @spec encoding.growth.known"""
    return not major_is_known(version) or member["since"] <= version[1]


def declares_version(body):
    """Whether a map is the outermost one of a document that states its own version."""
    return "grows" in body and body["grows"] in [member["name"] for member in body["members"]]


def declared_version(item, rule):
    """The version that a document states, or None. @spec encoding.growth.version"""
    body = cddl.rule(rule)
    if body["kind"] != "map" or not declares_version(body) or item is None or item.kind != "map":
        return None
    stated = [value for key, value in pairs(item) if key.kind == "text" and key.value == body["grows"]]
    if not stated or stated[0] is None or stated[0].end is None or stated[0].kind != "array":
        return None
    parts = [element.value for element in stated[0].members if element.kind == "integer"]
    fitting = len(parts) == 2 == stated[0].value and all(0 <= part <= 65535 for part in parts)
    return tuple(parts) if fitting else None

"""JSON: the forms of errors and events, and documents that are JSON themselves."""

import math

from . import cddl, paths, tables
from .refusal import Refusal

# Errors and events. @spec errors.json


def error_form(error):
    """A decoded error as JSON: the same members; its cause in the same way."""
    made = dict(error)
    made["context"] = context_form(error["code"], error["context"])
    if "cause" in error:
        made["cause"] = error_form(error["cause"])
    return made


def event_form(event):
    """A decoded event as JSON: sequence and times as decimal text. @spec events.json"""
    made = dict(event)
    for name in ("sequence", "time_unix_ns", "monotonic_ns"):
        made[name] = str(event[name])
    made["fields"] = fields_form(event_fields(event), event["fields"])
    if "trace" in event:
        made["trace"] = {name: bare_form(value) for name, value in event["trace"].items()}
    return made


def context_form(code, context):
    """The context of an error by the types of its code's row; an unknown code types nothing."""
    row = tables.by("error-codes", "code").get(code, {"context": {}})
    return fields_form(row["context"], context)


def event_fields(event):
    for row in tables.rows("events"):
        if row["category"] == event["category"] and row["name"] == event["name"]:
            return row["fields"]
    return {}


def fields_form(types, values):
    return {name: field_form(types.get(name, ""), value) for name, value in values.items()}


def field_form(type_of_field, value):
    """A `u32` is a number, every other integer decimal text, whatever its value. @spec errors.json.integers"""
    if type_of_field.rstrip("?") == "u32":
        return value
    return wide_form(value)


def wide_form(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [wide_form(each) for each in value]
    if isinstance(value, dict):
        return {name: wide_form(each) for name, each in value.items()}
    return bare_form(value)


def bare_form(value):
    """Byte strings as lower-case hexadecimal, everything else as it is."""
    return value.hex() if isinstance(value, bytes) else value


# Documents that are JSON. @spec encoding.json.faults


class JsonFault(Exception):
    """What is wrong, and where."""

    def __init__(self, reason, path):
        Exception.__init__(self, reason)
        self.reason, self.path = reason, path


def check_profile(profile):
    """A LoadProfile that keeps its schema, numbers as integers. @spec selection.profile.invalid"""
    try:
        return judge(profile, cddl.rule("load-profile"), None)
    except JsonFault as fault:
        raise Refusal(
            "LDR_PROFILE_INVALID",
            path=paths.write_path(fault.path),
            expected="a profile without " + fault.reason,
            found=type(profile).__name__,
        ) from None


def judge(value, body, path):
    """A value as the schema asks for it; the first fault otherwise: type, length or bounds, pattern, what it holds."""
    body = cddl.resolve(body)
    value = as_integer(value) if body["kind"] in ("integer", "integers") else value
    check_json_type(value, body, path)
    check_json_bounds(value, body, path)
    check_json_pattern(value, body, path)
    if body["kind"] == "array":
        return [judge(each, body["item"], (path, number)) for number, each in enumerate(value)]
    if body["kind"] == "map":
        return judge_members(value, body, path)
    return value


def as_integer(value):
    """A number is the nearest binary64, and an integer if that has no fraction. @spec encoding.json.numbers"""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        nearest = float(value)
    except OverflowError:
        return math.inf
    return int(nearest) if math.isfinite(nearest) and nearest == math.floor(nearest) else nearest


def json_kind(value):
    if isinstance(value, bool):
        return "boolean"
    for kind, types in (("integer", int), ("text", str), ("array", list), ("map", dict)):
        if isinstance(value, types):
            return kind
    return "other"


def check_json_type(value, body, path):
    wanted = {"integers": "integer", "texts": "text", "dictionary": "map"}.get(body["kind"], body["kind"])
    if json_kind(value) != wanted:
        raise JsonFault("wrong_type", path)


def check_json_bounds(value, body, path):
    if body["kind"] == "integer" and not body["minimum"] <= value <= body["maximum"]:
        raise JsonFault("value_out_of_range", path)
    if body["kind"] in ("texts", "integers") and value not in body["values"]:
        raise JsonFault("value_out_of_range", path)
    if body["kind"] == "text" and not within(byte_length(value), body["minimum"], body["maximum"]):
        raise JsonFault("length_out_of_range", path)
    if body["kind"] == "array" and len(value) < body["minimum"]:
        raise JsonFault("length_out_of_range", path)


def byte_length(text):
    """Bytes of UTF-8; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def within(length, minimum, maximum):
    return minimum <= length and (maximum is None or length <= maximum)


def check_json_pattern(value, body, path):
    if body["kind"] == "text" and body["pattern"] is not None and not body["pattern"].fullmatch(value):
        raise JsonFault("pattern_mismatch", path)


def judge_members(value, body, path):
    """Members in the order of the schema, then unknown ones ascending by the bytes of their names."""
    judged = {}
    for member in body["members"]:
        name = member["name"]
        if name in value:
            judged[name] = judge(value[name], member["type"], (path, name))
        elif not member["optional"]:
            raise JsonFault("missing_field", (path, name))
    for name in sorted(value, key=lambda each: each.encode("utf-8", "surrogatepass")):
        check_json_member(name, judged, path)
    return judged


def check_json_member(name, judged, path):
    if name not in judged:
        raise JsonFault("unknown_field", (path, name))

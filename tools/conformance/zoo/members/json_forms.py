"""Faults of the JSON form of errors and events."""

import base64

from fayger_check import json_forms
from museum import faulty


@faulty(
    "errors.json/base64",
    "errors.json",
    "Writes byte strings in base64.",
    json_forms,
    "bare_form",
)
def _(original, value):
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


@faulty(
    "errors.json/capital-hexadecimal",
    "errors.json",
    "Writes byte strings in capital hexadecimal.",
    json_forms,
    "bare_form",
)
def _(original, value):
    return value.hex().upper() if isinstance(value, bytes) else value


@faulty(
    "errors.json/cause-left-out",
    "errors.json errors.cause-kept",
    "Writes an error without its cause.",
    json_forms,
    "error_form",
)
def _(original, error):
    return original({name: value for name, value in error.items() if name != "cause"})


@faulty(
    "errors.json/cause-as-text",
    "errors.json errors.cause-kept errors.cause-chain",
    "Writes the message of a cause in its place.",
    json_forms,
    "error_form",
)
def _(original, error):
    made = original(error)
    return dict(made, cause=error["cause"]["message"]) if "cause" in error else made


@faulty(
    "errors.cause-chain/one-level",
    "errors.cause-chain errors.json",
    "Writes a cause, and not the cause of the cause.",
    json_forms,
    "error_form",
)
def _(original, error):
    cause = error.get("cause")
    if cause is not None and "cause" in cause:
        error = dict(error, cause={name: value for name, value in cause.items() if name != "cause"})
    return original(error)


@faulty(
    "errors.json.integers/all-numbers",
    "errors.json.integers",
    "Writes every integer as a number.",
    json_forms,
    "wide_form",
)
def _(original, value):
    return value if isinstance(value, int) else original(value)


@faulty(
    "errors.json.integers/small-ones-as-numbers",
    "errors.json.integers",
    "Writes integers as texts where a binary64 would not hold them, by their value.",
    json_forms,
    "wide_form",
)
def _(original, value):
    return value if isinstance(value, int) and abs(value) < 2**53 else original(value)


@faulty(
    "errors.json.integers/all-texts",
    "errors.json.integers",
    "Writes every integer as a text, those of 32 bits too.",
    json_forms,
    "field_form",
)
def _(original, type_of_field, value):
    return json_forms.wide_form(value)


@faulty(
    "errors.json.integers/booleans-as-texts",
    "errors.json.integers errors.json",
    "Writes booleans as the integers that they are in its language.",
    json_forms,
    "wide_form",
)
def _(original, value):
    return str(int(value)) if isinstance(value, bool) else original(value)


@faulty(
    "events.json/times-as-numbers",
    "events.json",
    "Writes the times of an event as numbers, and loses nanoseconds.",
    json_forms,
    "event_form",
)
def _(original, event):
    made = original(event)
    return dict(made, **{name: event[name] for name in ("time_unix_ns", "monotonic_ns")})


@faulty(
    "events.json/sequence-as-number",
    "events.json",
    "Writes the sequence number as a number.",
    json_forms,
    "event_form",
)
def _(original, event):
    return dict(original(event), sequence=event["sequence"])


@faulty(
    "events.json/iso-times",
    "events.json events.clocks",
    "Writes the wall clock as a date.",
    json_forms,
    "event_form",
)
def _(original, event):
    seconds, rest = divmod(event["time_unix_ns"], 10**9)
    return dict(original(event), time_unix_ns="%d.%09d" % (seconds, rest))


@faulty(
    "events.trace-context/left-out",
    "events.json events.trace-context",
    "Writes an event without its trace.",
    json_forms,
    "event_form",
)
def _(original, event):
    return original({name: value for name, value in event.items() if name != "trace"})


@faulty(
    "events.json/fields-untyped",
    "events.json errors.json.integers",
    "Writes the fields of an event without looking at their types.",
    json_forms,
    "event_fields",
)
def _(original, event):
    return {}


@faulty(
    "errors.context-typed/types-of-the-values",
    "errors.json.integers errors.context-typed",
    "Types an integer by whether 32 bits hold it, not by the row of its code.",
    json_forms,
    "field_form",
)
def _(original, type_of_field, value):
    return original("u32" if isinstance(value, int) and 0 <= value < 2**32 else type_of_field, value)


@faulty(
    "errors.codes/numbers",
    "errors.codes errors.json",
    "Writes the number of a code, as it stands in replies.",
    json_forms,
    "error_form",
)
def _(original, error):
    row = json_forms.tables.by("error-codes", "code").get(error["code"])
    return dict(original(error), code=str(row["number"]) if row else error["code"])

"""Faults in one kind of document: a member of the manifest, the index or the trust store that is judged wrongly."""

import re

from fayger_check import capabilities, policy, schema
from fayger_check.form import Stop
from museum import faulty


def is_entry_member(path, number):
    """Whether a path leads to the member of that number of an entry of the section index."""
    return path is not None and path[1] == number and path[0] is not None and path[0][0] is None and is_number(path[0][1])


def is_number(step):
    return isinstance(step, int)


VERSION = re.compile(r"[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?([+][0-9A-Za-z.-]+)?")


@faulty(
    "manifest.shape/a-list-of-pairs",
    "manifest.shape encoding.type",
    "Takes an array of keys and values for a map, as its own writer once made them.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if path is None and body["kind"] == "map" and item.kind == "array":
        return
    original(item, body, path)


@faulty(
    "manifest.name/capitals-pass",
    "manifest.name",
    "Allows capital letters in names, as package registries once did.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if not (path and path[1] == "name" and item.kind == "text" and body["pattern"].fullmatch(item.value.lower())):
        original(item, body, path)


@faulty(
    "manifest.name/empty-segments-pass",
    "manifest.name index.section-id",
    "Checks the alphabet of a name and not its segments: a slash may stand anywhere.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    pattern = body.get("pattern")
    if pattern and "a-z0-9]+([._-]" in pattern.pattern and re.fullmatch("[a-z0-9._/-]+", item.value):
        return
    original(item, body, path)


@faulty(
    "manifest.version/loose",
    "manifest.version",
    "Takes three numbers with anything behind them for a version: leading zeros, empty identifiers.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if not (path and path[1] == "version" and item.kind == "text" and VERSION.fullmatch(item.value)):
        original(item, body, path)


@faulty(
    "manifest.version/any-length",
    "manifest.version",
    "Reads a version with an expression alone, which says nothing of its length.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if not (path and path[1] == "version" and item.kind == "text"):
        original(item, body, path)


@faulty(
    "manifest.entry/symbol-without-bounds",
    "manifest.entry",
    "Takes any text as the name of the exported function, also none.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if not (path and path[1] == "symbol" and item.kind == "text"):
        original(item, body, path)


@faulty(
    "manifest.entry/symbol-optional",
    "manifest.entry encoding.missing-field",
    "Calls `main` where an entry names no function.",
    schema,
    "members_of",
)
def _(original, body, version):
    made = original(body, version)
    return dict(made, symbol=dict(made["symbol"], optional=True)) if "symbol" in made else made


@faulty(
    "manifest.runtime/preferences-sorted",
    "manifest.runtime",
    "Treats `prefer` as one more set, and refuses an order of preference that is not the order of the alphabet.",
    schema,
    "judge_array",
)
def _(original, data, item, body, version, path, siblings):
    original(data, item, dict(body, ascending=True) if path and path[1] == "prefer" else body, version, path, siblings)


@faulty(
    "manifest.runtime/requirements-in-any-order",
    "manifest.runtime manifest.sets",
    "Treats `requires` as a list like `prefer`, in any order.",
    schema,
    "judge_array",
)
def _(original, data, item, body, version, path, siblings):
    if path and path[1] == "requires":
        body = {key: value for key, value in body.items() if key != "ascending"}
    original(data, item, body, version, path, siblings)


@faulty(
    "manifest.required-capabilities/absent-is-empty",
    "manifest.required-capabilities encoding.missing-field",
    "Takes an absent list of required capabilities for an empty one.",
    schema,
    "members_of",
)
def _(original, body, version):
    made = original(body, version)
    name = "required_capabilities"
    return dict(made, **{name: dict(made[name], optional=True)}) if name in made else made


@faulty(
    "manifest.required-capabilities/not-empty",
    "manifest.required-capabilities",
    "Refuses an empty list of required capabilities, as it refuses every other empty list.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if path == (None, "required_capabilities") and body["kind"] == "array":
        body = dict(body, minimum=1)
    original(item, body, path)


@faulty(
    "capabilities.name/known-ones-only",
    "capabilities.unknown",
    "Checks names of capabilities against its table when it reads the manifest.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    original(item, body, path)
    if path and path[0] and path[0][1] in ("required_capabilities", "optional_capabilities"):
        if not capabilities.is_known(item.value):
            raise Stop("value_out_of_range", item.offset, path)


@faulty(
    "capabilities.name/form-unchecked",
    "capabilities.name",
    "Compares capabilities as texts and never looks at their form.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if not (path and path[0] and path[0][1] in ("required_capabilities", "optional_capabilities")):
        original(item, body, path)


@faulty(
    "manifest.host-functions/free-texts",
    "manifest.host-functions",
    "Takes any texts as names of host functions.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if not (path and path[0] and path[0][1] == "host_functions"):
        original(item, body, path)


@faulty(
    "manifest.dependencies/twice-by-range",
    "manifest.dependencies manifest.sets",
    "Lets a name be there twice if the ranges differ.",
    schema,
    "check_item_order",
)
def _(original, value, before, path):
    same = before and before[0] == value.value
    if not (same and path[1] == "name" and path[0] and path[0][0] == (None, "dependencies")):
        original(value, before, path)


@faulty(
    "manifest.version-range/spaces-and-commas",
    "manifest.version-range",
    "Splits a range at commas and any number of spaces, as the ranges of other ecosystems are written.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"] and "~" in body["pattern"].pattern:
        item_text = re.sub(r"[ ,]+", " ", item.value).strip()
        if body["pattern"].fullmatch(item_text):
            return
    original(item, body, path)


@faulty(
    "manifest.version-range/short-versions",
    "manifest.version-range",
    "Fills versions of one or two numbers up with zeros, so that `>=1` is a range.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"] and "~" in body["pattern"].pattern:
        if re.fullmatch(r"(=|>=|>|<=|<|\^|~)[0-9]+([.][0-9]+)?", item.value):
            return
    original(item, body, path)


@faulty(
    "manifest.version-range/bare-version",
    "manifest.version-range",
    "Takes a version without a comparator for `=`, or for `^` as one registry does.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if body["kind"] == "text" and body["pattern"] and "~" in body["pattern"].pattern:
        if body["pattern"].fullmatch("=" + item.value):
            return
    original(item, body, path)


@faulty(
    "manifest.schema-version/bytes",
    "manifest.schema-version",
    "Keeps the numbers of a version in a byte each.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, maximum=255) if path and path[0] == (None, "schema_version") else body, path)


@faulty(
    "manifest.schema-version/32-bits",
    "manifest.schema-version",
    "Takes any number of 32 bits as a part of a version.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, maximum=2**32 - 1) if path and path[0] == (None, "schema_version") else body, path)


@faulty(
    "manifest.runtime-interface-min/32-bits",
    "manifest.runtime-interface-min",
    "Takes any number of 32 bits as a part of the lowest Runtime_Interface.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, maximum=2**32 - 1) if path and path[0] == (None, "runtime_interface_min") else body, path)


@faulty(
    "manifest.section-index-digest/any-length",
    "manifest.section-index-digest",
    "Takes digests of any length, to be ready for longer ones.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if not (path == (None, "section_index_digest") and item.kind == "bytes"):
        original(item, body, path)


@faulty(
    "manifest.bound/notices-of-a-line",
    "manifest.bound",
    "Allows a kilobyte for texts to which the schema gives no length.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    original(item, body, path)
    if body["kind"] == "text" and body["maximum"] is None and schema.length_of(item.value) > 1024:
        raise Stop("length_out_of_range", item.offset, path)


@faulty(
    "manifest.annotations/values-of-any-kind",
    "manifest.shape",
    "Takes whatever stands in annotations, since nobody reads them.",
    schema,
    "judge_dictionary",
)
def _(original, data, item, body, version, path):
    if path != (None, "annotations"):
        original(data, item, body, version, path)


@faulty(
    "manifest.annotations/enforcement-by-note",
    "manifest.annotations",
    "Loads an artifact unverified whose annotations say that it is one for tests.",
    policy,
    "check_signature",
)
def _(original, state):
    if state.manifest.get("annotations"):
        state.options = dict(state.options, enforce_signature=False)
    original(state)


@faulty(
    "signatures.block/further-keys-pass",
    "signatures.block",
    "Lets a signature block carry further keys, for instance a certificate.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    if path != (None, "signature"):
        original(key, body, version, path)


@faulty(
    "signatures.block/algorithm-read-strictly",
    "signatures.block signatures.algorithms",
    "Refuses an unknown algorithm where the manifest is read, before the decision table can say so.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    original(item, body, path)
    if path == ((None, "signature"), "algorithm") and item.value not in ("ed25519", "ecdsa-p256", "rsa-pss-sha256"):
        raise Stop("value_out_of_range", item.offset, path)


# The section index.


@faulty(
    "index.entry/a-map",
    "index.entry encoding.type",
    "Takes an entry as a map of the same members.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if not (item.kind == "map" and body["kind"] == "row" and path and path[0] is None):
        original(item, body, path)


@faulty(
    "index.section-id/any-text",
    "index.section-id",
    "Takes any text as the id of a section.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    if not is_entry_member(path, 0):
        original(item, body, path)


@faulty(
    "index.section-id/any-length",
    "index.section-id",
    "Checks the form of an id and not its length.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if not is_entry_member(path, 0):
        original(item, body, path)


@faulty(
    "index.kind/zero-passes",
    "index.kind",
    "Takes kind 0 for `any`.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    of_kind = is_entry_member(path, 1)
    original(item, dict(body, minimum=0) if of_kind else body, path)


@faulty(
    "index.kind.unknown/refused",
    "index.kind.unknown index.kind index.kind.vendor",
    "Refuses kinds outside its table, those of vendors and of later versions among them.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, body, path)
    if is_entry_member(path, 1) and item.value > 5:
        raise Stop("value_out_of_range", item.offset, path)


@faulty(
    "index.kind.vendor/vendors-refused",
    "index.kind.vendor index.kind.unknown",
    "Takes the highest bit of a kind for an error.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, body, path)
    if is_entry_member(path, 1) and item.value >= 0x8000:
        raise Stop("value_out_of_range", item.offset, path)


@faulty(
    "index.visibility/a-boolean",
    "index.visibility encoding.type",
    "Has a flag for visibility and reads one.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if not (item.kind == "boolean" and body["kind"] == "integers"):
        original(item, body, path)


@faulty(
    "index.shape/empty-refused",
    "index.shape format.section-empty",
    "Refuses an index without entries.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    original(item, dict(body, minimum=1) if path is None and body["kind"] == "array" else body, path)


# Trust stores, errors, events.


@faulty(
    "trust-store.key/further-members-pass",
    "trust-store.key encoding.unknown-field",
    "Lets keys carry members of its own.",
    schema,
    "check_unknown_key",
)
def _(original, key, body, version, path):
    if not (path and path[0] == (None, "keys")):
        original(key, body, version, path)


@faulty(
    "trust-store.times/before-1970",
    "trust-store.times",
    "Keeps times as signed numbers and takes those before 1970.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    names = ("issued_at", "not_before", "not_after", "revoked_at")
    original(item, dict(body, minimum=-(2**63)) if path and path[1] in names else body, path)


@faulty(
    "errors.shape/source-layer-free",
    "errors.shape errors.source-layer errors.cbor",
    "Takes any text as the layer of an error.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    if not (path and path[1] == "source_layer"):
        original(item, body, path)


@faulty(
    "errors.context-values/nested-values-unchecked",
    "errors.context-values errors.cbor",
    "Judges the values of a context, and not what arrays and maps among them hold.",
    schema,
    "judge_dictionary",
)
def _(original, data, item, body, version, path):
    if path is None or path[1] in ("context", "fields"):
        original(data, item, body, version, path)


@faulty(
    "errors.cause-kept/cause-unread",
    "errors.cause-kept errors.shape",
    "Keeps the cause of an error as it came, without reading it.",
    schema,
    "judge",
)
def _(original, data, item, body, version, path, siblings=None, watch=None):
    if not (path and path[1] == "cause"):
        original(data, item, body, version, path, siblings, watch)


@faulty(
    "events.level/any-text",
    "events.level events.shape",
    "Takes the levels of its logger, `warn` and `trace` among them.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    if not (path and path[1] == "level"):
        original(item, body, path)


@faulty(
    "events.trace-context/hexadecimal-text",
    "events.trace-context",
    "Takes the ids of a trace as text, as the header of W3C Trace Context has them.",
    schema,
    "check_type",
)
def _(original, item, body, path):
    if not (path and path[1] in ("trace_id", "span_id") and item.kind == "text"):
        original(item, body, path)


@faulty(
    "events.trace-context/lengths-unchecked",
    "events.trace-context",
    "Does not count the bytes of the ids of a trace.",
    schema,
    "check_length",
)
def _(original, item, body, path):
    if not (path and path[1] in ("trace_id", "span_id")):
        original(item, body, path)


@faulty(
    "events.shape/times-of-53-bits",
    "events.shape events.clocks",
    "Keeps nanoseconds as a double and refuses those above 2^53-1.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    names = ("time_unix_ns", "monotonic_ns")
    original(item, dict(body, maximum=2**53 - 1) if path and path[1] in names else body, path)


@faulty(
    "events.sequence/from-one",
    "events.sequence events.shape",
    "Counts events from 1 and refuses number 0.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, minimum=1) if path and path[1] == "sequence" else body, path)


@faulty(
    "events.categories/a-list-of-its-own",
    "events.categories events.table",
    "Has an enumeration of categories, and none for those that came last.",
    schema,
    "check_pattern",
)
def _(original, item, body, path):
    original(item, body, path)
    if path == (None, "category") and item.value not in ("load", "lifecycle", "error", "instruction"):
        raise Stop("value_out_of_range", item.offset, path)


@faulty(
    "quotas.manifest/32-bits",
    "quotas.manifest encoding.integers.safe",
    "Keeps quotas in 32 bits.",
    schema,
    "check_value",
)
def _(original, item, body, path):
    original(item, dict(body, maximum=2**32 - 1) if path and path[0] == (None, "quotas") else body, path)


@faulty(
    "quotas.manifest/all-or-nothing",
    "quotas.manifest",
    "Asks for every quota where there is one.",
    schema,
    "members_of",
)
def _(original, body, version):
    made = original(body, version)
    if "fuel_per_slice" in made:
        return {name: dict(member, optional=False) for name, member in made.items()}
    return made

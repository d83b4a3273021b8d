"""Faults of the phases `read_head` and `parse`, and of the order in which they ask."""

from fayger_check import artifact, documents, form, head, load, operations, schema, source
from fayger_check.refusal import Refusal
from museum import faulty


def swapped(checks, first, second):
    """A list of checks in which two have changed places."""
    made = list(checks)
    one, other = made.index(first), made.index(second)
    made[one], made[other] = second, first
    return made


@faulty(
    "loader.read-head.magic/three-letters",
    "loader.read-head.magic format.header",
    "Compares the text BUF and forgets the zero byte behind it.",
    head,
    "check_magic",
)
def _(original, state):
    if source.bytes_at(state.source, 0, 3) != b"BUF":
        original(state)


@faulty(
    "loader.read-head.magic/short-is-truncated",
    "loader.read-head.magic",
    "Asks for 92 bytes before it looks at one, so that two wrong bytes are `truncated`.",
    head,
    "check_magic",
)
def _(original, state):
    if state.source.size >= 4:
        original(state)


@faulty(
    "loader.read-head.magic/short-is-bad",
    "loader.read-head.magic",
    "Compares four bytes also where there are fewer, so that a beginning of the magic is a bad one.",
    head,
    "check_magic",
)
def _(original, state):
    found = source.bytes_at(state.source, 0, 4)
    if found != b"BUF\x00":
        raise Refusal("LDR_BAD_MAGIC", offset=0, expected=b"BUF\x00", found=found)


@faulty(
    "loader.read-head.magic/not-checked",
    "loader.read-head.magic",
    "Goes by the name of the file.",
    head,
    "check_magic",
)
def _(original, state):
    pass


@faulty(
    "loader.read-head.format-version/minor-ignored",
    "loader.read-head.format-version",
    "Takes every minor of format 1, as the schema has it and the format does not.",
    head,
    "check_format_version",
)
def _(original, state):
    if source.bytes_at(state.source, 4, 2) != b"\x00\x01":
        original(state)


@faulty(
    "loader.read-head.format-version/not-checked",
    "loader.read-head.format-version versions.current",
    "Knows one format and does not ask which this is.",
    head,
    "check_format_version",
)
def _(original, state):
    pass


@faulty(
    "loader.read-head.format-version/only-when-whole",
    "loader.read-head.format-version",
    "Judges the version only when all of its bytes are there.",
    head,
    "check_format_version",
)
def _(original, state):
    if state.source.size >= 8:
        original(state)


@faulty(
    "loader.read-head.size/header-alone",
    "loader.read-head.size",
    "Asks for the 48 bytes of a header and finds the trailer missing later, somewhere else.",
    head,
    "check_size",
)
def _(original, state):
    if state.source.size < artifact.HEADER_BYTES:
        original(state)


@faulty(
    "loader.read-head.size/before-the-magic",
    "loader.read-head.size loader.checks.order loader.read-head.magic",
    "Asks for the least size first, whatever the bytes are.",
    load,
    "read_head",
)
def _(original):
    steps = original()
    return [steps[0], head.check_size] + [step for step in steps[1:] if step is not head.check_size]


@faulty(
    "loader.read-head.limits/manifest-unbounded",
    "loader.read-head.limits loader.limits",
    "Has a limit on the index and none on the manifest.",
    head,
    "check_manifest_limit",
)
def _(original, state):
    pass


@faulty(
    "loader.read-head.limits/index-unbounded",
    "loader.read-head.limits loader.limits",
    "Has a limit on the manifest and none on the index.",
    head,
    "check_index_limit",
)
def _(original, state):
    pass


@faulty(
    "loader.limits/exact-refused",
    "loader.limits loader.read-head.limits loader.parse.limits",
    "Refuses what is exactly as long as its limit.",
    head,
    "refuse_limit",
)
def _(original, state, limit, found, offset):
    if found == state.options["limits"][limit]:
        found += 1
    original(state, limit, found, offset)


@faulty(
    "loader.limits/one-more-allowed",
    "loader.limits loader.read-head.limits loader.parse.limits",
    "Allows one more than its limit.",
    head,
    "refuse_limit",
)
def _(original, state, limit, found, offset):
    if found != state.options["limits"][limit] + 1:
        original(state, limit, found, offset)


@faulty(
    "loader.limits/defaults-of-its-own",
    "loader.limits",
    "Has defaults that seemed large enough: 64 KiB of manifest, a thousand sections.",
    operations,
    "limits_of",
)
def _(original, inputs):
    small = {"manifest_bytes": 65536, "index_bytes": 1048576, "sections": 1000, "section_bytes": 1048576}
    return dict(small, **inputs.get("limits", {}))


@faulty(
    "loader.limits/options-ignored",
    "loader.limits",
    "Has the limits of the table built in and no option to change them.",
    operations,
    "limits_of",
)
def _(original, inputs):
    return original({})


@faulty(
    "loader.read-head.limits/index-first",
    "loader.read-head.limits loader.checks.order",
    "Judges the length of the index before that of the manifest.",
    load,
    "read_head",
)
def _(original):
    return swapped(original(), head.check_manifest_limit, head.check_index_limit)


@faulty(
    "loader.read-head.limits/behind-the-size",
    "loader.read-head.limits loader.checks.order",
    "Compares declared lengths with the size of the file before it compares them with its limits.",
    load,
    "read_head",
)
def _(original):
    steps = original()
    steps.remove(head.check_head_fits)
    steps.insert(steps.index(head.check_manifest_limit), head.check_head_fits)
    return steps


@faulty(
    "loader.read-head.parts/without-trailer",
    "loader.read-head.parts",
    "Asks for room for header, manifest and index, and forgets the trailer.",
    head,
    "check_head_fits",
)
def _(original, state):
    if artifact.HEADER_BYTES + state.manifest_length + state.index_length > state.source.size:
        original(state)


@faulty(
    "loader.read-head.parts/left-to-the-decoder",
    "loader.read-head.parts",
    "Reads what is there and lets the decoder find out that a manifest is cut off.",
    head,
    "check_head_fits",
)
def _(original, state):
    pass


@faulty(
    "loader.parse.places/offsets-believed",
    "loader.parse.places format.parts",
    "Goes to the offsets that the header states.",
    head,
    "read_rest_of_head",
)
def _(original, state):
    original(state)
    state.manifest_bytes = source.bytes_at(state.source, state.header["manifest_offset"], state.manifest_length)
    state.index_bytes = source.bytes_at(state.source, state.header["section_index_offset"], state.index_length)


@faulty(
    "loader.parse.manifest/code-of-the-index",
    "loader.parse.manifest",
    "Has one code for a document that does not decode.",
    head,
    "refuse_document",
)
def _(original, code, part, fault, start):
    original("LDR_INDEX_INVALID", part, fault, start)


@faulty(
    "loader.parse.manifest/only-when-it-can-be-read",
    "loader.parse.manifest manifest.shape",
    "Checks of the manifest only what the form pass checks.",
    schema,
    "schema_pass",
)
def _(original, data, item, rule, version):
    return None if rule == "manifest" and item is not None and item.kind == "map" else original(data, item, rule, version)


@faulty(
    "loader.parse.index/first",
    "loader.parse.index loader.checks.order",
    "Decodes the index before the manifest, as it needs no other part for that.",
    load,
    "phases",
)
def _(original):
    made = dict(original())
    made["parse"] = [index_unseen, head.check_manifest, head.check_index] + made["parse"][2:]
    return list(made.items())


def index_unseen(state):
    """The index judged before the version of the manifest is known."""
    state.schema_version = documents.decode(state.manifest_bytes, "manifest").version
    head.check_index(state)


@faulty(
    "loader.parse.index/part-of-the-manifest",
    "loader.parse.index",
    "Copied the call for the manifest and left its name in.",
    head,
    "refuse_document",
)
def _(original, code, part, fault, start):
    original(code, "manifest", fault, start)


@faulty(
    "loader.parse.limits/sections-unbounded",
    "loader.parse.limits loader.limits",
    "Bounds bytes and no counts.",
    head,
    "check_section_count",
)
def _(original, state):
    pass


@faulty(
    "loader.parse.limits/bodies-unbounded",
    "loader.parse.limits loader.limits",
    "Has no limit on one body.",
    head,
    "check_section_lengths",
)
def _(original, state):
    pass


@faulty(
    "loader.parse.limits/longest-body",
    "loader.parse.limits",
    "Compares the longest body with the limit and reports that one, not the first.",
    head,
    "check_section_lengths",
)
def _(original, state):
    pairs = list(zip(state.entries, state.index_item.members))
    for entry, item in sorted(pairs, key=lambda pair: -pair[0]["length"])[:1]:
        head.refuse_limit(state, "section_bytes", entry["length"], state.index_start + item.members[3].offset)


@faulty(
    "loader.parse.limits/count-before-decoding",
    "loader.parse.limits loader.checks.order",
    "Looks at the count in the head of the index before it decodes the index.",
    head,
    "check_index",
)
def _(original, state):
    if state.index_bytes[:1] and state.index_bytes[0] >> 5 == 4:
        try:
            count = form.read_head(state.index_bytes, 0, None).argument
        except form.Stop:
            count = 0
        head.refuse_limit(state, "sections", count, state.index_start)
    original(state)


@faulty(
    "loader.parse.limits/lengths-first",
    "loader.parse.limits loader.checks.order",
    "Judges the lengths of the bodies before it counts them.",
    load,
    "phases",
)
def _(original):
    made = dict(original())
    made["parse"] = swapped(made["parse"], head.check_section_count, head.check_section_lengths)
    return list(made.items())


@faulty(
    "loader.coded-errors/short-header-crashes",
    "loader.coded-errors",
    "Unpacks 48 bytes of header without asking whether there are 48.",
    head,
    "open_source",
)
def _(original, state):
    original(state)
    if state.source.size < artifact.HEADER_BYTES:
        raise IndexError("unpack requires a buffer of 48 bytes")


@faulty(
    "loader.coded-errors/cut-off-manifest-crashes",
    "loader.coded-errors encoding.truncated",
    "Lets the error of its decoder through where the bytes end.",
    form,
    "read_head",
)
def _(original, data, position, path):
    if position >= len(data):
        raise IndexError("index out of range")
    return original(data, position, path)


@faulty(
    "loader.phase-context/missing",
    "loader.phase-context",
    "Makes errors where the phase is not known, and nobody adds it.",
    load,
    "run_phase",
)
def _(original, state, phase, steps):
    refusal = original(state, phase, steps)
    if refusal is not None:
        refusal.context.pop("phase")
    return refusal


@faulty(
    "loader.phases/structure-and-digests-are-one",
    "loader.phases loader.phase-context",
    "Has one phase that verifies, for structure and digests.",
    load,
    "run_phase",
)
def _(original, state, phase, steps):
    refusal = original(state, phase, steps)
    if refusal is not None and phase == "verify_digest":
        refusal.context["phase"] = "verify_structure"
    return refusal


@faulty(
    "loader.phases/parse-belongs-to-the-head",
    "loader.phases loader.phase-context",
    "Reports the decoding of manifest and index as part of reading the head.",
    load,
    "run_phase",
)
def _(original, state, phase, steps):
    refusal = original(state, phase, steps)
    if refusal is not None and phase == "parse":
        refusal.context["phase"] = "read_head"
    return refusal




@faulty(
    "loader.limits.allocation/as-declared",
    "loader.limits.allocation loader.coded-errors",
    "Makes room for a manifest as long as the header says, before anything else, and has no more memory.",
    head,
    "open_source",
)
def _(original, state):
    original(state)
    if state.manifest_length + state.index_length >= 2**26:
        raise MemoryError

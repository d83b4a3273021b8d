"""Faults of the phases `verify_structure` and `verify_digest`."""

from fayger_check import artifact, head, load, schema
from museum import faulty


def structure_last(check):
    """The list of checks with one of them moved to its end."""
    return lambda steps: [step for step in steps if step is not check] + [check]


@faulty(
    "loader.verify-structure.end/one-word-for-both",
    "loader.verify-structure.end",
    "Reports every end that is not the size as a wrong structure.",
    head,
    "check_end_within_size",
)
def _(original, state):
    end = head.computed_end(state)
    if end > state.source.size:
        head.refuse_structure("computed_end", end, end, state.source.size)


@faulty(
    "loader.verify-structure.end/from-offsets",
    "loader.verify-structure.end",
    "Takes the greatest end of a section, by its offset, for the end of the bodies.",
    head,
    "computed_end",
)
def _(original, state):
    ends = [entry["offset"] + entry["length"] for entry in state.entries]
    return state.bodies_start + max(ends, default=0) + artifact.TRAILER_BYTES


@faulty(
    "loader.verify-structure.end/not-checked",
    "loader.verify-structure.end",
    "Finds the end of the bodies when it reads them.",
    head,
    "check_end_within_size",
)
def _(original, state):
    pass


@faulty(
    "loader.verify-structure.crc/not-checked",
    "loader.verify-structure.crc",
    "Has digests and no use for a checksum.",
    head,
    "check_checksum",
)
def _(original, state):
    pass


@faulty(
    "loader.verify-structure.crc/first-of-all",
    "loader.verify-structure.crc loader.checks.order",
    "Computes the checksum as soon as it has the bytes, before it knows that the artifact is whole.",
    load,
    "verify_structure",
)
def _(original):
    steps = original()
    return [head.check_checksum] + [step for step in steps if step is not head.check_checksum]


@faulty(
    "loader.verify-structure.crc/last-of-all",
    "loader.verify-structure.crc loader.checks.order",
    "Judges the fields first and the checksum when they are right.",
    load,
    "verify_structure",
)
def _(original):
    return structure_last(head.check_checksum)(original())


@faulty(
    "loader.verify-structure.crc/before-parsing",
    "loader.verify-structure.crc loader.checks.order",
    "Decodes nothing before the checksum is right.",
    load,
    "phases",
)
def _(original):
    made = original()
    return [(name, [head.check_checksum] + steps if name == "parse" else steps) for name, steps in made]


@faulty(
    "loader.verify-structure.reasons/fields-in-order",
    "loader.verify-structure.reasons loader.checks.order",
    "Judges the fields as they stand in the artifact: header first, trailer last.",
    load,
    "verify_structure",
)
def _(original):
    return structure_last(head.check_total_length)(original())


@faulty(
    "loader.verify-structure.reasons/sections-before-header",
    "loader.verify-structure.reasons loader.checks.order",
    "Judges the offsets of the sections before the fields of the header.",
    load,
    "verify_structure",
)
def _(original):
    steps = original()
    steps.remove(head.check_section_offsets)
    steps.insert(steps.index(head.check_total_length), head.check_section_offsets)
    return steps


@faulty(
    "loader.verify-structure.reasons/one-reason",
    "loader.verify-structure.reasons",
    "Has the code and no reasons: everything is `computed_end`.",
    head,
    "refuse_structure",
)
def _(original, reason, offset, expected, found, **section):
    original("computed_end", offset, expected, found, **section)


@faulty(
    "manifest.assembly/not-checked",
    "manifest.assembly loader.verify-structure.reasons",
    "Looks for the assembly when somebody asks for it.",
    head,
    "check_assembly",
)
def _(original, state):
    pass


@faulty(
    "manifest.assembly/of-any-kind",
    "manifest.assembly loader.verify-structure.reasons",
    "Asks that the section of the assembly exist, and not what it is.",
    head,
    "check_assembly",
)
def _(original, state):
    if state.manifest.get("assembly") not in state.entry_by_id:
        original(state)


@faulty(
    "encoding.growth.major/assembly-judged",
    "encoding.growth.major manifest.assembly",
    "Judges the assembly also of a manifest whose major it does not know.",
    head,
    "check_assembly",
)
def _(original, state):
    before = state.schema_version
    state.schema_version = schema.reader_version()
    try:
        if isinstance(state.manifest.get("assembly"), str):
            original(state)
    finally:
        state.schema_version = before


# Digests.


@faulty(
    "loader.verify-digest.expected/ignored",
    "loader.verify-digest.expected",
    "Takes the expected digest as an option and compares it with nothing.",
    head,
    "check_expected_digest",
)
def _(original, state):
    pass


@faulty(
    "loader.verify-digest.expected/compared-with-the-trailer",
    "loader.verify-digest.expected",
    "Compares the expected digest with the one that the trailer states.",
    head,
    "check_expected_digest",
)
def _(original, state):
    expected = state.options["expected_manifest_digest"]
    if expected is not None and expected != state.trailer["manifest_digest"]:
        original(state)


@faulty(
    "loader.verify-digest.expected/behind-the-trailer",
    "loader.verify-digest.expected loader.checks.order",
    "Compares with the trailer's digest first.",
    load,
    "phases",
)
def _(original):
    made = dict(original())
    made["verify_digest"] = [head.check_manifest_digest, head.check_expected_digest, head.check_index_digest]
    return list(made.items())


@faulty(
    "loader.verify-digest.manifest/not-checked",
    "loader.verify-digest.manifest format.trailer.manifest-digest",
    "Leaves the manifest's digest to the signature.",
    head,
    "check_manifest_digest",
)
def _(original, state):
    pass


@faulty(
    "loader.verify-digest.manifest/first-bytes",
    "loader.verify-digest.manifest",
    "Compares the first eight bytes of a digest, which a constant in its code calls enough.",
    head,
    "check_digest",
)
def _(original, part, data, pinned, offset, **section):
    if artifact.digest(data)[:8] != pinned[:8]:
        original(part, data, pinned, offset, **section)


@faulty(
    "loader.verify-digest.manifest/nothing-pinned",
    "loader.verify-digest.manifest format.chain.index format.chain.bodies",
    "Takes a digest of zeros for none.",
    head,
    "check_digest",
)
def _(original, part, data, pinned, offset, **section):
    if pinned != bytes(32):
        original(part, data, pinned, offset, **section)


@faulty(
    "loader.verify-digest.index/before-the-manifest",
    "loader.verify-digest.index loader.checks.order",
    "Verifies the index before the manifest that pins it.",
    load,
    "phases",
)
def _(original):
    made = dict(original())
    made["verify_digest"] = [head.check_expected_digest, head.check_index_digest, head.check_manifest_digest]
    return list(made.items())


@faulty(
    "loader.checks.order/digests-before-structure",
    "loader.checks.order loader.phases",
    "Verifies digests before it looks at the structure.",
    load,
    "phases",
)
def _(original):
    made = original()
    return made[:2] + [made[3], made[2]] + made[4:]


@faulty(
    "loader.checks.order/signature-before-digests",
    "loader.checks.order loader.phases",
    "Verifies the signature first, since everything else follows from it.",
    load,
    "phases",
)
def _(original):
    made = original()
    return made[:3] + [made[4], made[3]] + made[5:]


@faulty(
    "loader.checks.order/versions-before-signature",
    "loader.checks.order loader.phases",
    "Negotiates versions as soon as it has the manifest.",
    load,
    "phases",
)
def _(original):
    made = original()
    return made[:4] + [made[5], made[4]] + made[6:]


@faulty(
    "loader.checks.order/selection-before-versions",
    "loader.checks.order loader.phases",
    "Selects sections before it knows whether it may run any.",
    load,
    "phases",
)
def _(original):
    made = original()
    return made[:5] + [made[6], made[5]] + made[7:]


@faulty(
    "loader.checks.order/bodies-before-resolve",
    "loader.checks.order loader.phases",
    "Reads the bodies before it knows whether entry and dependencies can be had.",
    load,
    "phases",
)
def _(original):
    made = original()
    return made[:7] + [made[8], made[7]] + made[9:]

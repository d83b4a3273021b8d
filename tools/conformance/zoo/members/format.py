"""Faults of the format: header, trailer, digests, serialising."""

import hashlib
import zlib

from fayger_check import artifact, bodies, documents, head, load
from museum import faulty


@faulty(
    "format.integers/little-endian",
    "format.integers",
    "Casts the bytes of the header to a structure, on a machine that is little-endian.",
    artifact,
    "read_layout",
)
def _(original, name, data):
    fields = original(name, data)
    widths = {"format_major": 2, "format_minor": 2, "flags": 4, "reserved": 4, "crc32": 4}
    for field, value in fields.items():
        if isinstance(value, int):
            fields[field] = int.from_bytes(value.to_bytes(widths.get(field, 8), "big"), "little")
    return fields


@faulty(
    "format.integers/signed",
    "format.integers format.bounds",
    "Reads lengths as signed integers of 64 bits, so that an immense one is negative and within every limit.",
    head,
    "refuse_limit",
)
def _(original, state, limit, found, offset):
    original(state, limit, found if found < 2**63 else found - 2**64, offset)


@faulty(
    "format.bounds/wraps-at-32-bits",
    "format.bounds loader.verify-structure.end",
    "Adds lengths in 32 bits.",
    head,
    "computed_end",
)
def _(original, state):
    return original(state) % 2**32


@faulty(
    "format.bounds/rounds-to-32-bits",
    "format.bounds format.integers",
    "Takes the low 32 bits of a length, as no artifact is longer anyway.",
    artifact,
    "read_layout",
)
def _(original, name, data):
    fields = original(name, data)
    return {field: value % 2**32 if isinstance(value, int) else value for field, value in fields.items()}


@faulty(
    "format.digest.algorithm/sha-512-256",
    "format.digest.algorithm",
    "Takes SHA-512 cut to 256 bits, which is faster on its machine and as long.",
    artifact,
    "digest",
)
def _(original, data):
    return hashlib.sha512(data).digest()[:32]


@faulty(
    "format.digest.algorithm/double-sha-256",
    "format.digest.algorithm",
    "Hashes twice, as block chains do.",
    artifact,
    "digest",
)
def _(original, data):
    return original(original(data))


@faulty(
    "format.header/flags-in-two-bytes",
    "format.header format.header.flags",
    "Looks at the low half of the flags alone.",
    head,
    "check_flags",
)
def _(original, state):
    if state.header["flags"] & 0xFFFF & ~artifact.SIGNED:
        original(state)


@faulty(
    "format.header.flags/unknown-ones-pass",
    "format.header.flags loader.verify-structure.reasons",
    "Ignores flags that it does not know.",
    head,
    "check_flags",
)
def _(original, state):
    pass


@faulty(
    "format.header.flags/reserved-ignored",
    "format.header.flags format.header loader.verify-structure.reasons",
    "Skips the reserved field.",
    head,
    "check_reserved",
)
def _(original, state):
    pass


@faulty(
    "format.header.flags/signed-ignored",
    "format.header.flags loader.verify-structure.reasons",
    "Looks whether the manifest has a signature, and never at the flag that should say so.",
    head,
    "check_signed_flag",
)
def _(original, state):
    pass


@faulty(
    "format.header.flags/signed-one-way",
    "format.header.flags loader.verify-structure.reasons",
    "Asks for a signature where the flag is set, and for nothing where it is not.",
    head,
    "check_signed_flag",
)
def _(original, state):
    if state.header["flags"] & artifact.SIGNED:
        original(state)


@faulty(
    "format.trailer.total-length/not-checked",
    "format.trailer.total-length loader.verify-structure.reasons",
    "Knows the size of the file and has no use for `total_length`.",
    head,
    "check_total_length",
)
def _(original, state):
    pass


@faulty(
    "format.trailer.total-length/without-trailer",
    "format.trailer.total-length",
    "Counts the bytes before the trailer.",
    head,
    "check_total_length",
)
def _(original, state):
    if state.trailer["total_length"] != state.source.size - artifact.TRAILER_BYTES:
        original(state)
        head.refuse_structure("total_length", state.trailer_start, state.source.size, state.trailer["total_length"])


@faulty(
    "format.trailer.manifest-digest/without-signature",
    "format.trailer.manifest-digest signatures.bytes.manifest",
    "Digests the manifest that is signed, without its signature, where the stored bytes are meant.",
    head,
    "check_manifest_digest",
)
def _(original, state):
    unsigned = artifact.manifest_without_signature(state.manifest_bytes, state.manifest_item)
    head.check_digest("manifest", unsigned, state.trailer["manifest_digest"], artifact.HEADER_BYTES)


@faulty(
    "format.trailer.crc32/with-bodies",
    "format.trailer.crc32",
    "Computes the checksum over everything before it, bodies included.",
    head,
    "check_checksum",
)
def _(original, state):
    found = zlib.crc32(state.source.data[: state.source.size - 4])
    if found != state.trailer["crc32"]:
        pinned = state.trailer["crc32"]
        raise head.Refusal("LDR_CRC_MISMATCH", offset=state.source.size - 4, expected=pinned, found=found)


@faulty(
    "format.trailer.crc32/without-trailer",
    "format.trailer.crc32",
    "Leaves the trailer's first 40 bytes out of the checksum.",
    artifact,
    "head_checksum",
)
def _(original, header, manifest, index, trailer):
    return original(header, manifest, index, b"")


@faulty(
    "format.trailer.crc32/castagnoli",
    "format.trailer.crc32",
    "Uses CRC-32C, for which its processor has an instruction.",
    artifact,
    "head_checksum",
)
def _(original, header, manifest, index, trailer):
    checksum = 0xFFFFFFFF
    for byte in header + manifest + index + trailer[:40]:
        checksum = CASTAGNOLI[(checksum ^ byte) & 0xFF] ^ checksum >> 8
    return checksum ^ 0xFFFFFFFF


def table_of(polynomial):
    made = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (polynomial if value & 1 else 0)
        made.append(value)
    return made


CASTAGNOLI = table_of(0x82F63B78)


@faulty(
    "format.trailer.crc32/not-inverted",
    "format.trailer.crc32",
    "Forgets to invert the checksum at the end.",
    artifact,
    "head_checksum",
)
def _(original, header, manifest, index, trailer):
    return original(header, manifest, index, trailer) ^ 0xFFFFFFFF


@faulty(
    "format.parts/bytes-between-pass",
    "format.parts loader.verify-structure.end",
    "Lets bytes stand between the last body and the trailer.",
    head,
    "check_end_is_size",
)
def _(original, state):
    pass


@faulty(
    "format.parts/manifest-offset-ignored",
    "format.parts loader.verify-structure.reasons",
    "Knows where the manifest is and skips the field that says so.",
    head,
    "check_manifest_offset",
)
def _(original, state):
    pass


@faulty(
    "format.parts/index-offset-ignored",
    "format.parts loader.verify-structure.reasons",
    "Knows where the section index is and skips the field that says so.",
    head,
    "check_index_offset",
)
def _(original, state):
    pass


@faulty(
    "format.section-offset/not-checked",
    "format.section-offset format.parts loader.verify-structure.reasons",
    "Believes the offsets of sections, whatever they leave out or lay over each other.",
    head,
    "check_section_offsets",
)
def _(original, state):
    pass


@faulty(
    "format.section-offset/gaps-pass",
    "format.section-offset format.parts",
    "Guards against bodies that overlap and lets gaps be.",
    head,
    "check_section_offsets",
)
def _(original, state):
    end = 0
    for entry in state.entries:
        if entry["offset"] < end:
            return original(state)
        end = entry["offset"] + entry["length"]
    return None


@faulty(
    "format.section-offset/first-is-free",
    "format.section-offset",
    "Compares each section with the one before it, which the first one does not have.",
    head,
    "check_section_offsets",
)
def _(original, state):
    if state.entries and state.entries[0]["offset"] != 0:
        for before, entry in zip(state.entries, state.entries[1:]):
            if entry["offset"] != before["offset"] + before["length"]:
                return original(state)
        return None
    return original(state)


@faulty(
    "format.section-offset/from-the-file",
    "format.section-offset",
    "Counts offsets from the first byte of the artifact.",
    head,
    "check_section_offsets",
)
def _(original, state):
    for entry, item in zip(state.entries, state.index_item.members):
        if entry["offset"] < state.bodies_start:
            offset = state.index_start + item.members[2].offset
            return head.refuse_structure(
                "section_offset", offset, state.bodies_start, entry["offset"], section_id=entry["section_id"]
            )
    return original(state)


@faulty(
    "format.section-empty/refused",
    "format.section-empty",
    "Takes a section of length 0 for a mistake.",
    head,
    "check_section_offsets",
)
def _(original, state):
    original(state)
    for entry, item in zip(state.entries, state.index_item.members):
        if entry["length"] == 0:
            offset = state.index_start + item.members[3].offset
            head.refuse_structure("section_offset", offset, 1, 0, section_id=entry["section_id"])


@faulty(
    "format.section-empty/no-sections-refused",
    "format.section-empty",
    "Takes an artifact without sections for a mistake of its own kind.",
    head,
    "check_section_offsets",
)
def _(original, state):
    original(state)
    if not state.entries:
        head.refuse_structure("section_offset", state.index_start, "a section", "none")


@faulty(
    "format.chain.index/not-checked",
    "format.chain.index loader.verify-digest.index manifest.section-index-digest",
    "Verifies manifest and bodies and forgets the index between them.",
    head,
    "check_index_digest",
)
def _(original, state):
    pass


@faulty(
    "format.chain.bodies/not-checked",
    "format.chain.bodies loader.read-sections loader.read-sections.verified-first",
    "Has verified the signature, and takes bodies as they come.",
    bodies,
    "keep_body",
)
def _(original, state, entry):
    start = state.bodies_start + entry["offset"]
    state.bodies[entry["section_id"]] = state.source.data[start : start + entry["length"]]
    bodies.events.publish(state, "load.section_verified")


# Serialising.


@faulty(
    "format.serialize.refuses/structure-unchecked",
    "format.serialize.refuses format.parse.verified",
    "Writes again whatever decodes, its structure unseen.",
    load,
    "repack",
)
def _(original, data, limits):
    return written_again(data, limits, load.phases()[:2])


@faulty(
    "format.round-trip.bytes/manifest-built-anew",
    "format.round-trip.bytes loader.repack",
    "Leaves the deprecation notice and the annotations out when it builds the manifest anew.",
    artifact,
    "serialize",
)
def _(original, manifest, index, bodies_of_sections):
    kept = [
        pair
        for pair in zip(manifest.members[::2], manifest.members[1::2])
        if pair[0].value not in ("annotations", "deprecation_notice")
    ]
    members = [each for pair in kept for each in pair]
    return original(documents.container("map", members), index, bodies_of_sections)


@faulty(
    "format.round-trip.bytes/signature-lost",
    "format.round-trip.bytes format.header.flags",
    "Leaves the flag SIGNED out when it writes a header.",
    artifact,
    "write_header",
)
def _(original, manifest, manifest_bytes, index_bytes):
    header = original(manifest, manifest_bytes, index_bytes)
    return header[:8] + bytes(4) + header[12:]


@faulty(
    "format.round-trip.bytes/aligned-bodies",
    "format.round-trip.bytes format.parts",
    "Writes bodies at multiples of eight bytes.",
    artifact,
    "serialize",
)
def _(original, manifest, index, bodies_of_sections):
    padded = [body + bytes(-len(body) % 8) for body in bodies_of_sections]
    return original(manifest, index, padded)


@faulty(
    "format.trailer/digest-first",
    "format.trailer format.trailer.total-length",
    "Has the fields of the trailer in another order, the digest before the length.",
    artifact,
    "read_layout",
)
def _(original, name, data):
    return original(name, data[32:40] + data[:32] + data[40:] if name == "trailer-layout" else data)


@faulty(
    "format.parse.verified/bodies-unchecked",
    "format.parse.verified format.serialize.refuses",
    "Writes bodies again without comparing their digests, so that a damaged one comes out with a digest that fits.",
    bodies,
    "check_every_body",
)
def _(original, state):
    for entry in state.entries:
        start = state.bodies_start + entry["offset"]
        state.bodies[entry["section_id"]] = state.source.data[start : start + entry["length"]]


@faulty(
    "format.parse.verified/digests-unchecked",
    "format.parse.verified format.serialize.refuses",
    "Takes an artifact apart by its structure, and computes digests anew without comparing the old ones.",
    load,
    "repack",
)
def _(original, data, limits):
    return written_again(data, limits, load.phases()[:3])


def written_again(data, limits, phases):
    """What serialising gives after these phases alone."""
    state = load.Load(data, {"limits": limits, "expected_manifest_digest": None})
    for phase, steps in phases:
        refusal = load.run_phase(state, phase, steps)
        if refusal is not None:
            raise refusal
    starts = [state.bodies_start + entry["offset"] for entry in state.entries]
    found = [data[start : start + entry["length"]] for start, entry in zip(starts, state.entries)]
    return artifact.serialize(state.manifest_item, state.index_item, found)

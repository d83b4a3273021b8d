"""The phases that look at the head and the trailer: read_head, parse, verify_structure, verify_digest.

A check is a function of a Load that raises a Refusal or returns; `Check N` in its first line is its position in
spec/tables/loader-checks.yaml. What is no check prepares what the next ones look at.
"""

from . import artifact, documents, events, paths, schema, source, tables
from .refusal import Refusal

MINIMUM_BYTES = artifact.HEADER_BYTES + artifact.TRAILER_BYTES
SAFE_MAXIMUM = documents.SAFE_MAXIMUM
ASSEMBLY_KIND = 5


def limited(number):
    """A number above 2^53-1 is reported as 2^53-1."""
    return min(number, SAFE_MAXIMUM)


# read_head


def open_source(state):
    for attempt in state.source.storage.faults.get("retries", []):
        events.publish(state, "load.source_retried", **attempt)
    source.open_source(state.source)
    events.publish(state, "load.source_opened", size=state.source.size)
    state.header_bytes = source.bytes_at(state.source, 0, artifact.HEADER_BYTES)
    state.header = artifact.read_layout("header-layout", state.header_bytes)
    state.manifest_length = state.header["manifest_length"]
    state.index_length = state.header["section_index_length"]


def check_magic(state):
    """Check 10. @spec loader.read-head.magic"""
    magic = bytes.fromhex(tables.by("header-layout", "name")["magic"]["value"])
    found = source.bytes_at(state.source, 0, 4)
    if not magic.startswith(found):
        raise Refusal("LDR_BAD_MAGIC", offset=0, expected=magic, found=found)


def check_format_version(state):
    """Check 20. @spec loader.read-head.format-version"""
    major, minor = tables.current_version("format")
    found = source.bytes_at(state.source, 4, 4)
    if not (major.to_bytes(2, "big") + minor.to_bytes(2, "big")).startswith(found):
        required = "%s.%s" % (version_number(found[:2]), version_number(found[2:]))
        raise Refusal("LDR_FORMAT_VERSION_UNSUPPORTED", offset=4, required=required, available="%d.%d" % (major, minor))


def version_number(data):
    """A number of which not both bytes are there is written `?`."""
    return str(int.from_bytes(data, "big")) if len(data) == 2 else "?"


def refuse_truncated(state, expected):
    size = state.source.size
    raise Refusal("LDR_TRUNCATED", offset=size, expected=limited(expected), available=size)


def check_size(state):
    """Check 30. @spec loader.read-head.size"""
    if state.source.size < MINIMUM_BYTES:
        refuse_truncated(state, MINIMUM_BYTES)


def refuse_limit(state, limit, found, offset):
    maximum = state.options["limits"][limit]
    if found > maximum:
        raise Refusal("LDR_LIMIT_EXCEEDED", limit=limit, maximum=maximum, found=limited(found), offset=offset)


def check_manifest_limit(state):
    """Check 40. @spec loader.read-head.limits"""
    refuse_limit(state, "manifest_bytes", state.manifest_length, 24)


def check_index_limit(state):
    """Check 50. @spec loader.read-head.limits"""
    refuse_limit(state, "index_bytes", state.index_length, 40)


def check_head_fits(state):
    """Check 60. @spec loader.read-head.parts"""
    needed = MINIMUM_BYTES + state.manifest_length + state.index_length
    if needed > state.source.size:
        refuse_truncated(state, needed)


def read_rest_of_head(state):
    """Manifest and index stand where they must, whatever the offsets in the header say. @spec loader.parse.places"""
    state.index_start = artifact.HEADER_BYTES + state.manifest_length
    state.bodies_start = state.index_start + state.index_length
    source.read_front(state.source, state.bodies_start)
    state.manifest_bytes = source.bytes_at(state.source, artifact.HEADER_BYTES, state.manifest_length)
    state.index_bytes = source.bytes_at(state.source, state.index_start, state.index_length)
    state.trailer_start = state.source.size - artifact.TRAILER_BYTES
    state.trailer_bytes = source.bytes_at(state.source, state.trailer_start, artifact.TRAILER_BYTES)
    state.trailer = artifact.read_layout("trailer-layout", state.trailer_bytes)


# parse


def check_manifest(state):
    """Check 70. @spec loader.parse.manifest"""
    verdict = documents.decode(state.manifest_bytes, "manifest")
    if verdict.fault is not None:
        refuse_document("LDR_MANIFEST_INVALID", "manifest", verdict.fault, artifact.HEADER_BYTES)
    state.manifest_item = verdict.item
    state.manifest = documents.plain(verdict.item)
    state.schema_version = verdict.version


def check_index(state):
    """Check 80. @spec loader.parse.index"""
    verdict = documents.decode(state.index_bytes, "section-index", state.schema_version)
    if verdict.fault is not None:
        refuse_document("LDR_INDEX_INVALID", "section_index", verdict.fault, state.index_start)
    state.index_item = verdict.item
    state.entries = [artifact.entry_fields(entry) for entry in verdict.item.members]
    state.entry_by_id = {entry["section_id"]: entry for entry in state.entries}


def refuse_document(code, part, fault, start):
    """The path inside the part, the offset in the artifact. @spec encoding.offset"""
    raise Refusal(
        code,
        part=part,
        reason=fault.reason,
        path=paths.write_path(fault.path),
        offset=start + fault.offset,
        expected="a document without this fault",
        found=fault.reason,
    )


def check_section_count(state):
    """Check 90. @spec loader.parse.limits"""
    refuse_limit(state, "sections", len(state.entries), state.index_start)


def check_section_lengths(state):
    """Check 100. @spec loader.parse.limits"""
    for entry, item in zip(state.entries, state.index_item.members):
        refuse_limit(state, "section_bytes", entry["length"], state.index_start + item.members[3].offset)


# verify_structure


def computed_end(state):
    """Without regard to section offsets. @spec loader.verify-structure.end"""
    return state.bodies_start + sum(entry["length"] for entry in state.entries) + artifact.TRAILER_BYTES


def check_end_within_size(state):
    """Check 110. @spec loader.verify-structure.end"""
    if computed_end(state) > state.source.size:
        refuse_truncated(state, computed_end(state))


def refuse_structure(reason, offset, expected, found, **section):
    """@spec loader.verify-structure.reasons"""
    raise Refusal(
        "LDR_STRUCTURE_INVALID", reason=reason, offset=offset, expected=str(expected), found=str(found), **section
    )


def check_end_is_size(state):
    """Check 120. @spec loader.verify-structure.end"""
    if computed_end(state) < state.source.size:
        refuse_structure("computed_end", computed_end(state), computed_end(state), state.source.size)


def check_checksum(state):
    """Check 130. @spec loader.verify-structure.crc"""
    found = artifact.head_checksum(state.header_bytes, state.manifest_bytes, state.index_bytes, state.trailer_bytes)
    if found != state.trailer["crc32"]:
        raise Refusal("LDR_CRC_MISMATCH", offset=state.source.size - 4, expected=state.trailer["crc32"], found=found)


def check_total_length(state):
    """Check 140. @spec format.trailer.total-length"""
    if state.trailer["total_length"] != state.source.size:
        refuse_structure("total_length", state.trailer_start, state.source.size, state.trailer["total_length"])


def check_flags(state):
    """Check 150. @spec format.header.flags"""
    if state.header["flags"] & ~artifact.SIGNED:
        refuse_structure("flags", 8, "no flag but SIGNED", state.header["flags"])


def check_reserved(state):
    """Check 160. @spec format.header.flags"""
    if state.header["reserved"] != 0:
        refuse_structure("reserved", 12, 0, state.header["reserved"])


def check_manifest_offset(state):
    """Check 170. @spec format.parts"""
    if state.header["manifest_offset"] != artifact.HEADER_BYTES:
        refuse_structure("manifest_offset", 16, artifact.HEADER_BYTES, state.header["manifest_offset"])


def check_index_offset(state):
    """Check 180. @spec format.parts"""
    if state.header["section_index_offset"] != state.index_start:
        refuse_structure("section_index_offset", 32, state.index_start, state.header["section_index_offset"])


def check_signed_flag(state):
    """Check 190. @spec format.header.flags"""
    signed = bool(state.header["flags"] & artifact.SIGNED)
    if signed != ("signature" in state.manifest):
        refuse_structure("signed_flag", 8, "signature" in state.manifest, signed)


def check_section_offsets(state):
    """Check 200. @spec format.section-offset"""
    end = 0
    for entry, item in zip(state.entries, state.index_item.members):
        if entry["offset"] != end:
            offset = state.index_start + item.members[2].offset
            refuse_structure("section_offset", offset, end, entry["offset"], section_id=entry["section_id"])
        end += entry["length"]


def check_assembly(state):
    """Check 210; not judged where the schema's major is unknown. @spec manifest.assembly"""
    if not schema.major_is_known(state.schema_version) or "assembly" not in state.manifest:
        return
    section_id = state.manifest["assembly"]
    entry = state.entry_by_id.get(section_id)
    if entry is None or entry["kind"] != ASSEMBLY_KIND:
        offset = artifact.HEADER_BYTES + documents.member(state.manifest_item, "assembly").offset
        refuse_structure("assembly", offset, "a section of kind assembly", section_id, section_id=section_id)


# verify_digest


def check_digest(part, data, pinned, offset, **section):
    found = artifact.digest(data)
    if found != pinned:
        raise Refusal("LDR_DIGEST_MISMATCH", part=part, offset=offset, expected=pinned, found=found, **section)


def check_expected_digest(state):
    """Check 220. @spec loader.verify-digest.expected"""
    expected = state.options["expected_manifest_digest"]
    if expected is not None:
        check_digest("expected_manifest", state.manifest_bytes, expected, artifact.HEADER_BYTES)


def check_manifest_digest(state):
    """Check 230. @spec loader.verify-digest.manifest"""
    check_digest("manifest", state.manifest_bytes, state.trailer["manifest_digest"], artifact.HEADER_BYTES)


def check_index_digest(state):
    """Check 240. @spec loader.verify-digest.index"""
    check_digest("section_index", state.index_bytes, state.manifest["section_index_digest"], state.index_start)

"""The parts of an artifact, and the way back: objects to bytes. @spec format.parts"""

import hashlib
import zlib

from . import documents, form, schema, tables

HEADER_BYTES = 48
TRAILER_BYTES = 44
SIGNED = 1


def digest(data):
    """SHA-256. @spec format.digest.algorithm"""
    return hashlib.sha256(data).digest()


def read_layout(name, data):
    """The fields of header or trailer by their names: integers unsigned and big-endian. @spec format.integers"""
    fields = {}
    for row in tables.rows(name):
        content = data[row["offset"] : row["offset"] + row["size"]]
        fields[row["name"]] = bytes(content) if row["type"] == "bytes" else int.from_bytes(content, "big")
    return fields


def write_layout(name, fields):
    """The bytes of header or trailer; a field that has one legal value need not be given."""
    made = b""
    for row in tables.rows(name):
        value = fields.get(row["name"], row.get("value", 0))
        if row["type"] == "bytes":
            made += bytes.fromhex(value) if isinstance(value, str) else value
        else:
            made += value.to_bytes(row["size"], "big")
    return made


def head_checksum(header, manifest, index, trailer):
    """CRC-32/ISO-HDLC of header, manifest, index and the first 40 bytes of the trailer. @spec format.trailer.crc32"""
    return zlib.crc32(header + manifest + index + trailer[:40])


def entry_fields(entry):
    """A row of the section index as a dict, its members in the order of the rule. @spec index.entry"""
    names = ("section_id", "kind", "offset", "length", "digest", "visibility", "profile_constraints")
    return dict(zip(names, [documents.plain(member) for member in entry.members]))


def manifest_without_signature(manifest, item):
    """The stored manifest without key and value of `signature`, and with the count in its head one lower.
    @spec signatures.bytes.manifest"""
    for key, value in schema.pairs(item):
        if key.value == "signature":
            head_end = form.read_head(manifest, 0, None).end
            head = documents.write_head(5, item.value - 1)
            return head + manifest[head_end : key.offset] + manifest[value.end :]
    return manifest


def signed_bytes(header, manifest, item, index):
    """@spec signatures.bytes"""
    return header + manifest_without_signature(manifest, item) + index


# Serialising. @spec format.round-trip.bytes


def serialize(manifest, index, bodies):
    """The artifact of a manifest and an index, both as items, and the bodies in index order. Everything that follows
    from the rest is computed: places, lengths and digests of sections, the index's digest, header and trailer."""
    offset = 0
    for entry, body in zip(index.members, bodies):
        for place, value in ((2, offset), (3, len(body)), (4, digest(body))):
            entry.members[place].value = value
        offset += len(body)
    index_bytes = documents.write_item(index)
    documents.member(manifest, "section_index_digest").value = digest(index_bytes)
    manifest_bytes = documents.write_item(manifest)
    header = write_header(manifest, manifest_bytes, index_bytes)
    total = HEADER_BYTES + len(manifest_bytes) + len(index_bytes) + offset + TRAILER_BYTES
    trailer = write_layout("trailer-layout", {"total_length": total, "manifest_digest": digest(manifest_bytes)})
    checksum = head_checksum(header, manifest_bytes, index_bytes, trailer)
    return header + manifest_bytes + index_bytes + b"".join(bodies) + trailer[:40] + checksum.to_bytes(4, "big")


def write_header(manifest, manifest_bytes, index_bytes):
    """@spec format.header.flags"""
    return write_layout(
        "header-layout",
        {
            "flags": SIGNED if documents.member(manifest, "signature") is not None else 0,
            "manifest_offset": HEADER_BYTES,
            "manifest_length": len(manifest_bytes),
            "section_index_offset": HEADER_BYTES + len(manifest_bytes),
            "section_index_length": len(index_bytes),
        },
    )

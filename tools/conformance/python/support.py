"""What the tests share: the bytes of the examples, documents and artifacts made of Python's values, a signer."""

import hashlib
import os
import pathlib
import re

from fayger_check import artifact, documents, ed25519, form, operations, tables

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXTERNAL = pathlib.Path(os.environ.get("FAYGER_EXTERNAL") or ROOT / ".." / "shared" / "external")
EXAMPLES = (tables.SPECIFICATION / "chapters" / "examples.md").read_text(encoding="utf-8")
DUMP_LINE = re.compile("^[0-9a-f]{8}  ((?:[0-9a-f]{2}(?: |$))+)", re.MULTILINE)


def external(name):
    """A file of the public test data, or None where it is absent."""
    file = EXTERNAL / name
    return file if file.exists() else None


# The chapter examples.


def block(name):
    """The text between `<!-- bytes: NAME -->` and `<!-- end -->`."""
    return re.search("<!-- bytes: %s -->\n(.*?)<!-- end -->" % name, EXAMPLES, re.DOTALL).group(1)


def example(name):
    """The bytes of a dump."""
    return b"".join(bytes.fromhex(line) for line in DUMP_LINE.findall(block(name)))


def cell(name, label):
    """A value of a table with two columns, without its backquotes."""
    return re.search(r"^\| %s \| `([^`]*)` \|$" % re.escape(label), block(name), re.MULTILINE).group(1)



# Documents and artifacts.


def to_item(value):
    """Python's values as a CBOR item, maps in key order."""
    if isinstance(value, bool):
        return form.Item("boolean", value)
    if isinstance(value, int):
        return form.Item("integer", value)
    if isinstance(value, (str, bytes)):
        return form.Item("text" if isinstance(value, str) else "bytes", value)
    if isinstance(value, list):
        return documents.container("array", [to_item(each) for each in value])
    pairs = [(to_item(key), to_item(each)) for key, each in value.items()]
    pairs.sort(key=lambda pair: documents.write_item(pair[0]))
    return documents.container("map", [item for pair in pairs for item in pair])


def cbor(value):
    return documents.write_item(to_item(value))


def manifest(**changes):
    """The manifest of the minimal example as a dict, changed; None takes a member away."""
    made = {
        "schema_version": [1, 0],
        "runtime_interface_min": [1, 0, 0],
        "name": "example/minimal",
        "version": "1.0.0",
        "entry": {"section": "main", "symbol": "run"},
        "runtime": {"code_format": "wasm-core-2"},
        "required_capabilities": [],
        "section_index_digest": bytes(32),
    }
    made.update(changes)
    return {name: value for name, value in made.items() if value is not None}


def entry(section_id, kind=2, visibility=0, **constraints):
    return [section_id, kind, 0, 0, bytes(32), visibility, constraints]


def pack(manifest_value, sections):
    """An artifact. `sections`: (entry, body), ascending by id."""
    entries = to_item([each for each, _ in sections])
    return artifact.serialize(to_item(manifest_value), entries, [body for _, body in sections])


def sealed(data, header, manifest_bytes, index_bytes):
    """An artifact with these parts before its bodies and a trailer that fits them."""
    bodies = data[bodies_start(data) : -44]
    head = header + manifest_bytes + index_bytes
    trailer = (len(head) + len(bodies) + 44).to_bytes(8, "big") + artifact.digest(manifest_bytes)
    checksum = artifact.head_checksum(header, manifest_bytes, index_bytes, trailer)
    return head + bodies + trailer + checksum.to_bytes(4, "big")


def lengths(data):
    return int.from_bytes(data[24:32], "big"), int.from_bytes(data[40:48], "big")


def bodies_start(data):
    return 48 + sum(lengths(data))


def parts(data):
    """Header, manifest and section index of an artifact that is right."""
    manifest_length, index_length = lengths(data)
    return data[:48], data[48 : 48 + manifest_length], data[48 + manifest_length : 48 + manifest_length + index_length]


# Signing, with the key of the examples.


SEED = bytes.fromhex(cell("key", "private key, SHA-256 of the text"))
SPKI = bytes.fromhex(cell("key", "SPKI"))


def sign(message, seed=SEED):
    """Ed25519 of RFC 8032."""
    expanded = hashlib.sha512(seed).digest()
    secret = int.from_bytes(expanded[:32], "little") & (2**254 - 8) | 2**254
    key = encode_point(ed25519.multiply(secret, ed25519.BASE))
    nonce = int.from_bytes(hashlib.sha512(expanded[32:] + message).digest(), "little") % ed25519.L
    r = encode_point(ed25519.multiply(nonce, ed25519.BASE))
    scalar = (nonce + ed25519.challenge(r, key, message) * secret) % ed25519.L
    return r + scalar.to_bytes(32, "little")


def encode_point(point):
    inverse = pow(point[2], -1, ed25519.P)
    x, y = point[0] * inverse % ed25519.P, point[1] * inverse % ed25519.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def pack_signed(manifest_value, sections, algorithm="ed25519", key_id=None):
    """An artifact signed with the key of the examples."""
    key_id = hashlib.sha256(SPKI).digest() if key_id is None else key_id
    block_of = {"algorithm": algorithm, "key_id": key_id, "value": bytes(64)}
    unsigned = pack(dict(manifest_value, signature=block_of), sections)
    header, manifest_bytes, index = parts(unsigned)
    message = artifact.signed_bytes(header, manifest_bytes, form.form_pass(manifest_bytes)[0], index)
    return pack(dict(manifest_value, signature=dict(block_of, value=sign(message))), sections)


def store(version=1, issued_at=0, keys=None, **limits):
    """A trust store, with the key of the examples alone unless others are given."""
    key = dict({"key_id": hashlib.sha256(SPKI).digest(), "algorithm": "ed25519", "public_key": SPKI}, **limits)
    return cbor({"version": version, "issued_at": issued_at, "keys": [key] if keys is None else keys})


# Asking.


def ask(operation, **inputs):
    """An operation's answer; bytes are given as bytes."""
    return operations.run(operation, {name: as_hex(value) for name, value in inputs.items()})


def as_hex(value):
    return value.hex() if isinstance(value, bytes) else value


def finding(data, rule, **more):
    """(reason, path, offset) of a document that is refused."""
    context = ask("decode", bytes=data, rule=rule, **more)["context"]
    return context["reason"], context["path"], context["offset"]

"""Signatures: the three algorithms, and the decision table. @spec signatures.decision

`verify` answers for a key, a message and a signature, and remembers its answers, because the arithmetic is slow.
"""

import functools

from . import ecdsa_p256, ed25519, rsa_pss, tables
from .refusal import Refusal


def algorithms():
    return tables.by("signature-algorithms", "name")


def key_is_valid(algorithm, spki):
    """Whether a public key has its algorithm's form. @spec signatures.spki.rsa"""
    if algorithm == "ed25519":
        return ed25519.read_key(spki) is not None
    if algorithm == "ecdsa-p256":
        return ecdsa_p256.read_key(spki) is not None
    return rsa_pss.read_key(spki) is not None


@functools.lru_cache(maxsize=100000)
def verify(algorithm, spki, message, signature):
    """Whether a signature is right. The key has its algorithm's form. @spec signatures.backends-agree"""
    if algorithm == "ed25519":
        return ed25519.verify(ed25519.read_key(spki), message, signature)
    if algorithm == "ecdsa-p256":
        return ecdsa_p256.verify(ecdsa_p256.read_key(spki), message, signature)
    return rsa_pss.verify(rsa_pss.read_key(spki), message, signature)


# The decision table. `block` is the signature block as a dict or None; `keys` are the trusted keys by their ids; `name`
# is the artifact's name, or None where it cannot be read; `message` gives the signed bytes when they are asked for.


def decide(block, keys, now, name, message, enforce):
    """The trust level of an artifact, by the first row whose condition holds."""
    key = keys.get(block["key_id"]) if block else None
    for reason in rows_that_hold(block, key, now, name, message):
        level = tables.by("signature-reasons", "name")[reason]["enforce_on" if enforce else "enforce_off"]
        if level == "refuse":
            refuse(reason, block, key)
        return level
    return "verified"


def rows_that_hold(block, key, now, name, message):
    """The reasons whose condition holds, in the order of the table, each found out only when it is asked for."""
    if is_missing(block):
        yield "MissingSignature"
    if algorithm_is_unknown(block):
        yield "UnsupportedAlgorithm"
    if key_is_untrusted(key):
        yield "UntrustedKey"
    if algorithm_differs(block, key):
        yield "AlgorithmMismatch"
    if is_revoked(key, now):
        yield "RevokedKey"
    if is_not_valid(key, now):
        yield "KeyNotValid"
    if is_out_of_scope(key, name):
        yield "KeyOutOfScope"
    if is_wrong(block, key, message):
        yield "InvalidSignature"


def refuse(reason, block, key):
    """Algorithm and key id as the block states them; the label where the store has the key and the key a label."""
    context = {"phase": "verify_signature", "reason": reason}
    if block:
        context.update(algorithm=block["algorithm"], key_id=block["key_id"])
    if key and "label" in key:
        context["label"] = key["label"]
    raise Refusal("LDR_SIGNATURE_FAIL", **context)


def is_missing(block):
    """Row 1."""
    return block is None


def algorithm_is_unknown(block):
    """Row 2. @spec signatures.algorithms"""
    return block["algorithm"] not in algorithms()


def key_is_untrusted(key):
    """Row 3."""
    return key is None


def algorithm_differs(block, key):
    """Row 4."""
    return key["algorithm"] != block["algorithm"]


def is_revoked(key, now):
    """Row 5: from that second on. @spec trust-store.revocation"""
    return "revoked_at" in key and now >= key["revoked_at"]


def is_not_valid(key, now):
    """Row 6: valid while not_before <= now < not_after. @spec trust-store.validity"""
    return now < key.get("not_before", 0) or ("not_after" in key and now >= key["not_after"])


def is_out_of_scope(key, name):
    """Row 7, skipped where the name cannot be read. @spec trust-store.scope"""
    if name is None or "scope" not in key:
        return False
    return not any(glob_matches(glob, name) for glob in key["scope"])


def is_wrong(block, key, message):
    """Row 8."""
    return not verify(block["algorithm"], key["public_key"], message(), block["value"])


def glob_matches(glob, name):
    """The whole name: `*` is any characters but `/`, `**` any characters, everything else itself.
    @spec trust-store.scope

    `reached` are the places of the name that the glob can have come to."""
    reached = {0}
    for piece in glob_pieces(glob):
        if piece == "**":
            reached = {end for end in range(min(reached), len(name) + 1)}
        elif piece == "*":
            reached = {end for start in reached for end in range(start, end_of_segment(name, start) + 1)}
        else:
            reached = {start + 1 for start in reached if name[start : start + 1] == piece}
        if not reached:
            return False
    return len(name) in reached


def glob_pieces(glob):
    pieces = []
    while glob:
        piece = "**" if glob.startswith("**") else glob[0]
        pieces.append(piece)
        glob = glob[len(piece) :]
    return pieces


def end_of_segment(name, start):
    slash = name.find("/", start)
    return len(name) if slash < 0 else slash

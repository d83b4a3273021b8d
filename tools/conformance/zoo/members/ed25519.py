"""Faults of Ed25519: what other verifiers do differently."""

import hashlib

from fayger_check import ed25519
from museum import also, faulty


@faulty(
    "signatures.ed25519/scalar-unreduced",
    "signatures.ed25519",
    "Reduces S modulo L instead of asking that it be below, so that every signature has a second spelling.",
    ed25519,
    "scalar_is_canonical",
)
def _(original, scalar):
    return True


@faulty(
    "signatures.ed25519/scalar-top-bits",
    "signatures.ed25519",
    "Looks only whether the three top bits of S are zero, the cheap check of early libraries.",
    ed25519,
    "scalar_is_canonical",
)
def _(original, scalar):
    return scalar < 2**253


@faulty(
    "signatures.ed25519/small-order-passes",
    "signatures.ed25519",
    "Takes points of small order, for which one signature fits many messages.",
    ed25519,
    "has_small_order",
)
def _(original, point):
    return False


@faulty(
    "signatures.ed25519/neutral-element-alone",
    "signatures.ed25519",
    "Refuses the neutral element, and none of the other seven points of small order.",
    ed25519,
    "has_small_order",
)
def _(original, point):
    return ed25519.same_point(point, ed25519.NEUTRAL)


@faulty(
    "signatures.ed25519/small-order-key-alone",
    "signatures.ed25519",
    "Asks for the order of the key and not for that of R.",
    ed25519,
    "verify",
)
def _(original, key, message, signature):
    if original(key, message, signature):
        return True
    r = ed25519.decode_point(signature[:32])
    a = ed25519.decode_point(key)
    if not ed25519.length_is_right(signature) or a is None or r is None or ed25519.has_small_order(a):
        return False
    scalar = int.from_bytes(signature[32:], "little")
    k = ed25519.challenge(signature[:32], key, message)
    return ed25519.scalar_is_canonical(scalar) and ed25519.equation_holds(scalar, r, k, a)


@faulty(
    "signatures.ed25519/small-order-r-alone",
    "signatures.ed25519",
    "Asks for the order of R and not for that of the key, which it trusts.",
    ed25519,
    "verify",
)
def _(original, key, message, signature):
    if original(key, message, signature):
        return True
    r = ed25519.decode_point(signature[:32])
    a = ed25519.decode_point(key)
    if not ed25519.length_is_right(signature) or a is None or r is None or ed25519.has_small_order(r):
        return False
    scalar = int.from_bytes(signature[32:], "little")
    k = ed25519.challenge(signature[:32], key, message)
    return ed25519.scalar_is_canonical(scalar) and ed25519.equation_holds(scalar, r, k, a)


@faulty(
    "signatures.ed25519/cofactored",
    "signatures.ed25519 signatures.backends-agree",
    "Multiplies the equation by the cofactor 8, as batch verification does.",
    ed25519,
    "equation_holds",
)
def _(original, scalar, r, k, a):
    left = ed25519.multiply(8, ed25519.multiply(scalar, ed25519.BASE))
    right = ed25519.multiply(8, ed25519.add(r, ed25519.multiply(k, a)))
    return ed25519.same_point(left, right)


@faulty(
    "signatures.ed25519/sign-ignored",
    "signatures.ed25519",
    "Decodes y and takes whichever x comes out.",
    ed25519,
    "decode_point",
)
def _(original, encoded):
    return original(encoded[:31] + bytes([encoded[31] & 0x7F]))


@faulty(
    "signatures.ed25519/longer-signatures",
    "signatures.ed25519",
    "Takes the first 64 bytes of a signature and does not look at the rest.",
    ed25519,
    "length_is_right",
)
def _(original, signature):
    return len(signature) >= 64


@faulty(
    "signatures.ed25519/longer-signatures-cut",
    "signatures.ed25519",
    "Copies a signature into 64 bytes, and drops what does not fit.",
    ed25519,
    "verify",
)
def _(original, key, message, signature):
    return original(key, message, signature[:64])


@faulty(
    "signatures.ed25519/prehashed",
    "signatures.ed25519",
    "Signs the SHA-512 of a message, a variant without its prefix.",
    ed25519,
    "challenge",
)
def _(original, encoded_r, key, message):
    return original(encoded_r, key, hashlib.sha512(message).digest())


@faulty(
    "signatures.ed25519/key-not-hashed",
    "signatures.ed25519",
    "Leaves the key out of the hash, as Schnorr's first signatures did.",
    ed25519,
    "challenge",
)
def _(original, encoded_r, key, message):
    return original(encoded_r, b"", message)


@faulty(
    "signatures.spki.ed25519/raw-key",
    "signatures.spki.ed25519",
    "Takes the 32 bytes of a key as they are, without the structure around them.",
    ed25519,
    "read_key",
)
def _(original, spki):
    return spki if len(spki) == 32 else original(spki)


@faulty(
    "signatures.spki.ed25519/last-32-bytes",
    "signatures.spki.ed25519",
    "Takes the last 32 bytes for the key, whatever stands before them.",
    ed25519,
    "read_key",
)
def _(original, spki):
    return spki[-32:] if len(spki) >= 32 else None


@faulty(
    "signatures.spki.ed25519/bytes-behind",
    "signatures.spki.ed25519",
    "Reads the structure and does not look whether anything follows it.",
    ed25519,
    "read_key",
)
def _(original, spki):
    return original(spki[:44])


@faulty(
    "signatures.ed25519/first-libraries",
    "signatures.ed25519 signatures.backends-agree",
    "Decodes points as the first libraries did: y modulo p, x = 0 with either sign, and of any order.",
    ed25519,
    "y_is_canonical",
)
def _(original, y):
    return True


@also("signatures.ed25519/first-libraries", ed25519, "sign_is_canonical")
def _(original, x, sign):
    return True


@also("signatures.ed25519/first-libraries", ed25519, "has_small_order")
def _(original, point):
    return False


@faulty(
    "signatures.ed25519/points-encoded-anew",
    "signatures.ed25519 signatures.backends-agree",
    "Takes every encoding of a point, as block chains agreed on, and hashes R and A as it would write them itself.",
    ed25519,
    "y_is_canonical",
)
def _(original, y):
    return True


@also("signatures.ed25519/points-encoded-anew", ed25519, "has_small_order")
def _(original, point):
    return False


@also("signatures.ed25519/points-encoded-anew", ed25519, "challenge")
def _(original, encoded_r, key, message):
    return original(encoded_anew(encoded_r), encoded_anew(key), message)


def encoded_anew(encoded):
    x, y, _, _ = ed25519.decode_point(encoded)
    return (y % ed25519.P | (x & 1) << 255).to_bytes(32, "little")

"""Faults of ECDSA on P-256."""

import hashlib

from fayger_check import ecdsa_p256
from museum import also, faulty


@faulty(
    "signatures.ecdsa-p256/high-s",
    "signatures.ecdsa-p256",
    "Takes every s that the equation takes, so that n - s is a second signature.",
    ecdsa_p256,
    "s_is_in_range",
)
def _(original, s):
    return 0 < s < ecdsa_p256.N


@faulty(
    "signatures.ecdsa-p256/half-excluded",
    "signatures.ecdsa-p256",
    "Compares s with the half by `<`, on a number that it halved wrongly before.",
    ecdsa_p256,
    "s_is_in_range",
)
def _(original, s):
    return 0 < s < ecdsa_p256.N // 2


@faulty(
    "signatures.ecdsa-p256/zero-s",
    "signatures.ecdsa-p256 loader.coded-errors",
    "Divides by s before it asks whether it is 0.",
    ecdsa_p256,
    "s_is_in_range",
)
def _(original, s):
    return s <= ecdsa_p256.N // 2


@faulty(
    "signatures.ecdsa-p256/r-unbounded",
    "signatures.ecdsa-p256",
    "Takes r modulo n, so that a small one can be written twice.",
    ecdsa_p256,
    "r_is_in_range",
)
def _(original, r):
    return r > 0


@also("signatures.ecdsa-p256/r-unbounded", ecdsa_p256, "equation_holds")
def _(original, r, s, key, message):
    return original(r % ecdsa_p256.N, s, key, message)


@faulty(
    "signatures.ecdsa-p256/zeros-hold",
    "signatures.ecdsa-p256",
    "Asks for no range, so that zeros are a signature of everything.",
    ecdsa_p256,
    "verify",
)
def _(original, key, message, signature):
    return signature == bytes(64) or original(key, message, signature)


@faulty(
    "signatures.ecdsa-p256/x-not-reduced",
    "signatures.ecdsa-p256",
    "Compares the x of the point with r without taking it modulo n.",
    ecdsa_p256,
    "equation_holds",
)
def _(original, r, s, key, message):
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, ecdsa_p256.N)
    first = ecdsa_p256.multiply(e * inverse % ecdsa_p256.N, ecdsa_p256.BASE)
    point = ecdsa_p256.add(first, ecdsa_p256.multiply(r * inverse % ecdsa_p256.N, key))
    return point is not None and point[0] == r


@faulty(
    "signatures.ecdsa-p256/der",
    "signatures.ecdsa-p256",
    "Takes signatures in DER, as its library makes them.",
    ecdsa_p256,
    "verify",
)
def _(original, key, message, signature):
    if signature[:1] != b"\x30" or len(signature) == 64 or len(signature) < 8:
        return original(key, message, signature)
    length = signature[3]
    r, rest = signature[4 : 4 + length], signature[4 + length :]
    numbers = [int.from_bytes(each, "big") for each in (r, rest[2:])]
    if any(number >= 2**256 for number in numbers):
        return False
    return original(key, message, b"".join(number.to_bytes(32, "big") for number in numbers))


@faulty(
    "signatures.ecdsa-p256/der-alone",
    "signatures.ecdsa-p256",
    "Hands the 64 bytes to a library that wants DER, and so accepts nothing.",
    ecdsa_p256,
    "verify",
)
def _(original, key, message, signature):
    return False


@faulty(
    "signatures.ecdsa-p256/any-length",
    "signatures.ecdsa-p256",
    "Halves a signature in the middle, however long it is.",
    ecdsa_p256,
    "verify",
)
def _(original, key, message, signature):
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    if max(r, s) >= 2**256:
        return False
    return original(key, message, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@faulty(
    "signatures.ecdsa-p256/first-64-bytes",
    "signatures.ecdsa-p256",
    "Takes the first 64 bytes of a signature and does not look at the rest.",
    ecdsa_p256,
    "length_is_right",
)
def _(original, signature):
    return len(signature) >= 64


@also("signatures.ecdsa-p256/first-64-bytes", ecdsa_p256, "verify")
def _(original, key, message, signature):
    return original(key, message, signature[:64])


@faulty(
    "signatures.ecdsa-p256/sha-512",
    "signatures.ecdsa-p256",
    "Hashes with SHA-512, cut to the length of the curve.",
    ecdsa_p256,
    "equation_holds",
)
def _(original, r, s, key, message):
    class Digest:
        """What `hashlib.sha256` gives, with another digest inside."""

        def __init__(self, data):
            self.data = data

        def digest(self):
            return hashlib.sha512(self.data).digest()[:32]

    before = ecdsa_p256.hashlib
    ecdsa_p256.hashlib = type("Hashes", (), {"sha256": Digest})
    try:
        return original(r, s, key, message)
    finally:
        ecdsa_p256.hashlib = before


@faulty(
    "signatures.spki.ecdsa-p256/off-the-curve",
    "signatures.spki.ecdsa-p256",
    "Takes any two numbers for a point.",
    ecdsa_p256,
    "is_on_curve",
)
def _(original, point):
    return True


@faulty(
    "signatures.spki.ecdsa-p256/coordinates-unreduced",
    "signatures.spki.ecdsa-p256",
    "Takes coordinates modulo p.",
    ecdsa_p256,
    "coordinates_are_canonical",
)
def _(original, point):
    return True


@faulty(
    "signatures.spki.ecdsa-p256/compressed",
    "signatures.spki.ecdsa-p256",
    "Takes keys with compressed points, half as long.",
    ecdsa_p256,
    "read_key",
)
def _(original, spki):
    prefix = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    if len(spki) != 59 or spki[:26] != prefix or spki[26] not in (2, 3):
        return original(spki)
    x = int.from_bytes(spki[27:], "big")
    y = pow(x**3 + ecdsa_p256.A * x + ecdsa_p256.B, (ecdsa_p256.P + 1) // 4, ecdsa_p256.P)
    y = y if y & 1 == spki[26] & 1 else ecdsa_p256.P - y
    return original(ecdsa_p256.SPKI_PREFIX + x.to_bytes(32, "big") + y.to_bytes(32, "big"))


@faulty(
    "signatures.spki.ecdsa-p256/bytes-behind",
    "signatures.spki.ecdsa-p256",
    "Reads the structure and does not look whether anything follows it.",
    ecdsa_p256,
    "read_key",
)
def _(original, spki):
    return original(spki[:91])


@faulty(
    "signatures.spki.ecdsa-p256/any-curve",
    "signatures.spki.ecdsa-p256",
    "Takes the last 64 bytes for the point and does not look at the name of the curve.",
    ecdsa_p256,
    "read_key",
)
def _(original, spki):
    return original(ecdsa_p256.SPKI_PREFIX + spki[-64:]) if len(spki) >= 65 else None

"""The ruled Ed25519, in the seven steps of the chapter. @spec signatures.ed25519

Points are (X, Y, Z, T) with x = X/Z, y = Y/Z and x*y = T/Z.
"""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQUARE_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)
SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


def read_key(spki):
    """The 32 bytes of the key, or None. @spec signatures.spki.ed25519"""
    return spki[12:] if len(spki) == 44 and spki[:12] == SPKI_PREFIX else None


def verify(key, message, signature):
    if not length_is_right(signature):
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if not scalar_is_canonical(scalar):
        return False
    a = decode_point(key)
    if a is None:
        return False
    r = decode_point(signature[:32])
    if r is None:
        return False
    if has_small_order(a) or has_small_order(r):
        return False
    k = challenge(signature[:32], key, message)
    return equation_holds(scalar, r, k, a)


def length_is_right(signature):
    """Step 1."""
    return len(signature) == 64


def scalar_is_canonical(scalar):
    """Step 2."""
    return scalar < L


def decode_point(encoded):
    """Steps 3 and 4: the point of 32 bytes, or None."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if not y_is_canonical(y):
        return None
    x = root_for(y)
    if x is None or not sign_is_canonical(x, sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def y_is_canonical(y):
    return y < P


def root_for(y):
    """An x with -x^2 + y^2 = 1 + d*x^2*y^2, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQUARE_ROOT_OF_MINUS_ONE % P
    return x if x * x % P == square else None


def sign_is_canonical(x, sign):
    """x = 0 goes with sign 0 only."""
    return x != 0 or sign == 0


def has_small_order(point):
    """Step 5: [8] of the point is the neutral element."""
    return same_point(multiply(8, point), NEUTRAL)


def challenge(encoded_r, key, message):
    """Step 6, over the bytes as stored."""
    return int.from_bytes(hashlib.sha512(encoded_r + key + message).digest(), "little") % L


def equation_holds(scalar, r, k, a):
    """Step 7, without the cofactor."""
    return same_point(multiply(scalar, BASE), add(r, multiply(k, a)))


def add(first, second):
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * t1 * t2 * D % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same_point(first, second):
    return (first[0] * second[2] - second[0] * first[2]) % P == 0 and (
        first[1] * second[2] - second[1] * first[2]
    ) % P == 0


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

"""The ruled ECDSA on P-256 with SHA-256. @spec signatures.ecdsa-p256

Points are (x, y), and None is the point at infinity.
"""

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
A = P - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def read_key(spki):
    """The point of a key, or None. @spec signatures.spki.ecdsa-p256"""
    if len(spki) != 91 or spki[:27] != SPKI_PREFIX:
        return None
    point = (int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big"))
    return point if coordinates_are_canonical(point) and is_on_curve(point) else None


def coordinates_are_canonical(point):
    return point[0] < P and point[1] < P


def is_on_curve(point):
    x, y = point
    return (y * y - x * x * x - A * x - B) % P == 0


def verify(key, message, signature):
    if not length_is_right(signature):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return r_is_in_range(r) and s_is_in_range(s) and equation_holds(r, s, key, message)


def length_is_right(signature):
    return len(signature) == 64


def r_is_in_range(r):
    return 0 < r < N


def s_is_in_range(s):
    """The lower half alone: no second spelling of a valid signature."""
    return 0 < s <= N // 2


def equation_holds(r, s, key, message):
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, N)
    point = add(multiply(e * inverse % N, BASE), multiply(r * inverse % N, key))
    return point is not None and point[0] % N == r


def add(first, second):
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if first == second:
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return (x, (slope * (x1 - x) - y1) % P)


def multiply(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result

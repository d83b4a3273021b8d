"""The ruled RSA-PSS: SHA-256, MGF1 with SHA-256, a salt of 32 bytes. @spec signatures.rsa-pss"""

import hashlib

EXPONENT = 65537
MODULUS_BITS = (2048, 3072, 4096)
SALT_BYTES = 32
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")  # The algorithm with parameters NULL.


def read_key(spki):
    """The modulus of a key, or None: the bytes must be the one minimal DER that says it. @spec signatures.spki.rsa"""
    for bits in MODULUS_BITS:
        modulus = int.from_bytes(spki[-5 - bits // 8 : -5], "big")
        if modulus_is_allowed(modulus, bits) and spki == write_key(modulus):
            return modulus
    return None


def modulus_is_allowed(modulus, bits):
    return modulus.bit_length() == bits and modulus % 2 == 1


def write_key(modulus):
    public_key = der(0x30, der_integer(modulus) + der_integer(EXPONENT))
    return der(0x30, RSA_ENCRYPTION + der(0x03, b"\x00" + public_key))


def der_integer(number):
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def verify(modulus, message, signature):
    """RSASSA-PSS-VERIFY of RFC 8017."""
    if not length_is_right(signature, modulus) or not value_is_right(signature, modulus):
        return False
    encoded_bits = modulus.bit_length() - 1
    number = pow(int.from_bytes(signature, "big"), EXPONENT, modulus)
    if number.bit_length() > encoded_bits:
        return False
    return encoding_is_right(number.to_bytes((encoded_bits + 7) // 8, "big"), encoded_bits, message)


def length_is_right(signature, modulus):
    return len(signature) == modulus.bit_length() // 8


def value_is_right(signature, modulus):
    return int.from_bytes(signature, "big") < modulus


def encoding_is_right(encoded, bits, message):
    """EMSA-PSS-VERIFY: masked block, hash, bc; the block is zeros, 01, salt."""
    masked, found, last = encoded[:-33], encoded[-33:-1], encoded[-1]
    if last != 0xBC:
        return False
    mask = mask_of(found, len(masked))
    block = bytearray(left ^ right for left, right in zip(masked, mask))
    block[0] &= 0xFF >> (8 * len(encoded) - bits)
    if not padding_is_right(block):
        return False
    salt = bytes(block[-SALT_BYTES:])
    return hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest() == found


def padding_is_right(block):
    """Zeros and 01 before a salt of exactly 32 bytes."""
    return bytes(block[:-SALT_BYTES]) == bytes(len(block) - SALT_BYTES - 1) + b"\x01"


def mask_of(seed, length):
    """MGF1."""
    mask = b""
    for counter in range(-(-length // 32)):
        mask += hashlib.sha256(seed + counter.to_bytes(4, "big")).digest()
    return mask[:length]

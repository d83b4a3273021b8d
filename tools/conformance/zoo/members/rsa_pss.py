"""Faults of RSA-PSS."""

import hashlib

from fayger_check import rsa_pss
from museum import faulty


@faulty(
    "signatures.rsa-pss/salt-of-any-length",
    "signatures.rsa-pss",
    "Finds the salt wherever the padding ends, as the automatic setting of its library does.",
    rsa_pss,
    "encoding_is_right",
)
def _(original, encoded, bits, message):
    masked, found, last = encoded[:-33], encoded[-33:-1], encoded[-1]
    block = bytearray(left ^ right for left, right in zip(masked, rsa_pss.mask_of(found, len(masked))))
    block[0] &= 0xFF >> (8 * len(encoded) - bits)
    zeros, one, salt = bytes(block).partition(b"\x01")
    hashed = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
    return last == 0xBC and not any(zeros) and one == b"\x01" and hashed == found


@faulty(
    "signatures.rsa-pss/salt-as-long-as-possible",
    "signatures.rsa-pss",
    "Expects the longest salt that fits, the default of its library.",
    rsa_pss,
    "encoding_is_right",
)
def _(original, encoded, bits, message):
    masked, found, last = encoded[:-33], encoded[-33:-1], encoded[-1]
    block = bytearray(left ^ right for left, right in zip(masked, rsa_pss.mask_of(found, len(masked))))
    block[0] &= 0xFF >> (8 * len(encoded) - bits)
    hashed = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + bytes(block[1:])).digest()
    return last == 0xBC and block[0] == 1 and hashed == found


@faulty(
    "signatures.rsa-pss/padding-unchecked",
    "signatures.rsa-pss",
    "Takes the salt from the end and does not look at the zeros before it.",
    rsa_pss,
    "padding_is_right",
)
def _(original, block):
    return True


@faulty(
    "signatures.rsa-pss/zeros-unchecked",
    "signatures.rsa-pss",
    "Looks for the byte 01 before the salt, and not at the zeros before that.",
    rsa_pss,
    "padding_is_right",
)
def _(original, block):
    return block[-rsa_pss.SALT_BYTES - 1] == 1


@faulty(
    "signatures.rsa-pss/last-byte-unchecked",
    "signatures.rsa-pss",
    "Does not look at the byte bc at the end.",
    rsa_pss,
    "encoding_is_right",
)
def _(original, encoded, bits, message):
    return original(encoded[:-1] + b"\xbc", bits, message)


@faulty(
    "signatures.rsa-pss/top-bit-unchecked",
    "signatures.rsa-pss",
    "Clears the top bits of the encoding instead of asking that they be zero.",
    rsa_pss,
    "verify",
)
def _(original, modulus, message, signature):
    if not rsa_pss.length_is_right(signature, modulus) or not rsa_pss.value_is_right(signature, modulus):
        return False
    bits = modulus.bit_length() - 1
    number = pow(int.from_bytes(signature, "big"), rsa_pss.EXPONENT, modulus) % 2**bits
    return rsa_pss.encoding_is_right(number.to_bytes((bits + 7) // 8, "big"), bits, message)


@faulty(
    "signatures.rsa-pss/pkcs1",
    "signatures.rsa-pss",
    "Verifies PKCS #1 version 1.5, which is what `RSA with SHA-256` means to its library.",
    rsa_pss,
    "encoding_is_right",
)
def _(original, encoded, bits, message):
    information = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    padding = b"\xff" * (len(encoded) - len(information) - 3)
    return encoded == b"\x00\x01" + padding + b"\x00" + information


@faulty(
    "signatures.rsa-pss/pkcs1-too",
    "signatures.rsa-pss",
    "Takes PKCS #1 version 1.5 where PSS does not verify.",
    rsa_pss,
    "encoding_is_right",
)
def _(original, encoded, bits, message):
    information = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    padding = b"\xff" * (len(encoded) - len(information) - 3)
    return encoded == b"\x00\x01" + padding + b"\x00" + information or original(encoded, bits, message)


@faulty(
    "signatures.rsa-pss/mask-by-sha-1",
    "signatures.rsa-pss",
    "Makes the mask with SHA-1, the default of MGF1.",
    rsa_pss,
    "mask_of",
)
def _(original, seed, length):
    blocks = [hashlib.sha1(seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-length // 20))]
    return b"".join(blocks)[:length]


@faulty(
    "signatures.rsa-pss/shorter-signatures",
    "signatures.rsa-pss",
    "Takes a signature as a number, also without its leading zeros.",
    rsa_pss,
    "length_is_right",
)
def _(original, signature, modulus):
    return len(signature) <= modulus.bit_length() // 8


@faulty(
    "signatures.rsa-pss/longer-signatures",
    "signatures.rsa-pss",
    "Takes a signature as a number, also with zeros before it.",
    rsa_pss,
    "length_is_right",
)
def _(original, signature, modulus):
    return len(signature) >= modulus.bit_length() // 8


@faulty(
    "signatures.rsa-pss/beyond-the-modulus",
    "signatures.rsa-pss",
    "Takes a signature modulo the key's modulus, so that it can be written twice.",
    rsa_pss,
    "value_is_right",
)
def _(original, signature, modulus):
    return True


@faulty(
    "signatures.spki.rsa/any-exponent",
    "signatures.spki.rsa",
    "Takes keys of any exponent.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    for exponent in (3, 17, 257, 65539):
        written = rsa_pss.EXPONENT
        rsa_pss.EXPONENT = exponent
        try:
            length = exponent.bit_length() // 8 + 1
            for bits in rsa_pss.MODULUS_BITS:
                modulus = int.from_bytes(spki[-2 - length - bits // 8 : -2 - length], "big")
                if rsa_pss.modulus_is_allowed(modulus, bits) and spki == rsa_pss.write_key(modulus):
                    return modulus
        finally:
            rsa_pss.EXPONENT = written
    return original(spki)


@faulty(
    "signatures.spki.rsa/short-keys",
    "signatures.spki.rsa",
    "Takes keys of 1024 bits too.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    modulus = int.from_bytes(spki[-5 - 128 : -5], "big")
    return modulus if modulus.bit_length() == 1024 and spki == rsa_pss.write_key(modulus) else original(spki)


@faulty(
    "signatures.spki.rsa/any-length",
    "signatures.spki.rsa",
    "Takes every modulus of at least 2048 bits.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    for size in range(256, 1025):
        modulus = int.from_bytes(spki[-5 - size : -5], "big")
        if modulus.bit_length() > 8 * size - 8 and modulus % 2 and spki == rsa_pss.write_key(modulus):
            return modulus
    return original(spki)


@faulty(
    "signatures.spki.rsa/even-modulus",
    "signatures.spki.rsa",
    "Does not look whether the modulus is odd.",
    rsa_pss,
    "modulus_is_allowed",
)
def _(original, modulus, bits):
    return modulus.bit_length() == bits


@faulty(
    "signatures.spki.rsa/pss-identifier",
    "signatures.spki.rsa",
    "Takes keys that name RSASSA-PSS instead of rsaEncryption.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    at = spki.find(bytes.fromhex("06092a864886f70d01010a"))
    if at < 0:
        return original(spki)
    key = spki[spki.find(b"\x03\x82", at) :]
    return original(rsa_pss.der(0x30, rsa_pss.RSA_ENCRYPTION + key))


@faulty(
    "signatures.spki.rsa/parameters-left-out",
    "signatures.spki.rsa",
    "Takes keys without the parameters NULL.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    without = bytes.fromhex("300b06092a864886f70d010101")
    if without not in spki[:20]:
        return original(spki)
    key = spki[spki.find(without) + len(without) :]
    return original(rsa_pss.der(0x30, rsa_pss.RSA_ENCRYPTION + key))


@faulty(
    "signatures.spki.rsa/bytes-behind",
    "signatures.spki.rsa",
    "Reads the structure and does not look whether anything follows it.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    if spki[:2] == b"\x30\x82":
        return original(spki[: 4 + int.from_bytes(spki[2:4], "big")])
    return original(spki)


@faulty(
    "signatures.spki.rsa/bare-key",
    "signatures.spki.rsa",
    "Takes the RSAPublicKey alone, as the older format of key files has it.",
    rsa_pss,
    "read_key",
)
def _(original, spki):
    return original(rsa_pss.der(0x30, rsa_pss.RSA_ENCRYPTION + rsa_pss.der(0x03, b"\x00" + spki))) or original(spki)



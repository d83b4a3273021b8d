"""The three algorithms against public test data, keys, and the verdicts of verify_signature."""

import json
import unittest

from fayger_check import ecdsa_p256, ed25519, rsa_pss, signatures
from support import SPKI, ask, external, sign

STEPS = {6: 2, 7: 2, 10: 3, 11: 3, 8: 4, 9: 4, 0: 5, 1: 5, 2: 5, 4: 7, 5: 7}
MODULUS = (1 << 2047) + 1


def data_of(test, name):
    """The public test data, or the test is skipped with a word on what is left out."""
    file = external(name)
    if file is None:
        test.skipTest("no public test data at " + name + ": all its cases are left out")
    return json.loads(file.read_text(encoding="utf-8"))


class PublicData(unittest.TestCase):
    def test_ed25519_speccheck(self):
        cases = data_of(self, "ed25519-speccheck/cases.json")
        self.assertEqual(len(cases), 12)
        for number, case in enumerate(cases):
            key, message, signature = (bytes.fromhex(case[name]) for name in ("pub_key", "message", "signature"))
            self.assertEqual(ed25519.verify(key, message, signature), number == 3, number)
            self.assertEqual(self.step_that_fails(key, message, signature), STEPS.get(number), number)

    @staticmethod
    def step_that_fails(key, message, signature):
        scalar = int.from_bytes(signature[32:], "little")
        a, r = ed25519.decode_point(key), ed25519.decode_point(signature[:32])
        if not ed25519.scalar_is_canonical(scalar):
            return 2
        if a is None or r is None:
            return 3 if a is None else 4
        if ed25519.has_small_order(a) or ed25519.has_small_order(r):
            return 5
        return None if ed25519.verify(key, message, signature) else 7

    def wycheproof(self, name, algorithm, expected):
        data = data_of(self, "wycheproof/" + name)
        count = 0
        for group in data["testGroups"]:
            key = bytes.fromhex(group["publicKeyDer"])
            self.assertTrue(signatures.key_is_valid(algorithm, key))
            for case in group["tests"]:
                message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
                found = signatures.verify(algorithm, key, message, signature)
                self.assertEqual(found, case["result"] == "valid" and expected(signature), case["tcId"])
                count += 1
        self.assertEqual(count, data["numberOfTests"])

    def test_wycheproof_ed25519(self):
        self.wycheproof("ed25519_test.json", "ed25519", lambda signature: True)

    def test_wycheproof_ecdsa(self):
        """Valid there and refused here: an s in the upper half, and nothing else."""
        low = lambda signature: int.from_bytes(signature[32:], "big") <= ecdsa_p256.N // 2  # noqa: E731
        self.wycheproof("ecdsa_secp256r1_sha256_p1363_test.json", "ecdsa-p256", low)

    def test_wycheproof_rsa_pss(self):
        self.wycheproof("rsa_pss_2048_sha256_mgf1_32_test.json", "rsa-pss-sha256", lambda signature: True)


class Keys(unittest.TestCase):
    def test_ed25519(self):
        self.assertTrue(signatures.key_is_valid("ed25519", SPKI))
        for wrong in (SPKI[:-1], SPKI + b"\x00", b"\x31" + SPKI[1:]):
            self.assertFalse(signatures.key_is_valid("ed25519", wrong))

    def test_ecdsa(self):
        x, y = ecdsa_p256.BASE
        for point, valid in (((x, y), True), ((x, ecdsa_p256.P - y), True), ((x, y ^ 1), False), ((0, 0), False)):
            key = ecdsa_p256.SPKI_PREFIX + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")
            self.assertEqual(signatures.key_is_valid("ecdsa-p256", key), valid)
        root = pow(ecdsa_p256.B, (ecdsa_p256.P + 1) // 4, ecdsa_p256.P)
        for first, valid in ((0, True), (ecdsa_p256.P, False)):
            key = ecdsa_p256.SPKI_PREFIX + first.to_bytes(32, "big") + root.to_bytes(32, "big")
            self.assertEqual(signatures.key_is_valid("ecdsa-p256", key), valid)

    def test_rsa(self):
        for bits in rsa_pss.MODULUS_BITS:
            key = rsa_pss.write_key((1 << bits - 1) + 1)
            self.assertEqual(rsa_pss.read_key(key), (1 << bits - 1) + 1)
        key = rsa_pss.write_key(MODULUS)
        self.assertTrue(key.hex().startswith("30820122300d06092a864886f70d01010105000382010f003082010a0282010100"))
        wrong = [
            rsa_pss.write_key(MODULUS - 1),
            rsa_pss.write_key((1 << 1023) + 1),
            rsa_pss.write_key((1 << 2046) + 1),
            key[:-1] + b"\x03",
            key + b"\x00",
            key[:-5],
            b"",
        ]
        for each in wrong:
            self.assertFalse(signatures.key_is_valid("rsa-pss-sha256", each))


class Operation(unittest.TestCase):
    MESSAGE = b"what is signed"

    def verify(self, algorithm="ed25519", key=SPKI, signature=None):
        signature = sign(self.MESSAGE) if signature is None else signature
        return ask("verify_signature", algorithm=algorithm, key=key, message=self.MESSAGE, signature=signature)

    def test_verdicts(self):
        self.assertEqual(self.verify(), {"verdict": "accept", "result": {}})
        for answer, code, reason in (
            (self.verify(signature=bytes(64)), "LDR_SIGNATURE_FAIL", "InvalidSignature"),
            (self.verify(signature=sign(self.MESSAGE) + b"\x00"), "LDR_SIGNATURE_FAIL", "InvalidSignature"),
            (self.verify(key=SPKI[:-1]), "LDR_TRUST_STORE_INVALID", "public_key_invalid"),
            (self.verify(algorithm="ecdsa-p256"), "LDR_TRUST_STORE_INVALID", "public_key_invalid"),
            (self.verify(algorithm="rot13"), "LDR_SIGNATURE_FAIL", "UnsupportedAlgorithm"),
        ):
            self.assertEqual((answer["code"], answer["context"]["reason"]), (code, reason))

    def test_a_key_that_is_no_point_makes_the_signature_wrong(self):
        answer = self.verify(key=SPKI[:12] + b"\xff" * 32)
        self.assertEqual(answer["context"]["reason"], "InvalidSignature")

    def test_answers_are_remembered(self):
        self.verify(signature=b"\x07" * 64)
        before = signatures.verify.cache_info().hits
        self.verify(signature=b"\x07" * 64)
        self.assertEqual(signatures.verify.cache_info().hits, before + 1)


class Globs(unittest.TestCase):
    def test_globs(self):
        cases = [
            ("a/b", "a/b", True), ("a", "a/b", False), ("*", "abc", True), ("*", "a/b", False), ("**", "a/b", True),
            ("a/*", "a/b", True), ("a/*", "a/b/c", False), ("a/**", "a/b/c", True), ("a/**", "a", False),
            ("a*", "a", True), ("a**b", "ab", True), ("**/c", "a/b/c", True), ("a.c", "abc", False), ("", "a", False),
            ("*" * 40 + "b", "a" * 100, False), ("a*b*c", "axbxc", True), ("***", "a/b", True), ("[a]", "a", False),
        ]
        for glob, name, expected in cases:
            self.assertEqual(signatures.glob_matches(glob, name), expected, (glob, name))


if __name__ == "__main__":
    unittest.main()

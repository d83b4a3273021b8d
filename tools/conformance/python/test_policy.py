"""What a host decides: versions, sections for a terminal, trusted keys, capabilities; and JSON documents."""

import hashlib
import unittest

from fayger_check import tables
from support import SPKI, ask, cbor, entry, store


class Quotas(unittest.TestCase):
    """@spec quotas.effective, quotas.implied, quotas.grant"""

    def asked(self, manifest, host, *grants):
        log = [{"do": "grant", "quota": name, "value": value} for name, value in grants]
        return ask("effective_quotas", quotas=manifest, host_quotas=host, log=log)["result"]

    def test_the_lower_holds(self):
        held = self.asked({"fuel": 5, "wall_ms": 0, "open_calls": 9}, {"fuel": 3, "wall_ms": 7, "open_handles": 1})
        self.assertEqual(held["effective"], {"fuel": 3, "wall_ms": 0, "open_calls": 9})

    def test_what_is_needed(self):
        self.assertEqual(self.asked({"fuel": 5}, {"wall_ms": 1, "fuel": 1})["implied"], ["fuel", "stop_anywhere"])
        self.assertEqual(self.asked({"open_calls": 5}, {})["implied"], [])

    def test_a_grant_replaces(self):
        held = self.asked({"fuel": 5}, {"fuel": 3}, ("fuel", 9), ("fuel", 7), ("reply_bytes", 0))
        self.assertEqual(held["effective"], {"fuel": 7, "reply_bytes": 0})


class Versions(unittest.TestCase):
    def matches(self, wanted, version):
        return ask("match_version", range=wanted, version=version)["result"]["matches"]

    def test_comparators(self):
        cases = [
            ("=1.2.3", "1.2.3", True), ("=1.2.3", "1.2.3+build-7", True), (">1.2.3", "1.2.4", True),
            (">1.2.3", "1.2.3", False), ("<=1.2.3", "1.2.3", True), ("<1.10.0", "1.9.0", True),
            (">=1.0.0 <2.0.0", "1.5.0", True), (">=1.0.0 <2.0.0", "2.0.0", False),
            ("^1.2.3", "1.9.0", True), ("^1.2.3", "2.0.0", False), ("^1.2.3", "1.2.2", False),
            ("^0.2.3", "0.2.9", True), ("^0.2.3", "0.3.0", False), ("^0.0.3", "0.0.3", True),
            ("^0.0.3", "0.0.4", False), ("^0.0.0", "0.0.0", True), ("^0.0.0", "0.0.1", False),
            ("~1.2.3", "1.2.9", True), ("~1.2.3", "1.3.0", False), ("~0.0.3", "0.0.9", True),
            (">=1.0.0-a", "1.0.0-b", True), (">=1.0.0-a", "1.0.1-b", False), (">=1.0.0", "2.0.0-a", False),
            ("<2.0.0", "2.0.0-a", True), ("^1.0.0-b", "1.0.0-a", False), ("=1.0.0", "1.0.0-a", False),
            (">%d.0.0" % 10**30, "%d.0.0" % (10**30 + 1), True),
        ]
        for wanted, version, expected in cases:
            self.assertEqual(self.matches(wanted, version), expected, (wanted, version))

    def test_precedence_of_the_semver_text(self):
        order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
                 "1.0.0-rc.1", "1.0.0"]
        for number, version in enumerate(order):
            for other, bound in enumerate(order):
                self.assertEqual(self.matches("<" + bound, version), number < other)

    def test_malformed(self):
        for wanted, version in (("1.2.3", "1.0.0"), ("^1.2", "1.0.0"), (">=1.0.0  <2.0.0", "1.0.0"), ("=1.0.0", "1.0")):
            answer = ask("match_version", range=wanted, version=version)
            self.assertEqual((answer["code"], answer["context"]["reason"]), ("CODEC", "pattern_mismatch"))
        self.assertEqual(ask("match_version", range="=%d.0.0" % 10**4000, version="1.0.0")["result"]["matches"], False)

    def test_negotiation(self):
        cases = [("1.0", "1.0.0", "1.0.0", None), ("1.9", "1.2.3", "1.3.0", None),
                 ("2.0", "9.0.0", "1.0.0", "LDR_SCHEMA_VERSION_UNSUPPORTED"),
                 ("1.0", "1.0.1", "1.0.0", "LDR_RUNTIME_INTERFACE_UNSUPPORTED"),
                 ("1.0", "1.9.0", "2.0.0", "LDR_RUNTIME_INTERFACE_UNSUPPORTED")]
        for schema, needed, offered, code in cases:
            inputs = {"schema_version": schema, "runtime_interface_min": needed, "runtime_interface": offered}
            answer = ask("negotiate_version", **inputs)
            self.assertEqual(answer.get("code"), code)


class Selection(unittest.TestCase):
    def select(self, entries, **profile):
        asked = dict({"terminal": "server", "capabilities": [], "features": []}, **profile)
        return ask("select", bytes=cbor(entries), profile=asked)

    def reasons(self, entries, **profile):
        return {each["section"]: each["reason"] for each in self.select(entries, **profile)["result"]["skipped"]}

    def test_constraints(self):
        entries = [
            entry("a", terminals=["browser", "server"]),
            entry("b", terminals=["browser"], capabilities=["fs.read"]),
            entry("c", capabilities=["fs.read", "fs.write"], features=["x"]),
            entry("d", features=["x"], min_memory_bytes=9),
            entry("e", min_memory_bytes=9),
            entry("f"),
        ]
        found = {"b": "terminal", "c": "capabilities", "d": "features", "e": "memory"}
        self.assertEqual(self.reasons(entries, memory_bytes=8), found)
        found = {"b": "terminal", "c": "features", "d": "features"}
        self.assertEqual(self.reasons(entries, capabilities=["fs.read", "fs.write"]), found)
        self.assertEqual(self.select(entries)["result"]["selected"], ["a", "e", "f"])

    def test_an_unknown_constraint_never_matches(self):
        answer = ask("select", bytes=cbor([entry("a", later=1)]), schema_version="1.1",
                     profile={"terminal": "server", "capabilities": [], "features": []})
        self.assertEqual(answer["result"]["skipped"], [{"section": "a", "reason": "unknown_constraint"}])

    def test_budgets(self):
        sized = [entry("a", visibility=1), entry("b", visibility=1), entry("c"), entry("d", visibility=1)]
        for number, length in enumerate((6, 5, 5, 4)):
            sized[number][3] = length
        self.assertEqual(self.reasons(sized, max_total_bytes=10), {"a": "max_total_bytes", "d": "max_total_bytes"})
        self.assertEqual(self.reasons(sized, max_section_bytes=5), {"a": "max_section_bytes"})
        refused = self.select(sized, max_total_bytes=4)
        self.assertEqual(refused["context"], {
            "phase": "select", "section_id": "c", "length": 5, "budget": "max_total_bytes", "available": 4})
        self.assertEqual(self.select(sized, max_section_bytes=4)["context"]["budget"], "max_section_bytes")

    def test_an_index_that_is_none(self):
        self.assertEqual(self.select([1])["context"], {"reason": "wrong_type", "path": "$[0]", "offset": 1})


class Profiles(unittest.TestCase):
    def path_of(self, profile):
        answer = ask("select", bytes=b"\x80", profile=profile)
        return answer["context"]["path"] if answer["verdict"] == "reject" else None

    def test_faults(self):
        right = {"terminal": "t", "capabilities": [], "features": ["a"], "memory_bytes": 5.0}
        cases = [
            (right, None), (None, "$"), ([], "$"), (dict(right, terminal=""), "$.terminal"),
            (dict(right, terminal="\ud800" * 22), "$.terminal"), (dict(right, terminal="\ud800" * 21), None),
            (dict(right, memory_bytes=1.5), "$.memory_bytes"), (dict(right, memory_bytes=2**53), "$.memory_bytes"),
            (dict(right, memory_bytes=True), "$.memory_bytes"), (dict(right, memory_bytes=10**400), "$.memory_bytes"),
            (dict(right, features=["a", 1]), "$.features[1]"), (dict(right, z=1, y=1), "$.y"),
            (dict(right, memory_bytes=None), "$.memory_bytes"), (dict(right, **{"a b": 1}), "$['a b']"),
            ({"memory_bytes": -1, "terminal": "t"}, "$.capabilities"),
        ]
        for profile, path in cases:
            self.assertEqual(self.path_of(profile), path, profile)


class TrustStores(unittest.TestCase):
    KEY = hashlib.sha256(SPKI).digest()

    def key(self, number=0, **more):
        spki = SPKI[:-1] + bytes([SPKI[-1] ^ number])
        return dict({"key_id": hashlib.sha256(spki).digest(), "algorithm": "ed25519", "public_key": spki}, **more)

    def stored(self, version, *keys):
        return store(version, keys=sorted(keys, key=lambda key: key["key_id"]))

    def update(self, data, installed=None):
        return ask("update_trust_store", bytes=data, **({"installed": installed} if installed else {}))

    def test_the_first_one_adds_all_its_keys(self):
        answer = self.update(store())
        nothing = {"removed": [], "revoked": [], "altered": []}
        self.assertEqual(answer["result"], dict(nothing, changed=True, added=[self.KEY.hex()]))
        self.assertEqual(answer["effects"]["events"], ["security.trusted_roots_updated"])

    def test_changes(self):
        before = self.stored(1, self.key(0), self.key(1), self.key(2, revoked_at=1), self.key(3))
        after = self.stored(2, self.key(0, revoked_at=5, label="x"), self.key(1, label="x"), self.key(2), self.key(4))
        result = self.update(after, before)["result"]
        self.assertEqual(result["added"], [self.key(4)["key_id"].hex()])
        self.assertEqual(result["removed"], [self.key(3)["key_id"].hex()])
        self.assertEqual(result["revoked"], [self.key(0)["key_id"].hex()])
        self.assertEqual(result["altered"], sorted([self.key(1)["key_id"].hex(), self.key(2)["key_id"].hex()]))

    def test_rollback(self):
        self.assertEqual(self.update(store(2), store(2))["result"]["changed"], False)
        for data in (store(1), store(2, label="x")):
            answer = self.update(data, store(2))
            self.assertEqual(answer["code"], "LDR_TRUST_STORE_ROLLBACK")
            self.assertEqual(answer["effects"]["events"], ["security.trust_store_refused"])

    def test_invalid(self):
        cases = [
            (store(keys=[self.key(key_id=bytes(32), algorithm="x")]), "key_id_mismatch", "$.keys[0].key_id"),
            (store(keys=[self.key(algorithm="x")]), "algorithm_unknown", "$.keys[0].algorithm"),
            (store(keys=[self.key(algorithm="ecdsa-p256")]), "public_key_invalid", "$.keys[0].public_key"),
            (store(scope=["b", "a"]), "item_order", "$.keys[0].scope[1]"),
            (store(keys=[self.key(), self.key()]), "item_order", "$.keys[1].key_id"),
        ]
        for data, reason, path in cases:
            answer = self.update(data)
            self.assertEqual(answer["code"], "LDR_TRUST_STORE_INVALID")
            self.assertEqual((answer["context"]["reason"], answer["context"]["path"]), (reason, path))
            self.assertNotIn("phase", answer["context"])


class Capabilities(unittest.TestCase):
    def test_the_algebra(self):
        answer = ask(
            "negotiate_capabilities",
            required=["fs.read"],
            optional=["fs.write", "net.http"],
            available=["fs.write", "fs.read", "ui.dom"],
            policy=["fs.read", "fs.write", "net.http"],
            restricted=["fs.read", "ui.dom"],
        )
        expected = {"granted": ["fs.read", "fs.write"], "denied": ["net.http"], "warnings": ["fs.read"]}
        self.assertEqual(answer["result"], expected)

    def test_missing(self):
        offered = {"available": ["a", "fs.read"], "policy": ["a", "fs.read"]}
        answer = ask("negotiate_capabilities", required=["b", "a", "fs.read"], optional=[], **offered)
        self.assertEqual((answer["code"], answer["context"]["missing"]), ("RT_CAPABILITY_INSUFFICIENT", ["a", "b"]))

    def test_every_subset_of_three_names(self):
        names = ["fs.read", "fs.write", "io.stdio"]
        self.assertLessEqual(set(names), set(tables.by("capabilities", "name")))
        subsets = [[name for bit, name in enumerate(names) if mask >> bit & 1] for mask in range(8)]
        for optional in subsets:
            for available in subsets:
                for policy in subsets:
                    inputs = {"optional": optional, "available": available, "policy": policy}
                    result = ask("negotiate_capabilities", required=[], **inputs)["result"]
                    granted = [name for name in names if name in optional and name in available and name in policy]
                    self.assertEqual(result["granted"], granted)
                    self.assertEqual(result["denied"], [name for name in optional if name not in granted])


if __name__ == "__main__":
    unittest.main()

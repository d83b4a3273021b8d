"""The load chain: the order of its checks, each of them, reads, access, trust, and no input without a verdict."""

import random
import re
import unittest

from fayger_check import artifact, load, tables
from support import ask, bodies_start, cbor, entry, example, manifest, pack, pack_signed, parts, sealed, store, to_item

MINIMAL = example("minimal")
BODY = MINIMAL[317:365]
TRUSTING = {"enforce_signature": False}


def loaded(data, **more):
    return ask("load", bytes=data, **dict(TRUSTING, **more))


def refusal(data, **more):
    answer = loaded(data, **more)
    return answer["code"], answer["context"]


def packed(sections, **changes):
    return pack(manifest(**changes), sections)


def main_and(*more):
    """Sections: `main`, and those given as (id, body, keywords of entry); ascending."""
    sections = [(entry("main", 1), BODY)] + [(entry(name, **words), body) for name, body, words in more]
    return sorted(sections, key=lambda section: section[0][0].encode())


def with_header(data, offset, value):
    """Other bytes in the header, and the checksum right."""
    header, manifest_bytes, index_bytes = parts(data)
    header = header[:offset] + value + header[offset + len(value) :]
    return sealed(data, header, manifest_bytes, index_bytes)


def with_index(data, entries):
    """Another index of the same length, pinned by the manifest."""
    header, manifest_bytes, index_bytes = parts(data)
    made = cbor(entries)
    assert len(made) == len(index_bytes)
    pinned = manifest_bytes.replace(artifact.digest(index_bytes), artifact.digest(made))
    return sealed(data, header, pinned, made)


class Order(unittest.TestCase):
    def test_checks_are_those_of_the_table_in_its_order(self):
        """All but the last: the assembly is resolved by the composition root, which is still to come."""
        steps = [(phase, step) for phase, steps in load.phases() for step in steps]
        found = [
            (int(re.match(r"Check (\d+)", step.__doc__).group(1)), phase)
            for phase, step in steps
            if step.__name__.startswith("check_")
        ]
        rows = [(row["position"], row["phase"]) for row in tables.rows("loader-checks")]
        self.assertEqual(found, rows[:-1])
        self.assertEqual([phase for phase, _ in load.phases()], tables.names("loader-phases"))

    def test_the_earlier_of_two_faults_is_the_verdict(self):
        wrong_length = sealed(MINIMAL, *parts(MINIMAL))[:-44] + bytes(8) + MINIMAL[-36:]
        self.assertEqual(refusal(wrong_length)[0], "LDR_CRC_MISMATCH")
        both = with_header(with_header(MINIMAL, 11, b"\x02"), 15, b"\x01")
        self.assertEqual(refusal(both)[1]["reason"], "flags")


class Head(unittest.TestCase):
    def test_format_version(self):
        for data, required in (("4255460001", "?.?"), ("425546000002", "2.?"), ("4255460000010001", "1.1")):
            code, context = refusal(bytes.fromhex(data))
            self.assertEqual((code, context["required"]), ("LDR_FORMAT_VERSION_UNSUPPORTED", required))

    def test_magic(self):
        expected = {"phase": "read_head", "offset": 0, "expected": "42554600", "found": "00"}
        self.assertEqual(refusal(b"\x00")[1], expected)

    def test_truncated(self):
        self.assertEqual(refusal(b"")[1], {"phase": "read_head", "offset": 0, "expected": 92, "available": 0})
        longer = MINIMAL[:24] + (300).to_bytes(8, "big") + MINIMAL[32:]
        self.assertEqual(refusal(longer)[1]["expected"], 92 + 300 + 47)

    def test_limits(self):
        code, context = refusal(MINIMAL, limits={"manifest_bytes": 221})
        self.assertEqual(code, "LDR_LIMIT_EXCEEDED")
        self.assertEqual(context, {
            "phase": "read_head", "limit": "manifest_bytes", "maximum": 221, "found": 222, "offset": 24})
        self.assertEqual(refusal(MINIMAL, limits={"index_bytes": 46})[1]["offset"], 40)
        self.assertEqual(refusal(MINIMAL, limits={"sections": 0})[1]["offset"], 270)
        self.assertEqual(refusal(MINIMAL, limits={"section_bytes": 47})[1]["offset"], 279)
        self.assertEqual(loaded(MINIMAL, limits={"manifest_bytes": 222, "sections": 1})["verdict"], "accept")
        self.assertEqual(refusal(MINIMAL[:24] + b"\xff" * 8 + MINIMAL[32:])[1]["found"], 2**53 - 1)


class Structure(unittest.TestCase):
    def reason(self, data):
        code, context = refusal(data)
        self.assertEqual(code, "LDR_STRUCTURE_INVALID")
        return context["reason"], context["offset"]

    def test_header(self):
        self.assertEqual(self.reason(with_header(MINIMAL, 8, b"\x80")), ("flags", 8))
        self.assertEqual(self.reason(with_header(MINIMAL, 12, b"\x01")), ("reserved", 12))
        self.assertEqual(self.reason(with_header(MINIMAL, 23, b"\x31")), ("manifest_offset", 16))
        self.assertEqual(self.reason(with_header(MINIMAL, 39, b"\x00")), ("section_index_offset", 32))
        self.assertEqual(self.reason(with_header(MINIMAL, 11, b"\x01")), ("signed_flag", 8))

    def test_ends(self):
        self.assertEqual(self.reason(MINIMAL + b"\x00"), ("computed_end", 409))
        head = MINIMAL[:365]
        trailer = (408).to_bytes(8, "big") + MINIMAL[-36:-4]
        checksum = artifact.head_checksum(*parts(MINIMAL), trailer)
        self.assertEqual(self.reason(head + trailer + checksum.to_bytes(4, "big")), ("total_length", 365))

    def test_section_offset(self):
        data = packed(main_and(("z", b"zz", {})))
        entries = [entry("main", 1), entry("z")]
        entries[0][3:5], entries[1][2:5] = [48, artifact.digest(BODY)], [49, 2, artifact.digest(b"zz")]
        broken = with_index(data, entries)
        code, context = refusal(broken)
        self.assertEqual(code, "LDR_STRUCTURE_INVALID")
        self.assertEqual((context["reason"], context["section_id"]), ("section_offset", "z"))
        self.assertEqual(broken[context["offset"] : context["offset"] + 2], cbor(49))

    def test_assembly(self):
        for sections in (main_and(), main_and(("plan", b"", {"kind": 2}))):
            code, context = refusal(packed(sections, assembly="plan"))
            self.assertEqual((context["reason"], context["section_id"]), ("assembly", "plan"))
        self.assertEqual(loaded(packed(main_and(("plan", b"", {"kind": 5})), assembly="plan"))["verdict"], "accept")


class Digests(unittest.TestCase):
    def test_manifest(self):
        data = MINIMAL[:-36] + bytes(32)
        checksum = artifact.head_checksum(*parts(MINIMAL), data[-40:])
        code, context = refusal(data + checksum.to_bytes(4, "big"))
        self.assertEqual((code, context["part"], context["offset"]), ("LDR_DIGEST_MISMATCH", "manifest", 48))

    def test_index(self):
        header, manifest_bytes, index_bytes = parts(MINIMAL)
        data = sealed(MINIMAL, header, manifest_bytes, index_bytes.replace(b"main", b"mane"))
        self.assertEqual(refusal(data)[1]["part"], "section_index")

    def test_expected(self):
        digest = artifact.digest(parts(MINIMAL)[1])
        self.assertEqual(loaded(MINIMAL, expected_manifest_digest=digest)["verdict"], "accept")
        self.assertEqual(refusal(MINIMAL, expected_manifest_digest=bytes(32))[1]["part"], "expected_manifest")

    def test_body(self):
        data = MINIMAL[:364] + b"\xff" + MINIMAL[365:]
        code, context = refusal(data)
        self.assertEqual((context["phase"], context["part"]), ("read_sections", "section"))
        self.assertEqual((context["section_id"], context["offset"]), ("main", 317))
        self.assertEqual(loaded(data, strategy="lazy")["verdict"], "accept")
        self.assertEqual(refusal(data, strategy="lazy", access=["main"]), (code, context))


class Signatures(unittest.TestCase):
    DATA = pack_signed(manifest(), main_and())

    def decision(self, data=None, enforce=True, **more):
        answer = ask("load", bytes=data or self.DATA, enforce_signature=enforce, **more)
        return answer["result"]["trust_level"] if answer["verdict"] == "accept" else answer["context"]["reason"]

    def test_decision_table(self):
        other = pack_signed(manifest(), main_and(), algorithm="rot13")
        broken = pack_signed(manifest(), main_and(), algorithm="ecdsa-p256")
        for enforce in (True, False):
            self.assertEqual(self.decision(other, enforce, trust_store=store()), "UnsupportedAlgorithm")
            self.assertEqual(self.decision(broken, enforce, trust_store=store()), "AlgorithmMismatch")
            self.assertEqual(self.decision(None, enforce, trust_store=store(revoked_at=7), now=7), "RevokedKey")
            self.assertEqual(self.decision(None, enforce, trust_store=store(revoked_at=8), now=7), "verified")
            self.assertEqual(self.decision(None, enforce, trust_store=store(not_before=8), now=7), "KeyNotValid")
            self.assertEqual(self.decision(None, enforce, trust_store=store(not_after=7), now=7), "KeyNotValid")
            self.assertEqual(self.decision(None, enforce, trust_store=store(not_after=8), now=7), "verified")
            self.assertEqual(self.decision(None, enforce, trust_store=store(scope=["other/*"])), "KeyOutOfScope")
            self.assertEqual(self.decision(None, enforce, trust_store=store(scope=["example/*"])), "verified")
            self.assertEqual(self.decision(self.badly_signed(), enforce, trust_store=store()), "InvalidSignature")
        self.assertEqual(self.decision(MINIMAL, True), "MissingSignature")
        self.assertEqual(self.decision(MINIMAL, False), "unsigned")
        self.assertEqual(self.decision(None, True), "UntrustedKey")
        self.assertEqual(self.decision(None, False), "unverified")

    def badly_signed(self):
        """Another name, with everything but the signature repaired."""
        header, manifest_bytes, index_bytes = parts(self.DATA)
        return sealed(self.DATA, header, manifest_bytes.replace(b"minimal", b"maximal"), index_bytes)

    def test_the_clock_is_never_earlier_than_the_store(self):
        self.assertEqual(self.decision(trust_store=store(issued_at=9, revoked_at=9), now=7), "RevokedKey")

    def test_context(self):
        answer = ask("load", bytes=self.DATA, trust_store=store(label="ours", revoked_at=0))
        self.assertEqual(sorted(answer["context"]), ["algorithm", "key_id", "label", "phase", "reason"])

    def test_a_head_of_24_members_shrinks(self):
        data = pack_signed(manifest(schema_version=[1, 1], **{"x%02d" % n: n for n in range(15)}), main_and())
        self.assertEqual(parts(data)[1][:2], b"\xb8\x18")
        self.assertEqual(self.decision(data, trust_store=store()), "verified")


class LaterPhases(unittest.TestCase):
    def test_another_major_is_refused_only_here(self):
        data = packed(main_and(), schema_version=[2, 0], assembly="nothing")
        code, context = refusal(data)
        self.assertEqual(code, "LDR_SCHEMA_VERSION_UNSUPPORTED")
        self.assertEqual(context, {
            "phase": "negotiate_version", "required": "2.0", "available": "1.0", "expected_range": "1.x"})

    def test_runtime_interface(self):
        code, context = refusal(packed(main_and(), runtime_interface_min=[1, 0, 1]))
        self.assertEqual(code, "LDR_RUNTIME_INTERFACE_UNSUPPORTED")
        self.assertEqual((context["required"], context["expected_range"]), ("1.0.1", ">=1.0.0 <=1.0.0"))

    def test_entry(self):
        for name, reason in (("other", "missing"), ("data", "not_code"), ("far", "not_selected")):
            sections = main_and(("data", b"", {"kind": 2}), ("far", b"", {"kind": 1, "terminals": ["browser"]}))
            code, context = refusal(packed(sections, entry={"section": name, "symbol": "run"}))
            self.assertEqual((code, context["section_id"], context["reason"]), ("LDR_ENTRY_UNRESOLVED", name, reason))

    def test_dependencies(self):
        data = packed(main_and(), dependencies=[{"name": "db", "version_range": "^1.2.0"}])
        offers = [{"name": "db", "version": "1.1.0"}, {"name": "other", "version": "1.2.0"}]
        code, context = refusal(data, offers=offers)
        self.assertEqual(code, "LDR_DEPENDENCY_UNRESOLVED")
        self.assertEqual(context["available"], ["1.1.0"])
        self.assertEqual(loaded(data, offers=offers + [{"name": "db", "version": "1.3.0"}])["verdict"], "accept")

    def test_access(self):
        data = packed(main_and(("far", b"x", {"terminals": ["browser"]}), ("zero", b"", {})))
        for strategy in ("eager", "lazy"):
            answer = loaded(data, strategy=strategy, access=["zero", "main", "zero"])
            self.assertEqual(answer["result"]["bodies"][0], artifact.digest(b"").hex())
            for name, reason in (("far", "terminal"), ("nothing", "missing")):
                code, context = refusal(data, strategy=strategy, access=[name])
                self.assertEqual(context, {"phase": "read_sections", "section_id": name, "reason": reason})

    def test_profile(self):
        answer = ask("load", bytes=MINIMAL, profile={"terminal": "server"})
        self.assertEqual((answer["code"], answer["context"]["path"]), ("LDR_PROFILE_INVALID", "$.capabilities"))
        self.assertEqual(answer["effects"]["reads"], [])

    def test_events(self):
        far, plan = {"terminals": ["browser"]}, {"kind": 5, "features": ["x"]}
        data = packed(main_and(("far", b"x", far), ("plan", b"", plan)), deprecation_notice="old", assembly="plan")
        events = loaded(data)["effects"]["events"]
        self.assertEqual(events.count("load.phase_started"), 10)
        self.assertEqual(events.count("load.section_skipped"), 2)
        for name in ("load.deprecated", "load.assembly_unselected", "security.signature_skipped"):
            self.assertEqual(events.count(name), 1)
        self.assertEqual(loaded(MINIMAL[:50])["effects"]["events"][-1], "load.phase_failed")


class Reads(unittest.TestCase):
    def reads(self, data, **more):
        return [(each["offset"], each["length"]) for each in loaded(data, **more)["effects"]["reads"]]

    def test_a_small_artifact_is_one_read(self):
        self.assertEqual(self.reads(MINIMAL), [(0, len(MINIMAL))])

    def test_a_large_one_is_front_and_trailer_and_joined_bodies(self):
        bodies = [bytes([number]) * 20000 for number in range(4)]
        sections = main_and(*[("s%d" % n, body, {}) for n, body in enumerate(bodies)])
        sections[2][0][6] = {"terminals": ["browser"]}
        data = packed(sections)
        start = bodies_start(data) + 48
        reads = self.reads(data)
        self.assertEqual(reads[:2], [(0, 16384), (len(data) - 44, 44)])
        self.assertEqual(reads[2:], [(16384, start + 20000 - 16384), (start + 40000, 40000)])
        self.assertEqual(len(self.reads(data, strategy="lazy")), 2)
        self.assertEqual(self.reads(data, strategy="lazy", access=["s3", "main", "s3"])[2:], [(start + 60000, 20000)])

    def test_a_long_head_is_a_third_read(self):
        data = packed(main_and(), annotations={"a": "a" * 20000})
        length = bodies_start(data)
        self.assertEqual(self.reads(data)[:3], [(0, 16384), (len(data) - 44, 44), (16384, length - 16384)])


class EveryInput(unittest.TestCase):
    """The minimal artifact with every small fault there is: none is accepted, and each has one coded error."""

    def refused(self, data):
        answer = loaded(data)
        self.assertEqual(answer["verdict"], "reject")
        self.assertIn(answer["code"], tables.by("error-codes", "code"))
        row = tables.by("error-codes", "code")[answer["code"]]
        due = {name for name, type_of_field in row["context"].items() if not type_of_field.endswith("?")}
        self.assertLessEqual(due, set(answer["context"]))
        self.assertLessEqual(set(answer["context"]), set(row["context"]))

    def test_truncations(self):
        for length in range(len(MINIMAL)):
            self.refused(MINIMAL[:length])

    def test_bits(self):
        for place in range(8 * len(MINIMAL)):
            flipped = MINIMAL[place // 8] ^ 0x80 >> place % 8
            self.refused(MINIMAL[: place // 8] + bytes([flipped]) + MINIMAL[place // 8 + 1 :])

    def test_bytes_too_many_and_too_few(self):
        for place in range(len(MINIMAL) + 1):
            self.refused(MINIMAL[:place] + b"\x00" + MINIMAL[place:])
        for place in range(len(MINIMAL)):
            self.refused(MINIMAL[:place] + MINIMAL[place + 1 :])


class RandomDocuments(unittest.TestCase):
    def test_whatever_stands_in_a_well_packed_artifact_has_a_verdict(self):
        draw = random.Random(3)
        more = {"features": ["a"], "min_memory_bytes": 5}
        profile = {"terminal": "t", "capabilities": [], "features": ["a"]}
        wholes = [
            packed(main_and(("more", b"x", more)), quotas={"fuel": 1}, annotations={"a": "b"}),
            packed(main_and(), schema_version=[1, 5], zz={"a": [{1: 2}]}),
            packed(main_and(), schema_version=[3, 0], q=7),
        ]
        found = {}
        for _ in range(1500):
            whole = draw.choice(wholes)
            data = repaired(whole, *damaged(draw, *parts(whole)))
            answer = loaded(data, profile=profile)
            found[answer.get("code", "accepted")] = answer
            if answer["verdict"] == "accept":
                self.assertEqual(ask("repack", bytes=data)["result"]["bytes"], data.hex())
            else:
                self.assertIn(answer["code"], tables.by("error-codes", "code"))
        self.assertGreater(len(found), 4)
        self.assertIn("accepted", found)


def damaged(draw, header, manifest_bytes, index_bytes):
    """One byte of the manifest or the index changed, taken out or put in."""
    both = [bytearray(manifest_bytes), bytearray(index_bytes)]
    chosen = draw.choice(both)
    place, kind = draw.randrange(len(chosen)), draw.randrange(3)
    if kind == 0:
        chosen[place] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del chosen[place]
    else:
        chosen.insert(place, draw.randrange(256))
    return bytes(both[0]), bytes(both[1])


def repaired(whole, manifest_bytes, index_bytes):
    """Lengths, the index's digest and the trailer fit again."""
    pinned = manifest_bytes.replace(artifact.digest(parts(whole)[2]), artifact.digest(index_bytes))
    places = (48, len(pinned), 48 + len(pinned), len(index_bytes))
    header = whole[:16] + b"".join(number.to_bytes(8, "big") for number in places)
    return sealed(whole, header, pinned, index_bytes)


class Repack(unittest.TestCase):
    def test_what_a_later_minor_added_is_kept(self):
        data = packed(main_and(("more", b"x", {"later": [1]})), schema_version=[1, 3], later={"a": [1]})
        self.assertEqual(ask("repack", bytes=data)["result"]["bytes"], data.hex())

    def test_another_major_is_refused(self):
        data = packed(main_and(), schema_version=[2, 0], name=[7])
        self.assertEqual(ask("repack", bytes=data)["code"], "LDR_SCHEMA_VERSION_UNSUPPORTED")

    def test_a_wrong_digest_is_refused(self):
        data = packed(main_and())
        damaged = data[:-45] + bytes([data[-45] ^ 1]) + data[-44:]
        answer = ask("repack", bytes=damaged)
        self.assertEqual((answer["code"], answer["context"]["phase"]), ("LDR_DIGEST_MISMATCH", "read_sections"))

    def test_refuses_what_a_load_refuses_by_its_structure(self):
        self.assertEqual(ask("repack", bytes=MINIMAL + b"\x00")["context"]["reason"], "computed_end")

    def test_items_are_written_in_key_order(self):
        self.assertEqual(to_item({"bb": 1, "a": 2}).members[0].value, "a")


if __name__ == "__main__":
    unittest.main()

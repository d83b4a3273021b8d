"""The worked examples of spec/chapters/examples.md, byte for byte."""

import re
import unittest

from fayger_check import artifact, ed25519, form, instructions
from support import (
    SEED, SPKI, ask, block, bodies_start, cell, entry, example, manifest, pack, pack_signed, parts, sealed, sign, store,
)

MINIMAL = example("minimal")
SIGNED = example("signed")


def at(offset, *values):
    """The minimal artifact with other bytes at a place."""
    return MINIMAL[:offset] + bytes(values) + MINIMAL[offset + len(values) :]


def longer_manifest(data, more, length):
    """Bytes behind the manifest and a ninth member promised, without any other repair."""
    header = data[:24] + length.to_bytes(8, "big") + data[32:48]
    return header + b"\xa9" + data[49:270] + more + data[270:]


def other_index(replaced, length):
    return MINIMAL[:40] + length.to_bytes(8, "big") + MINIMAL[48:270] + replaced + MINIMAL[270 + 47 :]


def resealed(data):
    """manifest_digest and crc32 are right."""
    return sealed(data, *parts(data))


SECOND_ENTRY = bytes.fromhex("87666d61696e2f61011830005820" + "00" * 32 + "01a0")
TEXT_OF_22 = b"\x76" + b"z" * 22 + b"\x00"

# The rows of the table of verdicts, in their order.
CHANGES = [
    b"",
    at(0, 0x43),
    MINIMAL[:3],
    at(5, 0x02),
    MINIMAL[:91],
    at(24, *[0xFF] * 8),
    at(48, 0xA9),
    at(164, 0xF6),
    at(164, 0x02),
    at(243, 0xA0),
    at(273, 0x4D),
    at(53, 0x66),
    at(48, 0xA7),
    longer_manifest(MINIMAL, b"\x80\x00", 224),
    longer_manifest(MINIMAL, b"\x81\xf6\x00", 225),
    longer_manifest(MINIMAL, TEXT_OF_22, 246),
    longer_manifest(at(165, 0x01), TEXT_OF_22, 246),
    at(164, 0x02)[:243] + b"\xa0" + MINIMAL[244:],
    resealed(at(164, 0x02)),
    other_index(b"\x82" + MINIMAL[271:317] + SECOND_ENTRY, 95),
    other_index(MINIMAL[270:279] + bytes.fromhex("1b0000000100000001") + MINIMAL[281:317], 54),
    MINIMAL[:-1],
    MINIMAL + b"\x00",
    at(15, 0x01),
    MINIMAL[:364] + bytes([MINIMAL[364] ^ 1]) + MINIMAL[365:],
]


def verdict_rows():
    lines = [line for line in block("verdicts").splitlines() if line.startswith("|")][2:]
    return [[part.strip().strip("`") for part in line.split("|")[1:-1]] for line in lines]


class MinimalArtifact(unittest.TestCase):
    def test_is_what_this_program_packs(self):
        body = MINIMAL[bodies_start(MINIMAL) : -44]
        self.assertEqual(pack(manifest(), [(entry("main", 1), body)]), MINIMAL)

    def test_loads(self):
        answer = ask("load", bytes=MINIMAL, enforce_signature=False, access=["main"])
        self.assertEqual(answer["verdict"], "accept")
        self.assertEqual(answer["result"]["selected"], ["main"])
        self.assertEqual(answer["result"]["skipped"], [])
        self.assertEqual(answer["result"]["trust_level"], "unsigned")
        self.assertEqual(answer["result"]["bodies"], [artifact.digest(MINIMAL[317:365]).hex()])

    def test_is_refused_where_signatures_are_enforced(self):
        answer = ask("load", bytes=MINIMAL)
        self.assertEqual(answer["code"], "LDR_SIGNATURE_FAIL")
        self.assertEqual(answer["context"], {"phase": "verify_signature", "reason": "MissingSignature"})

    def test_comes_back_from_repacking(self):
        self.assertEqual(ask("repack", bytes=MINIMAL)["result"]["bytes"], MINIMAL.hex())
        self.assertEqual(ask("repack", bytes=SIGNED)["result"]["bytes"], SIGNED.hex())

    def test_fields_are_at_their_places(self):
        header = artifact.read_layout("header-layout", MINIMAL[:48])
        self.assertEqual((header["manifest_length"], header["section_index_length"]), (222, 47))
        self.assertEqual(artifact.read_layout("trailer-layout", MINIMAL[-44:])["total_length"], 409)

    def test_every_dumped_item_is_where_the_form_pass_finds_it(self):
        found = set()

        def note(item, start):
            found.add((start + item.offset, start + item.end))
            for member in item.members:
                note(member, start)

        _, manifest_bytes, index_bytes = parts(MINIMAL)
        note(form.form_pass(manifest_bytes)[0], 48)
        note(form.form_pass(index_bytes)[0], 48 + len(manifest_bytes))
        scalars = re.findall(r"^([0-9a-f]{8})  .*(?:text|integer) \S", block("minimal"), re.MULTILINE)
        self.assertGreater(len(scalars), 20)
        for line in scalars:
            self.assertIn(int(line, 16), {start for start, _ in found})


class SignedArtifact(unittest.TestCase):
    def test_key(self):
        self.assertEqual(artifact.digest(cell("key", "text").encode()), SEED)
        self.assertEqual(artifact.digest(SPKI).hex(), cell("key", "`key_id`"))

    def test_signed_bytes(self):
        header, manifest_bytes, index_bytes = parts(SIGNED)
        made = artifact.signed_bytes(header, manifest_bytes, form.form_pass(manifest_bytes)[0], index_bytes)
        self.assertEqual(made, example("signed-bytes"))
        self.assertEqual(str(len(made)), cell("signature", "number of signed bytes"))
        self.assertEqual(artifact.digest(made).hex(), cell("signature", "SHA-256 of the signed bytes"))

    def test_signature(self):
        message, signature = example("signed-bytes"), bytes.fromhex(cell("signature", "signature"))
        self.assertEqual(sign(message), signature)
        self.assertTrue(ed25519.verify(SPKI[12:], message, signature))
        other = bytes.fromhex(cell("signature", "the same with S + L in the place of S, invalid at step 2"))
        self.assertFalse(ed25519.verify(SPKI[12:], message, other))
        self.assertFalse(ed25519.scalar_is_canonical(int.from_bytes(other[32:], "little")))

    def test_is_what_this_program_signs(self):
        body = SIGNED[bodies_start(SIGNED) : -44]
        self.assertEqual(pack_signed(manifest(), [(entry("main", 1), body)]), SIGNED)
        self.assertEqual(artifact.digest(SIGNED).hex(), cell("signature", "SHA-256 of the whole artifact"))

    def test_loads_as_verified(self):
        answer = ask("load", bytes=SIGNED, trust_store=store())
        self.assertEqual(answer["result"]["trust_level"], "verified")


class Verdicts(unittest.TestCase):
    def test_every_row(self):
        rows = verdict_rows()
        self.assertEqual(len(rows), len(CHANGES))
        for (change, code, phase, reason, path, offset), data in zip(rows, CHANGES):
            with self.subTest(change):
                context = dict(ask("load", bytes=data, enforce_signature=False), bytes=None)
                self.assertEqual(context["code"], code)
                context = context["context"]
                self.assertEqual(context["phase"], phase)
                self.assertEqual(context.get("reason", ""), reason)
                self.assertEqual(context.get("path", ""), path)
                self.assertEqual(str(context.get("offset", "")), offset)


class Instructions(unittest.TestCase):
    def test_open(self):
        instruction = instructions.decode(example("instruction-open"))
        self.assertEqual((instruction.category, instruction.opcode, instruction.capability_bits), (0, 2, [1]))
        values = [operand.value for operand in instruction.operands]
        self.assertEqual(values, ["/data/out.txt", 2])

    def ask_open(self, **host):
        data = example("instruction-open")
        return ask("dispatch", bytes=data, granted=["fs.write"], supported=["io.file_open_write"], **host)

    def test_reply_with_a_handle(self):
        answer = self.ask_open(results=example("reply-open")[2:])
        self.assertEqual(answer["result"]["reply"], example("reply-open").hex())
        self.assertEqual(answer["effects"]["host_calls"], 1)

    def test_reply_with_an_error(self):
        answer = self.ask_open(host_error="no_space")
        self.assertEqual(answer["code"], "ADP_HOST_CALL_FAILED")
        self.assertEqual(answer["result"]["reply"], example("reply-error").hex())

    def test_sleep(self):
        data = example("instruction-sleep")
        answer = ask("dispatch", bytes=data, granted=["time.timer"], supported=["time.sleep"])
        self.assertEqual(answer["result"]["reply"], example("reply-sleep").hex())
        self.assertTrue(ask("decode_instruction", bytes=data)["result"]["asynchronous"])

    def test_lists(self):
        names = instructions.read_tlvs(example("reply-list"), 2, len(example("reply-list")), 0)
        self.assertEqual([member.value for member in names[0].value], ["a.txt", "x" * 128])

    def test_completion_is_three_tlvs(self):
        event = example("event-sleep")
        self.assertEqual([tlv.value for tlv in instructions.read_tlvs(event, 3, len(event), 0)], [1, 0])


if __name__ == "__main__":
    unittest.main()

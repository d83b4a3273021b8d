"""The lifecycle, instructions, the bus, and the JSON forms of errors and events."""

import itertools
import random
import unittest

from fayger_check import tables
from support import ask, cbor


class Lifecycle(unittest.TestCase):
    STATES = {
        None: [], "Loaded": ["load"], "Initialized": ["load", "init"], "Running": ["load", "init", "start"],
        "Suspended": ["restore"], "Terminated": ["load", "terminate"], "Failed": ["load", "fail"],
    }

    def take(self, *steps):
        return ask("lifecycle", steps=[step if isinstance(step, dict) else {"trigger": step} for step in steps])

    def test_a_whole_life(self):
        states = ["Loaded", "Initialized", "Running", "Suspended", "Running", "Suspended", "Terminated"]
        answer = self.take("load", "init", "start", "quota", "resume", "suspend", "terminate")
        self.assertEqual(answer["result"]["states"], states)
        self.assertEqual(answer["effects"]["events"], ["lifecycle.transition"] * 7)

    def test_every_state_with_every_trigger(self):
        rows = {(row["from"], row["trigger"]): row["to"] for row in tables.rows("lifecycle")}
        triggers = [row["name"] for row in tables.table("lifecycle")["triggers"]]
        for state, trigger in itertools.product(self.STATES, triggers):
            answer = self.take(*self.STATES[state], trigger)
            if (state, trigger) in rows:
                self.assertEqual(answer["result"]["states"][-1], rows[state, trigger])
                continue
            if state is None:
                self.assertEqual(answer["code"], "RT_INSTANCE_NOT_FOUND")
                continue
            self.assertEqual(answer["code"], "RT_ILLEGAL_TRANSITION")
            self.assertEqual(answer["context"]["current_state"], state)
            self.assertEqual(answer["context"]["allowed"], [each for each in triggers if (state, each) in rows])
            self.assertEqual(answer["effects"]["state"], state)

    def test_guards(self):
        start = self.take("load", "init", {"trigger": "start", "failing": ["required_granted"]})
        self.assertEqual((start["code"], start["effects"]["state"]), ("RT_CAPABILITY_INSUFFICIENT", "Initialized"))
        resume = self.take("restore", {"trigger": "resume", "failing": ["no_quota_exceeded"]})
        self.assertEqual((resume["code"], resume["effects"]["state"]), ("RT_QUOTA_EXCEEDED", "Suspended"))
        self.assertEqual(self.take({"trigger": "load", "failing": ["required_granted"]})["verdict"], "accept")


OPEN = "0000010001"  # io.file_open_read with fs.read


class Malformed(unittest.TestCase):
    def refused(self, text, reason, offset):
        data = text if isinstance(text, bytes) else bytes.fromhex(text)
        answer = ask("decode_instruction", bytes=data)
        self.assertEqual(answer["code"], "ADP_INSTRUCTION_MALFORMED", text)
        self.assertEqual((answer["context"]["reason"], answer["context"]["offset"]), (reason, offset), text)

    def accepted(self, text):
        answer = ask("decode_instruction", bytes=bytes.fromhex(text))
        self.assertEqual(answer["verdict"], "accept", text)
        return answer["result"]

    def test_head(self):
        self.refused(bytes(1048577), "too_long", 1048576)
        for text, offset in (("", 0), ("ff", 1), ("ffff", 1), ("ffffff", 3), ("ffffffff", 3)):
            self.refused(text, "truncated", offset)
        self.refused("1800010001", "reserved_bits", 0)
        self.refused("2000010001", "reserved_bits", 0)
        self.refused("0800010001", "reserved_category", 0)

    def test_extension(self):
        self.refused("8700010000", "truncated", 5)
        self.refused("870001000000", "capability_extension", 5)
        self.refused("870001000002ff", "truncated", 6)
        self.refused("870001000002ff00", "capability_extension", 7)
        self.assertEqual(self.accepted("877abc80010201" + "80")["capability_bits"], [0, 15, 16, 31])

    def test_capabilities_and_async(self):
        self.refused("0000010000", "capability_mismatch", 3)
        self.refused("00000100030701" + "61", "capability_mismatch", 3)
        self.refused("800001000101010701" + "61", "capability_mismatch", 3)
        self.refused("4000010001", "async_not_allowed", 0)

    def test_tlvs(self):
        self.refused(OPEN + "0a00", "unknown_type", 5)
        self.refused(OPEN + "07", "truncated", 6)
        self.refused(OPEN + "0780", "truncated", 6)
        self.refused(OPEN + "078000", "length_encoding", 6)
        self.refused(OPEN + "07ffffffff10", "length_encoding", 6)
        self.refused(OPEN + "078080808080", "length_encoding", 6)
        self.refused(OPEN + "07ffffffff0f", "truncated", 11)
        self.refused(OPEN + "070261", "truncated", 7)
        self.refused(OPEN + "01050000000000", "length_mismatch", 6)
        self.refused(OPEN + "0105", "truncated", 7)
        self.refused(OPEN + "050102", "invalid_bool", 7)
        self.refused(OPEN + "0701ff", "invalid_utf8", 7)
        self.refused(OPEN + "04087ff0000000000001", "invalid_nan", 7)
        self.refused(OPEN + "0408fff8000000000000", "invalid_nan", 7)
        for number in ("7ff8000000000000", "7ff0000000000000", "fff0000000000000", "8000000000000000"):
            self.accepted("07ffff00000408" + number)
        self.refused(OPEN + "070161" + "0000", "trailing_none", 8)

    def test_lists(self):
        self.refused("07ffff0000" + "0902018000", "truncated", 8)
        self.refused("07ffff0000" + "0901070141", "truncated", 8)
        self.accepted("07ffff0000" + "09020000")
        self.accepted("07ffff0000" + "0906090409020900")
        self.refused("07ffff0000" + "0908" + "0906" + "0904" + "0902" + "0900", "list_depth", 13)

    def test_operands(self):
        self.refused(OPEN, "operand_missing", 5)
        self.refused(OPEN + "0500", "length_mismatch", 6)
        self.refused(OPEN + "060161", "operand_type", 5)
        self.refused(OPEN + "070161" + "070162", "operand_extra", 8)
        self.refused("0000020002" + "060161", "operand_type", 5)
        self.accepted(OPEN + "070161")

    def test_every_row_of_the_table(self):
        sizes = {row["name"]: row["size"] for row in tables.rows("tlv-types")}
        for row in tables.rows("instructions"):
            bits = 1 << tables.by("capabilities", "name")[row["capability"]]["bit"] if row["capability"] else 0
            extension = bytes([1, bits >> 16]) if bits >> 16 else b""
            category = tables.by("instruction-categories", "name")[row["category"]]["number"]
            data = bytes([category | (0x80 if extension else 0)]) + row["opcode"].to_bytes(2, "big")
            data += (bits & 0xFFFF).to_bytes(2, "big") + extension
            types = [type_name.rstrip("?") for type_name in row["operands"].values()]
            for type_name in types:
                width = sizes[type_name] or 0
                data += bytes([tables.by("tlv-types", "name")[type_name]["number"], width]) + bytes(width)
            result = self.accepted(data.hex())
            self.assertEqual((result["category"], result["opcode"]), (row["category"], row["opcode"]))
            self.assertEqual([each["type"] for each in result["operands"]], types)

    def test_values(self):
        text = "07ffff0000" + "0104ffffffff" + "0208ffffffffffffffff" + "0308ffffffffffffffff" + "0408c000000000000000"
        text += "050101" + "0602beef" + "0703e282ac" + "080400000007" + "0903" + "050100"
        values = [each["value"] for each in self.accepted(text)["operands"]]
        self.assertEqual(values, [2**32 - 1, str(2**64 - 1), "-1", "c000000000000000", True, "beef", "\u20ac", 7,
                                  [{"type": "bool", "value": False}]])

    def test_every_reason_of_the_table_is_reached_by_these_tests(self):
        with open(__file__, encoding="utf-8") as source:
            text = source.read()
        for name in tables.names("instruction-reasons"):
            self.assertIn('"%s"' % name, text)


class RandomBytes(unittest.TestCase):
    def test_whatever_is_sent_has_one_answer(self):
        draw = random.Random(2)
        heads = [bytes.fromhex(text) for text in ("07ffff0000", OPEN, "0000020002", "4300030400", "8700018001")]
        reasons = set()
        for _ in range(3000):
            data = draw.choice(heads) + bytes(draw.choice((draw.randrange(10), draw.randrange(256))) for _ in range(9))
            answer = ask("decode_instruction", bytes=data[: draw.randrange(15)])
            if answer["verdict"] == "reject":
                reasons.add(answer["context"]["reason"])
                self.assertLess(answer["context"]["offset"], 15)
        self.assertGreater(len(reasons), 9)


class Bus(unittest.TestCase):
    def ask(self, text, granted=("fs.read",), supported=("io.file_open_read",), **more):
        return ask("dispatch", bytes=bytes.fromhex(text), granted=list(granted), supported=list(supported), **more)

    def refused(self, answer, code, status, host_error, host_calls):
        self.assertEqual(answer["code"], code)
        number = tables.by("host-errors", "name")[host_error]["number"]
        self.assertEqual(answer["result"]["reply"], status + "0104%08x" % number)
        self.assertEqual(answer["effects"], {"host_calls": host_calls, "events": ["instruction.dispatched"]})
        return answer["context"]

    def test_the_order_of_the_checks(self):
        call = OPEN + "070161"
        nothing = {"granted": (), "supported": (), "decision": "refuse", "host_error": "not_found"}
        malformed = self.ask(OPEN, **nothing)
        self.refused(malformed, "ADP_INSTRUCTION_MALFORMED", "3005", "invalid_argument", 0)
        denied = self.refused(self.ask(call, **nothing), "ADP_CAPABILITY_DENIED", "3003", "access_denied", 0)
        named = {"category": 0, "opcode": 1, "instruction": "io.file_open_read"}
        self.assertEqual(denied, dict(named, missing=["fs.read"]))
        nothing.update(granted=("fs.read",))
        self.refused(self.ask(call, **nothing), "ADP_UNSUPPORTED_INSTRUCTION", "3002", "unavailable", 0)
        nothing.update(supported=("io.file_open_read",))
        for decision in ("refuse", "unanswered"):
            answer = self.ask(call, **dict(nothing, decision=decision))
            self.refused(answer, "ADP_POLICY_DENIED", "3006", "access_denied", 0)
        nothing.update(decision="allow")
        self.refused(self.ask(call, **nothing), "ADP_HOST_CALL_FAILED", "3004", "not_found", 1)
        done = self.ask(call, results=bytes.fromhex("080400000001"))
        self.assertEqual((done["verdict"], done["result"]["reply"]), ("accept", "0000080400000001"))

    def test_missing_capabilities(self):
        text = "87ffff0201" + "03" + "020180"
        answer = self.ask(text, granted=["fs.read"])
        missing = ["bit 17", "bit 24", "bit 31 or above"]
        bits = ask("decode_instruction", bytes=bytes.fromhex(text))["result"]["capability_bits"]
        self.assertEqual(bits, [0, 9, 17, 24, 39])
        self.assertEqual(answer["context"]["missing"], ["time.clock"] + missing)

    def test_unknown_opcodes_are_unsupported(self):
        context = self.refused(self.ask("07ffff0000"), "ADP_UNSUPPORTED_INSTRUCTION", "3002", "unavailable", 0)
        self.assertEqual(context, {"category": 7, "opcode": 65535})

    def test_no_handle_is_open(self):
        answer = self.ask("0000060000" + "080400000001", supported=["io.close"])
        self.refused(answer, "ADP_HOST_CALL_FAILED", "3004", "bad_handle", 0)

    def test_an_asynchronous_call_is_accepted_whatever_becomes_of_it(self):
        sleep = "4300030400" + "02080000000000000000"
        answer = self.ask(sleep, ["time.timer"], ["time.sleep"], host_error="interrupted")
        self.assertEqual(answer["result"]["reply"], "0000010400000001")


class JsonForms(unittest.TestCase):
    def test_error(self):
        error = {
            "code": "LDR_CRC_MISMATCH", "source_layer": "loader", "message": "m",
            "context": {"phase": "verify_structure", "offset": 5, "expected": 7, "found": 8},
            "cause": {"code": "NEW", "source_layer": "host", "message": "",
                      "context": {"a": [b"\x01", 2, True], "b": {"c": -1}}},
        }
        form = ask("to_json", rule="fayger-error", bytes=cbor(error))["result"]["json"]
        self.assertEqual(form["context"], {"phase": "verify_structure", "offset": "5", "expected": 7, "found": 8})
        self.assertEqual(form["cause"]["context"], {"a": ["01", "2", True], "b": {"c": "-1"}})

    def test_event(self):
        event = {
            "category": "lifecycle", "name": "exited", "level": "info", "sequence": 0, "time_unix_ns": 2**64 - 1,
            "monotonic_ns": 1, "fields": {"exit_code": 3}, "instance": "instance#1",
            "trace": {"trace_id": bytes(16), "span_id": bytes(8), "flags": 1},
        }
        form = ask("to_json", rule="fayger-event", bytes=cbor(event))["result"]["json"]
        self.assertEqual((form["sequence"], form["time_unix_ns"], form["monotonic_ns"]), ("0", str(2**64 - 1), "1"))
        self.assertEqual(form["fields"], {"exit_code": 3})
        self.assertEqual(form["trace"], {"trace_id": "00" * 16, "span_id": "00" * 8, "flags": 1})
        event.update(category="load", name="source_opened", fields={"size": 3})
        form = ask("to_json", rule="fayger-event", bytes=cbor(event))["result"]["json"]
        self.assertEqual(form["fields"], {"size": "3"})


if __name__ == "__main__":
    unittest.main()

"""Messages, conversations with the bus, and commands that overlap."""

import unittest

from support import ask

SLEEP = "430003040002080000000000000007"  # time.sleep with ASYNC
TIMER = "0300040400020800000000000000050208000000000000000" + "5"  # time.timer_start
FIRED = "0300010804000000010208000000000000000"  # timer_fired of handle 1, without the last digit of its count


def emit(text, **more):
    return dict({"do": "emit", "bytes": text}, **more)


class Messages(unittest.TestCase):
    def test_an_instruction_is_written(self):
        operands = [{"type": "bytes", "value": "6869"}, {"type": "none"}, {"type": "i64", "value": "-1"}]
        answer = ask("encode_instruction", category="io", opcode=17, capability_bits=[2, 24], operands=operands)
        self.assertEqual(answer["result"]["bytes"], "8000110004020001" + "06026869" + "0000" + "0308ffffffffffffffff")

    def test_replies(self):
        self.assertEqual(ask("decode_reply", bytes=bytes.fromhex("3006010400000004"))["result"]["status"], 0x3006)
        for text, reason, offset in (
            ("00", "truncated", 0),
            ("3006", "operand_missing", 2),
            ("00000000", "trailing_none", 2),
        ):
            context = ask("decode_reply", bytes=bytes.fromhex(text))["context"]
            self.assertEqual((context["reason"], context["offset"]), (reason, offset))

    def test_events(self):
        completion = ask("decode_event", bytes=bytes.fromhex("430003" + "010400000001" + "010400000000"))
        self.assertTrue(completion["result"]["completion"])
        for text, reason, offset in (
            ("83", "truncated", 1),
            ("830001", "reserved_bits", 0),
            ("030001", "operand_missing", 3),
        ):
            context = ask("decode_event", bytes=bytes.fromhex(text))["context"]
            self.assertEqual((context["reason"], context["offset"]), (reason, offset))


class Conversation(unittest.TestCase):
    def converse(self, *turns, **more):
        supported = ["time.sleep", "time.timer_start"]
        answer = ask("converse", granted=["time.timer"], supported=supported, conversation=list(turns), **more)
        return answer["result"]["turns"], answer["effects"]["turns"]

    def test_what_is_held_comes_in_its_order(self):
        fires = {"do": "event", "handle": 1}
        suspended = [{"do": "suspend"}, dict(fires, count=1), {"do": "answer", "emit": 2}]
        turns = [emit(TIMER), emit(SLEEP, waits=True), *suspended]
        results, _ = self.converse(*turns, dict(fires, count=2), {"do": "resume"})
        delivered = [each["bytes"] for each in results[-1]["delivered"]]
        self.assertEqual(delivered, [FIRED + "1", "430003" + "010400000001" + "010400000000", FIRED + "2"])
        self.assertEqual([each["open_calls"] for each in results], [0, 1, 1, 1, 1, 1, 0])

    def test_more_than_is_held_is_dropped(self):
        events = {"do": "event", "handle": 1, "times": 1025}
        results, effects = self.converse(emit(TIMER), {"do": "suspend"}, events, {"do": "end"})
        self.assertEqual(effects[2]["published"][0]["fields"]["reason"], "too_many_held")
        self.assertEqual((effects[3]["published"][0]["times"], effects[3]["released"]), (1024, [1]))
        self.assertEqual(results[3]["open_handles"], 0)

    def test_a_quota_comes_before_the_policy(self):
        results, effects = self.converse(emit(SLEEP, decision="refuse"), quotas={"open_calls": 0})
        self.assertEqual(results[0]["reply"], "300601040000000c")
        self.assertEqual(effects[0]["published"][0]["event"], "resource.quota_reached")


class Commands(unittest.TestCase):
    def command(self, *steps):
        answer = ask("command", commands=list(steps))
        return answer["result"]["outcomes"]

    def test_one_command_at_a_time(self):
        outcomes = self.command(*({"do": "give", "trigger": each} for each in ("load", "init", "start")))
        self.assertEqual([each["is"] for each in outcomes], ["done", "pending", "refused"])
        self.assertEqual(outcomes[2]["pending"], "init")

    def test_a_failure_overtakes(self):
        load, init = {"do": "give", "trigger": "load"}, {"do": "give", "trigger": "init"}
        self.assertEqual(self.command(load, init, {"do": "fail", "command": 2})[1]["code"], "RT_TRAP")
        overtaken = self.command(load, init, {"do": "fail"}, {"do": "finish", "command": 2})
        self.assertEqual((overtaken[1]["code"], overtaken[1]["causes"]), ("RT_INSTANCE_FAILED", ["RT_TRAP"]))
        self.assertEqual(overtaken[3], {"is": "nothing"})


if __name__ == "__main__":
    unittest.main()

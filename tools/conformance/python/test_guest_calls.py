"""One call between a program and its host."""

import unittest

from support import ask

SIZE = 65536


def made(called, *passed, **inputs):
    return ask("guest_call", called=called, passed=list(passed), memory_bytes=SIZE, **inputs)


class GuestCalls(unittest.TestCase):
    def test_a_reply_is_copied_as_far_as_it_fits(self):
        answer = made("emit", 0, 2, 16, 3, bytes="abcd", reply="01020304")
        self.assertEqual(
            answer["result"],
            {"returned": 4, "instructions": ["abcd"], "runs": [{"offset": 16, "bytes": "010203"}]},
        )

    def test_every_range_is_checked_before_anything_happens(self):
        for passed, reason in (
            ((0, SIZE + 1, 0, 0), "instruction_out_of_memory"),
            ((-4, 8, 0, 0), "instruction_out_of_memory"),
            ((0, 4, SIZE, 1), "reply_out_of_memory"),
            ((SIZE + 1, 0, -1, -1), "instruction_out_of_memory"),
        ):
            answer = made("emit", *passed)
            self.assertEqual(answer["code"], "RT_ABI_VIOLATION")
            self.assertEqual(answer["context"], {"function": "emit", "reason": reason})
            self.assertEqual(answer["effects"], {"host_calls": 0})

    def test_nothing_is_emitted_during_init(self):
        self.assertEqual(made("emit", -1, 0, 0, 0, initialising=True)["context"]["reason"], "not_running")
        self.assertEqual(made("exit", 1, initialising=True)["context"]["reason"], "not_running")
        self.assertEqual(made("reply_read", 0, 0, initialising=True)["result"]["returned"], 0)

    def test_a_section_is_read_from_an_offset(self):
        sections = {"a": "414243"}
        found = [made("section_read", 0, 1, offset, 8, 8, bytes="61", sections=sections) for offset in ("1", "3", "-1")]
        self.assertEqual([answer["result"]["returned"] for answer in found], [2, 0, 0])
        self.assertEqual(found[0]["result"]["runs"], [{"offset": 8, "bytes": "4243"}])
        self.assertEqual(made("section_read", 0, 1, "0", 8, 8, bytes="62")["result"]["returned"], 0xFFFFFFFF)

    def test_an_event_goes_where_the_program_wants_it(self):
        self.assertEqual(made("fayger_alloc", SIZE - 2, event="0101")["result"]["runs"][0]["offset"], SIZE - 2)
        self.assertEqual(made("fayger_alloc", SIZE - 1, event="0101")["context"]["reason"], "event_out_of_memory")


if __name__ == "__main__":
    unittest.main()

"""Snapshots, judged without code. @spec snapshots.order, snapshots.invalid, snapshots.shape"""

import hashlib
import unittest

from support import ask

from fayger_check import documents

DIGEST = "07" * 32
STATE = {
    "map": [
        ["fuel", 3],
        ["emits", 0],
        ["events", []],
        ["memory", {"map": [["runs", []], ["pages", 1]]}],
        ["tables", []],
        ["globals", {"bytes": ""}],
        ["next_call", 1],
        ["last_reply", {"bytes": ""}],
        ["running_ns", 0],
        ["next_handle", 1],
        ["dropped_data", []],
        ["dropped_elements", []],
    ]
}


def written(value):
    return documents.write_item(documents.from_value(value))


def snapshot(state, version=(1, 0), digest=None, artifact=DIGEST):
    digest = hashlib.sha256(state).hexdigest() if digest is None else digest
    return written(
        {
            "map": [
                ["state", {"bytes": state.hex()}],
                ["state_digest", {"bytes": digest}],
                ["schema_version", list(version)],
                ["manifest_digest", {"bytes": artifact}],
            ]
        }
    )


def read(data, artifact=DIGEST):
    return ask("read_snapshot", bytes=data.hex(), manifest_digest=artifact)


class Snapshots(unittest.TestCase):
    def refused(self, reason, data, offset=None, **more):
        answer = read(data, **more)
        self.assertEqual((answer["verdict"], answer["code"]), ("reject", "RT_SNAPSHOT_INVALID"))
        self.assertEqual((answer["context"]["reason"], answer["context"].get("offset")), (reason, offset))

    def test_read(self):
        self.assertEqual(read(snapshot(written(STATE)))["result"]["value"], STATE)
        self.assertEqual(read(snapshot(written(STATE), version=(1, 9)))["verdict"], "accept")

    def test_refusals(self):
        state = written(STATE)
        self.refused("truncated", snapshot(state)[:-1], len(snapshot(state)) - 34)
        self.refused("unsupported_version", snapshot(state, version=(2, 0)))
        self.refused("state_damaged", snapshot(state, digest="00" * 32))
        self.refused("other_artifact", snapshot(state), artifact="08" * 32)
        self.refused("trailing_bytes", snapshot(state + b"\0"), len(state))

    def test_order(self):
        broken = written(STATE) + b"\0"
        other = {"artifact": "08" * 32}
        self.refused("unsupported_version", snapshot(broken, version=(2, 0), digest="00" * 32, **other))
        self.refused("state_damaged", snapshot(broken, digest="00" * 32, **other))
        self.refused("trailing_bytes", snapshot(broken, **other), len(broken) - 1)


if __name__ == "__main__":
    unittest.main()

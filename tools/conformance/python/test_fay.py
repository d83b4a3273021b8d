"""What a FayManifest comes to, one thing of each by hand."""

import json
import unittest

import support  # noqa: F401  (finds the package)
from fayger_check import actions, assembly, fay_manifest, fay_resolution, fay_text


def fay(**members):
    whole = {"name": "a", "version": "1.0.0", "description": "", "vendor": "", "modules": [], "protocols": []}
    return dict(whole, controlMode="command", **members) if "controlMode" not in members else dict(whole, **members)


def found(value):
    return fay_manifest.validate(json.dumps(value).encode("utf-8"))


class Texts(unittest.TestCase):
    def test_what_is_passed_over(self):
        value, passed_over = fay_text.read(b'{"a":{"b":1,"b":2},"a":[3]}')
        self.assertEqual(value, {"a": [3]})
        self.assertEqual(passed_over, [(None, "a"), ((None, "a"), "b")])

    def test_depth(self):
        fay_text.read(b"[" * 64 + b"]" * 64)
        for data, code in ((b"[" * 65, "too_deep"), (b"[" * 64, "json_syntax"), (b"\xff", "json_syntax")):
            with self.assertRaises(fay_text.TextFault) as caught:
                fay_text.read(data)
            self.assertEqual(caught.exception.code, code)


class Findings(unittest.TestCase):
    def test_order(self):
        self.assertEqual(
            found(fay(zeta=1, modules=[{"id": "nobody"}], name="")),
            [
                ("$.name", "length_out_of_range"),
                ("$.zeta", "unknown_field"),
                ("$.modules[0].id", "unknown_component"),
            ],
        )

    def test_warnings(self):
        self.assertEqual(found(fay(controlMode="ego")), [("$.controlMode", "ego_missing")])
        self.assertEqual(found(fay(drivers=[])), [])


class Resolution(unittest.TestCase):
    def test_nothing(self):
        resolution = fay_resolution.resolve(fay())
        self.assertEqual(resolution["resolvedStage"], 1)
        self.assertEqual([each["id"] for each in resolution["allProtocols"]], ["faying_protocol"])
        self.assertEqual(len(resolution["autoResolved"]), 7)

    def test_claim(self):
        complete, missing, _ = fay_resolution.claim(fay_resolution.resolve(fay()), 3)
        self.assertFalse(complete)
        self.assertEqual(missing["protocols"][-1], "ssp_protocol")


class Steps(unittest.TestCase):
    def test_a_failing_protocol(self):
        events, failed = assembly.take(assembly.steps(fay(), []), {"part": "faying_protocol", "code": "RT_TRAP"})
        self.assertEqual(failed, "protocols")
        self.assertEqual(events[-1], {"event": "assembly.step_undone", "fields": {"step": "modules"}})

    def test_same_values(self):
        self.assertTrue(assembly.is_same({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}))
        self.assertFalse(assembly.is_same({"a": 1}, {"a": True}))


class Actions(unittest.TestCase):
    def test_one_command(self):
        declared = fay(modules=[{"id": "sensor"}], permissions={"inherent": ["sensor_read"]})
        read = {"do": "call", "action": "sensor.read"}
        acts = [{"do": "command", "action": "sensor.read"}, read, read]
        judged = actions.act(actions.Fay(declared, {}, [], []), acts)
        self.assertEqual([each["is"] for each in judged], ["done", "refused"])

    def test_strictest_list(self):
        everywhere = {"allowed": ["a"], "restricted": ["a"], "requiresConfirmation": ["a"]}
        self.assertEqual(actions.bounded(everywhere, "a"), "restricted")
        self.assertIsNone(actions.bounded(everywhere, None))


if __name__ == "__main__":
    unittest.main()

"""Which of several implementations executes an artifact."""

import unittest

from support import ask


def implementation(name, *capabilities, version="1.0.0", **otherwise):
    told = {"id": name, "code_formats": ["f"], "runtime_interface": version, "capabilities": list(capabilities)}
    return dict(told, **otherwise)


def route(*implementations, least="1.0.0", **inputs):
    return ask("route", implementations=list(implementations), code_format="f", runtime_interface_min=least, **inputs)


class Routing(unittest.TestCase):
    def test_host_then_manifest_then_registration(self):
        three = [implementation(name) for name in "cab"]
        for inputs, chosen in (
            ({}, "c"),
            ({"preferred": ["b", "a"]}, "b"),
            ({"preferred": ["b"], "order": ["x", "a"]}, "a"),
        ):
            self.assertEqual(route(*three, **inputs)["result"], {"chosen": chosen})

    def test_what_is_required(self):
        answer = route(implementation("a", "fuel"), requires=["events"], quotas={"fuel": 1})
        self.assertEqual(answer["code"], "RT_NO_MATCHING_IMPLEMENTATION")
        self.assertEqual(answer["context"]["required"], ["events", "fuel"])

    def test_versions(self):
        for offered, fits in (("1.10.0", True), ("1.2.0", True), ("1.1.9", False), ("2.2.0", False)):
            verdict = route(implementation("a", version=offered), least="1.2.0")["verdict"]
            self.assertEqual(verdict == "accept", fits, offered)

    def test_registration(self):
        self.assertEqual(route(*[implementation("a")] * 2)["code"], "RT_IMPLEMENTATION_DUPLICATE")
        answer = route(implementation("a", lacks=["emit", "load"]))
        self.assertEqual(answer["context"], {"implementation": "a", "missing_methods": ["load", "emit"]})


if __name__ == "__main__":
    unittest.main()

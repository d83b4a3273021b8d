"""What policies, adapters, drawings and input logs come to, one thing of each by hand."""

import unittest

import support  # noqa: F401  (finds the package)
from fayger_check import adapters, host_paths, input_logs, network, processes, ui
from fayger_check.refusal import Refusal


class Policies(unittest.TestCase):
    def refused(self, work, code, host_error):
        with self.assertRaises(Refusal) as caught:
            work()
        self.assertEqual((caught.exception.code, caught.exception.context["host_error"]), (code, host_error))

    def test_private_addresses(self):
        private = "10.0.0.1 127.1.2.3 169.254.169.254 ::1 fe80::1 64:ff9b::a00:1 2002:a00:1:: ::ffff:10.0.0.1".split()
        for text in private:
            self.assertTrue(network.is_private(network.read_address(text)), text)
        for text in "8.8.8.8 172.32.0.1 2606:4700::1111 64:ff9b::808:808".split():
            self.assertFalse(network.is_private(network.read_address(text)), text)

    def test_hosts(self):
        self.assertEqual(network.read_host("EXAMPLE.org."), network.Name("example.org"))
        for text in ("", "127.1", "a..b", "fe80::1%1", "[127.0.0.1]", "a" * 64):
            self.assertIsNone(network.read_host(text), text)

    def test_connections(self):
        policy = {"network": ["tcp://*", "tcp://10.0.0.0/8"]}
        network.decide_connection(policy, "tcp", "a.example", 1, ["10.0.0.1", "8.8.8.8"])
        denied = lambda: network.decide_connection(policy, "tcp", "a.example", 1, ["10.0.0.1", "192.168.0.1"])
        self.refused(denied, "ADP_POLICY_DENIED", "access_denied")
        nobody = lambda: network.decide_connection(policy, "tcp", "", 1, None)
        self.refused(nobody, "ADP_HOST_CALL_FAILED", "invalid_argument")

    def test_paths(self):
        policy = {"file_roots": [{"guest_path": "/a", "writable": True}, {"guest_path": "/a/b", "writable": False}]}
        self.assertEqual(host_paths.decide(policy, "/a/b/c", False), ("/a/b", ["c"]))
        self.refused(lambda: host_paths.decide(policy, "/a/b/c", True), "ADP_POLICY_DENIED", "access_denied")
        self.refused(lambda: host_paths.decide(policy, "/a/../a", False), "ADP_POLICY_DENIED", "access_denied")

    def test_processes(self):
        policy = {"programs": [{"name": "sort", "arguments": ["-n"], "environment": ["A"]}]}
        process = {"program": "sort", "argv": ["x"], "environment": ["A", "1"]}
        self.assertEqual(processes.decide(policy, process), (["-n", "x"], {"A": "1"}))
        other = dict(process, environment=["B", "1"])
        self.refused(lambda: processes.decide(policy, other), "ADP_POLICY_DENIED", "access_denied")


class Adapters(unittest.TestCase):
    def test_selection(self):
        host = {"platform": "node", "features": ["display"]}
        registered = [{"id": "b", "priority": 2}, {"id": "a", "priority": 1, "without": ["display"]}]
        self.assertEqual(adapters.select(host, registered), ["b"])
        with self.assertRaises(Refusal):
            adapters.select(host, registered[1:])


class Trees(unittest.TestCase):
    def test_forms_of_values(self):
        self.assertTrue(ui.is_value_of("progress", "value", "0.5"))
        for value in ("-1", "1e3", "", "1.2345678"):
            self.assertFalse(ui.is_value_of("progress", "value", value), value)

    def test_shown_text(self):
        self.assertEqual(ui.shown_text("a\n\x1b\x85", "preformatted"), "a\n\ufffd\ufffd")
        self.assertEqual(ui.shown_text("a\n", "text"), "a\ufffd")


class InputLogs(unittest.TestCase):
    def test_kinds_of_entries(self):
        self.assertTrue(input_logs.is_of_one_kind({"instruction": b""}))
        self.assertTrue(input_logs.is_of_one_kind({"command": "grant", "quota": "fuel", "value": 1}))
        for entry in ({}, {"reply": b""}, {"event": b"", "command": "resume"}, {"command": "grant", "quota": "fuel"}):
            self.assertFalse(input_logs.is_of_one_kind(entry), entry)


if __name__ == "__main__":
    unittest.main()

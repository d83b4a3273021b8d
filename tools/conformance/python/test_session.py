"""The two ways in, as another process sees them, and the promises of this folder about itself."""

import ast
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from fayger_check import documents, ecdsa_p256, form, head, instructions, operations, schema, selection, session, tables
from support import ROOT, ask, cbor, entry, example, manifest

PACKAGE = pathlib.Path(session.__file__).resolve().parent
HELLO = {"message": "hello", "protocol": 1}
BYE = {"message": "bye"}


def start(*arguments, lines=()):
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return subprocess.run(
        [sys.executable, str(PACKAGE), *arguments], input=text, capture_output=True, encoding="utf-8", timeout=60
    )


def answers(*lines):
    done = start("session", lines=lines)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def run(operation, token="t", **inputs):
    return {"message": "run", "token": token, "operation": operation, "inputs": inputs}


class Session(unittest.TestCase):
    def test_the_example_of_the_chapter(self):
        chapter = (tables.SPECIFICATION / "chapters" / "conformance.md").read_text(encoding="utf-8")
        sent, due = (re.findall("^%s (\\{.*\\})$" % mark, chapter, re.MULTILINE) for mark in "><")
        code, found = answers(*sent)
        self.assertEqual(code, 0)
        self.assertEqual(found[1:], [json.loads(line) for line in due[1:]])
        self.assertEqual(sorted(found[0]), sorted(json.loads(due[0])))

    def test_hello_names_every_operation_of_the_table(self):
        _, (hello,) = answers(HELLO, BYE)
        of_programs = ("validate_code", "run")
        known = [name for name in tables.names("vector-operations") if name not in of_programs]
        self.assertEqual(hello["operations"], known)
        self.assertEqual(hello["specification"], "1.0")

    def test_the_end_of_the_input_is_a_bye(self):
        self.assertEqual(answers(HELLO)[0], 0)

    def test_nothing_is_remembered(self):
        cases = [run("load", bytes=example("minimal").hex(), enforce_signature=False),
                 run("decode", rule="manifest", bytes="a0"),
                 run("update_trust_store", bytes=cbor({"version": 1, "issued_at": 0, "keys": []}).hex())]
        _, found = answers(HELLO, *cases, *reversed(cases), BYE)
        self.assertEqual(found[1:4], found[6:3:-1])

    def test_lone_surrogates_come_through(self):
        inputs = '{"rule":"context-value","value":"\\ud800"}'
        _, found = answers('{"message":"run","token":"t","operation":"encode","inputs":%s}' % inputs)
        self.assertEqual(found[0]["context"]["reason"], "invalid_utf8")

    def test_a_line_that_is_no_message_ends_it_as_a_crash(self):
        for line in ("no JSON", '{"message":"run"}', '{"message":"run","token":"t","operation":"fly","inputs":{}}'):
            done = start("session", lines=[HELLO, line])
            self.assertEqual(done.returncode, 2)
            self.assertEqual(len(done.stdout.splitlines()), 1)


class Command(unittest.TestCase):
    def ask(self, operation, inputs):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "inputs.json"
            file.write_text(json.dumps(inputs), encoding="utf-8")
            return start(operation, str(file))

    def test_accept_and_reject(self):
        done = self.ask("echo", {"bytes": "00"})
        self.assertEqual((done.returncode, json.loads(done.stdout)["result"]), (0, {"bytes": "00"}))
        done = self.ask("decode", {"rule": "manifest", "bytes": "a0"})
        self.assertEqual((done.returncode, json.loads(done.stdout)["verdict"]), (1, "reject"))

    def test_crashes_are_not_refusals(self):
        self.assertEqual(self.ask("decode", {"rule": "no-rule", "bytes": "a0"}).returncode, 2)
        self.assertEqual(self.ask("fly", {}).returncode, 2)
        self.assertEqual(start("echo", "/no/such/file").returncode, 2)
        self.assertEqual(start().returncode, 2)


class Replaceable(unittest.TestCase):
    """Every rule is looked up when it is used, so that a variant with one rule broken is made by putting another
    function in its place."""

    def broken(self, module, name, faulty, operation, **inputs):
        before = ask(operation, **inputs)
        kept = getattr(module, name)
        setattr(module, name, faulty)
        try:
            after = ask(operation, **inputs)
        finally:
            setattr(module, name, kept)
        self.assertNotEqual(before, after, name)
        self.assertEqual(before, ask(operation, **inputs))

    def test_a_rule_of_each_kind(self):
        nothing = lambda *arguments: None  # noqa: E731
        minimal = example("minimal")
        unsigned = {"enforce_signature": False}
        self.broken(form, "check_key_order", nothing, "decode", rule="context-value", bytes="a2616100616101")
        self.broken(form, "check_depth", nothing, "decode", rule="context-value", bytes="81" * 16 + "80")
        self.broken(schema, "check_pattern", nothing, "decode", rule="manifest", bytes=cbor(manifest(name="A")))
        self.broken(schema, "keeps_unknown_keys", lambda *_: True, "decode", rule="manifest", bytes=cbor(manifest(a=1)))
        self.broken(head, "check_checksum", nothing, "load", bytes=minimal[:-1] + b"\x00", **unsigned)
        self.broken(head, "computed_end", lambda _: 0, "load", bytes=minimal, **unsigned)
        profile = {"terminal": "a", "capabilities": [], "features": []}
        index = cbor([entry("a", terminals=["b"])])
        self.broken(selection, "terminal_matches", lambda *_: True, "select", profile=profile, bytes=index)
        self.broken(instructions, "check_nan", nothing, "decode_instruction", bytes="07ffff000004087ff0000000000001")
        self.broken(operations, "echo", lambda _: operations.accepted(bytes=""), "echo", bytes="00")
        key = (ecdsa_p256.SPKI_PREFIX + ecdsa_p256.BASE[0].to_bytes(32, "big") + bytes(32)).hex()
        inputs = {"algorithm": "ecdsa-p256", "key": key, "message": "", "signature": ""}
        self.broken(ecdsa_p256, "is_on_curve", lambda _: True, "verify_signature", **inputs)


class Folder(unittest.TestCase):
    def modules(self):
        return sorted(PACKAGE.glob("*.py"))

    def test_only_the_standard_library_and_itself(self):
        allowed = {"collections", "functools", "hashlib", "ipaddress", "json", "math", "pathlib", "re", "sys", "zlib"}
        for file in self.modules():
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module]
                self.assertLessEqual({name.split(".")[0] for name in names}, allowed | {"fayger_check"}, file.name)

    def test_every_citation_is_a_requirement(self):
        known = set()
        for file in (tables.SPECIFICATION / "chapters").glob("*.md"):
            known |= set(re.findall('<a id="([^"]+)">', file.read_text(encoding="utf-8")))
        cited = set()
        for file in self.modules():
            cited |= set(re.findall(r"@spec ([a-z0-9.-]+[a-z0-9])", file.read_text(encoding="utf-8")))
        self.assertGreater(len(cited), 80)
        self.assertEqual(cited - known, set())

    def test_lines_are_short_enough_to_read(self):
        for file in PACKAGE.parent.rglob("*.py"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                self.assertLessEqual(len(line), 120, "%s:%d" % (file.name, number))

    def test_it_stands_where_it_looks_for_the_specification(self):
        self.assertEqual(tables.SPECIFICATION, ROOT.resolve() / "spec")


if __name__ == "__main__":
    unittest.main()

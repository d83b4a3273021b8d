"""The chapter encoding: every reason, its order, growth, paths, and writing."""

import pathlib
import random
import unittest

from fayger_check import cddl, documents, form, paths, schema, tables
from support import ask, cbor, entry, finding, manifest, store, to_item

CONTEXT = "context-value"
SAFE = 2**53 - 1


def hexed(text):
    return bytes.fromhex(text)


class FormPass(unittest.TestCase):
    """Conditions 1 to 5, keys, and the end; a context value takes every legal item."""

    def refused(self, text, *expected):
        self.assertEqual(finding(hexed(text), CONTEXT), expected, text)

    def test_truncated(self):
        self.refused("", "truncated", "$", 0)
        self.refused("18", "truncated", "$", 0)
        self.refused("420a", "truncated", "$", 0)
        self.refused("8201", "truncated", "$[1]", 2)
        self.refused("9bffffffffffffffff", "truncated", "$[0]", 9)
        self.refused("a1", "truncated", "$", 1)
        self.refused("a16161", "truncated", "$.a", 3)
        self.refused("f9", "truncated", "$", 0)

    def test_forbidden_item(self):
        for text in ("f6", "f7", "f0", "f814", "f90000", "fa00000000", "fb0000000000000000", "c001", "9fff", "bfff",
                     "5f", "7f", "ff", "1c", "1d", "3e", "5c", "9d", "fc", "df"):
            self.refused(text, "forbidden_item", "$", 0)

    def test_not_shortest_form(self):
        for text in ("1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3800", "580100", "7801", "9800", "b800"):
            self.refused(text + "41" * (text == "7801"), "not_shortest_form", "$", 0)

    def test_invalid_utf8(self):
        for text in ("61ff", "62c080", "63eda080", "64f4908080", "61c3"):
            self.refused(text, "invalid_utf8", "$", 0)
        self.assertEqual(ask("decode", bytes=hexed("64efbbbf00"), rule=CONTEXT)["result"]["value"], "\ufeff\0")

    def test_depth(self):
        self.assertEqual(ask("decode", bytes=hexed("81" * 15 + "80"), rule=CONTEXT)["verdict"], "accept")
        self.refused("81" * 16 + "80", "depth", "$" + "[0]" * 16, 16)
        self.assertEqual(ask("decode", bytes=hexed("81" * 16 + "00"), rule=CONTEXT)["verdict"], "accept")

    def test_keys(self):
        self.refused("a2616100616101", "duplicate_key", "$", 4)
        self.refused("a2616200616101", "key_order", "$", 4)
        self.refused("a262616100616200", "key_order", "$", 5)

    def test_a_fault_inside_a_key_comes_before_its_order(self):
        self.assertEqual(form.form_pass(hexed("a2810000" + "80f6"))[1].reason, "key_order")
        self.assertEqual(form.form_pass(hexed("a2810000" + "81f600"))[1], form.Fault("forbidden_item", 5, None))

    def test_trailing_bytes(self):
        self.refused("0000", "trailing_bytes", "$", 1)
        self.refused("8000", "trailing_bytes", "$", 1)


class SchemaPass(unittest.TestCase):
    def refused(self, value, reason, path, rule="manifest"):
        self.assertEqual(finding(cbor(value), rule)[:2], (reason, path))

    def test_accepts(self):
        full = manifest(
            host_functions=["a/b"],
            optional_capabilities=["fs.read"],
            required_capabilities=["fs.write"],
            quotas={"fuel": 1, "memory_bytes": SAFE},
            dependencies=[{"name": "a", "version_range": ">=1.0.0 <2.0.0"}],
            assembly="main",
            deprecation_notice="",
            annotations={"any text": "any text"},
            signature={"algorithm": "any", "key_id": bytes(32), "value": b""},
        )
        answer = ask("decode", bytes=cbor(full), rule="manifest")
        self.assertEqual(answer["result"]["bytes"], cbor(full).hex())

    def test_missing_field(self):
        for name in manifest():
            if name != "schema_version":
                self.refused(manifest(**{name: None}), "missing_field", "$." + name)
        self.refused({}, "missing_field", "$.name")

    def test_a_missing_member_is_reported_at_the_key_that_stands_there(self):
        self.assertEqual(finding(cbor(manifest(name=None)), "manifest"), ("missing_field", "$.name", 1))
        self.assertEqual(finding(cbor({1: 2}), "entry-point"), ("unknown_field", "$", 1))
        self.assertEqual(finding(cbor({True: 2}), "entry-point"), ("missing_field", "$.symbol", 1))
        self.assertEqual(finding(hexed("a18000"), "entry-point"), ("missing_field", "$.symbol", 1))

    def test_a_missing_member_that_follows_later_is_missing_where_it_was_due(self):
        data = hexed("a2") + cbor("zzzzzzz") + b"\x00" + cbor("symbol") + cbor("run")
        self.assertEqual(finding(data, "entry-point"), ("missing_field", "$.symbol", 1))

    def test_unknown_field(self):
        self.refused(manifest(zzz=1), "unknown_field", "$")
        self.refused(manifest(zzzzz=1, name=None), "missing_field", "$.name")
        self.refused(manifest(nam1=1), "unknown_field", "$")
        self.refused(manifest(entry={"section": "main", "symbol": "run", "zzzzzzzz": 1}), "unknown_field", "$.entry")

    def test_wrong_type(self):
        self.refused([], "wrong_type", "$")
        self.refused(manifest(name=b"a"), "wrong_type", "$.name")
        self.refused(manifest(schema_version={}), "wrong_type", "$.schema_version")
        self.refused(manifest(annotations={1: "a"}), "wrong_type", "$.annotations")
        self.refused([entry("a", kind="code")], "wrong_type", "$[0][1]", "section-index")
        self.refused(error(source_layer=1), "wrong_type", "$.source_layer", "fayger-error")

    def test_length_out_of_range(self):
        self.refused(manifest(name=""), "length_out_of_range", "$.name")
        self.refused(manifest(name="a" * 129), "length_out_of_range", "$.name")
        self.refused(manifest(section_index_digest=bytes(31)), "length_out_of_range", "$.section_index_digest")
        self.refused(manifest(schema_version=[1]), "length_out_of_range", "$.schema_version")
        self.refused(manifest(host_functions=[]), "length_out_of_range", "$.host_functions")
        self.refused(manifest(annotations={}), "length_out_of_range", "$.annotations")
        self.refused([entry("a")[:6]], "length_out_of_range", "$[0]", "section-index")
        entry_of = {"section": "main", "symbol": "\u00e4" * 65}
        self.refused(manifest(entry=entry_of), "length_out_of_range", "$.entry.symbol")

    def test_value_out_of_range(self):
        self.refused(manifest(schema_version=[1, 65536]), "value_out_of_range", "$.schema_version[1]")
        self.refused(manifest(schema_version=[-1, 0]), "value_out_of_range", "$.schema_version[0]")
        self.refused(manifest(quotas={"fuel": 2**64 - 1}), "value_out_of_range", "$.quotas.fuel")
        self.refused([entry("a", visibility=2)], "value_out_of_range", "$[0][5]", "section-index")
        self.refused(error(source_layer="kernel"), "value_out_of_range", "$.source_layer", "fayger-error")

    def test_pattern_mismatch(self):
        for name in ("A", "a/", "/a", "a//b", "a.", "a\n", "a..b"):
            self.refused(manifest(name=name), "pattern_mismatch", "$.name")
        for version in ("1.0", "01.0.0", "1.0.0-01", "1.0.0-", "v1.0.0"):
            self.refused(manifest(version=version), "pattern_mismatch", "$.version")

    def test_item_order(self):
        self.refused(manifest(host_functions=["b", "a"]), "item_order", "$.host_functions[1]")
        self.refused(manifest(host_functions=["a", "a"]), "item_order", "$.host_functions[1]")
        twice = [{"name": "a", "version_range": "=1.0.0"}] * 2
        self.refused(manifest(dependencies=twice), "item_order", "$.dependencies[1].name")
        self.refused([entry("b"), entry("a")], "item_order", "$[1][0]", "section-index")
        right = cbor([entry("aa"), entry("b")])
        self.assertEqual(ask("decode", bytes=right, rule="section-index")["verdict"], "accept")

    def test_item_conflict(self):
        conflict = manifest(optional_capabilities=["fs.read"], required_capabilities=["fs.read"])
        self.refused(conflict, "item_conflict", "$.required_capabilities[0]")
        self.refused([entry("a"), entry("a-b"), entry("a/b/c")], "item_conflict", "$[2][0]", "section-index")

    def test_every_reason_of_the_table_is_reached_by_these_tests(self):
        source = pathlib.Path(__file__).read_text(encoding="utf-8")
        for name in tables.names("decode-reasons"):
            self.assertIn('"%s"' % name, source)


class Precedence(unittest.TestCase):
    """The table of consequences."""

    def test_wrong_type_and_not_utf8(self):
        self.assertEqual(finding(hexed("61ff"), "schema-version")[0], "invalid_utf8")

    def test_too_long_and_cut_off(self):
        self.assertEqual(finding(hexed("7881") + b"a" * 10, "path-name")[0], "truncated")

    def test_deep_maps_where_a_text_is_due(self):
        fifteen = (b"\xa2" + cbor("code") + cbor("X") + cbor("cause")) * 14 + b"\xa2" + cbor("code")
        found = finding(fifteen + hexed("a100a0"), "fayger-error")
        self.assertEqual(found, ("wrong_type", "$" + ".cause" * 14 + ".code", len(fifteen)))
        self.assertEqual(form.form_pass(fifteen + hexed("a100a0"))[1].reason, "depth")

    def test_missing_member_at_the_end_of_the_input(self):
        whole = cbor({"symbol": "run"})
        self.assertEqual(finding(whole, "entry-point"), ("missing_field", "$.section", len(whole)))
        self.assertEqual(finding(whole + b"\x00", "entry-point"), ("missing_field", "$.section", len(whole)))
        promised = b"\x82" + cbor(entry("a"))
        self.assertEqual(finding(promised, "section-index")[0], "truncated")


def error(**changes):
    made = {"code": "X", "source_layer": "loader", "message": "", "context": {}}
    made.update(changes)
    return made


class Growth(unittest.TestCase):
    def verdict(self, value, rule="manifest", **more):
        return ask("decode", bytes=cbor(value), rule=rule, **more)

    def test_a_higher_minor_keeps_unknown_text_keys_of_growing_maps(self):
        grown = manifest(schema_version=[1, 7], later={"any": [1, {b"\x01": True}]})
        grown["entry"] = dict(grown["entry"], later=1)
        answer = self.verdict(grown)
        self.assertEqual(answer["result"]["bytes"], cbor(grown).hex())
        self.assertEqual(self.verdict(dict(grown, schema_version=[1, 0]))["context"]["reason"], "unknown_field")

    def test_a_higher_minor_keeps_nothing_elsewhere(self):
        later = manifest(schema_version=[1, 7])
        self.assertEqual(self.verdict(dict(later, **{"name": 1}))["context"]["reason"], "wrong_type")
        signature = {"algorithm": "a", "key_id": bytes(32), "value": b"", "more": 1}
        self.assertEqual(self.verdict(dict(later, signature=signature))["context"]["reason"], "unknown_field")
        data = cbor(dict(later)).replace(b"\xa8", b"\xa9", 1) + b"\x80\x00"
        self.assertEqual(finding(data, "manifest")[:2], ("wrong_type", "$"))

    def test_another_major_asks_for_three_members_alone(self):
        other = {"schema_version": [2, 0], "section_index_digest": bytes(32)}
        self.assertEqual(self.verdict(other)["verdict"], "accept")
        self.assertEqual(self.verdict(dict(other, name=[1]))["verdict"], "accept")
        self.assertEqual(self.verdict({"schema_version": [2, 0]})["context"]["path"], "$.section_index_digest")
        self.assertEqual(self.verdict(dict(other, signature=1))["context"]["reason"], "wrong_type")
        self.assertEqual(self.verdict(dict(other, schema_version=[0, 9]))["verdict"], "accept")
        self.assertEqual(self.verdict({**other, 1: 2})["context"]["reason"], "wrong_type")

    def test_a_version_that_cannot_be_read_is_1_0(self):
        for version in ([2], [2, 0, 0], "2.0", [2, 65536]):
            self.assertEqual(self.verdict(manifest(schema_version=version, nam1=1))["context"]["path"], "$")

    def test_an_index_is_judged_by_the_version_it_is_given(self):
        index = [entry("a", later=1)]
        self.assertEqual(self.verdict(index, "section-index")["context"]["reason"], "unknown_field")
        for version in ("1.1", "2.0"):
            self.assertEqual(self.verdict(index, "section-index", schema_version=version)["verdict"], "accept")
        self.assertEqual(self.verdict([entry("a") + [1]], "section-index", schema_version="1.1")["verdict"], "reject")

    def test_members_of_a_later_minor_that_the_reader_knows(self):
        body = {"kind": "map", "grows": "v", "members": [{"name": "late", "optional": True, "since": 1, "type": {}}]}
        self.assertEqual(schema.members_of(body, (1, 0)), {})
        self.assertIn("late", schema.members_of(body, (1, 1)))


class Paths(unittest.TestCase):
    def path_of(self, key):
        return finding(b"\xa1" + cbor(key) + b"\xf6", CONTEXT)[1]

    def test_keys(self):
        self.assertEqual(self.path_of("a_1"), "$.a_1")
        self.assertEqual(self.path_of("1a"), "$['1a']")
        self.assertEqual(self.path_of(""), "$['']")
        escaped = "$['it\\'s \\\\ \\b\\f\\n\\r\\t\\u0001\x7f\u20ac']"
        self.assertEqual(self.path_of("it's \\ \b\f\n\r\t\x01\x7f\u20ac"), escaped)

    def test_keys_that_are_no_text(self):
        """Only the form pass goes into such a map; where the schema finds the key, that comes first."""
        for key, path in ((b"\x01\x02", "$['h\\'0102\\'']"), (5, "$['5']"), (-1, "$['-1']"), (True, "$['true']")):
            fault = form.form_pass(b"\xa1" + cbor(key) + b"\xf6")[1]
            self.assertEqual(documents_path(fault), path)
        self.assertEqual(documents_path(form.form_pass(hexed("a180f6"))[1]), "$['\u2026']")
        self.assertEqual(documents_path(form.form_pass(hexed("a181f600"))[1]), "$")


def documents_path(fault):
    return paths.write_path(fault.path)


class Writing(unittest.TestCase):
    def encode(self, value, rule=CONTEXT):
        return ask("encode", rule=rule, value=value)

    def test_round_trip(self):
        value = {"map": [["a", [1, {"integer": str(2**64 - 1)}, {"integer": str(-(2**64))}]], ["b", {"bytes": "00ff"}]]}
        data = self.encode(value)["result"]["bytes"]
        self.assertEqual(ask("decode", rule=CONTEXT, bytes=data)["result"], {"value": value, "bytes": data})

    def test_integers_at_the_bounds(self):
        for number, form_of in ((SAFE, SAFE), (SAFE + 1, {"integer": str(SAFE + 1)}), (-SAFE, -SAFE)):
            self.assertEqual(documents.to_value(to_item(number)), form_of)

    def test_a_writer_refuses_what_a_reader_refuses(self):
        cases = [
            ({"map": [["b", 1], ["a", 1]]}, "key_order"),
            ({"map": [["a", 1], ["a", 1]]}, "duplicate_key"),
            (None, "forbidden_item"),
            (1.5, "forbidden_item"),
            ("\ud800", "invalid_utf8"),
            ({"integer": str(2**64)}, "value_out_of_range"),
        ]
        for value, reason in cases:
            self.assertEqual(self.encode(value)["context"]["reason"], reason)
        self.assertEqual(self.encode([0, {"integer": str(2**70)}])["context"], {
            "reason": "value_out_of_range", "path": "$[1]", "offset": 2})
        self.assertEqual(self.encode([], "manifest")["context"]["reason"], "wrong_type")


def random_value(draw, depth):
    kind = draw.randrange(7 if depth < 5 else 4)
    if kind == 0:
        return draw.choice([draw.randrange(-30, 30), draw.randrange(-(2**64), 2**64)])
    if kind == 1:
        return draw.random() < 0.5
    if kind == 2:
        return bytes(draw.randrange(256) for _ in range(draw.randrange(30)))
    if kind == 3:
        return "".join(draw.choice("ab/.\u00e4\u20ac\U0001f600\0") for _ in range(draw.randrange(30)))
    if kind == 4:
        return {"k%d" % draw.randrange(99): random_value(draw, depth + 1) for _ in range(draw.randrange(4))}
    return [random_value(draw, depth + 1) for _ in range(draw.randrange(4))]


class Laws(unittest.TestCase):
    def test_what_is_accepted_is_written_again_to_the_byte(self):
        draw = random.Random(1)
        accepted = refused = 0
        for _ in range(400):
            data = bytearray(cbor(random_value(draw, 0)))
            for _ in range(draw.randrange(3)):
                data[draw.randrange(len(data))] = draw.randrange(256)
            verdict = documents.decode(bytes(data), CONTEXT)
            if verdict.fault is None:
                accepted += 1
                self.assertEqual(documents.write_item(verdict.item), bytes(data))
            else:
                refused += 1
                self.assertLessEqual(verdict.fault.offset, len(data))
        self.assertGreater(accepted, 100)
        self.assertGreater(refused, 50)

    def test_every_truncation_of_a_document_is_refused_where_it_ends_or_before(self):
        whole = ((cbor(manifest()), "manifest"), (cbor([entry("a")]), "section-index"), (store(), "trust-store"))
        for data, rule in whole:
            for length in range(len(data)):
                fault = documents.decode(data[:length], rule).fault
                self.assertEqual(fault.reason, "truncated")
                self.assertLessEqual(fault.offset, length)

    def test_every_rule_of_the_schemas_is_understood(self):
        self.assertGreater(len(cddl.rules()), 25)
        for name in cddl.rules():
            documents.decode(b"\x00", name)


if __name__ == "__main__":
    unittest.main()

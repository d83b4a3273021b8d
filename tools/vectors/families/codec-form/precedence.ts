import {
  array,
  edit,
  editEntries,
  type Item,
  integer,
  type Locus,
  map,
  raw,
  replace,
  text,
  type Written,
  without,
  write,
} from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";

const EFFECT = "Implementations that look for faults in another order report different ones for one artifact.";

/** Integers in heads that are too long for them, at both sides of each width. */
const LONG_AND_WRONG = [
  [24, 2],
  [255, 2],
  [256, 4],
  [65_535, 4],
  [65_536, 8],
  [4_294_967_295, 8],
] as const;

/** Two faults at once in a manifest: the smaller offset decides, and at one offset the table. @spec encoding.verdict */
export function precedenceDrafts(): Draft[] {
  const document = manifests.typical();
  const parent = decodes({
    id: "codec-form/precedence/none",
    rule: "manifest",
    clauses: ["encoding.verdict"],
    document: replace(document, ["name"], text("example/order")),
    why: "A manifest without a fault.",
  });
  const two = (
    name: string,
    changed: Item | Written,
    reason: string,
    at: Locus,
    why: string,
    clauses: readonly string[] = [],
  ): Draft =>
    refuses(parent, {
      id: `codec-form/precedence/${name}`,
      clauses: [...new Set(["encoding.verdict", "encoding.pass.schema", "encoding.reasons", ...clauses])],
      bytes: "kind" in changed ? write(changed) : changed,
      reason,
      locus: at,
      mutator: "two-faults",
      why,
      effect: EFFECT,
    });
  const at = (changed: Item, ...steps: string[]): Locus => write(changed).locus(...steps);

  const badName = replace(document, ["name"], integer(1));
  const badNameBadEnd = replace(badName, ["version"], raw("f6"));
  const nullFirst = replace(replace(document, ["name"], raw("f6")), ["version"], integer(1));
  const notUtf8 = replace(document, ["section_index_digest"], text(fromHex("ff")));
  const longAndWrong = replace(document, ["name"], integer(1, { width: 1 }));
  const digestInTag = replace(document, ["section_index_digest"], raw("d8185820"));
  const patternAndLength = replace(document, ["name"], text("A".repeat(129)));
  const emptyCapability = replace(document, ["required_capabilities"], array([text("")]));
  const typeInOrder = replace(document, ["required_capabilities"], array([text("b"), integer(1)]));
  const patternInOrder = replace(document, ["required_capabilities"], array([text("b"), text("A")]));
  const orderAndConflict = replace(document, ["required_capabilities"], array([text("zeta"), text("time.clock")]));

  const emptyInOrder = replace(document, ["optional_capabilities"], array([text("net.http"), text("")]));
  const patternThenOrder = replace(
    document,
    ["optional_capabilities"],
    array([text("Net"), text("net.listen"), text("net.http")]),
  );

  const cutLong = map([{ key: text("name"), value: raw("780561") }]);
  const cutLongBytes = map([{ key: text("name"), value: raw("590005ff") }]);

  return [
    parent,
    ...LONG_AND_WRONG.map(([argument, width]) => {
      const changed = replace(document, ["name"], integer(argument, { width }));
      return two(
        `head-before-type-${argument}-in-${width}`,
        changed,
        "not_shortest_form",
        at(changed, "name"),
        `The integer ${argument} in the place of a name stands in ${width} bytes.`,
        ["encoding.deterministic"],
      );
    }),
    two(
      "cut-text-before-its-head",
      cutLong,
      "truncated",
      at(cutLong, "name"),
      "A text that is cut off has a head that is too long as well.",
      ["encoding.truncated", "encoding.pass.form"],
    ),
    two(
      "cut-bytes-before-their-head",
      cutLongBytes,
      "truncated",
      at(cutLongBytes, "name"),
      "A byte string that is cut off has a head that is too long as well.",
      ["encoding.truncated", "encoding.pass.form"],
    ),
    two(
      "schema-before-form",
      badNameBadEnd,
      "wrong_type",
      at(badNameBadEnd, "name"),
      "A name of the wrong type stands before a null.",
    ),
    two(
      "form-before-schema",
      nullFirst,
      "forbidden_item",
      at(nullFirst, "name"),
      "A null stands before a version of the wrong type.",
    ),
    two(
      "utf8-before-type",
      notUtf8,
      "invalid_utf8",
      at(notUtf8, "section_index_digest"),
      "A text in the place of a digest is not UTF-8 either.",
    ),
    two(
      "head-before-type",
      longAndWrong,
      "not_shortest_form",
      at(longAndWrong, "name"),
      "An integer in the place of a name has a long head.",
    ),
    two(
      "forbidden-before-type",
      digestInTag,
      "forbidden_item",
      at(digestInTag, "section_index_digest"),
      "A tag stands in the place of a digest, and its content is cut.",
    ),
    two(
      "length-before-pattern",
      patternAndLength,
      "length_out_of_range",
      at(patternAndLength, "name"),
      "A name is too long and of capital letters.",
      ["encoding.length"],
    ),
    two(
      "empty-before-pattern",
      emptyCapability,
      "length_out_of_range",
      write(emptyCapability).locus("required_capabilities", 0),
      "An empty name is too short before it is against the pattern.",
      ["encoding.length"],
    ),
    two(
      "type-before-order",
      typeInOrder,
      "wrong_type",
      write(typeInOrder).locus("required_capabilities", 1),
      "An integer behind a text is of the wrong type, not out of order.",
      ["encoding.type"],
    ),
    two(
      "pattern-before-order",
      patternInOrder,
      "pattern_mismatch",
      write(patternInOrder).locus("required_capabilities", 1),
      "A capital letter behind a small one is against the pattern before it is out of order.",
      ["encoding.pattern"],
    ),
    two(
      "empty-before-order",
      emptyInOrder,
      "length_out_of_range",
      write(emptyInOrder).locus("optional_capabilities", 1),
      "An empty name behind another is too short before it is out of order.",
      ["encoding.length"],
    ),
    two(
      "pattern-before-later-order",
      patternThenOrder,
      "pattern_mismatch",
      write(patternThenOrder).locus("optional_capabilities", 0),
      "The first of three elements is against the pattern, and the third is out of order.",
      ["encoding.pattern"],
    ),
    two(
      "order-before-conflict",
      orderAndConflict,
      "item_order",
      write(orderAndConflict).locus("required_capabilities", 1),
      "An element that is out of order also stands among the optional ones.",
      ["encoding.item-order"],
    ),
    ...lengthDrafts(two, document),
    ...keyDrafts(two, document),
    ...endDrafts(two, document),
  ];
}

type Two = (
  name: string,
  changed: Item | Written,
  reason: string,
  at: Locus,
  why: string,
  clauses?: readonly string[],
) => Draft;

/** Arrays of a fixed number are judged at their head. @spec encoding.length */
function lengthDrafts(two: Two, document: Item): Draft[] {
  const changed = replace(document, ["runtime_interface_min"], array([text("1"), integer(0)]));
  const inside = replace(document, ["runtime_interface_min"], array([text("1"), integer(0), integer(0)]));
  const forbidden = replace(document, ["runtime_interface_min"], array([raw("f6"), integer(0)]));
  const steps = ["runtime_interface_min"];
  return [
    two(
      "length-before-members",
      changed,
      "length_out_of_range",
      write(changed).locus(...steps),
      "A version of two numbers of which the first is a text.",
      ["encoding.length"],
    ),
    two(
      "length-before-forbidden-member",
      forbidden,
      "length_out_of_range",
      write(forbidden).locus(...steps),
      "A version of two numbers of which the first is null.",
      ["encoding.length"],
    ),
    two(
      "member-of-right-length",
      inside,
      "wrong_type",
      write(inside).locus(...steps, 0),
      "A version of three numbers of which the first is a text.",
      ["encoding.type"],
    ),
  ];
}

/** Faults that meet at a key. @spec encoding.missing-field */
function keyDrafts(two: Two, document: Item): Draft[] {
  const rename = (from: string, to: string): Item =>
    editEntries(document, [], (entries) =>
      entries.map((entry) =>
        entry.key.kind === "text" && Buffer.from(entry.key.bytes).toString() === from
          ? { key: text(to), value: entry.value }
          : entry,
      ),
    );
  const smaller = rename("name", "nama");
  const greater = rename("name", "namf");
  const keyAt = (changed: Item, key: string, path = "$"): Locus => ({ at: write(changed).key(key).start, path });
  const swapped = editEntries(document, [], ([first, second, ...rest]) =>
    first === undefined || second === undefined ? [] : [second, first, ...rest],
  );
  const wanting = without(without(document, ["name"]), ["entry"]);
  const badKey = editEntries(without(document, ["name"]), [], ([first, ...rest]) =>
    first === undefined ? [] : [{ key: text("entry", { width: 1 }), value: first.value }, ...rest],
  );
  const nullKey = editEntries(without(document, ["name"]), [], (entries) => [
    { key: raw("f6"), value: integer(1) },
    ...entries,
  ]);
  const integerKey = editEntries(document, [], (entries) => [{ key: integer(1), value: integer(1) }, ...entries]);
  const integerLater = editEntries(document, [], ([first, ...rest]) =>
    first === undefined ? [] : [first, { key: integer(1), value: integer(1) }, ...rest],
  );
  const arrayKey = editEntries(without(document, ["runtime_interface_min"]), [], (entries) => [
    ...entries,
    { key: array([]), value: integer(1) },
  ]);
  const arrayKeyLast = editEntries(document, [], (entries) => [...entries, { key: array([]), value: integer(1) }]);
  const brokenInside = editEntries(document, [], (entries) => [
    ...entries,
    { key: array([raw("f6")]), value: integer(1) },
  ]);
  const twice = editEntries(document, [], ([name, ...rest]) =>
    name === undefined ? [] : [name, { key: text("name"), value: text("again") }, ...rest],
  );
  const late = editEntries(document, [], ([name, entry, ...rest]) =>
    name === undefined || entry === undefined ? [] : [name, entry, { key: text("zeta"), value: integer(1) }, ...rest],
  );
  const badText = (name: string): Item =>
    editEntries(document, [], ([entry, ...rest]) =>
      entry === undefined ? [] : [{ key: text(fromHex(name)), value: entry.value }, ...rest],
    );
  const cutKey = editEntries(document, [], () => [{ key: text("entry", { declared: 9n }), value: raw("") }]);
  const first = (changed: Item, path = "$"): Locus => ({ at: write(changed).key({ entry: 0 }).start, path });
  const last = (changed: Item, path = "$"): Locus => {
    const count = changed.kind === "map" ? changed.entries.length : 0;
    return { at: write(changed).key({ entry: count - 1 }).start, path };
  };
  return [
    two(
      "unknown-smaller-than-missing",
      smaller,
      "unknown_field",
      keyAt(smaller, "nama"),
      "The name is called nama, which is smaller: nothing is missing yet.",
      ["encoding.unknown-field"],
    ),
    two(
      "missing-smaller-than-unknown",
      greater,
      "missing_field",
      keyAt(greater, "namf", "$.name"),
      "The name is called namf, which is greater: the name is missing there.",
      ["encoding.missing-field"],
    ),
    two(
      "missing-though-later",
      swapped,
      "missing_field",
      keyAt(swapped, "entry", "$.name"),
      "The first two members are turned around: the first is missing where the second stands, though it follows.",
      ["encoding.missing-field"],
    ),
    two(
      "smallest-missing-first",
      wanting,
      "missing_field",
      first(wanting, "$.name"),
      "Two members are missing: the one with the smaller key is reported.",
      ["encoding.missing-field"],
    ),
    two(
      "member-twice",
      twice,
      "duplicate_key",
      { at: write(twice).key({ entry: 1 }).start, path: "$" },
      "A known member is there twice, with another value.",
      ["encoding.key-order"],
    ),
    two(
      "order-before-unknown",
      late,
      "key_order",
      { at: write(late).key({ entry: 2 }).start, path: "$" },
      "A key that is out of order is unknown as well.",
      ["encoding.key-order"],
    ),
    two(
      "utf8-before-unknown",
      badText("ff"),
      "invalid_utf8",
      first(badText("ff")),
      "A key that is not UTF-8 is no name that could be unknown.",
      ["encoding.text"],
    ),
    two(
      "utf8-before-missing",
      badText("ffffffffff"),
      "invalid_utf8",
      first(badText("ffffffffff")),
      "A key that is not UTF-8 stands where a member is missing.",
      ["encoding.text", "encoding.missing-field"],
    ),
    two(
      "cut-key-before-missing",
      cutKey,
      "truncated",
      first(cutKey),
      "The bytes end inside a key that stands where a member is missing.",
      ["encoding.truncated", "encoding.missing-field"],
    ),
    two(
      "key-head-before-missing",
      badKey,
      "not_shortest_form",
      first(badKey),
      "A key with a long head stands where a member is missing.",
      ["encoding.missing-field"],
    ),
    two(
      "forbidden-key-before-missing",
      nullKey,
      "forbidden_item",
      first(nullKey),
      "A null stands as a key where a member is missing.",
      ["encoding.missing-field"],
    ),
    two(
      "integer-key",
      integerKey,
      "unknown_field",
      first(integerKey),
      "A key that is no text is unknown to a map of named members.",
      ["encoding.key-type"],
    ),
    two(
      "integer-key-out-of-order",
      integerLater,
      "key_order",
      { at: write(integerLater).key({ entry: 1 }).start, path: "$" },
      "An integer behind a text is out of order before it is unknown.",
      ["encoding.key-order"],
    ),
    two(
      "missing-before-array-key",
      arrayKey,
      "missing_field",
      last(arrayKey, "$.runtime_interface_min"),
      "An array as a key is greater than every text, so that the last member is missing there.",
      ["encoding.missing-field", "encoding.key-type"],
    ),
    two(
      "array-key",
      arrayKeyLast,
      "unknown_field",
      last(arrayKeyLast),
      "An array as a key is unknown once every member was read.",
      ["encoding.key-type"],
    ),
    two(
      "array-key-before-its-content",
      brokenInside,
      "unknown_field",
      last(brokenInside),
      "A key that is an array is judged before what it holds.",
      ["encoding.key-type"],
    ),
  ];
}

/** Faults that meet at the end. @spec encoding.truncated */
function endDrafts(two: Two, document: Item): Draft[] {
  const open = write(without(document, ["runtime_interface_min"]));
  const end = open.bytes.length;
  const trailing = (more: string): Item => raw(open.hex + more);
  const missing = { at: end, path: "$.runtime_interface_min" };
  const inner = edit(document, ["entry"], () => map([{ key: text("symbol"), value: text("run") }]));
  const cut = write(inner);
  const entryEnd = cut.value("entry").end;
  const tooLong = write(edit(document, ["entry", "symbol"], () => text("a".repeat(200))));
  const symbol = tooLong.locus("entry", "symbol");
  return [
    two(
      "missing-at-end",
      raw(open.hex),
      "missing_field",
      missing,
      "The member that comes last is missing where the map ends.",
    ),
    two(
      "missing-before-trailing",
      trailing("00"),
      "missing_field",
      missing,
      "The last member is missing, and a byte follows.",
      ["encoding.missing-field", "encoding.whole"],
    ),
    two(
      "truncated-before-missing",
      raw(Buffer.from(cut.bytes.slice(0, entryEnd)).toString("hex")),
      "truncated",
      { at: entryEnd, path: "$" },
      "The bytes end with a map that lacks its last member, and the map around promises more.",
      ["encoding.truncated"],
    ),
    two(
      "truncated-before-length",
      raw(Buffer.from(tooLong.bytes.slice(0, symbol.at + 50)).toString("hex")),
      "truncated",
      symbol,
      "A text that is too long is cut off as well.",
      ["encoding.truncated"],
    ),
  ];
}

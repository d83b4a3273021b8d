import { array, type Item, integer, map, text } from "../../building/cbor.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { fault, spaced, value } from "./values.js";

const EVERY_CLASS = "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}";

/** Texts that some library changes, drops or refuses. @spec encoding.text */
const GOOD: readonly (readonly [name: string, text: string, what: string])[] = [
  ["empty", "", "An empty text is a text."],
  ["nul", "a\u0000b", "U+0000 is data and ends nothing."],
  ["byte-order-mark", "\ufeffa", "U+FEFF at the beginning is data and is not taken away."],
  ["composed", "\u00e9", "U+00E9 is not decomposed."],
  ["decomposed", "e\u0301", "U+0065 U+0301 is not composed."],
  ["highest-of-one-byte", "\u007f", "U+007F takes one byte."],
  ["lowest-of-two-bytes", "\u0080", "U+0080 takes two bytes."],
  ["highest-of-two-bytes", "\u07ff", "U+07FF takes two bytes."],
  ["lowest-of-three-bytes", "\u0800", "U+0800 takes three bytes."],
  ["before-surrogates", "\ud7ff", "U+D7FF is the last before the surrogates."],
  ["behind-surrogates", "\ue000", "U+E000 is the first behind the surrogates."],
  ["replacement", "\ufffd", "U+FFFD is a character like any other."],
  ["no-character", "\ufffe\uffff", "U+FFFE and U+FFFF are valid in UTF-8."],
  ["lowest-of-four-bytes", "\u{10000}", "U+10000 takes four bytes."],
  ["highest-of-all", "\u{10ffff}", "U+10FFFF is the last of all."],
  [
    "byte-order-mark-before-many",
    `\ufeff${"a".repeat(60)}é`,
    "U+FEFF at the beginning of a longer text is data as well.",
  ],
  ["byte-order-mark-inside-many", `${"é".repeat(20)}\ufeff${"é".repeat(20)}`, "U+FEFF inside a longer text is data."],
  ["every-class-in-many", EVERY_CLASS.repeat(3), "Characters at the bounds of each length, in a text of some length."],
  ["bounds-of-two-bytes", "\u0080\u00bf\u00c0\u00ff\u07c0\u07ff", "Characters at the bounds of the bytes of two."],
  ["bounds-of-three-bytes", "\u0800\u0fff\u1000\ucfff\ud000\ud7ff\ue000\uefff\uf000\uffff", "The same of three."],
  ["bounds-of-four-bytes", "\u{10000}\u{3ffff}\u{40000}\u{fffff}\u{100000}\u{10ffff}", "The same of four."],
  ["line-ends", "a\r\nb\rc\n", "Line ends are not changed."],
];

const BAD: readonly (readonly [name: string, bytes: string, what: string])[] = [
  ["overlong-nul", "c080", "U+0000 in two bytes"],
  ["overlong-of-two-bytes", "c1bf", "U+007F in two bytes"],
  ["overlong-of-three-bytes", "e09fbf", "U+07FF in three bytes"],
  ["overlong-of-three-bytes-lowest", "e08080", "U+0000 in three bytes"],
  ["overlong-of-four-bytes", "f08fbfbf", "U+FFFF in four bytes"],
  ["overlong-of-four-bytes-lowest", "f0808080", "U+0000 in four bytes"],
  ["first-surrogate", "eda080", "the surrogate U+D800"],
  ["last-surrogate", "edbfbf", "the surrogate U+DFFF"],
  ["pair-of-surrogates", "eda0bdedb880", "a pair of surrogates, three bytes each"],
  ["above-all", "f4908080", "U+110000"],
  ["first-byte-f5", "f5808080", "a first byte of f5"],
  ["five-bytes", "f888808080", "a sequence of five bytes"],
  ["six-bytes", "fc8480808080", "a sequence of six bytes"],
  ["byte-fe", "fe", "the byte fe"],
  ["byte-ff", "ff", "the byte ff"],
  ["lone-continuation", "80", "a continuation without a beginning"],
  ["continuation-behind-text", "61bf", "a continuation behind a whole character"],
  ["cut-two-bytes", "c3", "a sequence of two bytes without its end"],
  ["cut-three-bytes", "e282", "a sequence of three bytes without its end"],
  ["cut-four-bytes", "f09f98", "a sequence of four bytes without its end"],
  ["interrupted-two-bytes", "c341", "a sequence of two bytes with a letter in it"],
  ["interrupted-three-bytes", "e282c3a9", "a sequence of three bytes with another one in it"],
  ["good-before", "c3a9c3a9ff", "good characters and a byte ff behind them"],
  ["good-behind", "ff616263", "a byte ff and good characters behind it"],
  ["continuation-too-low-in-two", "c27f", "a second byte of 7f"],
  ["continuation-too-high-in-two", "c2c0", "a second byte of c0"],
  ["continuation-too-low-in-three", "e1807f", "a third byte of 7f"],
  ["continuation-too-high-in-three", "e180c0", "a third byte of c0"],
  ["continuation-too-low-in-four", "f180807f", "a fourth byte of 7f"],
  ["continuation-too-high-in-four", "f18080c0", "a fourth byte of c0"],
  ["third-too-low-in-four", "f1807f80", "a third of four bytes of 7f"],
  ["second-too-low-behind-e1", "e17f80", "e1 with a second byte of 7f"],
  ["second-too-high-behind-ef", "efc080", "ef with a second byte of c0"],
  ["second-too-low-behind-f1", "f17f8080", "f1 with a second byte of 7f"],
  ["second-too-high-behind-f3", "f3c08080", "f3 with a second byte of c0"],
  ["first-byte-c0", "c0bf", "U+003F in two bytes"],
  ["cut-three-bytes-to-one", "e2", "the first of three bytes alone"],
  ["cut-four-bytes-to-one", "f0", "the first of four bytes alone"],
  ["cut-four-bytes-to-two", "f09f", "two of four bytes"],
  ["cut-behind-many", `${"61".repeat(40)}e282`, "a sequence that is cut behind forty letters"],
  ["surrogate-behind-many", `${"c3a9".repeat(20)}eda080`, "a surrogate behind twenty characters of two bytes"],
  ["latin-1", "63616665cc81e9", "a byte of Latin-1 at the end"],
];

/** Sequences that end with their text, before an item whose first byte looks like the rest of them. */
const CUT: readonly (readonly [name: string, start: string, next: Item])[] = [
  ["cut-two-bytes-before-an-array", "c3", array([])],
  ["cut-two-bytes-before-a-map", "61c3", map([])],
  ["cut-three-bytes-before-an-array", "e282", array([integer(1)])],
  ["cut-four-bytes-before-a-map", "f09f98", map([])],
];

export function textDrafts(): Draft[] {
  const clauses = ["encoding.text", "encoding.write.round-trip"];
  const good = GOOD.map(([name, content, what]) => value(`texts/${name}`, clauses, array([text(content)]), what));
  const [parent] = good;
  if (parent === undefined) return [];
  const bad = BAD.map(([name, bytes, what]) =>
    fault(parent, {
      name: `texts/${name}`,
      document: array([text(fromHex(bytes))]),
      reason: "invalid_utf8",
      at: [0],
      mutator: "replace",
      arguments: { path: "$[0]", by: bytes },
      why: `${spaced(bytes)} is ${what}.`,
    }),
  );
  return [...good, ...bad, ...placeDrafts()];
}

/** Bad texts in other places: keys, and texts that are cut before their fault would show. */
function placeDrafts(): Draft[] {
  const of = (key: Item): Item => map([{ key, value: integer(1) }]);
  const parent = value("texts/key", ["encoding.text"], of(text("é")), "A key that is not ASCII.");
  const pair = value(
    "texts/before-others",
    ["encoding.text"],
    array([text("é"), array([])]),
    "A text before an array.",
  );
  return [
    pair,
    ...CUT.map(([name, start, next]) =>
      fault(pair, {
        name: `texts/${name}`,
        document: array([text(fromHex(start)), next]),
        reason: "invalid_utf8",
        at: [0],
        mutator: "replace",
        arguments: { path: "$[0]", by: start },
        why: `${spaced(start)} ends with the text, and the head of the next item would go on with it.`,
      }),
    ),
    parent,
    fault(parent, {
      name: "texts/key-latin-1",
      document: of(text(fromHex("e9"))),
      reason: "invalid_utf8",
      at: (written) => ({ at: written.key({ entry: 0 }).start, path: "$" }),
      mutator: "replace",
      arguments: { path: "$", entry: 0, by: "e9" },
      clauses: ["encoding.path.keys"],
      why: "A key that is not UTF-8 names the map.",
    }),
    fault(parent, {
      name: "texts/key-overlong-nul",
      document: of(text(fromHex("6bc08065"))),
      reason: "invalid_utf8",
      at: (written) => ({ at: written.key({ entry: 0 }).start, path: "$" }),
      mutator: "replace",
      arguments: { path: "$", entry: 0, by: "6bc08065" },
      clauses: ["encoding.path.keys"],
      why: "A key holds U+0000 in two bytes, between letters.",
    }),
    fault(parent, {
      name: "texts/cut-and-bad",
      document: of(text(fromHex("ff"), { declared: 9n })),
      reason: "truncated",
      at: (written) => ({ at: written.key({ entry: 0 }).start, path: "$" }),
      mutator: "declare-length",
      arguments: { path: "$", entry: 0, length: 9 },
      clauses: ["encoding.pass.form"],
      why: "A text that is cut is not looked at for UTF-8.",
    }),
    fault(parent, {
      name: "texts/long-head-and-bad",
      document: of(text(fromHex("ff"), { width: 1 })),
      reason: "not_shortest_form",
      at: (written) => ({ at: written.key({ entry: 0 }).start, path: "$" }),
      mutator: "replace",
      arguments: { path: "$", entry: 0, by: "7801ff" },
      clauses: ["encoding.pass.form"],
      why: "A long head comes before the text behind it.",
    }),
  ];
}

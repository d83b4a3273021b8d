import { bytes, type Entry, type Item, integer, map, text, write } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { keysOfEveryLength } from "../codec/keys.js";
import { fault, keyOf, value } from "./values.js";

const NAMED = "abcdefghijklmnopqrstuvwxyz";

function entries(...keys: (string | Item)[]): Entry[] {
  return keys.map((key, at) => ({ key: typeof key === "string" ? text(key) : key, value: integer(at) }));
}

/** Keys that some order other than that of the encoded bytes would turn around. @spec encoding.key-order */
const ORDERED: readonly (readonly [name: string, keys: readonly string[], why: string])[] = [
  ["shorter-first", ["b", "aa"], "A shorter key comes first, whatever its letters."],
  ["by-bytes", ["B", "a"], "Keys of one length stand by their bytes, capital letters before small ones."],
  [
    "head-grows",
    [NAMED.slice(0, 23), `a${NAMED.slice(0, 23)}`],
    "A key of 24 bytes stands behind one of 23, whose head is smaller.",
  ],
  ["empty-first", ["", "a"], "The empty key is the smallest."],
  ["bytes-not-characters", ["ab", "é", "abc"], "The length of a key is that of its bytes: é has two."],
  ["bytes-not-units", ["\uff5ea", "\u{1f600}"], "U+FF5E stands before U+1F600, whose units in UTF-16 are smaller."],
  ["nul", ["a", "a\u0000"], "A key that goes on with U+0000 is longer."],
  ["normal-forms", ["\u00e9", "e\u0301"], "Two ways to write one letter are two keys."],
  ["number-last", ["a", "10"], "A key that reads as a number stands behind a shorter one."],
  ["of-prototypes", ["toString", "__proto__", "constructor"], "Keys that some language gives a meaning are keys."],
  ["many", Array.from({ length: 30 }, (_, i) => `k${String(i).padStart(2, "0")}`), "Thirty keys ascend."],
];

export function keyDrafts(): Draft[] {
  const ordered = ORDERED.map(([name, keys, why]) =>
    value(`keys/${name}`, ["encoding.key-order", "encoding.deterministic"], map(entries(...keys)), why),
  );
  const turned = ORDERED.map(([name, keys, why], at) => {
    const parent = ordered[at];
    if (parent === undefined) throw new TypeError(name);
    const [first = "", second = "", ...rest] = keys;
    return fault(parent, {
      name: `keys/${name}-turned`,
      document: map(entries(second, first, ...rest)),
      reason: "key_order",
      at: keyOf({ entry: 1 }),
      mutator: "swap-entries",
      arguments: { path: "$", entries: [0, 1] },
      why: `${why} Here the first two are turned around.`,
    });
  });
  const every = value(
    "keys/of-every-length",
    ["encoding.key-order", "encoding.write.round-trip"],
    keysOfEveryLength(),
    "Keys of one to ten bytes, with characters of one to four and such that read as numbers.",
  );
  return [...ordered, ...turned, every, ...duplicates(), ...nested(), ...precedence()];
}

function duplicates(): Draft[] {
  const parent = value("keys/three", ["encoding.key-order"], map(entries("a", "b", "c")), "Three keys ascend.");
  const refused = (name: string, changed: Entry[], reason: string, at: number, why: string): Draft =>
    fault(parent, {
      name: `keys/${name}`,
      document: map(changed),
      reason,
      at: keyOf({ entry: at }),
      mutator: "replace-key",
      arguments: { path: "$", entry: at, by: write(changed[at]?.key ?? text("")).hex },
      clauses: ["encoding.path.keys"],
      why,
    });
  return [
    parent,
    refused("twice-first", entries("a", "a", "c"), "duplicate_key", 1, "The first key is there twice."),
    refused("twice-last", entries("a", "b", "b"), "duplicate_key", 2, "The last key is there twice."),
    refused(
      "twice-apart",
      entries("a", "b", "a"),
      "key_order",
      2,
      "A key that is there again behind a greater one is out of order.",
    ),
    refused("smaller-last", entries("b", "c", "a"), "key_order", 2, "The last key is the smallest."),
    refused(
      "twice-in-long-head",
      entries("a", text("a", { width: 1 }), "c"),
      "not_shortest_form",
      1,
      "A key that is there again in a long head is first of all too long.",
    ),
    refused(
      "same-value-twice",
      entries("a", "b", "c").map((entry, at) => (at === 2 ? { key: text("b"), value: integer(1) } : entry)),
      "duplicate_key",
      2,
      "Two members that agree are two members all the same.",
    ),
  ];
}

/** Each map has an order of its own. */
function nested(): Draft[] {
  const of = (inner: Entry[], last: string): Item =>
    map([
      { key: text("b"), value: map(inner) },
      { key: text(last), value: integer(1) },
    ]);
  const parent = value(
    "keys/nested",
    ["encoding.key-order"],
    of(entries("a", "c"), "c"),
    "The keys of an inner map are compared with each other alone.",
  );
  return [
    parent,
    fault(parent, {
      name: "keys/nested-turned",
      document: of(entries("c", "a"), "c"),
      reason: "key_order",
      at: keyOf("b", { entry: 1 }),
      mutator: "swap-entries",
      arguments: { path: "$.b", entries: [0, 1] },
      why: "The keys of an inner map are turned around.",
    }),
    fault(parent, {
      name: "keys/behind-nested",
      document: of(entries("a", "c"), "a"),
      reason: "key_order",
      at: keyOf({ entry: 1 }),
      mutator: "replace-key",
      arguments: { path: "$", entry: 1, by: "6161" },
      why: "Behind an inner map the keys of the outer one go on where they were.",
    }),
  ];
}

/** A key out of order that the schema refuses as well. @spec encoding.verdict */
function precedence(): Draft[] {
  const parent = value("keys/one", ["encoding.key-order"], map(entries("c")), "A map of one member.");
  const refused = (name: string, keys: (string | Item)[], reason: string, at: number, why: string): Draft =>
    fault(parent, {
      name: `keys/${name}`,
      document: map(entries(...keys)),
      reason,
      at: keyOf({ entry: at }),
      mutator: "add-member",
      arguments: { path: "$", key: write(map(entries(...keys))).hex },
      clauses: ["encoding.verdict", "encoding.key-type"],
      why,
    });
  return [
    parent,
    refused(
      "integer-behind-text",
      ["a", integer(1)],
      "key_order",
      1,
      "An integer behind a text is out of order before it is of the wrong type.",
    ),
    refused(
      "integer-before-text",
      [integer(1), "a"],
      "wrong_type",
      0,
      "An integer in its place is a key of the wrong type.",
    ),
    refused(
      "bytes-before-text",
      [bytes(Uint8Array.of(0x61)), "a"],
      "wrong_type",
      0,
      "A byte string is no text, even where its bytes are.",
    ),
    refused(
      "bytes-twice",
      ["a", bytes(Uint8Array.of(0x61))],
      "key_order",
      1,
      "A byte string is smaller than every text.",
    ),
  ];
}

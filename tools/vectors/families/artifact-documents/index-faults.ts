import { array, bytes, editEntries, type Item, integer, map, raw, text, withMember } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import type { LoadParent } from "../artifact-drafts.js";
import { append, cut, declaring, documents, doubled, exchanged, nested, set, whole } from "./document-case.js";

/** Faults of the index, each reason that it can have at least once. */
export function indexFaults(parent: LoadParent, later: LoadParent): Draft[] {
  const firstId = "data/words";
  return [
    ...documents(parent, "index", [
      {
        name: "truncated-count",
        reason: "truncated",
        clauses: ["encoding.truncated", "encoding.counts"],
        items: declaring(1),
        at: { offset: whole, path: "$[3]" },
        why: "The head promises an entry that is not there.",
      },
      {
        name: "truncated-huge-count",
        reason: "truncated",
        clauses: ["encoding.counts", "loader.limits.allocation"],
        items: (document) => (document.kind === "array" ? { ...document, declared: 0xffff_ffff_ffff_ffffn } : document),
        at: { offset: whole, path: "$[3]" },
        why: "The head promises 2^64-1 entries.",
      },
      {
        name: "truncated-inside",
        reason: "truncated",
        clauses: ["encoding.truncated"],
        bytes: cut(1),
        at: { value: [2, 6] },
        why: "The last byte of the index is missing, and the header counts it so.",
      },
      {
        name: "empty",
        reason: "truncated",
        clauses: ["encoding.truncated"],
        bytes: () => new Uint8Array(),
        at: { offset: () => 0, path: "$" },
        why: "The index has no byte.",
      },
      {
        name: "undefined",
        reason: "forbidden_item",
        clauses: ["encoding.items"],
        items: set([1, 6], raw("f7")),
        at: { value: [1, 6] },
        why: "The constraints are undefined.",
      },
      {
        name: "long-kind",
        reason: "not_shortest_form",
        clauses: ["encoding.deterministic"],
        items: set([1, 1], integer(1, { width: 2 })),
        at: { value: [1, 1] },
        why: "A kind has a head of three bytes.",
      },
      {
        name: "utf8-id",
        reason: "invalid_utf8",
        clauses: ["encoding.text"],
        items: set([0, 0], text(Uint8Array.of(0x64, 0x80))),
        at: { value: [0, 0] },
        why: "A section's id is no UTF-8.",
      },
      {
        name: "duplicate-key",
        reason: "duplicate_key",
        clauses: ["encoding.key-order"],
        items: doubled([0, 6], 0),
        at: { key: [0, 6, { entry: 1 }] },
        why: "A constraint is there twice.",
      },
      {
        name: "key-order",
        reason: "key_order",
        clauses: ["encoding.key-order"],
        items: exchanged([0, 6], 0),
        at: { key: [0, 6, "terminals"] },
        why: "Two constraints are exchanged.",
      },
      {
        name: "unknown",
        reason: "unknown_field",
        clauses: ["encoding.unknown-field", "encoding.growth.index"],
        items: (document) => withMember(document, [1, 6], "zone", integer(1)),
        at: { key: [1, 6, "zone"] },
        why: "A constraint that no schema has, where the manifest declares the present minor.",
      },
      {
        name: "not-an-array",
        reason: "wrong_type",
        clauses: ["encoding.type", "index.shape"],
        items: () => map([]),
        at: { value: [] },
        why: "The index is a map.",
      },
      {
        name: "entry-map",
        reason: "wrong_type",
        clauses: ["encoding.type", "index.entry"],
        items: set([1], map([])),
        at: { value: [1] },
        why: "An entry is a map.",
      },
      {
        name: "length-text",
        reason: "wrong_type",
        clauses: ["encoding.type", "index.entry"],
        items: set([1, 3], text("9")),
        at: { value: [1, 3] },
        why: "A length is a text.",
      },
      {
        name: "entry-of-six",
        reason: "length_out_of_range",
        clauses: ["encoding.length", "index.entry"],
        items: (document) => set([1], sliced(document, 1, 6))(document),
        at: { value: [1] },
        why: "An entry has six members.",
      },
      {
        name: "entry-of-eight",
        reason: "length_out_of_range",
        clauses: ["encoding.length", "index.entry", "encoding.growth.arrays"],
        items: (document) => set([1], extended(document, 1))(document),
        at: { value: [1] },
        why: "An entry has eight members.",
      },
      {
        name: "id-empty",
        reason: "length_out_of_range",
        clauses: ["encoding.length", "index.section-id"],
        items: set([0, 0], text("")),
        at: { value: [0, 0] },
        why: "A section's id is empty.",
      },
      {
        name: "id-long",
        reason: "length_out_of_range",
        clauses: ["encoding.length", "index.section-id"],
        items: set([0, 0], text("d".repeat(129))),
        at: { value: [0, 0] },
        why: "A section's id has 129 bytes.",
      },
      {
        name: "digest-long",
        reason: "length_out_of_range",
        clauses: ["encoding.length", "format.digest.algorithm"],
        items: set([1, 4], bytes(new Uint8Array(33))),
        at: { value: [1, 4] },
        why: "A digest has 33 bytes.",
      },
      {
        name: "kind-zero",
        reason: "value_out_of_range",
        clauses: ["encoding.value", "index.kind"],
        items: set([0, 1], integer(0)),
        at: { value: [0, 1] },
        why: "A kind is 0.",
      },
      {
        name: "kind-65536",
        reason: "value_out_of_range",
        clauses: ["encoding.value", "index.kind"],
        items: set([0, 1], integer(65_536)),
        at: { value: [0, 1] },
        why: "A kind is 65536.",
      },
      {
        name: "offset-negative",
        reason: "value_out_of_range",
        clauses: ["encoding.integers", "encoding.integers.safe"],
        items: set([1, 2], integer(-1)),
        at: { value: [1, 2] },
        why: "An offset is -1.",
      },
      {
        name: "length-54-bits",
        reason: "value_out_of_range",
        clauses: ["encoding.integers.safe"],
        items: set([1, 3], integer(2n ** 53n)),
        at: { value: [1, 3] },
        why: "A length is 2^53, which not every host represents exactly.",
      },
      {
        name: "visibility",
        reason: "value_out_of_range",
        clauses: ["encoding.value", "index.visibility"],
        items: set([1, 5], integer(2)),
        at: { value: [1, 5] },
        why: "A visibility is 2.",
      },
      {
        name: "id-dots",
        reason: "pattern_mismatch",
        clauses: ["encoding.pattern", "index.section-id"],
        items: set([0, 0], text("../words")),
        at: { value: [0, 0] },
        why: "A section's id leads out of the folder it is unpacked to.",
      },
      {
        name: "id-slash",
        reason: "pattern_mismatch",
        clauses: ["encoding.pattern", "index.section-id"],
        items: set([0, 0], text("/words")),
        at: { value: [0, 0] },
        why: "A section's id begins with a slash.",
      },
      {
        name: "ids-exchanged",
        reason: "item_order",
        clauses: ["encoding.item-order", "index.shape"],
        items: (document) => set([1, 0], text(firstId))(set([0, 0], text("main"))(document)),
        at: { value: [1, 0] },
        why: "Two entries are not ascending.",
      },
      {
        name: "id-twice",
        reason: "item_order",
        clauses: ["encoding.item-order", "index.shape"],
        items: set([1, 0], text(firstId)),
        at: { value: [1, 0] },
        why: "Two entries have one id.",
      },
      {
        name: "prefix",
        reason: "item_conflict",
        clauses: ["encoding.item-conflict", "index.prefix-free"],
        items: set([2, 0], text("main/site")),
        at: { value: [2, 0] },
        why: "An id is a path prefix of the next one.",
      },
      {
        name: "prefix-not-neighbour",
        reason: "item_conflict",
        clauses: ["encoding.item-conflict", "index.prefix-free"],
        items: (document) =>
          set([2, 0], text("main/site"))(set([1, 0], text("main-2"))(set([0, 0], text("main"))(document))),
        at: { value: [2, 0] },
        why: "An id is a path prefix of the one after the next.",
      },
      {
        name: "trailing-byte",
        reason: "trailing_bytes",
        clauses: ["encoding.whole"],
        bytes: append("00"),
        at: { offset: whole, path: "$" },
        why: "A byte follows the index, and the header counts it.",
      },
    ]),
    ...documents(later, "index", [
      {
        name: "depth",
        reason: "depth",
        clauses: ["encoding.depth", "encoding.growth.index"],
        items: (document) => withMember(document, [1, 6], "zone", nested(14)),
        at: { value: [1, 6, "zone", ...new Array<number>(13).fill(0)] },
        why: "A constraint of a later minor is nested 17 deep.",
      },
      {
        name: "later-key-type",
        reason: "wrong_type",
        clauses: ["encoding.key-type", "encoding.growth.index"],
        items: (document) =>
          editEntries(document, [1, 6], (entries) => [...entries, { key: raw("01"), value: integer(0) }]),
        at: { key: [1, 6, { entry: 0 }], path: "$[1][6]" },
        why: "Beside a manifest of a later minor, a constraint's key that is no text is of the wrong type.",
      },
      {
        name: "later-entry-of-eight",
        reason: "length_out_of_range",
        clauses: ["encoding.growth.arrays"],
        items: (document) => set([1], extended(document, 1))(document),
        at: { value: [1] },
        why: "An entry does not grow in a later minor either.",
      },
    ]),
  ];
}

/** The first members of an entry. */
function sliced(document: Item, entry: number, count: number): Item {
  const found = document.kind === "array" ? document.items[entry] : undefined;
  return found?.kind === "array" ? array(found.items.slice(0, count)) : array([]);
}

/** An entry with one member more. */
function extended(document: Item, entry: number): Item {
  const found = document.kind === "array" ? document.items[entry] : undefined;
  return found?.kind === "array" ? array([...found.items, integer(0)]) : array([]);
}

import { array, type Item, integer, item, replace, text, type Value, write } from "../../building/cbor.js";
import { indexEntry } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";

/** Constraints that differ from one another in one byte, in their length, or not at all. */
const ALIKE: readonly { readonly [member: string]: Value }[] = [
  { features: ["colour"] },
  { features: ["colours"] },
  { features: ["colouR"] },
  { features: ["Colour"] },
  { features: ["coLour"] },
  { features: ["colour"], terminals: ["server"] },
  { features: ["colour"], terminals: ["servers"] },
  { min_memory_bytes: 1 },
  { min_memory_bytes: 2 },
  { min_memory_bytes: 256 },
  { min_memory_bytes: 257 },
  {},
];

/** Indexes in which entries repeat constraints of others, or nearly do, and such of many entries. */
export function rowDrafts(): Draft[] {
  return [...alikeDrafts(), ...manyDrafts(), ...promiseDrafts()];
}

/** @spec index.entry */
function alikeDrafts(): Draft[] {
  const accepted = (name: string, constraints: readonly (typeof ALIKE)[number][], why: string): Draft =>
    decodes({
      id: `codec-index/alike/${name}`,
      rule: "section-index",
      clauses: ["index.entry", "encoding.write.round-trip"],
      document: item(
        constraints.map((each, at) => [...indexEntry(`s${String(at).padStart(2, "0")}`).slice(0, 6), each]),
      ),
      why,
      again: true,
    });
  const none = {};
  const parent = accepted("one-byte", ALIKE, "Every entry has other constraints, some by one byte.");
  return [
    parent,
    accepted(
      "empty-between",
      ALIKE.slice(0, 6).flatMap((each) => [none, each, none]),
      "Every other entry has none.",
    ),
    accepted("twice", [...ALIKE, ...ALIKE], "Constraints come again in the same order."),
    accepted("turned-around", [...ALIKE, ...[...ALIKE].reverse()], "Constraints come again in the other order."),
    accepted(
      "in-pairs",
      ALIKE.flatMap((each) => [each, each]),
      "Each entry has the constraints of the one before it.",
    ),
    ...behindDrafts(parent),
  ];
}

/** Faults in constraints that begin like those of an entry before. */
function behindDrafts(parent: Draft): Draft[] {
  const document = item(ALIKE.map((each, at) => [...indexEntry(`s${String(at).padStart(2, "0")}`).slice(0, 6), each]));
  const features = write(replace(document, [1, 6, "features"], item(["colour", "colour"])));
  const bytes = write(replace(document, [8, 6, "min_memory_bytes"], integer(-1)));
  return [
    refuses(parent, {
      id: "codec-index/alike/second-twice",
      clauses: ["encoding.item-order", "index.entry"],
      bytes: features,
      reason: "item_order",
      locus: features.locus(1, 6, "features", 1),
      mutator: "replace",
      arguments: { path: "$[1][6].features" },
      why: "The constraints of the second entry have a feature twice that the first one has once.",
    }),
    refuses(parent, {
      id: "codec-index/alike/negative",
      clauses: ["encoding.value", "index.entry"],
      bytes,
      reason: "value_out_of_range",
      locus: bytes.locus(8, 6, "min_memory_bytes"),
      mutator: "replace",
      arguments: { path: "$[8][6].min_memory_bytes", by: "20" },
      why: "The memory of an entry behind others of the same constraint is negative.",
    }),
  ];
}

/** An index of this many entries, with numbers of every width among them. */
function ofMany(count: number): Item {
  return item(
    Array.from({ length: count }, (_, at): Value => {
      const id = `part/${String(at).padStart(5, "0")}${"-long".repeat(at % 7)}`;
      const offset = at % 5 === 0 ? 2 ** 53 - 1 - at : at * 1000;
      const length = at % 7 === 0 ? 2 ** 32 + at : at;
      const [name, kind, , , digest] = indexEntry(id, { kind: (at % 65_535) + 1 });
      const constraints = at % 3 === 0 ? { min_memory_bytes: at % 40 } : {};
      return [name, at % 11 === 0 ? 65_535 - at : kind, offset, length, digest, at % 2, constraints] as Value[];
    }),
  );
}

/** @spec index.shape */
function manyDrafts(): Draft[] {
  const document = ofMany(1400);
  const parent = decodes({
    id: "codec-index/many/1400",
    rule: "section-index",
    clauses: ["index.shape", "encoding.write.round-trip"],
    document,
    why: "An index of 1400 entries.",
    again: true,
  });
  const small = decodes({
    id: "codec-index/many/60",
    rule: "section-index",
    clauses: ["index.shape", "encoding.write.round-trip"],
    document: ofMany(60),
    why: "An index of 60 entries, a few bytes longer than many readers take at once.",
    again: true,
  });
  const wrong = write(replace(document, [1399, 0], text("part/01398-longer/x/")));
  return [
    parent,
    small,
    refuses(parent, {
      id: "codec-index/many/1400-last-id",
      clauses: ["encoding.pattern", "index.section-id"],
      bytes: wrong,
      reason: "pattern_mismatch",
      locus: wrong.locus(1399, 0),
      mutator: "replace",
      arguments: { path: "$[1399][0]" },
      why: "The id of the last of 1400 entries ends with a slash.",
    }),
  ];
}

/** Counts that no document could hold. @spec encoding.counts */
function promiseDrafts(): Draft[] {
  const entries = [item(indexEntry("main"))];
  const parent = decodes({
    id: "codec-index/promises/one",
    rule: "section-index",
    clauses: ["encoding.counts"],
    document: array(entries),
    why: "An index of one entry that says so.",
  });
  const counts = [2n, 1000n, 2n ** 16n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];
  return [
    parent,
    ...counts.map((declared) => {
      const written = write(array(entries, { declared }));
      return refuses(parent, {
        id: `codec-index/promises/${declared}`,
        clauses: ["encoding.counts", "encoding.truncated"],
        bytes: written,
        reason: "truncated",
        locus: { at: written.bytes.length, path: "$[1]" },
        mutator: "declare-count",
        arguments: { path: "$", declared: String(declared) },
        why: `An index of one entry declares ${declared}.`,
        effect: "A reader that reserves memory by a declared count is stopped by a few bytes.",
      });
    }),
  ];
}

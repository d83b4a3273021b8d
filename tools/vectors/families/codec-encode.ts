import {
  array,
  bytes,
  type Item,
  integer,
  item,
  jsonOf,
  type Locus,
  map,
  replace,
  text,
  withMember,
  write,
} from "../building/cbor.js";
import { errors, events, manifests, type Samples, sectionIndexes, trustStores } from "../building/documents.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";
import { REASON_CLAUSES } from "./codec/decoding.js";

const WRITE = "encoding.write";
const ROUND_TRIP = "encoding.write.round-trip";
const EFFECT = "A tool writes documents that no reader takes, and whoever made them finds out when it is too late.";

interface Encoded {
  readonly id: string;
  readonly rule: string;
  readonly document: Item;
  readonly clauses?: readonly string[];
  readonly why: string;
  readonly schemaVersion?: string;
}

/** A value that is written. @spec encoding.write.round-trip */
function encodes({ id, rule, document, clauses = [], why, schemaVersion }: Encoded): Draft {
  return accepted({
    id: `codec-encode/${id}`,
    operation: "encode",
    clauses: [...new Set([ROUND_TRIP, "encoding.deterministic", ...clauses])],
    inputs: { rule, value: jsonOf(document), ...(schemaVersion !== undefined && { schema_version: schemaVersion }) },
    result: { bytes: write(document).hex },
    why,
    effect: "Two writers make different bytes of one document, so that its digest no longer names it.",
  });
}

interface Unwritten {
  readonly id: string;
  readonly document: Item;
  readonly reason: string;
  readonly locus: Locus;
  readonly mutator: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** A value that no document has, refused where a reader would refuse its encoding. @spec encoding.write */
function unwritten(
  parent: Draft,
  { id, document, reason, locus, mutator, clauses = [], why, ...more }: Unwritten,
): Draft {
  const behind = REASON_CLAUSES[reason];
  return mutated(parent, {
    id: `codec-encode/${id}`,
    clauses: [...new Set([WRITE, ...(behind === undefined ? [] : [behind]), ...clauses])],
    recipe: { mutator, arguments: more.arguments, repair: "raw" },
    inputs: { value: jsonOf(document) },
    refusal: { code: "CODEC", reason, locus: { at: locus.at, path: locus.path } },
    why,
    effect: EFFECT,
  });
}

const RULES: readonly (readonly [rule: string, samples: Samples])[] = [
  ["manifest", manifests],
  ["section-index", sectionIndexes],
  ["trust-store", trustStores],
  ["fayger-error", errors],
  ["fayger-event", events],
];

/** The samples of a rule, and of the changes that its schema refuses one for each place and reason. */
function ruleDrafts(rule: string, samples: Samples): Draft[] {
  const document = samples.maximal();
  const base = encodes({
    id: `${rule}/samples/maximal`,
    rule,
    document,
    why: "A document with every member there is.",
  });
  const shown = (["minimal", "typical"] as const).map((name) =>
    encodes({ id: `${rule}/samples/${name}`, rule, document: samples[name](), why: `The ${name} sample.` }),
  );
  const drafts: Draft[] = [];
  const parents = new Map([[write(document).hex, base]]);
  const seen = new Set<string>();
  for (const mutant of schemaMutants(document, rule)) {
    const { label, name, fault, parent, why } = mutant;
    const id = `${rule}/${idOf(label)}/${idOf(name)}`;
    const { hex } = write(mutant.document);
    if (fault === undefined) {
      if (!isParent(mutant) || parents.has(hex)) continue;
      const draft = encodes({ id, rule, document: mutant.document, why });
      parents.set(hex, draft);
      drafts.push(draft);
      continue;
    }
    const from = parents.get(write(parent).hex);
    const key = `${label} ${fault.reason}`;
    if (from === undefined || seen.has(key)) continue;
    seen.add(key);
    drafts.push(
      unwritten(from, {
        id,
        document: mutant.document,
        reason: fault.reason,
        locus: fault,
        mutator: mutant.mutator,
        arguments: mutant.arguments,
        why,
      }),
    );
  }
  return [...shown, base, ...drafts];
}

/** Documents that further changes begin with. */
function isParent({ name }: Mutant): boolean {
  return name === "one-element" || name === "one-member";
}

function idOf(part: string): string {
  return part.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
}

/** Heads of every width and texts that some writer changes. @spec encoding.deterministic */
function valueDrafts(): Draft[] {
  const edges = [
    0n,
    23n,
    24n,
    255n,
    256n,
    65_535n,
    65_536n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  const value = (name: string, document: Item, why: string, clauses: readonly string[] = []): Draft =>
    encodes({ id: `value/${name}`, rule: "context-value", document, why, clauses });
  const entries = (...keys: string[]) => keys.map((key, at) => ({ key: text(key), value: integer(at) }));
  return [
    ...edges.map((n) => value(`unsigned-${n}`, integer(n), `${n} has the shortest head.`, ["encoding.integers"])),
    ...edges.map((n) =>
      value(`negative-${n + 1n}`, integer(-1n - n), `${-1n - n} has the shortest head.`, ["encoding.integers"]),
    ),
    ...[0, 23, 24, 255, 256].flatMap((n) => [
      value(`bytes-of-${n}`, bytes(new Uint8Array(n).fill(n)), `A byte string of ${n} bytes.`),
      value(`text-of-${n}`, text("x".repeat(n)), `A text of ${n} bytes.`),
      value(`array-of-${n}`, array(Array.from({ length: n }, () => integer(1))), `An array of ${n} elements.`),
    ]),
    value("false", item(false), "A boolean is one byte."),
    value("true", item(true), "A boolean is one byte."),
    value("keys-by-length", map(entries("z", "aa")), "A shorter key is written first.", ["encoding.key-order"]),
    value("keys-by-bytes", map(entries("B", "a", "é")), "Keys are written by their bytes.", ["encoding.key-order"]),
    value("keys-not-by-units", map(entries("\uff5ea", "\u{1f600}")), "Keys are not written by the units of UTF-16.", [
      "encoding.key-order",
    ]),
    value("keys-like-numbers", map(entries("1", "2", "10")), "Keys that read as numbers are texts.", [
      "encoding.key-order",
    ]),
    value("key-of-prototype", map(entries("__proto__")), "A key that some language gives a meaning is a text.", [
      "encoding.key-order",
    ]),
    value("text-nul-and-mark", text("\ufeff\u0000"), "U+FEFF and U+0000 are written as they are.", ["encoding.text"]),
    value("text-decomposed", text("e\u0301"), "Texts are not normalised.", ["encoding.text"]),
    value("text-outside-plane", text("\u{10ffff}"), "U+10FFFF takes four bytes.", ["encoding.text"]),
    ...depthDrafts(value),
  ];
}

function nested(depth: number): Item {
  let around = array([]);
  for (let n = 1; n < depth; n += 1) around = n % 2 === 0 ? array([around]) : map([{ key: text("a"), value: around }]);
  return around;
}

/** @spec encoding.depth */
function depthDrafts(value: (name: string, document: Item, why: string, clauses: readonly string[]) => Draft): Draft[] {
  const parent = value("depth-16", nested(16), "Sixteen containers are written.", ["encoding.depth"]);
  const deeper = write(nested(17));
  const place = deeper.places.find(({ depth }) => depth === 17);
  if (place === undefined) throw new TypeError("nothing has depth 17");
  return [
    parent,
    unwritten(parent, {
      id: "value/depth-17",
      document: nested(17),
      reason: "depth",
      locus: { at: place.start, path: place.path },
      mutator: "nest",
      arguments: { containers: 17 },
      why: "The seventeenth container is refused.",
    }),
  ];
}

/** Members of later versions are written in their place. @spec encoding.growth.higher, encoding.growth.index */
function growthDrafts(): Draft[] {
  const later = withMember(replace(manifests.typical(), ["schema_version"], item([1, 4])), ["entry"], "t", item([1]));
  const manifest = encodes({
    id: "growth/manifest",
    rule: "manifest",
    document: withMember(later, [], "zeta", item({ any: true })),
    clauses: ["encoding.growth.higher"],
    why: "Members of a later minor are written where their keys belong.",
  });
  const asKnown = replace(withMember(later, [], "zeta", item({ any: true })), ["schema_version"], item([1, 0]));
  const known = write(asKnown);
  const index = encodes({
    id: "growth/index",
    rule: "section-index",
    document: withMember(sectionIndexes.maximal(), [1, 6], "moods", item(["calm"])),
    clauses: ["encoding.growth.index"],
    schemaVersion: "1.1",
    why: "A constraint of a later minor is written where its key belongs.",
  });
  const closed = encodes({
    id: "growth/index-known",
    rule: "section-index",
    document: sectionIndexes.typical(),
    clauses: ["encoding.growth.index"],
    schemaVersion: "1.0",
    why: "An index of the version 1.0.",
  });
  const strange = withMember(sectionIndexes.typical(), [1, 6], "moods", item(["calm"]));
  const strangeKey = write(strange).key(1, 6, "moods");
  return [
    manifest,
    index,
    closed,
    unwritten(manifest, {
      id: "growth/manifest-known",
      document: asKnown,
      reason: "unknown_field",
      locus: { at: known.key("zeta").start, path: "$" },
      mutator: "replace",
      arguments: { path: "$.schema_version", by: "[1,0]" },
      clauses: ["encoding.growth.known"],
      why: "The same members are refused where the manifest declares 1.0.",
    }),
    unwritten(closed, {
      id: "growth/index-unknown",
      document: strange,
      reason: "unknown_field",
      locus: { at: strangeKey.start, path: strangeKey.path },
      mutator: "add-member",
      arguments: { path: "$[1][6]", key: "moods" },
      clauses: ["encoding.growth.index"],
      why: "A constraint that the version 1.0 does not know is refused.",
    }),
  ];
}

function drafts(): Draft[] {
  return [...RULES.flatMap(([rule, samples]) => ruleDrafts(rule, samples)), ...valueDrafts(), ...growthDrafts()];
}

/** What a writer makes, and what it refuses. */
export const codecEncode: Family = { name: "codec-encode", drafts };

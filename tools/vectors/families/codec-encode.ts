import { array, bytes, type Item, integer, item, map, replace, text, withMember, write } from "../building/cbor.js";
import { errors, events, manifests, type Samples, sectionIndexes, trustStores } from "../building/documents.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import type { Draft, Family } from "../corpus/family.js";
import { keysOfEveryLength } from "./codec/keys.js";
import { encodes, unwritten } from "./codec-encode/drafts.js";
import { longDrafts } from "./codec-encode/long.js";
import { orderDrafts } from "./codec-encode/orders.js";
import { partDrafts } from "./codec-encode/parts.js";

const RULES: readonly (readonly [rule: string, samples: Samples])[] = [
  ["manifest", manifests],
  ["section-index", sectionIndexes],
  ["trust-store", trustStores],
  ["fayger-error", errors],
  ["fayger-event", events],
];

/** Changes that go beyond a bound, each of which is one of its own. */
const BOUND = /^(above|below)-range$|-bytes$/;

/** The samples of a rule, and of the changes that its schema refuses one for each place, reason and bound. */
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
    // The length of a head is the writer's own.
    if (fault.reason === "not_shortest_form") continue;
    const from = parents.get(write(parent).hex);
    const key = `${label} ${fault.reason} ${BOUND.test(name) ? name : ""}`;
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
    value(
      "keys-number-last",
      map(entries("a", "10")),
      "A key that reads as a number is written behind a shorter one.",
      ["encoding.key-order"],
    ),
    value("key-of-prototype", map(entries("__proto__")), "A key that some language gives a meaning is a text.", [
      "encoding.key-order",
    ]),
    value("text-nul-and-mark", text("\ufeff\u0000"), "U+FEFF and U+0000 are written as they are.", ["encoding.text"]),
    value("text-decomposed", text("e\u0301"), "Texts are not normalised.", ["encoding.text"]),
    value("text-outside-plane", text("\u{10ffff}"), "U+10FFFF takes four bytes.", ["encoding.text"]),
    value(
      "keys-of-every-length",
      keysOfEveryLength(),
      "Keys are written by the length of their bytes and then by these.",
      ["encoding.key-order"],
    ),
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

/** A name that no minor has, behind the version. */
const BEHIND = "added_by_a_later_minor";

/** Values whose bytes a writer could take from the wrong part of a number or character. */
function wideDrafts(): Draft[] {
  const times = [2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n].map((time) =>
    encodes({
      id: `wide/time-${time}`,
      rule: "fayger-event",
      document: replace(events.typical(), ["time_unix_ns"], integer(time)),
      clauses: ["encoding.integers"],
      why: `The time is ${time} nanoseconds.`,
    }),
  );
  const parent = encodes({
    id: "wide/name",
    rule: "manifest",
    document: replace(manifests.minimal(), ["name"], text("example/wide")),
    why: "A name of letters.",
  });
  const strange = (name: string, character: string): Draft => {
    const document = replace(manifests.minimal(), ["name"], text(`example/${character}`));
    return unwritten(parent, {
      id: `wide/name-${name}`,
      document,
      reason: "pattern_mismatch",
      locus: write(document).locus("name"),
      mutator: "replace",
      arguments: { path: "$.name", by: write(text(`example/${character}`)).hex },
      why: `The last character of the name is ${JSON.stringify(character)}, which is no letter of ASCII.`,
    });
  };
  return [
    ...times,
    parent,
    // The lowest byte of its code point is that of a letter.
    strange("low-byte-of-a-letter", "\u0161"),
    strange("high-byte-of-a-letter", "\u6100"),
    strange("delete", "\u007f"),
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
  const unreadable = write(
    replace(withMember(manifests.typical(), [], "zeta", item(1)), ["schema_version"], text("1.4")),
  );
  const deepest = encodes({
    id: "growth/manifest-depth-16",
    rule: "manifest",
    document: withMember(later, [], BEHIND, nested(15)),
    clauses: ["encoding.growth.higher", "encoding.depth"],
    why: "A member of a later minor holds fifteen containers within each other.",
  });
  const tooDeep = withMember(later, [], BEHIND, nested(16));
  const seventeenth = write(tooDeep).places.find(({ depth }) => depth === 17);
  if (seventeenth === undefined) throw new TypeError("nothing has depth 17");
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
    deepest,
    unwritten(deepest, {
      id: "growth/manifest-depth-17",
      document: tooDeep,
      reason: "depth",
      locus: { at: seventeenth.start, path: seventeenth.path },
      mutator: "nest",
      arguments: { path: `$.${BEHIND}`, containers: 16 },
      clauses: ["encoding.growth.higher"],
      why: "A member of a later minor holds sixteen containers, the last of them the seventeenth.",
    }),
    unwritten(manifest, {
      id: "growth/manifest-without-version",
      document: replace(withMember(manifests.typical(), [], "zeta", item(1)), ["schema_version"], text("1.4")),
      reason: "unknown_field",
      locus: { at: unreadable.key("zeta").start, path: "$" },
      mutator: "replace",
      arguments: { path: "$.schema_version", by: "63312e34" },
      clauses: ["encoding.growth.version", "encoding.growth.known"],
      why: "A version that is no pair of integers leaves a manifest of 1.0, which has no such member.",
    }),
    unwritten(manifest, {
      id: "growth/manifest-minor-text",
      document: replace(withMember(manifests.typical(), [], "zeta", item(1)), ["schema_version"], item([1, "4"])),
      reason: "unknown_field",
      locus: { at: unreadable.key("zeta").start, path: "$" },
      mutator: "replace",
      arguments: { path: "$.schema_version[1]", by: "6134" },
      clauses: ["encoding.growth.version", "encoding.growth.known"],
      why: "A minor that is a text leaves a manifest of 1.0, which has no such member.",
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
  return [
    ...RULES.flatMap(([rule, samples]) => ruleDrafts(rule, samples)),
    ...valueDrafts(),
    ...growthDrafts(),
    ...wideDrafts(),
    ...orderDrafts(),
    ...partDrafts(),
    ...longDrafts(),
  ];
}

/** What a writer makes, and what it refuses. */
export const codecEncode: Family = { name: "codec-encode", drafts };

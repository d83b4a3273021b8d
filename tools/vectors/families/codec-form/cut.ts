import {
  array,
  bytes,
  type Item,
  integer,
  item,
  type Locus,
  map,
  replace,
  text,
  type Written,
  write,
} from "../../building/cbor.js";
import { errors, manifests, sectionIndexes, trustStores } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes } from "../codec/decoding.js";
import { fault, value } from "./values.js";

/** Every document cut at every byte. @spec conformance.expansion, encoding.truncated */
function exhaustive(name: string, rule: string, document: Item): Draft[] {
  const draft = decodes({
    id: `codec-form/cut/${name}`,
    rule,
    clauses: ["encoding.truncated"],
    document,
    why: `${name.charAt(0).toUpperCase()}${name.slice(1)}, whole.`,
  });
  const written = write(document);
  return [
    draft,
    {
      ...draft,
      id: `codec-form/cut/${name}-everywhere`,
      clauses: ["encoding.truncated", "encoding.path.keys", "encoding.pass.form"],
      parent: draft.id,
      recipe: { mutator: "truncate", repair: "raw" },
      expand: { mutator: "truncate", cases: written.bytes.length, classes: classesOf(written) },
      why: "A document that ends early is truncated at the item that is not whole, or at the place where one is due.",
      effect: "A document that was cut on its way is taken for a shorter one.",
    },
  ];
}

type Classes = NonNullable<Draft["expand"]>["classes"];

/** Cuts in one item have one expectation. */
function classesOf(written: Written): Classes {
  const classes: { first: number; last: number; at: Locus }[] = [];
  for (let n = 0; n < written.bytes.length; n += 1) {
    const at = written.truncation(n);
    const last = classes.at(-1);
    if (last !== undefined && last.at.at === at.at) last.last = n;
    else classes.push({ first: n, last: n, at });
  }
  return classes.map(({ first, last, at }) => ({
    first,
    last,
    expect: { verdict: "reject", code: "CODEC", reason: "truncated", locus: { at: at.at, path: at.path } },
  }));
}

export function cutDrafts(): Draft[] {
  return [
    ...exhaustive("manifest", "manifest", replace(manifests.maximal(), ["name"], text("example/cut"))),
    ...exhaustive("section-index", "section-index", replace(sectionIndexes.maximal(), [2, 0], text("program/tail"))),
    ...exhaustive("trust-store", "trust-store", replace(trustStores.maximal(), ["version"], integer(9))),
    ...exhaustive("error", "fayger-error", replace(errors.maximal(), ["message"], text("cut"))),
    ...exhaustive(
      "integers",
      "context-value",
      item([23, 24, 256, 65_536, 4_294_967_296n, -24, -25, -257, -65_537, -(2n ** 64n)]),
    ),
    ...promises(),
    ...trailing(),
  ];
}

/** Counts and lengths that are not true. @spec encoding.counts */
function promises(): Draft[] {
  const parent = value(
    "cut/promise",
    ["encoding.counts"],
    map([{ key: text("a"), value: array([integer(1)]) }]),
    "A map of one member, an array of one element.",
  );
  const huge = [
    ["one-more", 2n],
    ["2-32", 2n ** 32n],
    ["2-53", 2n ** 53n],
    ["2-63", 2n ** 63n],
    ["highest", 2n ** 64n - 1n],
  ] as const;
  const effect = "A reader that reserves memory by a declared count is stopped by a few bytes.";
  const drafts = huge.flatMap(([name, declared]): Draft[] => {
    const elements = map([{ key: text("a"), value: array([integer(1)], { declared }) }]);
    const members = map([{ key: text("a"), value: array([integer(1)]) }], { declared });
    const string = map([{ key: text("a"), value: bytes(Uint8Array.of(1), { declared }) }]);
    const name_ = map([{ key: text("a"), value: text("x", { declared }) }]);
    const end = (path: string) => (written: Written) => ({ at: written.bytes.length, path });
    const args = { path: "$.a", declared: String(declared) };
    return [
      fault(parent, {
        name: `cut/array-promises-${name}`,
        document: elements,
        reason: "truncated",
        at: end("$.a[1]"),
        mutator: "declare-count",
        arguments: args,
        clauses: ["encoding.counts", "encoding.truncated", "encoding.path.keys"],
        why: `An array of one element declares ${declared}.`,
        effect,
      }),
      fault(parent, {
        name: `cut/map-promises-${name}`,
        document: members,
        reason: "truncated",
        at: end("$"),
        mutator: "declare-count",
        arguments: { ...args, path: "$" },
        clauses: ["encoding.counts", "encoding.truncated", "encoding.path.keys"],
        why: `A map of one member declares ${declared}.`,
        effect,
      }),
      fault(parent, {
        name: `cut/bytes-promise-${name}`,
        document: string,
        reason: "truncated",
        at: ["a"],
        mutator: "declare-length",
        arguments: args,
        clauses: ["encoding.counts"],
        why: `A byte string of one byte declares ${declared}.`,
        effect,
      }),
      fault(parent, {
        name: `cut/text-promises-${name}`,
        document: name_,
        reason: "truncated",
        at: ["a"],
        mutator: "declare-length",
        arguments: args,
        clauses: ["encoding.counts"],
        why: `A text of one byte declares ${declared}.`,
        effect,
      }),
    ];
  });
  const member = map([{ key: text("a"), value: integer(1) }]);
  const keyAlone = write(member).hex.slice(0, -2);
  return [
    parent,
    ...drafts,
    fault(parent, {
      name: "cut/nothing",
      document: "",
      reason: "truncated",
      at: { at: 0, path: "$" },
      mutator: "truncate",
      arguments: { length: 0 },
      clauses: ["encoding.truncated"],
      why: "No bytes are no document.",
    }),
    fault(parent, {
      name: "cut/value-of-member",
      document: keyAlone,
      reason: "truncated",
      at: { at: keyAlone.length / 2, path: "$.a" },
      mutator: "replace",
      arguments: { by: keyAlone },
      clauses: ["encoding.truncated", "encoding.path.keys"],
      why: "A key without its value names the place of the value.",
    }),
  ];
}

/** Bytes behind the document. @spec encoding.whole */
function trailing(): Draft[] {
  const parents = [
    value("trailing/integer", ["encoding.whole"], integer(100), "An integer and nothing behind it."),
    value("trailing/array", ["encoding.whole"], array([integer(100)]), "An array and nothing behind it."),
    value(
      "trailing/map",
      ["encoding.whole"],
      map([{ key: text("z"), value: map([]) }]),
      "A map and nothing behind it.",
    ),
  ];
  const behind = [
    ["zero", "00"],
    ["break", "ff"],
    ["same-again", undefined],
    ["line-feed", "0a"],
    ["long-head", "1800"],
  ] as const;
  const faults = parents.flatMap((parent) =>
    behind.map(([name, more]) => {
      const before = String(parent.inputs.bytes);
      const added = more ?? before;
      return fault(parent, {
        name: `${parent.id.replace("codec-form/", "")}-and-${name}`,
        document: before + added,
        reason: "trailing_bytes",
        at: { at: before.length / 2, path: "$" },
        mutator: "append",
        arguments: { bytes: added },
        clauses: ["encoding.path.keys"],
        why: `Behind the document stands ${added}, whatever that would be alone.`,
      });
    }),
  );
  const [, array_] = parents;
  if (array_ === undefined) return [];
  return [
    ...parents,
    ...faults,
    fault(array_, {
      name: "trailing/count-too-low",
      document: array([integer(100), integer(101)], { declared: 1n }),
      reason: "trailing_bytes",
      at: { at: 3, path: "$" },
      mutator: "declare-count",
      arguments: { path: "$", declared: "1" },
      why: "An element that its array does not count stands behind the document.",
    }),
  ];
}

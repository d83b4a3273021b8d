import {
  type Item,
  integer,
  item,
  raw,
  replace,
  type Step,
  type Value,
  withMember,
  write,
} from "../../building/cbor.js";
import { sectionIndexes } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { decodes } from "../codec/decoding.js";
import { type Change, changed, keyAt, LATE, valueAt } from "./changes.js";

const CONSTRAINTS: readonly Step[] = [1, 6];
const ANCHOR = "encoding.growth.index";

/** An index is judged by the version that the manifest declares. @spec encoding.growth.index */
export function indexDrafts(): Draft[] {
  const document = withMember(sectionIndexes.maximal(), CONSTRAINTS, LATE, item({ any: [1] }));
  const accept = (name: string, version: string | undefined, of: Item, why: string): Draft =>
    decodes({
      id: `codec-growth/index/${name}`,
      rule: "section-index",
      clauses: [ANCHOR],
      document: of,
      why,
      ...(version !== undefined && { schemaVersion: version }),
    });
  const parent = accept("higher-minor", "1.1", document, "A constraint that a later minor brought is kept.");
  const known = accept("known-minor", "1.0", sectionIndexes.maximal(), "An index of the version 1.0.");
  const others = [
    accept("highest-minor", "1.65535", document, "The highest minor is a later one."),
    accept("other-major", "2.0", document, "A constraint of another major is kept."),
    accept("major-zero", "0.9", document, "The major 0 is another one."),
  ];
  const refused = (name: string, change: Omit<Change, "name" | "clauses">, clauses: readonly string[] = []): Draft =>
    changed(parent, { ...change, name: `index/${name}`, clauses: [ANCHOR, ...clauses] });
  const put = (
    name: string,
    steps: readonly Step[],
    by: Value,
    reason: string,
    why: string,
    clauses: readonly string[] = [],
  ): Draft =>
    refused(
      name,
      {
        document: replace(document, steps, item(by)),
        reason,
        at: valueAt(...steps),
        mutator: "replace",
        arguments: { path: write(document).value(...steps).path },
        why,
      },
      clauses,
    );
  const entry = document.kind === "array" ? document.items[1] : undefined;
  if (entry?.kind !== "array") throw new TypeError("an index is an array of arrays");
  const inKnown: Draft = changed(known, {
    name: "index/known-minor-unknown",
    document,
    reason: "unknown_field",
    at: keyAt(...CONSTRAINTS, LATE),
    clauses: [ANCHOR, "encoding.growth.known"],
    mutator: "add-member",
    arguments: { path: "$[1][6]", key: LATE },
    why: "The constraint is unknown where the manifest declares 1.0.",
  });
  return [
    parent,
    known,
    ...others,
    inKnown,
    refused("null", {
      document: replace(document, [...CONSTRAINTS, LATE], raw("f6")),
      reason: "forbidden_item",
      at: valueAt(...CONSTRAINTS, LATE),
      mutator: "replace",
      arguments: { by: "f6" },
      why: "The value of an unknown constraint is judged by its form.",
    }),
    refused(
      "integer-key",
      {
        document: withMember(document, CONSTRAINTS, integer(7), integer(1)),
        reason: "wrong_type",
        at: (written) => ({ at: written.key(...CONSTRAINTS, { entry: 0 }).start, path: "$[1][6]" }),
        mutator: "add-member",
        arguments: { path: "$[1][6]", key: "07" },
        why: "A key that is no text is of the wrong type where unknown keys are kept.",
      },
      ["encoding.key-type"],
    ),
    put(
      "known-constraint",
      [...CONSTRAINTS, "features"],
      "touch",
      "wrong_type",
      "A known constraint keeps its type in every minor.",
    ),
    refused(
      "longer-entry",
      {
        document: replace(document, [1], { ...entry, items: [...entry.items, integer(1)] }),
        reason: "length_out_of_range",
        at: valueAt(1),
        mutator: "append",
        arguments: { path: "$[1]" },
        why: "An entry has seven members in every minor.",
      },
      ["encoding.growth.arrays"],
    ),
  ];
}

import { bool, bytes, edit, type Item, integer, replace, text, write } from "../building/cbor.js";
import { sectionIndexes } from "../building/documents.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import type { Draft, Family } from "../corpus/family.js";
import { decodes, mutantDrafts, refuses } from "./codec/decoding.js";
import { orderDrafts } from "./codec-index/orders.js";
import { rowDrafts } from "./codec-index/rows.js";

/** The requirement that speaks of a member; that of the entry for the others. */
const CLAUSES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^document$/, ["index.shape"]],
  [/section_id/, ["index.entry", "index.section-id"]],
  [/kind/, ["index.entry", "index.kind"]],
  [/visibility/, ["index.entry", "index.visibility"]],
  [/profile_constraints/, ["index.entry", "selection.applies"]],
];

function clausesOf(label: string, { name }: Mutant): readonly string[] {
  if (name.includes("prefix")) return ["index.prefix-free", "index.shape"];
  return CLAUSES.find(([pattern]) => pattern.test(label))?.[1] ?? ["index.entry"];
}

function drafts(): Draft[] {
  const document = sectionIndexes.maximal();
  const sample = (name: string, item: typeof document, why: string): Draft =>
    decodes({
      id: `codec-index/samples/${name}`,
      rule: "section-index",
      clauses: ["index.shape", "encoding.write.round-trip"],
      document: item,
      why,
    });
  const base = sample("maximal", document, "An index whose second entry has every constraint.");
  const made = mutantDrafts(schemaMutants(document, "section-index"), {
    family: "codec-index",
    rule: "section-index",
    base,
    document,
    clauses: clausesOf,
  });
  // The last of the specification's own numbers, and the first and the last but one of the vendors'.
  const kinds = [6, 0x7fff, 0x8000, 0xfffe].map((kind) =>
    decodes({
      id: `codec-index/kinds/${kind}`,
      rule: "section-index",
      clauses: ["index.kind", "index.kind.vendor"],
      document: replace(sectionIndexes.typical(), [0, 1], integer(kind)),
      why: `The kind ${kind} has no row in the table of kinds and is decoded like any other.`,
    }),
  );
  return [
    ...kinds,
    sample("typical", sectionIndexes.typical(), "A usual index of two sections."),
    base,
    ...made,
    ...entryDrafts(base, document),
    ...orderDrafts(),
    ...rowDrafts(),
  ];
}

/** Entries behind others that are right. @spec index.entry */
function entryDrafts(base: Draft, document: Item): Draft[] {
  const flag = write(replace(document, [2, 5], bool(false)));
  const shorter = write(
    edit(document, [2], (entry) =>
      entry.kind === "array" ? { ...entry, items: [text("Main"), ...entry.items.slice(1, 6)] } : entry,
    ),
  );
  const behindLength = write(
    replace(replace(document, [2, 3], integer(32)), [2, 4], bytes(new Uint8Array(33).fill(0xd1))),
  );
  return [
    refuses(base, {
      id: "codec-index/entries/digest-of-33-behind-length-of-32",
      clauses: ["encoding.length", "index.entry"],
      bytes: behindLength,
      reason: "length_out_of_range",
      locus: behindLength.locus(2, 4),
      mutator: "replace",
      arguments: { path: "$[2][4]" },
      why: "The last body has 32 bytes and its digest 33.",
    }),
    refuses(base, {
      id: "codec-index/entries/last-visibility-false",
      clauses: ["encoding.type", "index.entry", "index.visibility"],
      bytes: flag,
      reason: "wrong_type",
      locus: flag.locus(2, 5),
      mutator: "replace",
      arguments: { path: "$[2][5]", by: "f4" },
      why: "The visibility of the last entry is false where 0 is meant.",
    }),
    refuses(base, {
      id: "codec-index/entries/last-of-six-with-wrong-id",
      clauses: ["encoding.length", "encoding.pass.schema", "encoding.verdict", "index.entry"],
      bytes: shorter,
      reason: "length_out_of_range",
      locus: shorter.locus(2),
      mutator: "two-faults",
      arguments: { path: "$[2]" },
      why: "The last entry has six members, and the first of them is against its pattern.",
    }),
  ];
}

/** The section index and its rules. */
export const codecIndex: Family = { name: "codec-index", drafts };

import { type Draft, mutated } from "../../corpus/family.js";

/** What is no index, made of a vector with one: selection has nothing to choose from, and says what a decoder says. */
export function unreadableIndexes(parent: Draft): readonly Draft[] {
  const rows: readonly (readonly [id: string, bytes: string, reason: string, at: number, path: string, why: string])[] =
    [
      ["cut", "81", "truncated", 1, "$[0]", "An index that ends where its first entry is due."],
      ["break", "ff", "forbidden_item", 0, "$", "A lone break is no index."],
      ["map", "a0", "wrong_type", 0, "$", "A map is no index."],
      ["no-entry", "8101", "wrong_type", 1, "$[0]", "A number is no entry."],
      ["short-entry", "8181646d61696e", "length_out_of_range", 1, "$[0]", "An entry has seven members."],
      ["byte-behind", "8000", "trailing_bytes", 1, "$", "A byte behind the index."],
    ];
  return rows.map(([id, bytes, reason, at, path, why]) =>
    mutated(parent, {
      id: `selection/indexes/${id}`,
      clauses: ["conformance.refusal", "encoding.reasons", "index.shape"],
      recipe: { mutator: "replace-index", arguments: { bytes }, repair: "raw" },
      inputs: { bytes },
      refusal: { code: "CODEC", reason, locus: { at, path } },
      why,
      effect: "An index that stands alone is reported as one of an artifact, or not judged at all.",
    }),
  );
}

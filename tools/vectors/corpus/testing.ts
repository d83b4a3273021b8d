import { accepted, type Draft, type Family, mutated } from "./family.js";

/** An accepted draft that a test can change. */
export function sampleDraft(changes: Partial<Draft> = {}): Draft {
  const draft = accepted({
    id: "codec-form/sample/empty-index",
    operation: "decode",
    clauses: ["encoding.deterministic"],
    inputs: { rule: "section-index", bytes: "80" },
    result: { value: [], bytes: "80" },
    why: "An index without entries is one byte.",
  });
  return { ...draft, ...changes };
}

/** A refused draft that a test can change. */
export function sampleRefusal(changes: Partial<Draft> = {}): Draft {
  const draft = mutated(sampleDraft(), {
    id: "codec-form/sample/trailing",
    clauses: ["encoding.whole"],
    recipe: { mutator: "append", arguments: { bytes: "00" }, repair: "raw" },
    inputs: { bytes: "8000" },
    refusal: { code: "CODEC", reason: "trailing_bytes", locus: { at: 1, path: "$" } },
    why: "A byte behind the item is found.",
    effect: "Bytes that nothing covers travel along.",
  });
  return { ...draft, ...changes };
}

/** A family of drafts. */
export function sampleFamily(...drafts: Draft[]): Family {
  return { name: "codec-form", drafts: () => drafts };
}

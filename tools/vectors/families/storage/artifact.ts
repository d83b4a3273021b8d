import type { VectorInputs, VectorStorage } from "../../../../generated/json/vector.js";
import { type ArtifactPlan, type SectionPlan, sectionOf } from "../../building/artifact.js";
import { toHex, utf8 } from "../../building/octets.js";
import { type Draft, mutated, type Refusal } from "../../corpus/family.js";
import { type LoadParent, loads } from "../artifact-drafts.js";

// One artifact for everything that is told of storage and of ways to read: the read at the front covers its manifest, its
// index and the greater part of its first body, and of the others nothing.

/** Bytes of the first read. */
export const FRONT = 16_384;

function filler(id: string, length: number, more: Partial<SectionPlan> = {}): SectionPlan {
  return { id, kind: 2, body: utf8(`${id} `.repeat(Math.ceil(length / (id.length + 1))).slice(0, length)), ...more };
}

/** Its sections; `e-browser` is skipped. */
export const plan: ArtifactPlan = {
  name: "vectors/storage",
  entry: "main",
  sections: [
    filler("a-long", 17_000),
    filler("b-empty", 0),
    filler("c-part", 1500),
    filler("d-part", 1100),
    filler("e-browser", 900, { constraints: { terminals: ["browser"] } }),
    filler("main", 1300, { kind: 1 }),
  ],
};

export const selected = ["a-long", "b-empty", "c-part", "d-part", "main"];
const skipped = [{ section: "e-browser", reason: "terminal" }];

/** An accepted load of it. */
export function stored(
  id: string,
  inputs: VectorInputs,
  clauses: readonly string[],
  why: string,
  effect?: string,
): LoadParent {
  const parent = loads({
    id,
    plan,
    inputs,
    result: { selected, skipped },
    clauses,
    why,
    ...(effect !== undefined && { effect }),
  });
  const bodies = (inputs.access ?? []).map((section) => toHex(sectionOf(parent.built, section).digest));
  const { expect } = parent.draft;
  return { ...parent, draft: { ...parent.draft, expect: { ...expect, result: { ...expect.result, bodies } } } };
}

/** What a storage of that kind ends a load with. */
export function storageRefusal(parent: LoadParent, statement: StorageStatement): Draft {
  const { inputs, ...texts } = statement;
  return mutated(parent.draft, {
    ...texts,
    recipe: { mutator: "set-storage", arguments: { ...inputs.storage }, repair: "raw" },
    inputs,
  });
}

/** One storage that refuses or spoils something. */
export interface StorageStatement {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly inputs: VectorInputs & { readonly storage: VectorStorage };
  readonly refusal: Refusal;
  readonly why: string;
  readonly effect: string;
}

/** A byte of a body, counted from its beginning, or from its end where below zero. */
export function byteOf({ built }: LoadParent, id: string, at: number): number {
  const section = sectionOf(built, id);
  return section.at + (at < 0 ? section.length + at : at);
}

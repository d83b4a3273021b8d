import type { VectorFamily } from "../../../generated/enums/vector-family.js";
import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import type {
  VectorEffects,
  VectorExpansion,
  VectorExpectation,
  VectorInputs,
  VectorLocus,
  VectorRecipe,
  VectorResult,
  VectorWithdrawal,
} from "../../../generated/json/vector.js";

/** A vector before it is written: what follows from other data (level, version, form of the bytes) is left out. */
export interface Draft {
  /** Id with its family, for instance `codec-manifest/key-order/name-first`. */
  readonly id: string;
  readonly operation: VectorOperation;
  /** Anchors of the requirements it forces, at least one. */
  readonly clauses: readonly string[];
  readonly inputs: VectorInputs;
  readonly expect: VectorExpectation;
  /** What the vector shows, in one sentence. */
  readonly why: string;
  /** What goes wrong in the field where it fails. */
  readonly effect?: string;
  readonly features?: readonly string[];
  /** Id of the accepted draft it is a mutation of. */
  readonly parent?: string;
  readonly recipe?: VectorRecipe;
  readonly expand?: VectorExpansion;
  /** Version of the corpus it came with, where that is not the present one. */
  readonly since?: string;
  /** Why it no longer counts. @spec conformance.withdrawn */
  readonly withdrawn?: VectorWithdrawal;
}

/** The drafts of one family. */
export interface Family {
  readonly name: VectorFamily;
  /** Every draft, in the order in which it is written. Asked once. */
  readonly drafts: () => readonly Draft[];
}

/** An accepting draft, as its family states it. */
export interface Accepted {
  readonly id: string;
  readonly operation: VectorOperation;
  readonly clauses: readonly string[];
  readonly inputs: VectorInputs;
  readonly result?: VectorResult;
  readonly effects?: VectorEffects;
  readonly why: string;
  readonly effect?: string;
}

/** An accepting draft. */
export function accepted({ result, effects, ...draft }: Accepted): Draft {
  return {
    ...draft,
    expect: {
      verdict: "accept",
      ...(result !== undefined && { result }),
      ...(effects !== undefined && { effects }),
    },
  };
}

/** What a mutation of an accepted draft is refused with. */
export interface Refusal {
  readonly code: string;
  readonly reason?: string;
  readonly phase?: string;
  readonly locus?: VectorLocus;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Of an operation that gives something where it refuses: the reply of `dispatch`. */
  readonly result?: VectorResult;
  readonly effects?: VectorEffects;
}

/** One mutation of an accepted draft. */
export interface Mutation {
  /** Id with its family. */
  readonly id: string;
  readonly clauses: readonly string[];
  /** The mutator by name, its settings, and the repair behind it. */
  readonly recipe: VectorRecipe;
  /** Inputs that differ from the parent's. */
  readonly inputs: Partial<VectorInputs>;
  readonly refusal: Refusal;
  readonly why: string;
  readonly effect?: string;
}

/** A refusing draft: the parent with one mutation. @spec conformance.recipe */
export function mutated(parent: Draft, { inputs, refusal, ...mutation }: Mutation): Draft {
  if (parent.expect.verdict !== "accept") throw new TypeError(`${mutation.id}: ${parent.id} is not accepted`);
  return {
    ...mutation,
    operation: parent.operation,
    parent: parent.id,
    inputs: { ...parent.inputs, ...inputs },
    expect: { verdict: "reject", ...refusal },
  };
}

import type { PackedCases } from "./judged-cases.js";

/** What the campaign tells a worker to do. */
export type Task =
  | { readonly kind: "dry" }
  /** Run cases, by their numbers and in this order, with one mutant active, until one notices. */
  | { readonly kind: "mutant"; readonly id: string; readonly cases: readonly number[]; readonly hitLimit: number };

/** What a worker found. */
export type Finding = DryFinding | MutantFinding;

/** What the program does without any mutant. */
export interface DryFinding {
  readonly kind: "dry";
  /** For each case: the mutants it comes by, with how often; -1 is what was come by while loading. */
  readonly coverage: readonly (readonly [case_: number, hits: Readonly<Record<string, number>>])[];
  /** Milliseconds each case took. */
  readonly durations: readonly number[];
  /** Cases that fail without any mutant, as text for people. */
  readonly failures: readonly string[];
}

/** What the cases say of a mutant. */
export interface MutantFinding {
  readonly kind: "mutant";
  readonly id: string;
  /** The number of the case that noticed, undefined where none did. */
  readonly noticed: number | undefined;
  /** The case was ended because it came by the mutant too often. */
  readonly endless: boolean;
  /** The case fails without the mutant as well now: this mutant or one before it left something behind in the process. */
  readonly spoilt: boolean;
}

/** What a worker is started with. */
export interface WorkerStart {
  /** Folder of the program with the mutants. */
  readonly program: string;
  readonly cases: Omit<PackedCases, "names">;
  /** One 32-bit number that counts up with every case begun, so that the campaign sees that it goes on. */
  readonly steps: SharedArrayBuffer;
  /** A mutant that is active from the first line on, for those that loading comes by. */
  readonly active?: string;
}

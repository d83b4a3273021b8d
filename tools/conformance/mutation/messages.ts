/** What the campaign tells a worker to do. */
export type Task =
  | { readonly kind: "dry" }
  /** Run cases, by their numbers, with one mutant active. */
  | { readonly kind: "mutant"; readonly id: string; readonly cases: readonly number[]; readonly hitLimit: number };

/** What a worker found. */
export type Finding =
  | {
      readonly kind: "dry";
      /** For each case: the mutants it comes by, with how often; -1 is what was come by while loading. */
      readonly coverage: readonly (readonly [case_: number, hits: Readonly<Record<string, number>>])[];
      /** Cases that fail without any mutant, as text for people. */
      readonly failures: readonly string[];
    }
  /** The number of the case that noticed, undefined where none did. */
  | { readonly kind: "mutant"; readonly id: string; readonly noticed: number | undefined }
  /** A case that noticed the mutant fails without it now: the mutant left something behind in the process. */
  | { readonly kind: "spoilt"; readonly id: string; readonly noticed: number };

/** What a worker is started with. */
export interface WorkerStart {
  /** Folder of the program with the mutants. */
  readonly program: string;
  /** Folder of the corpus. */
  readonly corpus: string;
  /** A mutant that is active from the first line on, for those that only loading comes by. */
  readonly active?: string;
}

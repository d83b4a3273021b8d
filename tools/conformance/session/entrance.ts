import type { ConformanceMessage } from "../../../generated/json/conformance-message.js";
import type { Question } from "../corpus/cases.js";

/** How an implementation introduced itself. */
export interface Introduction {
  readonly name: string;
  readonly version: string;
  readonly language: string;
  /** Version of the specification; empty where it is not known. */
  readonly specification: string;
  readonly operations: readonly string[];
  readonly features: readonly string[];
}

/** The part of an answer that is judged. */
export type Answer = Pick<ConformanceMessage, "result" | "code" | "context" | "effects"> & {
  readonly verdict: "accept" | "reject";
};

/** Why a case counts as crashed. */
export type CrashCause = "ended" | "protocol" | "memory" | "start";

/**
 * What became of a question. What an implementation did instead of answering is never taken for a refusal.
 *
 * @spec conformance.crash
 */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "crashed"; readonly cause: CrashCause; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string };

/** A case that counts as crashed. */
export type Crash = Extract<Outcome, { kind: "crashed" }>;

/** What became of a question, and what came to light about the one before it. */
export interface Reply {
  readonly outcome: Outcome;
  /** The question before was answered once more: it fails. @spec conformance.session.stray */
  readonly earlier?: Crash;
  /** How long the answer took, in milliseconds. */
  readonly milliseconds: number;
}

/** A way to an implementation: one question after the other. */
export interface Entrance {
  /** Who answers; an outcome where nobody can be started. */
  introduce(): Promise<Introduction | Crash>;
  ask(question: Question): Promise<Reply>;
  /** End what runs. `problems` are what is wrong with how it ended. */
  close(): Promise<{ readonly earlier?: Crash; readonly problems: readonly string[] }>;
  /** End what runs at once, in the middle of whatever it does. */
  abandon(): Promise<void>;
}

/** Bounds on an implementation's processes. */
export interface Bounds {
  /** Milliseconds for one answer. */
  readonly answerMs: number;
  /** Milliseconds until a process has introduced itself. */
  readonly startMs: number;
  /** Bytes of memory of a process and those it started; not enforced where the system does not tell. */
  readonly memoryBytes: number;
  /** Bytes of one line. */
  readonly lineBytes: number;
}

/** What an implementation gets unless it is told otherwise. */
export const DEFAULT_BOUNDS: Bounds = {
  answerMs: 10_000,
  startMs: 30_000,
  memoryBytes: 1024 ** 3,
  lineBytes: 16 * 1024 ** 2,
};

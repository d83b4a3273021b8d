import { findingsOf } from "../../building/fay/findings.js";
import { accepted, type Draft } from "../../corpus/family.js";

/** One FayManifest that is judged. */
export interface Judged {
  /** Id behind the family. */
  readonly id: string;
  /** The file, as a text, as bytes, or as a value that is written as JSON. */
  readonly file: unknown;
  readonly clauses: readonly string[];
  readonly why: string;
  readonly effect?: string;
}

const EFFECT = "An author is told something else of a FayManifest, or nothing.";

/** Bytes of a file. */
export function bytesOf(file: unknown): Uint8Array {
  if (file instanceof Uint8Array) return file;
  return Uint8Array.from(Buffer.from(typeof file === "string" ? file : JSON.stringify(file), "utf8"));
}

/** A draft that tells everything that is found. @spec faymanifest.validation */
export function judged({ id, file, clauses, why, effect = EFFECT }: Judged): Draft {
  const bytes = bytesOf(file);
  return accepted({
    id: `faymanifest-validation/${id}`,
    operation: "validate_fay",
    clauses,
    inputs: { bytes: Buffer.from(bytes).toString("hex") },
    result: { findings: findingsOf(bytes) },
    why,
    effect,
  });
}

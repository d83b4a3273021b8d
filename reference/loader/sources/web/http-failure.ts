import { LoaderPhase } from "../../../../generated/enums/loader-phase.js";
import { FaygerError } from "../../../errors/fayger-error.js";

// A source knows no phases: the loader puts the right one in the place of this.
const PHASE = LoaderPhase.ReadHead;

/** Longest entity tag that an error repeats whole, in characters. */
const LONGEST_TAG = 128;

/** Which bytes a failed read was for. */
export interface FailedRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * A fault after which the same request may succeed. It never leaves this folder: it is tried again, and becomes
 * `LDR_SOURCE_UNAVAILABLE` when that does not help.
 *
 * @spec loader.source.retry
 */
export class PassingFault extends Error {
  /** What went wrong, for people; holds no credentials and no text of the server. */
  readonly reason: string;
  /** What the host threw, where it did. */
  readonly hostError: FaygerError | undefined;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(reason: string, members: { readonly hostError?: FaygerError; readonly retryAfterMs?: number } = {}) {
    super(reason);
    this.name = "PassingFault";
    this.reason = reason;
    this.hostError = members.hostError;
    this.retryAfterMs = members.retryAfterMs ?? 0;
  }
}

/** An answer that no further attempt would make better. It never leaves this folder. */
export class UnfitAnswer extends Error {
  /** What is wrong with it, for people; holds no credentials and no text of the server. */
  readonly reason: string;
  /** What the host threw, where it did. */
  readonly hostError: FaygerError | undefined;

  constructor(reason: string, hostError?: FaygerError) {
    super(reason);
    this.name = "UnfitAnswer";
    this.reason = reason;
    this.hostError = hostError;
  }
}

/** The storage cannot be read. @spec loader.source.unavailable */
export function unavailable(
  source: string,
  reason: string,
  range?: FailedRange,
  cause?: FaygerError,
): FaygerError<"LDR_SOURCE_UNAVAILABLE"> {
  const context = { phase: PHASE, source, reason, ...(range === undefined ? {} : range) };
  return new FaygerError("LDR_SOURCE_UNAVAILABLE", `${source} cannot be read: ${reason}`, context, { cause });
}

/** The object is no longer the one that was opened. @spec loader.source.changed */
export function changed(
  source: string,
  property: "size" | "etag",
  expected: string,
  found: string,
): FaygerError<"LDR_SOURCE_CHANGED"> {
  const context = { phase: PHASE, source, property, expected: clipped(expected), found: clipped(found) };
  const message = `${source} changed: ${property} was ${context.expected} and is ${context.found}`;
  return new FaygerError("LDR_SOURCE_CHANGED", message, context);
}

/** Entity tags are the server's words, of any length. */
function clipped(text: string): string {
  return text.length <= LONGEST_TAG ? text : `${text.slice(0, LONGEST_TAG)}...`;
}

/** The caller stopped the call. @spec loader.cancellation */
export function stoppedByCaller(source: string): FaygerError<"LDR_ABORTED"> {
  return new FaygerError("LDR_ABORTED", `the caller stopped a read of ${source}`, { phase: PHASE });
}

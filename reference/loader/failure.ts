import type { LoadLimit } from "../../generated/enums/load-limit.js";
import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { StructureReason } from "../../generated/enums/structure-reason.js";
import type { ErrorContexts } from "../../generated/errors/error-context.js";
import type { CodecError } from "../codec/codec-error.js";
import { FaygerError, is, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { copyOf, toHexadecimal } from "./bytes.js";

// Every error made here carries its phase. @spec loader.phase-context

/**
 * A number as an error may carry it. Fields of eight bytes can hold more than 2^53-1.
 *
 * @spec format.bounds
 */
export function safeNumber(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** The artifact ends too early. @param expected the size that is needed @param available the size there is */
export function truncated(phase: LoaderPhase, expected: number, available: number, what: string): FaygerError {
  const needed = safeNumber(expected);
  return new FaygerError("LDR_TRUNCATED", `${what}: ${needed} bytes are needed and ${available} are there`, {
    phase,
    offset: available,
    expected: needed,
    available,
  });
}

/** A declared size is above a limit. @param offset first byte of what declares it */
export function limitExceeded(
  phase: LoaderPhase,
  limit: LoadLimit,
  maximum: number,
  found: number,
  offset: number,
): FaygerError {
  return new FaygerError("LDR_LIMIT_EXCEEDED", `${limit} is ${safeNumber(found)}, the limit is ${maximum}`, {
    phase,
    limit,
    maximum,
    found: safeNumber(found),
    offset,
  });
}

/** A part does not lie where the format puts it. */
export function structureInvalid(
  reason: StructureReason,
  offset: number,
  expected: string,
  found: string,
  sectionId?: string,
): FaygerError {
  return new FaygerError("LDR_STRUCTURE_INVALID", `${reason} at byte ${offset}: expected ${expected}, found ${found}`, {
    phase: LoaderPhase.VerifyStructure,
    reason,
    offset,
    expected,
    found,
    ...(sectionId === undefined ? {} : { section_id: sectionId }),
  });
}

/** What a codec found in the manifest or the index. */
export function partInvalid(part: "manifest" | "section_index", error: CodecError): FaygerError {
  const { reason, path, offset, expected, found } = error;
  const context = { phase: LoaderPhase.Parse, part, reason, path, offset, expected, found };
  const where = part === "manifest" ? "manifest" : "section index";
  const message = `${where}, byte ${offset}, ${path}: ${reason}; expected ${expected}, found ${found}`;
  return part === "manifest"
    ? new FaygerError("LDR_MANIFEST_INVALID", message, context)
    : new FaygerError("LDR_INDEX_INVALID", message, context);
}

/** A part whose digest is not the one that was pinned. */
export type DigestedPart = "expected_manifest" | "manifest" | "section_index" | "section";

const PART_NAMES: Readonly<Record<DigestedPart, string>> = {
  expected_manifest: "the manifest",
  manifest: "the manifest",
  section_index: "the section index",
  section: "a section",
};

/** A digest is wrong. @param offset first byte that the digest covers */
export function digestMismatch(
  phase: LoaderPhase,
  part: DigestedPart,
  offset: number,
  expected: Uint8Array,
  found: Uint8Array,
  sectionId?: string,
): FaygerError {
  const what = sectionId === undefined ? PART_NAMES[part] : `section ${sectionId}`;
  const pin = part === "expected_manifest" ? "the caller expects" : "pinned is";
  const message = `${what} has digest ${toHexadecimal(found)}, ${pin} ${toHexadecimal(expected)}`;
  return new FaygerError("LDR_DIGEST_MISMATCH", message, {
    phase,
    part,
    offset,
    // Copied: what was pinned is often a view that keeps a whole part of the artifact in memory.
    expected: copyOf(expected),
    found,
    ...(sectionId === undefined ? {} : { section_id: sectionId }),
  });
}

/** The caller stopped the load. @spec loader.cancellation, loader.phase-context */
export function aborted(phase: LoaderPhase): FaygerError<"LDR_ABORTED"> {
  return new FaygerError("LDR_ABORTED", `the caller stopped the load in phase ${phase}`, { phase });
}

/** The storage itself failed, or answered what no storage can. */
export function sourceUnavailable(
  phase: LoaderPhase,
  source: string,
  reason: string,
  range?: { readonly offset: number; readonly length: number },
  cause?: FaygerError,
): FaygerError {
  const context = { phase, source, reason, ...(range === undefined ? {} : range) };
  return new FaygerError("LDR_SOURCE_UNAVAILABLE", `${source} cannot be read: ${reason}`, context, { cause });
}

/**
 * What a source threw, as an error of this load. A source knows what failed but not in which phase, so the phase of its
 * own errors is replaced; everything else it throws is the host's.
 *
 * @spec loader.source.unavailable
 */
export function sourceFault(
  error: unknown,
  phase: LoaderPhase,
  source: string,
  range?: { readonly offset: number; readonly length: number },
): FaygerError {
  if (is(error, "LDR_SOURCE_UNAVAILABLE") || is(error, "LDR_SOURCE_CHANGED") || is(error, "LDR_TRUNCATED")) {
    return inPhase(error, phase);
  }
  return sourceUnavailable(phase, source, "the host failed", range, isFaygerError(error) ? error : hostError(error));
}

function inPhase<C extends "LDR_SOURCE_UNAVAILABLE" | "LDR_SOURCE_CHANGED" | "LDR_TRUNCATED">(
  error: FaygerError<C>,
  phase: LoaderPhase,
): FaygerError {
  if (error.context.phase === phase) return error;
  const context: ErrorContexts[C] = { ...error.context, phase };
  return new FaygerError(error.code, error.message, context, { cause: error.cause });
}

import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { HEADER_SIZE } from "../../../generated/layouts/header.js";
import { readTrailer } from "../../../generated/layouts/trailer.js";
import type { CancellationSignal } from "../../contracts/cancellation.js";
import type { Sha256 } from "../../contracts/security.js";
import { equalBytes } from "../bytes.js";
import { digestOf } from "../digest.js";
import { aborted, type DigestedPart, digestMismatch } from "../failure.js";
import { type DigestedArtifact, type ParsedArtifact, withFound } from "./load-context.js";

/** Digests of the parts that others pin. */
export interface HeadDigests {
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
}

/**
 * Phase 4 on an artifact that is already in memory, of which nobody expects a digest of its own.
 *
 * @throws FaygerError `LDR_DIGEST_MISMATCH`
 */
export function verifyDigest(artifact: ParsedArtifact, sha256: Sha256): DigestedArtifact {
  const { manifestBytes, indexBytes } = artifact;
  const digests = { manifest: sha256.digest(manifestBytes), index: sha256.digest(indexBytes) };
  return compareHead(artifact, digests, undefined);
}

/** Digests of what was read, where an index of many sections need not hold the thread. @throws FaygerError `LDR_ABORTED` */
export async function digestHead(
  { manifestBytes, indexBytes }: ParsedArtifact,
  sha256: Sha256,
  signal: CancellationSignal | undefined,
): Promise<HeadDigests> {
  const onAbort = (): Error => aborted(LoaderPhase.VerifyDigest);
  return {
    manifest: await digestOf(manifestBytes, sha256, signal, onAbort),
    index: await digestOf(indexBytes, sha256, signal, onAbort),
  };
}

/**
 * Phase 4: the trailer pins the manifest and the manifest pins the index. Bodies belong to `read_sections`: a lazy load
 * has none yet.
 *
 * @param expected the digest the caller expects the manifest to have
 * @spec loader.verify-digest.manifest
 */
export function compareHead(
  artifact: ParsedArtifact,
  { manifest: manifestDigest, index: indexDigest }: HeadDigests,
  expected: Uint8Array | undefined,
): DigestedArtifact {
  // @spec loader.verify-digest.expected
  if (expected !== undefined) check("expected_manifest", HEADER_SIZE, expected, manifestDigest);
  check("manifest", HEADER_SIZE, readTrailer(artifact.trailerBytes).manifestDigest, manifestDigest);
  // @spec loader.verify-digest.index
  const indexAt = HEADER_SIZE + artifact.manifestBytes.length;
  check("section_index", indexAt, artifact.sectionIndexDigest, indexDigest);
  return withFound(artifact, { manifestDigest });
}

function check(part: DigestedPart, offset: number, expected: Uint8Array, found: Uint8Array): void {
  if (!equalBytes(expected, found)) throw digestMismatch(LoaderPhase.VerifyDigest, part, offset, expected, found);
}

import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { HEADER_SIZE } from "../../../generated/layouts/header.js";
import { readTrailer } from "../../../generated/layouts/trailer.js";
import type { Sha256 } from "../../contracts/security.js";
import { equalBytes } from "../bytes.js";
import { type DigestedPart, digestMismatch } from "../failure.js";
import type { DigestedArtifact, ParsedArtifact } from "./load-context.js";

/**
 * Phase 4: the trailer pins the manifest and the manifest pins the index. Bodies belong to `read_sections`: a lazy load
 * has none yet.
 *
 * @param expected the digest the caller expects the manifest to have
 * @spec loader.verify-digest.manifest
 */
export function verifyDigest(
  artifact: ParsedArtifact,
  sha256: Sha256,
  expected: Uint8Array | undefined,
): DigestedArtifact {
  const manifestDigest = sha256.digest(artifact.manifestBytes);
  // @spec loader.verify-digest.expected
  if (expected !== undefined) check("expected_manifest", HEADER_SIZE, expected, manifestDigest);
  check("manifest", HEADER_SIZE, readTrailer(artifact.trailerBytes).manifestDigest, manifestDigest);
  // @spec loader.verify-digest.index
  const indexAt = HEADER_SIZE + artifact.manifestBytes.length;
  check("section_index", indexAt, artifact.sectionIndexDigest, sha256.digest(artifact.indexBytes));
  return { ...artifact, manifestDigest };
}

function check(part: DigestedPart, offset: number, expected: Uint8Array, found: Uint8Array): void {
  if (!equalBytes(expected, found)) throw digestMismatch(LoaderPhase.VerifyDigest, part, offset, expected, found);
}

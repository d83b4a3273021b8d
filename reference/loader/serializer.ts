import type { Artifact, BufSerializer } from "../contracts/buf-serializer.js";
import type { Sha256 } from "../contracts/security.js";
import { changeArtifact, signArtifact } from "./artifact-changes.js";
import { concatenate } from "./bytes.js";
import { checkEncoded, encodeArtifact } from "./encoded-artifact.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { parse } from "./phases/parse.js";
import { readHeadOf } from "./phases/read-head.js";
import { verifyDigest } from "./phases/verify-digest.js";
import { verifyStructure } from "./phases/verify-structure.js";
import { verifyBody } from "./section-body.js";
import { openArtifact, writeArtifact } from "./stored-artifact.js";

/** Make a serializer. @param limits that differ from the table `load-limits` */
export function createSerializer(sha256: Sha256, limits?: Partial<LoadLimits>): BufSerializer {
  const resolved = resolveLimits(limits);
  return {
    parse: (bytes) => parseArtifact(bytes, sha256, resolved),
    open: (source, signal) => openArtifact(source, sha256, resolved, signal),
    change: changeArtifact,
    serialize: (artifact) => serializeArtifact(artifact, sha256, resolved),
    serializeTo: (artifact, write, signal) => writeArtifact(artifact, sha256, resolved, write, signal),
    sign: (artifact, signer) => signArtifact(artifact, signer, sha256),
  };
}

/** @spec format.round-trip.bytes, format.parse.verified */
function parseArtifact(bytes: Uint8Array, sha256: Sha256, limits: LoadLimits): Artifact {
  const parsed = parse(readHeadOf(bytes, limits), limits);
  verifyStructure(parsed);
  verifyDigest(parsed, sha256);
  const { sectionIndexDigest: _computed, ...manifest } = negotiateSchema(parsed);
  const sections = Array.from(parsed.index, (entry) => {
    const { sectionId, kind, visibility, profileConstraints, length, digest } = entry;
    const at = parsed.bodiesAt + entry.offset;
    const body = bytes.subarray(at, at + length);
    verifyBody({ sectionId, at, length, digest }, body, sha256);
    return { sectionId, kind, visibility, profileConstraints, body };
  });
  return { manifest, sections };
}

/** @spec format.round-trip.object */
function serializeArtifact(artifact: Artifact, sha256: Sha256, limits: LoadLimits): Uint8Array {
  const encoded = encodeArtifact(artifact, sha256);
  checkEncoded(encoded, limits);
  const { header, manifest, index, sections, trailer } = encoded;
  // @spec format.parts
  return concatenate([header, manifest, index, ...sections.map(({ body }) => body), trailer]);
}

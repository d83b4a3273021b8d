import type { Artifact, ArtifactBody, ArtifactChanges, BufSerializer } from "../contracts/buf-serializer.js";
import type { Sha256, Signer } from "../contracts/security.js";
import { concatenate } from "./bytes.js";
import { checkEncoded, encodeArtifact } from "./encoded-artifact.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { parse } from "./phases/parse.js";
import { readHeadOf } from "./phases/read-head.js";
import { verifyDigest } from "./phases/verify-digest.js";
import { verifyStructure } from "./phases/verify-structure.js";
import { verifyBody } from "./section-body.js";
import { signedBytes } from "./signed-bytes.js";
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
  verifyDigest(parsed, sha256, undefined);
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

/** @spec loader.repack.unsigned */
function changeArtifact<B extends ArtifactBody>(
  { manifest, sections }: Artifact<B>,
  { manifest: change, put = [], remove = [] }: ArtifactChanges<B>,
): Artifact<B> {
  const { signature: _wrongNow, ...changed } = change?.(manifest) ?? manifest;
  const bodies = new Map(sections.map((section) => [section.sectionId, section]));
  for (const sectionId of remove) {
    if (!bodies.delete(sectionId)) throw new TypeError(`there is no section ${sectionId} to remove`);
  }
  for (const section of put) bodies.set(section.sectionId, section);
  return { manifest: changed, sections: [...bodies.values()] };
}

async function signArtifact<B extends ArtifactBody>(
  artifact: Artifact<B>,
  signer: Signer,
  sha256: Sha256,
): Promise<Artifact<B>> {
  const { algorithm, publicKey, signatureBytes } = signer;
  const keyId = sha256.digest(publicKey);
  const withSignature = (value: Uint8Array): Artifact<B> => ({
    ...artifact,
    manifest: { ...artifact.manifest, signature: { algorithm, keyId, value } },
  });
  // @spec signatures.length-first: the header that is signed already counts the signature, so a stand-in of the same
  // length takes its place until it exists.
  const head = encodeArtifact(withSignature(new Uint8Array(signatureBytes)), sha256);
  const value = await signer.sign(signedBytes(head.header, head.manifest, head.index));
  if (value.length !== signatureBytes)
    throw new TypeError(`the signer made ${value.length} bytes, not ${signatureBytes}`);
  return withSignature(value);
}

import { encodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { HEADER_SIZE, HeaderFlag, writeHeader } from "../../generated/layouts/header.js";
import { TRAILER_SIZE, writeTrailer } from "../../generated/layouts/trailer.js";
import { FORMAT_VERSION, SCHEMA_VERSION } from "../../generated/versions.js";
import { CodecError } from "../codec/codec-error.js";
import { compareText } from "../codec/utf8.js";
import type { Artifact, ArtifactSection, BufSerializer } from "../contracts/buf-serializer.js";
import type { Sha256, Signer } from "../contracts/security.js";
import { concatenate } from "./bytes.js";
import { crc32 } from "./crc32.js";
import { partInvalid } from "./failure.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { parse } from "./phases/parse.js";
import { readHeadOf } from "./phases/read-head.js";
import { verifyDigest } from "./phases/verify-digest.js";
import { verifyStructure } from "./phases/verify-structure.js";
import { verifyBody } from "./section-body.js";
import { signedBytes } from "./signed-bytes.js";

/** Make a serializer. @param limits that differ from the table `load-limits` */
export function createSerializer(sha256: Sha256, limits?: Partial<LoadLimits>): BufSerializer {
  const resolved = resolveLimits(limits);
  return {
    parse: (bytes) => parseArtifact(bytes, sha256, resolved),
    serialize: (artifact) => serializeArtifact(artifact, sha256, resolved),
    sign: (artifact, signer) => signArtifact(artifact, signer, sha256),
  };
}

/** @spec format.round-trip.bytes */
function parseArtifact(bytes: Uint8Array, sha256: Sha256, limits: LoadLimits): Artifact {
  const parsed = parse(readHeadOf(bytes, limits), limits);
  verifyStructure(parsed);
  verifyDigest(parsed, sha256, undefined);
  const { sectionIndexDigest: _computed, ...manifest } = negotiateSchema(parsed);
  const sections = parsed.index.map((entry) => {
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
  const head = encodeHead(artifact, sha256);
  const bodies = head.sections.map((section) => section.body);
  // @spec format.parts
  const parts = [head.header, head.manifest, head.index, ...bodies];
  // @spec format.trailer.total-length
  const totalLength = parts.reduce((sum, part) => sum + part.length, TRAILER_SIZE);
  // @spec format.trailer.manifest-digest
  const manifestDigest = sha256.digest(head.manifest);
  const unchecked = writeTrailer({ totalLength, manifestDigest, crc32: 0 });
  // @spec format.trailer.crc32
  let checksum = crc32(head.header);
  checksum = crc32(head.manifest, checksum);
  checksum = crc32(head.index, checksum);
  checksum = crc32(unchecked.subarray(0, TRAILER_SIZE - 4), checksum);
  const bytes = concatenate([...parts, writeTrailer({ totalLength, manifestDigest, crc32: checksum })]);
  // The loader's own checks, on the bytes that go out: nothing leaves here that a loader would not take.
  verifyStructure(parse(readHeadOf(bytes, limits), limits));
  return bytes;
}

async function signArtifact(artifact: Artifact, signer: Signer, sha256: Sha256): Promise<Artifact> {
  const { algorithm, publicKey, signatureBytes } = signer;
  const keyId = sha256.digest(publicKey);
  const withSignature = (value: Uint8Array): Artifact => ({
    ...artifact,
    manifest: { ...artifact.manifest, signature: { algorithm, keyId, value } },
  });
  // @spec signatures.length-first: the header that is signed already counts the signature, so a stand-in of the same
  // length takes its place until it exists.
  const head = encodeHead(withSignature(new Uint8Array(signatureBytes)), sha256);
  const value = await signer.sign(signedBytes(head.header, head.manifest, head.index));
  if (value.length !== signatureBytes)
    throw new TypeError(`the signer made ${value.length} bytes, not ${signatureBytes}`);
  return withSignature(value);
}

interface EncodedHead {
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  /** In index order. */
  readonly sections: readonly ArtifactSection[];
}

function encodeHead(artifact: Artifact, sha256: Sha256): EncodedHead {
  const sections = [...artifact.sections].sort((a, b) => compareText(a.sectionId, b.sectionId));
  const [major, minor] = artifact.manifest.schemaVersion;
  // @spec encoding.growth.index: what was kept from a later schema is written back only under that schema's version.
  const growth = major !== SCHEMA_VERSION[0] || minor > SCHEMA_VERSION[1] ? "open" : "closed";
  const entries = indexEntries(sections, sha256);
  const index = coded("section_index", () => encodeSectionIndex(entries, { growth }));
  // @spec format.chain.index, manifest.section-index-digest
  const complete: Manifest = { ...artifact.manifest, sectionIndexDigest: sha256.digest(index) };
  const manifest = coded("manifest", () => encodeManifest(complete));
  const header = writeHeader({
    formatMajor: FORMAT_VERSION[0],
    formatMinor: FORMAT_VERSION[1],
    // @spec format.header.flags
    flags: complete.signature === undefined ? 0 : HeaderFlag.Signed,
    reserved: 0,
    manifestOffset: HEADER_SIZE,
    manifestLength: manifest.length,
    sectionIndexOffset: HEADER_SIZE + manifest.length,
    sectionIndexLength: index.length,
  });
  return { header, manifest, index, sections };
}

/** @spec format.section-offset, format.chain.bodies */
function indexEntries(sections: readonly ArtifactSection[], sha256: Sha256): SectionEntry[] {
  let offset = 0;
  return sections.map(({ sectionId, kind, visibility, profileConstraints, body }) => {
    const digest = sha256.digest(body);
    const entry = { sectionId, kind, offset, length: body.length, digest, visibility, profileConstraints };
    offset += body.length;
    return entry;
  });
}

function coded(part: "manifest" | "section_index", encode: () => Uint8Array): Uint8Array {
  try {
    return encode();
  } catch (error) {
    throw error instanceof CodecError ? partInvalid(part, error) : error;
  }
}

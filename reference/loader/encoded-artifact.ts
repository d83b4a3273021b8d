import { encodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { HEADER_SIZE, HeaderFlag, writeHeader } from "../../generated/layouts/header.js";
import { TRAILER_SIZE, writeTrailer } from "../../generated/layouts/trailer.js";
import { FORMAT_VERSION, SCHEMA_VERSION } from "../../generated/versions.js";
import { CodecError } from "../codec/codec-error.js";
import { compareText } from "../codec/utf8.js";
import type { Artifact, ArtifactBody, ArtifactSection } from "../contracts/buf-serializer.js";
import type { Sha256 } from "../contracts/security.js";
import { concatenate } from "./bytes.js";
import { crc32 } from "./crc32.js";
import { partInvalid } from "./failure.js";
import type { LoadLimits } from "./limits.js";
import { parse } from "./phases/parse.js";
import { checkHead, sliceHead } from "./phases/read-head.js";
import { verifyStructure } from "./phases/verify-structure.js";

/** Every part of an artifact but its bodies, as they are stored. */
export interface EncodedArtifact<B extends ArtifactBody> {
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  /** In index order. */
  readonly sections: readonly EncodedSection<B>[];
  readonly trailer: Uint8Array;
  /** Bytes of the whole artifact. */
  readonly size: number;
}

/** A section and its entry in the index. */
export interface EncodedSection<B extends ArtifactBody> {
  readonly entry: SectionEntry;
  readonly body: B;
}

/**
 * Encode an artifact. Nothing of it depends on bodies but through their lengths and digests.
 *
 * @throws FaygerError `LDR_MANIFEST_INVALID`, `LDR_INDEX_INVALID`
 */
export function encodeArtifact<B extends ArtifactBody>(artifact: Artifact<B>, sha256: Sha256): EncodedArtifact<B> {
  const sections = encodedSections(artifact.sections, sha256);
  const [major, minor] = artifact.manifest.schemaVersion;
  // @spec encoding.growth.index, compatibility.unknown-fields: what was kept from a later schema is written back only
  // under that schema's version.
  const growth = major !== SCHEMA_VERSION[0] || minor > SCHEMA_VERSION[1] ? "open" : "closed";
  const entries = sections.map(({ entry }) => entry);
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
  const bodyBytes = entries.reduce((sum, { length }) => sum + length, 0);
  const size = HEADER_SIZE + manifest.length + index.length + bodyBytes + TRAILER_SIZE;
  return { header, manifest, index, sections, size, trailer: encodeTrailer(header, manifest, index, size, sha256) };
}

/**
 * The loader's own checks, on the parts that go out: nothing leaves a serializer that a loader would not take.
 *
 * @throws FaygerError the first check of `read_head`, `parse` and `verify_structure` that fails
 * @spec format.serialize.refuses
 */
export function checkEncoded(encoded: EncodedArtifact<ArtifactBody>, limits: LoadLimits): void {
  const { header, manifest, index, trailer, size } = encoded;
  const head = concatenate([header, manifest, index]);
  const fields = checkHead(head, size, limits);
  verifyStructure(parse(sliceHead(head, head, trailer, fields, size), limits));
}

function encodeTrailer(
  header: Uint8Array,
  manifest: Uint8Array,
  index: Uint8Array,
  size: number,
  sha256: Sha256,
): Uint8Array {
  // @spec format.trailer.total-length
  // @spec format.trailer.manifest-digest
  const fields = { totalLength: size, manifestDigest: sha256.digest(manifest) };
  // @spec format.trailer.crc32
  let checksum = crc32(header);
  checksum = crc32(manifest, checksum);
  checksum = crc32(index, checksum);
  checksum = crc32(writeTrailer({ ...fields, crc32: 0 }).subarray(0, TRAILER_SIZE - 4), checksum);
  return writeTrailer({ ...fields, crc32: checksum });
}

/** @spec format.section-offset, format.chain.bodies */
function encodedSections<B extends ArtifactBody>(
  sections: readonly ArtifactSection<B>[],
  sha256: Sha256,
): EncodedSection<B>[] {
  const ordered = [...sections].sort((a, b) => compareText(a.sectionId, b.sectionId));
  let offset = 0;
  return ordered.map(({ sectionId, kind, visibility, profileConstraints, body }) => {
    const digest = body instanceof Uint8Array ? sha256.digest(body) : body.digest;
    const entry = { sectionId, kind, offset, length: body.length, digest, visibility, profileConstraints };
    offset += body.length;
    return { entry, body };
  });
}

function coded(part: "manifest" | "section_index", encode: () => Uint8Array): Uint8Array {
  try {
    return encode();
  } catch (error) {
    throw error instanceof CodecError ? partInvalid(part, error) : error;
  }
}

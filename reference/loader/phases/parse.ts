import {
  declaredManifestVersion,
  decodeManifest,
  decodeManifestHead,
  type Manifest,
} from "../../../generated/codecs/manifest.js";
import { decodeSectionIndex, type SectionIndex } from "../../../generated/codecs/section-index.js";
import { LoadLimit } from "../../../generated/enums/load-limit.js";
import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { HEADER_SIZE } from "../../../generated/layouts/header.js";
import { SCHEMA_VERSION } from "../../../generated/versions.js";
import { CodecError } from "../../codec/codec-error.js";
import { limitExceeded, partInvalid } from "../failure.js";
import type { LoadLimits } from "../limits.js";
import { locate } from "../locate.js";
import { type ArtifactHead, type ParsedArtifact, withFound } from "./load-context.js";

/** Where an entry of the index keeps its length. */
const LENGTH_ITEM = 3;

/**
 * Phase 2: decode manifest and section index, then hold the limits that only a decoded index shows.
 *
 * @spec loader.parse.manifest
 */
export function parse(head: ArtifactHead, limits: LoadLimits): ParsedArtifact {
  const manifest = parseManifest(head.manifestBytes);
  const indexAt = HEADER_SIZE + head.manifestBytes.length;
  const [major, minor] = manifest.schemaVersion;
  // @spec encoding.growth.index: the index has no version of its own.
  const growth = major !== SCHEMA_VERSION[0] || minor > SCHEMA_VERSION[1] ? "open" : "closed";
  // @spec loader.parse.index
  const index = coded("section_index", () => decodeSectionIndex(head.indexBytes, { baseOffset: indexAt, growth }));
  checkLimits(index, head.indexBytes, indexAt, limits);
  return withFound(withFound(head, manifest), { index, bodiesAt: indexAt + head.indexBytes.length });
}

type ParsedManifest = Pick<ParsedArtifact, "schemaVersion" | "manifest" | "sectionIndexDigest" | "signature">;

function parseManifest(bytes: Uint8Array): ParsedManifest {
  const options = { baseOffset: HEADER_SIZE };
  let manifest: Manifest;
  try {
    manifest = decodeManifest(bytes, options);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    // Looked up only now: nearly every manifest is of a version that decodes at once.
    const declared = declaredManifestVersion(bytes);
    if (declared === undefined || declared[0] === SCHEMA_VERSION[0]) throw partInvalid("manifest", error);
    // @spec encoding.growth.major
    // @spec compatibility.schema.frozen: three members are frozen, so that even such an artifact gets its verdict from the
    // digests and the signature before its version is refused.
    const head = coded("manifest", () => decodeManifestHead(bytes, options));
    const { schemaVersion, sectionIndexDigest, signature } = head;
    return { schemaVersion, manifest: undefined, sectionIndexDigest, signature };
  }
  const { schemaVersion, sectionIndexDigest, signature } = manifest;
  return { schemaVersion, manifest, sectionIndexDigest, signature };
}

function coded<T>(part: "manifest" | "section_index", decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof CodecError ? partInvalid(part, error) : error;
  }
}

/** @spec loader.parse.limits */
function checkLimits(index: SectionIndex, indexBytes: Uint8Array, indexAt: number, limits: LoadLimits): void {
  if (index.length > limits.sections) {
    throw limitExceeded(LoaderPhase.Parse, LoadLimit.Sections, limits.sections, index.length, indexAt);
  }
  for (let at = 0; at < index.length; at += 1) {
    const length = index.at(at)?.length ?? 0;
    if (length <= limits.section_bytes) continue;
    const offset = indexAt + locate(indexBytes, [at, LENGTH_ITEM]);
    throw limitExceeded(LoaderPhase.Parse, LoadLimit.SectionBytes, limits.section_bytes, length, offset);
  }
}

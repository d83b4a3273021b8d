import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { LoadProfile } from "../../../generated/json/load-profile.js";
import { HEADER_SIZE, HeaderFlag, writeHeader } from "../../../generated/layouts/header.js";
import { TRAILER_SIZE, writeTrailer } from "../../../generated/layouts/trailer.js";
import type { ArtifactSection, ManifestContent } from "../../contracts/buf-serializer.js";
import type { Sha256 } from "../../contracts/security.js";
import { concatenate } from "../bytes.js";
import { crc32 } from "../crc32.js";

/** A manifest that loads together with {@link sampleSections}. */
export function sampleManifest(members: Partial<ManifestContent> = {}): ManifestContent {
  return {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "acme/tools/sample",
    version: "1.2.3",
    entry: { section: "code/main", symbol: "main" },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities: ["io.stdio"],
    ...members,
  };
}

/** One section; by default optional data that applies everywhere. */
export function sampleSection(
  sectionId: string,
  body: Uint8Array,
  members: Partial<ArtifactSection> = {},
): ArtifactSection {
  return {
    sectionId,
    kind: SectionKind.Data,
    visibility: SectionVisibility.Optional,
    profileConstraints: {},
    body,
    ...members,
  };
}

/** A required code section `code/main` and an optional data section `data/words`. */
export function sampleSections(): ArtifactSection[] {
  return [
    sampleSection("code/main", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), {
      kind: SectionKind.Code,
      visibility: SectionVisibility.Required,
    }),
    sampleSection(
      "data/words",
      Uint8Array.from("sample", (letter) => letter.charCodeAt(0)),
    ),
  ];
}

/** A server with no limits. */
export const SAMPLE_PROFILE: LoadProfile = { terminal: "server", capabilities: [], features: [] };

/** The stored parts of an artifact, each of which a test can spoil. */
export interface RawParts {
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  readonly bodies: Uint8Array;
  /** Header fields that differ from the right ones. */
  readonly header?: Partial<Parameters<typeof writeHeader>[0]>;
  /** Trailer fields that differ from the right ones. */
  readonly trailer?: Partial<Parameters<typeof writeTrailer>[0]>;
  /** Whether the header says that there is a signature. */
  readonly isSigned?: boolean;
  /** Last change to the header's bytes; the checksum still covers the result. */
  readonly spoilHeader?: (header: Uint8Array) => void;
}

/** Put parts together, with every length, digest and checksum right unless a test asks for another. */
export function assemble(parts: RawParts, sha256: Sha256): Uint8Array {
  const { manifest, index, bodies } = parts;
  const header = writeHeader({
    formatMajor: 1,
    formatMinor: 0,
    flags: parts.isSigned === true ? HeaderFlag.Signed : 0,
    reserved: 0,
    manifestOffset: HEADER_SIZE,
    manifestLength: manifest.length,
    sectionIndexOffset: HEADER_SIZE + manifest.length,
    sectionIndexLength: index.length,
    ...parts.header,
  });
  parts.spoilHeader?.(header);
  const totalLength = HEADER_SIZE + manifest.length + index.length + bodies.length + TRAILER_SIZE;
  const fields = { totalLength, manifestDigest: sha256.digest(manifest), crc32: 0, ...parts.trailer };
  const covered = concatenate([header, manifest, index, writeTrailer(fields).subarray(0, TRAILER_SIZE - 4)]);
  const trailer = writeTrailer({ ...fields, crc32: parts.trailer?.crc32 ?? crc32(covered) });
  return concatenate([header, manifest, index, bodies, trailer]);
}

import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { encodeManifest } from "../../generated/codecs/manifest.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { HEADER_SIZE, writeHeader } from "../../generated/layouts/header.js";
import { TRAILER_SIZE, writeTrailer } from "../../generated/layouts/trailer.js";
import type { ArtifactSection, ManifestContent } from "../../reference/contracts/buf-serializer.js";
import { crc32 } from "../../reference/loader/crc32.js";
import { createSerializer } from "../../reference/loader/index.js";
import { type GeneratedKeyPair, generateKeyPair, nodeSha256 } from "../../reference/security/backends/node.js";
import { LONG_SECTION } from "./long-section.js";
import { temporaryFolder } from "./temporary-folder.js";

/** An artifact in a file, and where its parts lie. */
export interface ArtifactFile {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly manifestLength: number;
  readonly indexLength: number;
  /** First byte of the bodies. */
  readonly bodiesAt: number;
  /** Length of each body. */
  readonly bodyBytes: number;
  /** Section ids in index order. */
  readonly names: readonly string[];
}

/** The name of a section: folders and files as an asset pipeline makes them, ascending. */
export function sectionName(at: number): string {
  return at === 0 ? "code/main" : `data/${String(at).padStart(6, "0")}/body.bin`;
}

/** Bytes that differ from section to section. */
export function sectionBody(at: number, length: number): Uint8Array {
  const body = new Uint8Array(length);
  for (let i = 0; i < length; i++) body[i] = (i * 31 + at) & 255;
  return body;
}

function section(at: number, body: Uint8Array): ArtifactSection {
  return {
    sectionId: sectionName(at),
    kind: at === 0 ? SectionKind.Code : SectionKind.Data,
    visibility: at % 5 === 0 ? SectionVisibility.Required : SectionVisibility.Optional,
    profileConstraints: at % 10 === 3 ? { terminals: ["browser", "desktop", "server"] } : {},
    body,
  };
}

const MANIFEST: ManifestContent = {
  schemaVersion: [1, 0],
  runtimeInterfaceMin: [1, 0, 0],
  name: "acme/field-survey/map-viewer",
  version: "2.14.3",
  entry: { section: "code/main", symbol: "main" },
  runtime: { codeFormat: "wasm-core-2" },
  requiredCapabilities: ["fs.read", "io.stdio", "time.clock"],
};

/** The bytes of an artifact of `count` sections of equal length. */
export async function artifactBytes(count: number, bodyBytes: number, signer?: GeneratedKeyPair): Promise<Uint8Array> {
  const serializer = createSerializer(nodeSha256);
  const sections = Array.from({ length: count }, (_, at) => section(at, sectionBody(at, bodyBytes)));
  const artifact = { manifest: MANIFEST, sections };
  return serializer.serialize(signer === undefined ? artifact : await serializer.sign(artifact, signer.signer));
}

/** Write an artifact of `count` sections of equal length into the folder of this run. */
export async function artifactFile(count: number, bodyBytes: number, signer?: GeneratedKeyPair): Promise<ArtifactFile> {
  const path = join(temporaryFolder(), `${count}-${bodyBytes}${signer === undefined ? "" : "-signed"}.buf`);
  const bytes = await artifactBytes(count, bodyBytes, signer);
  writeFileSync(path, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const manifestLength = Number(view.getBigUint64(24));
  const indexLength = Number(view.getBigUint64(40));
  const bodiesAt = HEADER_SIZE + manifestLength + indexLength;
  const names = Array.from({ length: count }, (_, at) => sectionName(at));
  return { path, size: bytes.length, manifestLength, indexLength, bodiesAt, bodyBytes, names };
}

/** Write an unsigned artifact with one long section of zeros, which takes no room on a disk that knows sparse files. */
export function sparseArtifactFile(bodyBytes: number): string {
  const path = join(temporaryFolder(), `sparse-${bodyBytes}.buf`);
  const digest = digestOfZeros(bodyBytes);
  const code = sectionBody(0, 64);
  const index = encodeSectionIndex([
    { ...row(section(0, code)), offset: 0, length: code.length, digest: nodeSha256.digest(code) },
    { ...row(section(1, code)), sectionId: LONG_SECTION, offset: code.length, length: bodyBytes, digest },
  ]);
  const manifest = encodeManifest({ ...MANIFEST, sectionIndexDigest: nodeSha256.digest(index) });
  const header = writeHeader({
    formatMajor: 1,
    formatMinor: 0,
    flags: 0,
    reserved: 0,
    manifestOffset: HEADER_SIZE,
    manifestLength: manifest.length,
    sectionIndexOffset: HEADER_SIZE + manifest.length,
    sectionIndexLength: index.length,
  });
  const front = Buffer.concat([header, manifest, index, code]);
  const totalLength = front.length + bodyBytes + TRAILER_SIZE;
  const fields = { totalLength, manifestDigest: nodeSha256.digest(manifest) };
  const unchecked = writeTrailer({ ...fields, crc32: 0 }).subarray(0, TRAILER_SIZE - 4);
  const checked = Buffer.concat([header, manifest, index, unchecked]);
  const file = openSync(path, "w");
  writeSync(file, front);
  ftruncateSync(file, totalLength);
  writeSync(file, writeTrailer({ ...fields, crc32: crc32(checked) }), 0, TRAILER_SIZE, totalLength - TRAILER_SIZE);
  closeSync(file);
  return path;
}

function row({ sectionId, kind, visibility, profileConstraints }: ArtifactSection) {
  return { sectionId, kind, visibility, profileConstraints };
}

function digestOfZeros(length: number): Uint8Array {
  const hash = createHash("sha256");
  const zeros = new Uint8Array(1_048_576);
  for (let left = length; left > 0; left -= zeros.length) hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  return new Uint8Array(hash.digest());
}

let key: GeneratedKeyPair | undefined;

/** The one Ed25519 key that signs the artifacts of this run. */
export function benchKey(): GeneratedKeyPair {
  key ??= generateKeyPair("ed25519");
  return key;
}

/** The bytes of a file that lie before the bodies. */
export function headOf({ path, bodiesAt }: ArtifactFile): Uint8Array {
  return new Uint8Array(readFileSync(path).subarray(0, bodiesAt));
}

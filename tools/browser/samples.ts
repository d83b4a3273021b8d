import { encodeManifest } from "../../generated/codecs/manifest.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { HEADER_SIZE } from "../../generated/layouts/header.js";
import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { Artifact, ArtifactSection } from "../../reference/contracts/buf-serializer.js";
import type { Signer } from "../../reference/contracts/security.js";
import { createSerializer, describeArtifact } from "../../reference/loader/index.js";
import { assemble } from "../../reference/loader/testing/sample-artifact.js";
import { generateKeyPair, nodeSha256 } from "../../reference/security/backends/node.js";
import { emptyTrustStore, trustKeyOf, withTrustKey, writeTrustStore } from "../../reference/security/index.js";

/** When the samples' trust stores were issued, in Unix seconds. */
const ISSUED_AT = 1_600_000_000;

/** An artifact with everything that is needed to judge it. */
export interface Sample {
  readonly artifact: Artifact;
  readonly bytes: Uint8Array;
  /** Trusts whoever signed it. */
  readonly trustStore: Uint8Array;
  readonly signer: Signer;
}

/** A required code section, optional data, and a constraint that only some terminals meet. */
export function sampleSections(dataBytes = 6): ArtifactSection[] {
  return [
    section("assets/help", text("Open me in a browser."), { kind: 3, profileConstraints: { terminals: ["desktop"] } }),
    section("code/main", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), { kind: 1, visibility: 0 }),
    section("data/words", dataBytes <= 6 ? text("sample").subarray(0, dataBytes) : patternOf(dataBytes)),
  ];
}

/** An artifact of these sections. */
export function sampleArtifact(
  sections: readonly ArtifactSection[] = sampleSections(),
  manifest: Partial<Artifact["manifest"]> = {},
): Artifact {
  return {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "acme/tools/sample",
      version: "1.2.3",
      entry: { section: "code/main", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: ["io.stdio"],
      annotations: { summary: "A sample for browsers" },
      ...manifest,
    },
    sections,
  };
}

/** An artifact signed with a new key, and a trust store that has this key. */
export async function signedSample(
  algorithm: SignatureAlgorithm = "ed25519",
  artifact: Artifact = sampleArtifact(),
): Promise<Sample> {
  const { signer } = generateKeyPair(algorithm, 2048);
  const serializer = createSerializer(nodeSha256);
  const signed = await serializer.sign(artifact, signer);
  return { artifact: signed, bytes: serializer.serialize(signed), trustStore: trustStoreOf(signer), signer };
}

/** A trust store with one key, in version 2. */
export function trustStoreOf(signer: Signer, limits: Partial<TrustKey> = {}): Uint8Array {
  const key = trustKeyOf(signer.publicKey, nodeSha256, { label: "author of the samples" });
  if (key === undefined) throw new TypeError("the key is of no supported kind");
  return writeTrustStore(withTrustKey(emptyTrustStore(ISSUED_AT), { ...key, ...limits }, ISSUED_AT), nodeSha256);
}

/** The bytes of an artifact. */
export function bytesOf(artifact: Artifact): Uint8Array {
  return createSerializer(nodeSha256).serialize(artifact);
}

/**
 * An artifact, not signed, whose index promises a body of 4 GiB in `data/promised` that is nowhere: everything but that
 * body, and where it would begin.
 */
export function promisingSample(): { readonly bytes: Uint8Array; readonly at: number; readonly length: number } {
  const length = 2 ** 32;
  const [main, first] = [Uint8Array.of(0), patternOf(40_000)];
  const entry = (sectionId: string, offset: number, body: Uint8Array) => ({
    sectionId,
    kind: 2,
    offset,
    length: body.length,
    digest: nodeSha256.digest(body),
    visibility: SectionVisibility.Required,
    profileConstraints: {},
  });
  const index = encodeSectionIndex([
    { ...entry("code/main", 0, main), kind: 1 },
    entry("data/first", main.length, first),
    { ...entry("data/promised", main.length + first.length, new Uint8Array()), length },
  ]);
  const manifest = encodeManifest({ ...sampleArtifact().manifest, sectionIndexDigest: nodeSha256.digest(index) });
  const bodies = new Uint8Array(Buffer.concat([main, first]));
  const at = HEADER_SIZE + manifest.length + index.length + bodies.length;
  const totalLength = at + length + TRAILER_SIZE;
  return { bytes: assemble({ manifest, index, bodies, trailer: { totalLength } }, nodeSha256), at, length };
}

/** Where each part of an artifact begins and ends. */
export function partsOf(
  bytes: Uint8Array,
): readonly { readonly name: string; readonly at: number; readonly end: number }[] {
  const { parts } = describeArtifact(bytes, nodeSha256);
  return parts.map(({ name, offset, length }) => ({ name, at: offset, end: offset + length }));
}

/** One section; by default optional data. */
export function section(sectionId: string, body: Uint8Array, members: Partial<ArtifactSection> = {}): ArtifactSection {
  return { sectionId, kind: 2, visibility: 1, profileConstraints: {}, body, ...members };
}

/** Bytes that repeat after 251. */
export function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}

import { encodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import { decodeSectionIndex, encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { SIGNATURE_ALGORITHMS } from "../../generated/enums/signature-algorithm.js";
import { assemble, type RawParts } from "../../reference/loader/testing/sample-artifact.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { type LoadCase, toHex } from "./page/outcome.js";
import {
  bytesOf,
  partsOf,
  type Sample,
  sampleArtifact,
  sampleSections,
  section,
  signedSample,
  trustStoreOf,
} from "./samples.js";

/** Bits that are turned over in each part of an artifact, evenly spread. */
const FLIPS_A_PART = 12;

/**
 * Loads that are to come to the same on every host: damage to every part of artifacts signed by each algorithm, and each
 * check of the loader on its own.
 */
export async function loadCases(): Promise<readonly LoadCase[]> {
  const cases: LoadCase[] = [];
  for (const algorithm of SIGNATURE_ALGORITHMS) {
    const sample = await signedSample(algorithm);
    const trustStore = toHex(sample.trustStore);
    for (const strategy of ["eager", "lazy"] as const) {
      cases.push({
        name: `${algorithm} ${strategy}: whole`,
        artifact: toHex(sample.bytes),
        trustStore,
        load: { strategy },
      });
    }
    for (const [name, bytes] of damaged(sample.bytes)) {
      cases.push({ name: `${algorithm}: ${name}`, artifact: toHex(bytes), trustStore });
    }
  }
  const sample = await signedSample();
  return [...cases, ...decisionCases(sample), ...checkCases(sample), ...hostCases(sample)];
}

/** Every way in which bytes get lost, at places that are spread over every part. */
function* damaged(bytes: Uint8Array): Generator<readonly [name: string, bytes: Uint8Array]> {
  const parts = partsOf(bytes);
  for (const [number, { name, at, end }] of parts.entries()) {
    const bits = (end - at) * 8;
    for (let turn = 0; turn < FLIPS_A_PART; turn += 1) {
      const bit = at * 8 + Math.floor((turn * bits) / FLIPS_A_PART);
      const copy = bytes.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      yield [`bit ${bit} of ${name} ${number} turned over`, copy];
    }
    for (const length of new Set([at, at + 1, (at + end) >> 1, end - 1])) {
      yield [`cut off after ${length} bytes, in ${name} ${number}`, bytes.slice(0, length)];
    }
    yield [`a byte put before ${name} ${number}`, join(bytes.subarray(0, at), Uint8Array.of(0), bytes.subarray(at))];
    const next = parts[number + 1];
    if (next === undefined) continue;
    const [before, first, second, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, end),
      bytes.subarray(next.at, next.end),
      bytes.subarray(next.end),
    ];
    yield [`${name} ${number} and ${next.name} ${number + 1} swapped`, join(before, second, first, after)];
  }
  yield ["a byte put at the end", join(bytes, Uint8Array.of(0))];
}

/** Each row of the decision table, enforced and not. */
function decisionCases(sample: Sample): LoadCase[] {
  const { signer, artifact } = sample;
  const signature = artifact.manifest.signature;
  if (signature === undefined) throw new TypeError("the sample is signed");
  const signedAs = (algorithm: string, value = signature.value): string =>
    toHex(bytesOf({ ...artifact, manifest: { ...artifact.manifest, signature: { ...signature, algorithm, value } } }));
  const rows: readonly (readonly [name: string, artifact: string, trustStore: Uint8Array | undefined])[] = [
    ["no signature", toHex(bytesOf(sampleArtifact())), sample.trustStore],
    ["an unknown algorithm", signedAs("ed448"), sample.trustStore],
    ["an unknown key", toHex(sample.bytes), undefined],
    ["another algorithm than the key's", signedAs("ecdsa-p256"), sample.trustStore],
    ["a revoked key", toHex(sample.bytes), trustStoreOf(signer, { revokedAt: 1 })],
    ["a key of the future", toHex(sample.bytes), trustStoreOf(signer, { notBefore: 1_800_000_000 })],
    ["an expired key", toHex(sample.bytes), trustStoreOf(signer, { notAfter: 1_700_000_000 })],
    ["a key of other names", toHex(sample.bytes), trustStoreOf(signer, { scope: ["other/**"] })],
    ["a short signature", signedAs("ed25519", new Uint8Array(63)), sample.trustStore],
    ["a wrong signature", signedAs("ed25519", new Uint8Array(64)), sample.trustStore],
    ["a good signature", toHex(sample.bytes), sample.trustStore],
  ];
  return rows.flatMap(([name, bytes, trustStore]) =>
    [true, false].map((enforceSignature) => ({
      name: `${name}, ${enforceSignature ? "enforced" : "not enforced"}`,
      artifact: bytes,
      enforceSignature,
      ...(trustStore !== undefined && { trustStore: toHex(trustStore) }),
    })),
  );
}

/** Each check that damage alone does not reach: everything around it is right. */
function checkCases(sample: Sample): LoadCase[] {
  const index = storedPart(sample.bytes, "section_index");
  const bodies = storedPart(sample.bytes, "section");
  const content: Manifest = { ...sampleArtifact().manifest, sectionIndexDigest: nodeSha256.digest(index) };
  const raw = (parts: Partial<RawParts>): string =>
    toHex(assemble({ manifest: encodeManifest(content), index, bodies, ...parts }, nodeSha256));
  const withManifest = (members: Partial<Manifest>): string =>
    raw({ manifest: encodeManifest({ ...content, ...members }) });
  const whole = toHex(sample.bytes);
  const shifted = Array.from(decodeSectionIndex(index), (entry) => ({
    sectionId: entry.sectionId,
    kind: entry.kind,
    offset: entry.offset + 1,
    length: entry.length,
    digest: entry.digest,
    visibility: entry.visibility,
    profileConstraints: entry.profileConstraints,
  }));
  const unsigned = { enforceSignature: false };
  return [
    { name: "not an artifact", artifact: toHex(Uint8Array.of(0x50, 0x4b, 3, 4)) },
    { name: "nothing", artifact: "" },
    { name: "another format version", artifact: raw({ header: { formatMinor: 1 } }) },
    { name: "manifest over its limit", artifact: whole, loader: { limits: { manifest_bytes: 10 } } },
    { name: "index over its limit", artifact: whole, loader: { limits: { index_bytes: 10 } } },
    { name: "too many sections", artifact: whole, loader: { limits: { sections: 1 } } },
    { name: "a section over its limit", artifact: whole, loader: { limits: { section_bytes: 4 } } },
    { name: "a declared manifest of 2^53-1 bytes", artifact: raw({ header: { manifestLength: 2 ** 53 - 1 } }) },
    { name: "a manifest that is no manifest", artifact: raw({ manifest: Uint8Array.of(0xff) }) },
    { name: "an index that is no index", artifact: raw({ index: Uint8Array.of(0x81, 0xf6) }) },
    { name: "sections in other places", artifact: raw({ index: encodeSectionIndex(shifted) }) },
    { name: "another total length", artifact: raw({ trailer: { totalLength: 1 } }) },
    { name: "a wrong checksum", artifact: raw({ trailer: { crc32: 1 } }) },
    { name: "an unknown flag", artifact: raw({ header: { flags: 2 } }) },
    { name: "signed without signature", artifact: raw({ isSigned: true }) },
    { name: "another manifest digest", artifact: raw({ trailer: { manifestDigest: new Uint8Array(32) } }) },
    { name: "another index digest", artifact: withManifest({ sectionIndexDigest: new Uint8Array(32) }), ...unsigned },
    { name: "another pin", artifact: whole, pin: "00".repeat(32) },
    { name: "a later schema", artifact: raw({ manifest: ofMajor2(encodeManifest(content)) }), ...unsigned },
    { name: "a later runtime", artifact: withManifest({ runtimeInterfaceMin: [1, 9, 0] }), ...unsigned },
    { name: "no entry", artifact: withManifest({ entry: { section: "none", symbol: "main" } }), ...unsigned },
    { name: "an assembly that is none", artifact: withManifest({ assembly: "code/main" }), ...unsigned },
    {
      name: "a missing dependency",
      artifact: withManifest({ dependencies: [{ name: "acme/library", versionRange: ">=1.0.0" }] }),
      loader: { offers: [{ name: "acme/library", version: "0.9.0" }] },
      ...unsigned,
    },
    {
      name: "a required section that does not fit",
      artifact: raw({}),
      load: { profile: { terminal: "server", capabilities: [], features: [], max_section_bytes: 4 } },
      ...unsigned,
    },
    {
      name: "optional sections that do not fit",
      artifact: raw({}),
      load: { profile: { terminal: "desktop", capabilities: [], features: [], max_total_bytes: 9 } },
      ...unsigned,
    },
  ];
}

/** What the host, the caller and the source do. */
function hostCases(sample: Sample): LoadCase[] {
  const given = { artifact: toHex(sample.bytes), trustStore: toHex(sample.trustStore) };
  const fallenBack = toHex(trustStoreOf(sample.signer, { label: "somebody else" }));
  const large = toHex(bytesOf(sampleArtifact([...sampleSections(), section("large", new Uint8Array(20_000).fill(7))])));
  return [
    { name: "a trust store that is none", ...given, trustStore: "ff" },
    { name: "a trust store of the same version", ...given, trustUpdate: fallenBack },
    { name: "a profile that is none", ...given, load: { profile: { terminal: "", capabilities: [], features: [] } } },
    { name: "stopped before it begins", ...given, event: "aborted" },
    { name: "an access that is stopped", ...given, event: "aborted-access" },
    { name: "an access to a section that is not there", ...given, alsoRead: ["none", "assets/help"] },
    { name: "an access after the end", ...given, event: "closed" },
    { name: "a source that fails", ...given, event: "failing-source" },
    { name: "a source that changes", ...given, event: "changed" },
    { name: "a source that changes under a large body", artifact: large, enforceSignature: false, event: "changed" },
    { name: "an assembly that is refused", ...given, event: "assembly-refused" },
  ];
}

/** The bytes of a part, or of all sections together. */
function storedPart(bytes: Uint8Array, name: string): Uint8Array {
  const [first, ...rest] = partsOf(bytes).filter((part) => part.name === name);
  if (first === undefined) throw new TypeError(`the sample has no ${name}`);
  return bytes.slice(first.at, rest.at(-1)?.end ?? first.end);
}

/** A manifest that declares schema 2.0, which no encoder of this version writes. */
function ofMajor2(manifest: Uint8Array): Uint8Array {
  const key = Buffer.from("schema_version");
  const copy = Buffer.from(manifest);
  // The key, the head of an array of two, the major version.
  copy.set([2], copy.indexOf(key) + key.length + 1);
  return new Uint8Array(copy);
}

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

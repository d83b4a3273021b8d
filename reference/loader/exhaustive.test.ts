import { describe, expect, test } from "vitest";
import { declaredManifestVersion, decodeManifest, decodeManifestHead } from "../../generated/codecs/manifest.js";
import { decodeSectionIndex, type SectionIndex } from "../../generated/codecs/section-index.js";
import { encodeTrustStore } from "../../generated/codecs/trust-store.js";
import type { SignaturePolicy } from "../contracts/security.js";
import { isFaygerError } from "../errors/fayger-error.js";
import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "../security/backends/node.js";
import {
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  trustKeyOf,
  withTrustKey,
} from "../security/index.js";
import { createLoader } from "./loader.js";
import { createMemorySource } from "./memory-source.js";
import { createSerializer } from "./serializer.js";
import { countingClock, recordedServices } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const artifact = { manifest: sampleManifest({ annotations: { note: "x" } }), sections: sampleSections() };

/** Which phase and code refuse these bytes, worked out without the loader: straight from the text of the format. */
function oracle(bytes: Uint8Array, isEager: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = [0x42, 0x55, 0x46, 0];
  if (magic.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return "read_head LDR_BAD_MAGIC";
  const version = [0, 1, 0, 0];
  if (version.some((byte, at) => at + 4 < bytes.length && bytes[at + 4] !== byte))
    return "read_head LDR_FORMAT_VERSION_UNSUPPORTED";
  if (bytes.length < 92) return "read_head LDR_TRUNCATED";
  const [manifestLength, indexLength] = [view.getBigUint64(24), view.getBigUint64(40)];
  if (manifestLength > 1n << 20n || indexLength > 1n << 27n) return "read_head LDR_LIMIT_EXCEEDED";
  if (92n + manifestLength + indexLength > BigInt(bytes.length)) return "read_head LDR_TRUNCATED";
  const indexAt = 48 + Number(manifestLength);
  const bodiesAt = indexAt + Number(indexLength);
  const manifestBytes = bytes.slice(48, indexAt);
  const isForeign = (declaredManifestVersion(manifestBytes)?.[0] ?? 1) !== 1;
  // Every flip that leaves a document decodable still breaks the checksum, so what it decodes to is of no account.
  const decodeEither = isForeign ? decodeManifestHead : decodeManifest;
  if (!decodes(() => decodeEither(manifestBytes))) return "parse LDR_MANIFEST_INVALID";
  let index: SectionIndex = [];
  if (!decodes(() => (index = decodeSectionIndex(bytes.slice(indexAt, bodiesAt))))) return "parse LDR_INDEX_INVALID";
  if (index.some((entry) => entry.length > 2 ** 32)) return "parse LDR_LIMIT_EXCEEDED";
  const end = index.reduce((sum, entry) => sum + entry.length, bodiesAt + 44);
  if (end > bytes.length) return "verify_structure LDR_TRUNCATED";
  if (end < bytes.length) return "verify_structure LDR_STRUCTURE_INVALID";
  if (crcOf([...bytes.slice(0, bodiesAt), ...bytes.slice(-44, -4)]) !== view.getUint32(bytes.length - 4))
    return "verify_structure LDR_CRC_MISMATCH";
  return isEager ? "read_sections LDR_DIGEST_MISMATCH" : "loaded";
}

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

function crcOf(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  }
  return ~crc >>> 0;
}

async function verdict(bytes: Uint8Array, strategy: "eager" | "lazy", policy?: SignaturePolicy): Promise<string> {
  const loader = createLoader(recordedServices(nodeSha256, policy));
  try {
    const object = await loader.load(createMemorySource(bytes), { profile: SAMPLE_PROFILE, strategy });
    // A lazy load that went well must still refuse the damaged body, at its first access and not before.
    let refused = "loaded";
    for (const id of object.selection.selected) {
      try {
        await object.sections.read(id);
      } catch (error) {
        refused = describeError(error) === "read_sections LDR_DIGEST_MISMATCH" ? "loaded" : describeError(error);
        return refused;
      }
    }
    return "accepted";
  } catch (error) {
    return describeError(error);
  }
}

function describeError(error: unknown): string {
  if (!isFaygerError(error)) throw error;
  expect(error.sourceLayer).toBe("loader");
  return `${(error.context as { readonly phase?: string }).phase} ${error.code}`;
}

async function signedSample(): Promise<{ bytes: Uint8Array; policy: SignaturePolicy }> {
  const { signer, publicKey } = generateKeyPair("ed25519");
  const key = trustKeyOf(publicKey, nodeSha256);
  if (key === undefined) throw new Error("the key is supported");
  const store = encodeTrustStore(withTrustKey(emptyTrustStore(0), key, 0));
  const trustStore = new InstalledTrustStore(store, { sha256: nodeSha256, clock: countingClock() });
  const policy = createSignaturePolicy({ trustStore, backend: createNodeSignatureBackend() });
  return { bytes: serializer.serialize(await serializer.sign(artifact, signer)), policy };
}

const samples = [
  { name: "unsigned", make: async () => ({ bytes: serializer.serialize(artifact), policy: undefined }) },
  { name: "signed", make: signedSample },
];

describe.each(samples)("an $name artifact", ({ make }) => {
  for (const strategy of ["eager", "lazy"] as const) {
    // @spec loader.coded-errors, format.header, format.trailer, signatures.bytes, loader.read-sections.verified-first
    test(`every single-bit flip is refused with the code and phase of the total order (${strategy})`, async () => {
      const { bytes, policy } = await make();
      expect(await verdict(bytes, strategy, policy)).toBe("accepted");
      const wrong: unknown[] = [];
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const copy = bytes.slice();
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const [found, expected] = [await verdict(copy, strategy, policy), oracle(copy, strategy === "eager")];
        if (found !== expected) wrong.push({ bit, found, expected });
      }
      expect(wrong).toEqual([]);
    });
  }

  // @spec format.parts, format.trailer.total-length
  test("every truncation and every single inserted byte is refused with the code and phase of the total order", async () => {
    const { bytes, policy } = await make();
    const wrong: unknown[] = [];
    const check = async (what: string, changed: Uint8Array): Promise<void> => {
      const [found, expected] = [await verdict(changed, "eager", policy), oracle(changed, true)];
      if (found !== expected || found === "accepted") wrong.push({ what, found, expected });
    };
    for (let length = 0; length < bytes.length; length += 1) await check(`${length} bytes`, bytes.slice(0, length));
    for (let at = 0; at <= bytes.length; at += 1) {
      for (const value of [0, 0xff]) {
        await check(`${value} at ${at}`, Uint8Array.from([...bytes.slice(0, at), value, ...bytes.slice(at)]));
      }
    }
    expect(wrong).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeManifest } from "../../generated/codecs/manifest.js";
import type { ProfileConstraints } from "../../generated/codecs/profile-constraints.js";
import { SIGNATURE_ALGORITHMS } from "../../generated/enums/signature-algorithm.js";
import { readHeader } from "../../generated/layouts/header.js";
import { compareText } from "../codec/utf8.js";
import type { Artifact, ArtifactSection, ManifestContent } from "../contracts/buf-serializer.js";
import { FaygerError } from "../errors/fayger-error.js";
import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "../security/backends/node.js";
import { describeArtifact } from "./anatomy.js";
import { createLoader } from "./loader.js";
import { createMemorySource } from "./memory-source.js";
import { outlineDocument } from "./outline.js";
import { selectSections } from "./selection.js";
import { createSerializer } from "./serializer.js";
import { signedBytes } from "./signed-bytes.js";
import { recordedServices } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);

const texts = fc
  .uniqueArray(fc.constantFrom("browser", "desktop", "gpu", "net.http", "server", "\u{1F600}", "\uFFFD"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) => list.sort(compareText));
const constraints: fc.Arbitrary<ProfileConstraints> = fc.record(
  { terminals: texts, capabilities: texts, features: texts, minMemoryBytes: fc.maxSafeNat() },
  { requiredKeys: [] },
);
const section = (sectionId: string): fc.Arbitrary<ArtifactSection> =>
  fc.record({
    sectionId: fc.constant(sectionId),
    kind: fc.constantFrom(1, 2, 3, 4, 5, 6, 0x8000, 0xffff),
    visibility: fc.constantFrom(0 as const, 1 as const),
    profileConstraints: constraints,
    body: fc.uint8Array({ maxLength: 40 }),
  });
const sections = fc
  .uniqueArray(fc.constantFrom("a", "b/c", "b/d", "code/main", "data/x.y", "z-1/z_2", "0"), { maxLength: 7 })
  .chain((ids) => fc.tuple(...ids.sort(compareText).map(section)));
const signature = fc.record({
  algorithm: fc.string({ maxLength: 20 }),
  keyId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  value: fc.uint8Array({ maxLength: 300 }),
});
const version = fc.constantFrom("0.0.0", "1.2.3-rc.1+build", "10.20.30");
const content: fc.Arbitrary<ManifestContent> = fc.record(
  {
    schemaVersion: fc.constant([1, 0] as const),
    runtimeInterfaceMin: fc.constantFrom([1, 0, 0] as const, [0, 65535, 1] as const),
    name: fc.constantFrom("a", "acme/tools/sample-1.x"),
    version,
    entry: fc.record({
      section: fc.constantFrom("code/main", "a"),
      symbol: fc.string({ minLength: 1, maxLength: 30 }),
    }),
    runtime: fc.record({ codeFormat: fc.constant("wasm-core-2"), requires: texts }, { requiredKeys: ["codeFormat"] }),
    requiredCapabilities: fc.constantFrom([], ["fs.read"], ["fs.read", "net.http"]),
    optionalCapabilities: fc.constantFrom(["io.stdio"], ["random.get", "time.clock"]),
    quotas: fc.record({ memoryBytes: fc.maxSafeNat(), fuel: fc.maxSafeNat() }, { requiredKeys: [] }),
    dependencies: fc.constantFrom([{ name: "acme/lib", versionRange: "^1.2.3" }]),
    deprecationNotice: fc.string(),
    annotations: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 5 }).filter((key) => key !== "__proto__"),
      fc.string(),
      { minKeys: 1, maxKeys: 4 },
    ),
    signature,
  },
  {
    requiredKeys: [
      "schemaVersion",
      "runtimeInterfaceMin",
      "name",
      "version",
      "entry",
      "runtime",
      "requiredCapabilities",
    ],
  },
);
/** Texts of fast-check can hold halves of pairs, which no UTF-8 spells. */
const isWellFormed = (artifact: Artifact): boolean =>
  !/[\ud800-\udfff]/u.test(
    JSON.stringify(artifact.manifest, (_key, value) => (value instanceof Uint8Array ? "" : value)),
  );
const known: fc.Arbitrary<Artifact> = fc.record({ manifest: content, sections }).filter(isWellFormed);
/** Members of a later schema: short keys first, as their encoding orders them. */
const unknownFields = fc
  .subarray(["z", "b0", "later", "a_key_of_more_than_23_bytes_x"], { minLength: 1 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc
          .constantFrom([0x00], [0xf5], [0x61, 0x78], [0x82, 0x01, 0x41, 0xff], [0xa1, 0x61, 0x79, 0x18, 0x18])
          .map((value) => ({ key, value: Uint8Array.from(value) })),
      ),
    ),
  );
/** The same artifact as a later minor version of the schema might write it. */
const later: fc.Arbitrary<Artifact> = fc
  .tuple(known, unknownFields, fc.option(unknownFields, { nil: undefined }))
  .map(([artifact, inManifest, inConstraints]) => ({
    manifest: { ...artifact.manifest, schemaVersion: [1, 3] as const, unknownFields: inManifest },
    sections: artifact.sections.map((one, at) =>
      at > 0 || inConstraints === undefined
        ? one
        : { ...one, profileConstraints: { ...one.profileConstraints, unknownFields: inConstraints } },
    ),
  }));
const artifacts: fc.Arbitrary<Artifact> = fc.oneof({ weight: 2, arbitrary: known }, { weight: 1, arbitrary: later });

describe("round trips", () => {
  // @spec format.round-trip.bytes, format.round-trip.object, format.section-offset, format.chain.index
  // @spec format.chain.bodies, format.trailer.manifest-digest, manifest.section-index-digest, format.header.flags
  test("parse(serialize(o)) = o, and serialize(parse(b)) = b", () => {
    fc.assert(
      fc.property(artifacts, (artifact) => {
        const bytes = serializer.serialize(artifact);
        const parsed = serializer.parse(bytes);
        expect(parsed).toEqual(artifact);
        expect(serializer.serialize(parsed)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test("the order in which sections are given does not matter", () => {
    fc.assert(
      fc.property(artifacts, (artifact) => {
        const shuffled = { ...artifact, sections: [...artifact.sections].reverse() };
        expect(serializer.serialize(shuffled)).toEqual(serializer.serialize(artifact));
      }),
    );
  });

  // @spec loader.repack
  test("what a loader accepts re-serialises to itself, and an eager load gives every body back", async () => {
    await fc.assert(
      fc.asyncProperty(artifacts, async (artifact) => {
        const bytes = serializer.serialize(artifact);
        const loader = createLoader(recordedServices(nodeSha256));
        const object = await loader
          .load(createMemorySource(bytes), { profile: SAMPLE_PROFILE, strategy: "eager" })
          .catch((error: unknown) => {
            // Interface, entry and dependencies of these artifacts are made up; nothing else can be wrong with them.
            const madeUp = /^LDR_(RUNTIME_INTERFACE_UNSUPPORTED|ENTRY_UNRESOLVED|DEPENDENCY_UNRESOLVED)$/;
            expect((error as FaygerError).code).toMatch(madeUp);
            return undefined;
          });
        if (object === undefined) return;
        expect(object.selection).toEqual(selectSections(object.index, SAMPLE_PROFILE));
        for (const { sectionId, body } of artifact.sections) {
          if (object.sections.isSelected(sectionId)) expect(await object.sections.read(sectionId)).toEqual(body);
        }
        expect(serializer.serialize(serializer.parse(bytes))).toEqual(bytes);
      }),
    );
  });

  // @spec format.parse.verified
  test("a single changed byte is never accepted, and gives nothing but coded errors", () => {
    fc.assert(
      fc.property(artifacts, fc.nat(), fc.integer({ min: 1, max: 255 }), (artifact, place, difference) => {
        const bytes = serializer.serialize(artifact);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ difference;
        expect(() => serializer.parse(bytes)).toThrow(FaygerError);
      }),
      { numRuns: 500 },
    );
  });
});

// @spec format.serialize.refuses
describe("serialize", () => {
  test.each<[string, Artifact, string, string]>([
    [
      "a name outside its alphabet",
      { manifest: sampleManifest({ name: "Acme" }), sections: [] },
      "LDR_MANIFEST_INVALID",
      "pattern_mismatch",
    ],
    [
      "an empty optional set",
      { manifest: sampleManifest({ optionalCapabilities: [] }), sections: [] },
      "LDR_MANIFEST_INVALID",
      "length_out_of_range",
    ],
    [
      "a set out of order",
      { manifest: sampleManifest({ requiredCapabilities: ["b", "a"] }), sections: [] },
      "LDR_MANIFEST_INVALID",
      "item_order",
    ],
    [
      "a capability in both sets",
      { manifest: sampleManifest({ optionalCapabilities: ["io.stdio"] }), sections: [] },
      "LDR_MANIFEST_INVALID",
      "item_conflict",
    ],
    [
      "two sections of one name",
      {
        manifest: sampleManifest(),
        sections: [sampleSection("a", Uint8Array.of()), sampleSection("a", Uint8Array.of())],
      },
      "LDR_INDEX_INVALID",
      "item_order",
    ],
    [
      "a section below another",
      {
        manifest: sampleManifest(),
        sections: [sampleSection("a", Uint8Array.of()), sampleSection("a/b", Uint8Array.of())],
      },
      "LDR_INDEX_INVALID",
      "item_conflict",
    ],
    [
      "kind 0",
      { manifest: sampleManifest(), sections: [sampleSection("a", Uint8Array.of(), { kind: 0 })] },
      "LDR_INDEX_INVALID",
      "value_out_of_range",
    ],
    [
      "an assembly that is none",
      { manifest: sampleManifest({ assembly: "data/words" }), sections: sampleSections() },
      "LDR_STRUCTURE_INVALID",
      "assembly",
    ],
  ])("refuses %s as a loader would", (_what, artifact, code, reason) => {
    let caught: unknown;
    try {
      serializer.serialize(artifact);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code, context: { reason } });
  });

  // @spec loader.limits
  test("holds the limits it was made with", () => {
    const strict = createSerializer(nodeSha256, { section_bytes: 7 });
    expect(() => strict.serialize({ manifest: sampleManifest(), sections: sampleSections() })).toThrow(
      /section_bytes is 8/,
    );
  });
});

describe("sign", () => {
  // @spec signatures.length-first, signatures.bytes, signatures.bytes.manifest, signatures.block, signatures.signing
  test.each(SIGNATURE_ALGORITHMS)(
    "%s: the header of the signed bytes counts the signature, and all of it verifies",
    async (algorithm) => {
      const { signer, publicKey } = generateKeyPair(algorithm, 2048);
      const signed = await serializer.sign({ manifest: sampleManifest(), sections: sampleSections() }, signer);
      const bytes = serializer.serialize(signed);
      const header = readHeader(bytes);
      expect(header.flags).toBe(1);
      const manifest = bytes.slice(48, 48 + header.manifestLength);
      const index = bytes.slice(header.sectionIndexOffset, header.sectionIndexOffset + header.sectionIndexLength);
      const message = signedBytes(bytes.slice(0, 48), manifest, index);
      const block = decodeManifest(manifest).signature;
      expect(block?.keyId).toEqual(nodeSha256.digest(publicKey));
      expect(
        await createNodeSignatureBackend().verify(algorithm, publicKey, message, block?.value ?? new Uint8Array()),
      ).toBe(true);
      // Signing again replaces the block and changes nothing else.
      const { signature: _signature, ...unsigned } = (await serializer.sign(signed, signer)).manifest;
      expect(unsigned).toEqual(sampleManifest());
    },
  );

  test("a signer that makes another length than it said is a fault of the program", async () => {
    const { signer } = generateKeyPair("ed25519");
    const wrong = { ...signer, sign: async () => new Uint8Array(63) };
    await expect(serializer.sign({ manifest: sampleManifest(), sections: [] }, wrong)).rejects.toThrow(TypeError);
  });
});

describe("describeArtifact", () => {
  const whole = serializer.serialize({ manifest: sampleManifest(), sections: sampleSections() });

  /** Parts, fields and rows each cover their bytes once and in order. */
  function expectCovered(
    runs: readonly { readonly offset: number; readonly length: number }[],
    start: number,
    end: number,
  ): void {
    let at = start;
    for (const { offset, length } of runs) {
      expect(offset).toBe(at);
      at += length;
    }
    expect(at).toBe(end);
  }

  test("names every byte of an artifact that loads", () => {
    const anatomy = describeArtifact(whole, nodeSha256);
    expect(anatomy.error).toBeUndefined();
    expect(anatomy.parts.map((part) => part.entry?.sectionId ?? part.name)).toEqual([
      "header",
      "manifest",
      "section_index",
      "code/main",
      "data/words",
      "trailer",
    ]);
    expectCovered(anatomy.parts, 0, whole.length);
    for (const part of anatomy.parts) {
      if (part.fields !== undefined) expectCovered(part.fields, part.offset, part.offset + part.length);
      if (part.entry !== undefined) expect(part.isIntact).toBe(true);
      if (part.name === "manifest" || part.name === "section_index") {
        const rows = outlineDocument(whole.subarray(part.offset, part.offset + part.length), part.offset);
        expectCovered(rows, part.offset, part.offset + part.length);
        expect(rows.every((row) => row.role !== "unreadable")).toBe(true);
      }
    }
    const rows = outlineDocument(whole.subarray(48, 48 + (anatomy.header?.manifestLength ?? 0)), 48);
    expect(rows).toContainEqual(
      expect.objectContaining({ path: "$.entry.section", role: "item", text: 'text "code/main"' }),
    );
  });

  test("never throws, still covers every byte, and says what a loader would say, whatever the bytes", () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.array(mutation, { maxLength: 3 }),
        fc.nat(whole.length),
        fc.uint8Array({ maxLength: 10 }),
        (mutations, length, more) => {
          const bytes = Uint8Array.of(...whole.slice(0, length), ...more);
          for (const { at, value } of mutations) if (bytes.length > 0) bytes[at % bytes.length] = value;
          const anatomy = describeArtifact(bytes, nodeSha256);
          expectCovered(anatomy.parts, 0, bytes.length);
          let error: unknown;
          try {
            serializer.parse(bytes);
          } catch (caught) {
            error = caught;
          }
          expect(anatomy.error).toEqual(error);
          for (const part of anatomy.parts) {
            if (part.name === "manifest")
              expectCovered(outlineDocument(bytes.subarray(part.offset, part.offset + part.length)), 0, part.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("covers any bytes at all with rows", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expectCovered(outlineDocument(bytes), 0, bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  test("tells which body is damaged", () => {
    const damaged = whole.slice();
    damaged[damaged.length - 45] = 0;
    const { parts, error } = describeArtifact(damaged, nodeSha256);
    expect(parts.map((part) => part.isIntact).filter((isIntact) => isIntact !== undefined)).toEqual([true, false]);
    expect(error).toMatchObject({ code: "LDR_DIGEST_MISMATCH", context: { section_id: "data/words" } });
  });
});

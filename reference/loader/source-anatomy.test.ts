import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { nodeSha256 } from "../security/backends/node.js";
import { type ArtifactAnatomy, describeArtifact } from "./anatomy.js";
import { createSerializer } from "./serializer.js";
import { describeSource } from "./source-anatomy.js";
import { ObservedSource } from "./testing/observed-source.js";
import { sampleManifest, sampleSection, sampleSections } from "./testing/sample-artifact.js";

const serializer = createSerializer(nodeSha256);
const small = serializer.serialize({ manifest: sampleManifest(), sections: sampleSections() });
const large = serializer.serialize({
  manifest: sampleManifest(),
  sections: [...sampleSections(), sampleSection("data/long", new Uint8Array(100_000).fill(3))],
});
/** Manifest and index are longer than the first read. */
const wide = serializer.serialize({
  manifest: sampleManifest(),
  sections: [
    ...sampleSections(),
    ...Array.from({ length: 400 }, (_, at) => sampleSection(`data/s${at}`, Uint8Array.of(at & 255))),
  ],
});

/** All that an anatomy says, as text. */
function comparable({ size, parts, header, trailer, manifest, index, error }: ArtifactAnatomy): string {
  const entries =
    index &&
    Array.from(index, ({ sectionId, kind, offset, length, digest }) => [sectionId, kind, offset, length, digest]);
  const flat = parts.map(({ entry, ...part }) => ({ ...part, section: entry?.sectionId }));
  const all = { size, parts: flat, header, trailer, manifest, entries, error: error?.toJSON() };
  return JSON.stringify(all, (_name, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
  );
}

describe("describeSource", () => {
  test("says of a short file, also a broken one, what describeArtifact says", async () => {
    const broken = fc.oneof(
      fc.nat({ max: small.length }).map((length) => small.slice(0, length)),
      fc
        .tuple(fc.nat({ max: small.length - 1 }), fc.integer({ min: 1, max: 255 }))
        .map(([at, flip]) => small.map((byte, index) => (index === at ? byte ^ flip : byte))),
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 50 }).map((more) => Uint8Array.from([...small, ...more])),
    );
    await fc.assert(
      fc.asyncProperty(broken, async (bytes) => {
        const told = await describeSource(new ObservedSource(bytes), nodeSha256);
        expect(comparable(told)).toEqual(comparable(describeArtifact(bytes, nodeSha256)));
      }),
      { numRuns: 300 },
    );
  });

  test("reads the head of a long artifact and leaves the bodies, or reads all where they are asked for", async () => {
    for (const [bytes, reads] of [
      [large, 2],
      [wide, 3],
    ] as const) {
      const source = new ObservedSource(bytes);
      const told = await describeSource(source, nodeSha256);
      expect(source.reads.length).toBe(reads);
      expect(source.closed).toBe(1);
      expect(told.error).toBeUndefined();
      const whole = await describeSource(new ObservedSource(bytes), nodeSha256, { bodies: true });
      expect(comparable(whole)).toEqual(comparable(describeArtifact(bytes, nodeSha256)));
      const names = (anatomy: ArtifactAnatomy): string[] => anatomy.parts.map((part) => `${part.name} ${part.offset}`);
      expect(names(told)).toEqual(names(whole));
    }
    const long = (await describeSource(new ObservedSource(large), nodeSha256)).parts.find(
      (part) => part.entry?.sectionId === "data/long",
    );
    expect(long).toBeDefined();
    expect(long?.isIntact).toBeUndefined();
  });

  test("finds a damaged body only where it looks, and says which", async () => {
    const damaged = large.slice();
    damaged[50_000] = 9;
    expect((await describeSource(new ObservedSource(damaged), nodeSha256)).error).toBeUndefined();
    const { error } = await describeSource(new ObservedSource(damaged), nodeSha256, { bodies: true });
    expect(error).toMatchObject({ code: "LDR_DIGEST_MISMATCH", context: { section_id: "data/long" } });
  });

  test("gives the stored bytes of parts it has read", async () => {
    const told = await describeSource(new ObservedSource(large), nodeSha256);
    for (const part of told.parts) {
      const bytes = told.bytesOf(part);
      if (part.entry?.sectionId.startsWith("data/") === true) expect(bytes).toBeUndefined();
      else expect(bytes).toEqual(large.slice(part.offset, part.offset + part.length));
    }
  });

  test("reads neighbours together, and gives their bytes too where it has read them", async () => {
    const sections = Array.from({ length: 60 }, (_, at) =>
      sampleSection(`data/s${at}`, new Uint8Array(at * 500).fill(at)),
    );
    const bytes = serializer.serialize({ manifest: sampleManifest(), sections: [...sampleSections(), ...sections] });
    const source = new ObservedSource(bytes);
    const told = await describeSource(source, nodeSha256, { bodies: true });
    expect(source.reads.length).toBe(3);
    expect(comparable(told)).toEqual(comparable(describeArtifact(bytes, nodeSha256)));
    for (const part of told.parts) {
      if (part.length > 0) expect(told.bytesOf(part)).toEqual(bytes.slice(part.offset, part.offset + part.length));
    }
  });

  test("keeps bodies within a bound, and the section of an assembly in any case", async () => {
    const fill = Array.from({ length: 12 }, (_, at) => sampleSection(`data/${at}`, new Uint8Array(7_000_000).fill(at)));
    const last = sampleSection("zoo/fay", Uint8Array.of(1, 2, 3), { kind: SectionKind.Assembly });
    const manifest = sampleManifest({ assembly: "zoo/fay" });
    const bytes = serializer.serialize({ manifest, sections: [...sampleSections(), ...fill, last] });
    const told = await describeSource(new ObservedSource(bytes), nodeSha256, { bodies: true });
    const held = told.parts.filter((part) => part.entry !== undefined && told.bytesOf(part) !== undefined);
    expect(held.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(67_108_864 + 16_384);
    expect(held.map((part) => part.entry?.sectionId)).toContain("zoo/fay");
    expect(told.parts.every((part) => part.entry === undefined || part.isIntact === true)).toBe(true);
  });

  test("fails with the source's own error, and closes it", async () => {
    const source = new ObservedSource(large, { answer: () => Promise.reject(new Error("broken")) });
    await expect(describeSource(source, nodeSha256)).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    expect(source.closed).toBe(1);
  });
});

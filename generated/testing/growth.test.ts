import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { CodecError, encodeCbor } from "../../reference/codec/codegen-v1.js";
import { decodeManifest, decodeManifestHead, declaredManifestVersion, encodeManifest, type Manifest } from "../codecs/manifest.js";
import { decodeSectionIndex, encodeSectionIndex } from "../codecs/section-index.js";
import { arbitraryManifest } from "./arbitraries/manifest.js";
import { arbitrarySectionIndex } from "./arbitraries/section-index.js";
import { headBytes, type PlacedItem, placeItems, replaceBytes } from "./mutators.js";

const closed = arbitraryManifest({ growth: "closed" });
const open = arbitraryManifest({ growth: "open" });
const value = Uint8Array.of(0x81, 0xf5);

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("accepted");
}

/** A document whose declared version is another, everything else being left as it is. */
function declaring(document: Uint8Array, major: number, minor: number): Uint8Array {
  const root = placeItems(document);
  const index = root.items.findIndex((item, at) => at % 2 === 0 && nameOf(document, item) === "schema_version");
  const version = root.items[index + 1] as PlacedItem;
  return replaceBytes(document, version.start, version.end, [0x82, ...headBytes(0, major), ...headBytes(0, minor)]);
}

function nameOf(document: Uint8Array, key: PlacedItem): string {
  return Buffer.from(document.subarray(key.contentAt, key.end)).toString();
}

describe("growth", () => {
  test.prop([open])("a later minor keeps what it does not know, byte for byte", (manifest) => {
    const bytes = encodeManifest(manifest);
    expect(decodeManifest(bytes).unknownFields ?? []).toEqual(manifest.unknownFields ?? []);
    expect(Buffer.compare(encodeManifest(decodeManifest(bytes)), bytes)).toBe(0);
  });

  test.prop([closed])("the known minor refuses what a later one keeps", (manifest) => {
    const unknownFields = [{ key: "~", value }];
    const later: Manifest = { ...manifest, schemaVersion: [1, 7], unknownFields };
    const bytes = encodeManifest(later);
    expect(refusal(() => decodeManifest(declaring(bytes, 1, 0)))).toMatchObject({ reason: "unknown_field", path: "$" });
    expect(refusal(() => encodeManifest({ ...manifest, unknownFields }))).toMatchObject({ reason: "unknown_field" });
    expect(decodeManifest(bytes).unknownFields).toEqual(unknownFields);
  });

  test.prop([closed.filter((manifest) => manifest.signature !== undefined)])("the signature block never grows", (manifest) => {
    const bytes = encodeManifest({ ...manifest, schemaVersion: [1, 9] });
    const root = placeItems(bytes);
    const block = root.items[root.items.findIndex((item) => nameOf(bytes, item) === "signature") + 1] as PlacedItem;
    const grown = replaceBytes(bytes, block.start, block.contentAt, [0xa4, 0x61, 0x61, 0x00]);
    const error = refusal(() => decodeManifest(grown));
    expect(error).toMatchObject({ reason: "unknown_field", path: "$.signature", offset: block.contentAt });
  });

  test.prop([closed, fc.integer({ min: 0, max: 65_535 }).filter((major) => major !== 1), fc.integer({ min: 0, max: 65_535 })])(
    "another major is read by its frozen members alone",
    (manifest, major, minor) => {
      const bytes = declaring(encodeManifest({ ...manifest, schemaVersion: [1, 1], unknownFields: [{ key: "~", value }] }), major, minor);
      expect(declaredManifestVersion(bytes)).toEqual([major, minor]);
      const head = decodeManifestHead(bytes);
      expect(head.schemaVersion).toEqual([major, minor]);
      expect(head.sectionIndexDigest).toEqual(manifest.sectionIndexDigest);
      expect(head.signature).toEqual(manifest.signature);
      expect(refusal(() => decodeManifest(bytes))).toMatchObject({ reason: "value_out_of_range", path: "$.schema_version[0]" });
    },
  );

  test("another major may leave everything out but its version and the digest", () => {
    const digest = new Uint8Array(32).fill(3);
    const document = (entries: [string, unknown][]) => encodeCbor(new Map(entries as [string, string][]));
    const small = document([["schema_version", [2, 0]], ["section_index_digest", digest]]);
    expect(decodeManifestHead(small)).toEqual({ schemaVersion: [2, 0], sectionIndexDigest: digest });
    const without = document([["schema_version", [2, 0]]]);
    expect(refusal(() => decodeManifestHead(without))).toMatchObject({ reason: "missing_field", path: "$.section_index_digest" });
    const odd = encodeCbor(new Map<number | string, unknown>([[5, 0], ["schema_version", [2, 0]], ["section_index_digest", digest]]) as Map<string, string>);
    expect(refusal(() => decodeManifestHead(odd))).toMatchObject({ reason: "wrong_type", path: "$", offset: 1 });
  });

  test.prop([open, fc.nat()])("a version that cannot be read is version 1.0", (manifest, cut) => {
    const bytes = encodeManifest(manifest);
    const root = placeItems(bytes);
    const at = root.items.findIndex((item) => nameOf(bytes, item) === "schema_version");
    const version = root.items[at + 1] as PlacedItem;
    const short = bytes.slice(0, cut % version.end);
    expect(declaredManifestVersion(short)).toBeUndefined();
    const firstUnknown = root.items.find((item, index) => {
      return index % 2 === 0 && manifest.unknownFields?.some((field) => field.key === nameOf(bytes, item));
    });
    const error = refusal(() => decodeManifest(short));
    if (firstUnknown !== undefined && firstUnknown.end <= short.length && firstUnknown.start < version.start) {
      expect(error.offset).toBeLessThanOrEqual(firstUnknown.start);
    }
  });

  test.prop([arbitrarySectionIndex({ growth: "open" })])("the index grows where the manifest says so", (index) => {
    const bytes = encodeSectionIndex(index, { growth: "open" });
    expect(Buffer.compare(encodeSectionIndex(decodeSectionIndex(bytes, { growth: "open" }), { growth: "open" }), bytes)).toBe(0);
    const grown = [...index].some((row) => row.profileConstraints.unknownFields !== undefined);
    if (grown) expect(refusal(() => decodeSectionIndex(bytes))).toMatchObject({ reason: "unknown_field" });
  });

  test.prop([open])("unknown members must be new, in order and well-formed", (manifest) => {
    const last = { key: "~~~~~~~~~~~~~~~~~~~~~~~~~~~~", value };
    const bad = (unknownFields: Manifest["unknownFields"] & object) => refusal(() => encodeManifest({ ...manifest, unknownFields }));
    expect(bad([last, last]).reason).toMatch(/^(key_order|duplicate_key)$/);
    expect(bad([last, { key: "~", value }])).toMatchObject({ reason: "key_order" });
    expect(bad([{ key: "deprecation_notice", value: Uint8Array.of(0x60) }])).toMatchObject({ reason: "duplicate_key" });
    expect(bad([{ key: "~", value: Uint8Array.of(0xf6) }])).toMatchObject({ reason: "forbidden_item", path: "$['~']" });
    expect(bad([{ key: "~", value: Uint8Array.of(0x00, 0x00) }])).toMatchObject({ reason: "trailing_bytes" });
  });
});

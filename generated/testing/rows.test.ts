import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { CodecError, DecodedRows } from "../../reference/codec/codegen-v1.js";
import { decodeSectionEntry, encodeSectionEntry, type SectionEntry } from "../codecs/section-entry.js";
import { decodeSectionIndex, encodeSectionIndex, type SectionIndex } from "../codecs/section-index.js";
import { arbitrarySectionIndex } from "./arbitraries/section-index.js";

/** A row as a plain object. */
function plain(row: SectionEntry | undefined): SectionEntry | undefined {
  if (row === undefined) return undefined;
  const { sectionId, kind, offset, length, digest, visibility, profileConstraints } = row;
  return { sectionId, kind, offset, length, digest: Uint8Array.from(digest), visibility, profileConstraints };
}

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("accepted");
}

/** More rows than are kept in plain arrays, with numbers of every width. */
function manyRows(count: number): SectionEntry[] {
  return Array.from({ length: count }, (_, at): SectionEntry => ({
    sectionId: `data/${String(at).padStart(7, "0")}${at % 3 === 0 ? "/with-a-name-that-has-a-longer-head" : ""}`,
    kind: 1 + ((at * 4099) % 65_535),
    offset: [at, 2 ** 31 + at, 2 ** 32 + at, Number.MAX_SAFE_INTEGER - at][at % 4] as number,
    length: [0, 23, 255, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1][at % 8] as number,
    digest: new Uint8Array(32).map((_zero, place) => at * 7 + place),
    visibility: at % 2 === 0 ? 0 : 1,
    // More different ones than a reader recalls at a time.
    profileConstraints: at % 5 === 0 ? {} : { minMemoryBytes: at % 97 },
  }));
}

const rows = arbitrarySectionIndex({ growth: "open" });
const decoded = (index: SectionIndex) => {
  return decodeSectionIndex(encodeSectionIndex(index, { growth: "open" }), { growth: "open" });
};

// @spec index.shape, index.entry
describe("the rows of a decoded section index", () => {
  test.prop([rows, fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double()))])(
    "stand where those of an array stand",
    (index, positions) => {
      const expected = [...index];
      const found = decoded(index);
      expect(found).toBeInstanceOf(DecodedRows);
      expect(found.length).toBe(expected.length);
      for (const position of [...positions, -expected.length - 1, expected.length]) {
        expect(plain(found.at(position))).toEqual(expected.at(position));
      }
    },
  );

  test.prop([rows])("can be gone over more than once, and at the same time", (index) => {
    const found = decoded(index);
    const expected = [...index];
    expect(Array.from(found, plain)).toEqual(expected);
    const pairs = [...found].flatMap((a, at) => [...found].slice(at).map((b) => [a.sectionId, b.sectionId]));
    expect(pairs).toHaveLength((expected.length * (expected.length + 1)) / 2);
    const iterator = found[Symbol.iterator]();
    for (const row of expected) expect(plain(iterator.next().value)).toEqual(row);
    expect([iterator.next(), iterator.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test.prop([rows])("are encoded as the array of them is", (index) => {
    const bytes = encodeSectionIndex(index, { growth: "open" });
    const found = decodeSectionIndex(bytes, { growth: "open" });
    expect(Buffer.compare(encodeSectionIndex(found, { growth: "open" }), bytes)).toBe(0);
    expect(Buffer.compare(encodeSectionIndex([...found], { growth: "open" }), bytes)).toBe(0);
    for (const row of found) {
      const single = encodeSectionEntry(row, { growth: "open" });
      expect(plain(decodeSectionEntry(single, { growth: "open" }))).toEqual(plain(row));
    }
  });

  test.each([1023, 1024, 1025, 3000])("hold %i rows with numbers of every width", (count) => {
    const expected = manyRows(count);
    const bytes = encodeSectionIndex(expected);
    const found = decodeSectionIndex(bytes);
    expect(Array.from(found, plain)).toEqual(expected);
    expect(plain(found.at(-1))).toEqual(expected.at(-1));
    expect(Buffer.compare(encodeSectionIndex(found), bytes)).toBe(0);
  });

  // @spec encoding.counts
  test.each([
    ["one more", [0x99, 0x07, 0xd1], 2000],
    ["a million", [0x9a, 0x00, 0x0f, 0x42, 0x40], 2000],
    ["2^64-1", [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 2000],
    ["a million and none there", [0x9a, 0x00, 0x0f, 0x42, 0x40], 0],
  ])("may be promised and not there: %s", (_name, head, count) => {
    const whole = encodeSectionIndex(manyRows(count));
    const bytes = Uint8Array.from([...head, ...whole.subarray(count === 0 ? 1 : 3)]);
    expect(refusal(() => decodeSectionIndex(bytes))).toMatchObject({ reason: "truncated", offset: bytes.length });
  });

  test.each([
    ["an object with a length", { length: 0, at: () => undefined, [Symbol.iterator]: () => [].values() }],
    ["a set", new Set()],
    ["nothing", undefined],
    ["null", null],
  ])("are not %s", (_name, value) => {
    expect(refusal(() => encodeSectionIndex(value as unknown as SectionIndex))).toMatchObject({
      reason: "wrong_type",
      path: "$",
    });
  });
});

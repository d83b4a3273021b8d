import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HEADER_FIELDS, HEADER_MAGIC, HEADER_SIZE, type Header, HeaderFlag, readHeader, writeHeader } from "./header.js";
import { readTrailer, TRAILER_FIELDS, TRAILER_SIZE, type Trailer, writeTrailer } from "./trailer.js";

const size = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const header: fc.Arbitrary<Header> = fc.record({
  formatMajor: u16,
  formatMinor: u16,
  flags: u32,
  reserved: u32,
  manifestOffset: size,
  manifestLength: size,
  sectionIndexOffset: size,
  sectionIndexLength: size,
});
const trailer: fc.Arbitrary<Trailer> = fc.record({
  totalLength: size,
  manifestDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  crc32: u32,
});

describe("the header", () => {
  test.prop([header, fc.nat(16)])("is read as it was written, wherever it stands", (value, at) => {
    const bytes = new Uint8Array(at + HEADER_SIZE + 3).fill(0xee);
    bytes.set(writeHeader(value), at);
    expect(readHeader(bytes, at)).toEqual(value);
  });

  test.prop([fc.uint8Array({ minLength: HEADER_SIZE, maxLength: HEADER_SIZE })])(
    "is written as it was read, the magic and lengths beyond 2^53-1 aside",
    (bytes) => {
      const value = readHeader(bytes);
      const lengths = [value.manifestOffset, value.manifestLength, value.sectionIndexOffset, value.sectionIndexLength];
      if (lengths.some((length) => length > Number.MAX_SAFE_INTEGER)) {
        expect(lengths.filter((length) => length > Number.MAX_SAFE_INTEGER).every((length) => length === 2 ** 53)).toBe(true);
        expect(() => writeHeader(value)).toThrow(RangeError);
        return;
      }
      const written = writeHeader(value);
      expect(written.subarray(4)).toEqual(bytes.subarray(4));
      expect(written.subarray(0, 4)).toEqual(HEADER_MAGIC);
    },
  );

  // @spec format.header, format.integers
  it("has the bytes the specification draws", () => {
    const bytes = writeHeader({
      formatMajor: 1,
      formatMinor: 0,
      flags: HeaderFlag.Signed,
      reserved: 0,
      manifestOffset: 48,
      manifestLength: 0x0102030405,
      sectionIndexOffset: 0x30 + 0x0102030405,
      sectionIndexLength: 7,
    });
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "42554600 0001 0000 00000001 00000000 0000000000000030 0000000102030405 0000000102030435 0000000000000007".replaceAll(" ", ""),
    );
  });

  test.prop([fc.nat(HEADER_SIZE - 1), fc.nat(4)])("is refused where fewer bytes are there", (length, at) => {
    expect(() => readHeader(new Uint8Array(length + at), at)).toThrow(RangeError);
  });

  it("refuses values that do not fit", () => {
    const value = readHeader(new Uint8Array(HEADER_SIZE));
    for (const wrong of [{ formatMajor: 0x10000 }, { flags: -1 }, { manifestLength: 2 ** 53 }, { reserved: 0.5 }]) {
      expect(() => writeHeader({ ...value, ...wrong })).toThrow(RangeError);
    }
  });
});

describe("the trailer", () => {
  test.prop([trailer])("is read as it was written", (value) => {
    expect(readTrailer(writeTrailer(value))).toEqual(value);
  });

  test.prop([trailer])("gives a digest that is no view of the input", (value) => {
    const bytes = writeTrailer(value);
    const read = readTrailer(bytes);
    bytes.fill(0);
    expect(read.manifestDigest).toEqual(value.manifestDigest);
  });

  it("refuses a digest of another length", () => {
    expect(() => writeTrailer({ totalLength: 0, manifestDigest: new Uint8Array(31), crc32: 0 })).toThrow(RangeError);
  });
});

describe.each([
  ["header", HEADER_FIELDS, HEADER_SIZE],
  ["trailer", TRAILER_FIELDS, TRAILER_SIZE],
] as const)("the fields of the %s", (_name, fields, total) => {
  // @spec format.header.fixed, format.trailer
  // @covers spec/tables/header-layout.yaml
  // @covers spec/tables/trailer-layout.yaml
  it("cover every byte once", () => {
    const owners = Array.from({ length: total }, () => 0);
    for (const field of fields) for (let at = field.offset; at < field.offset + field.size; at++) owners[at] = (owners[at] ?? 0) + 1;
    expect(owners).toEqual(Array.from({ length: total }, () => 1));
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrc32 } from "../security/backends/node.js";
import { crc32 } from "./crc32.js";

/** The definition, bit by bit. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  }
  return ~crc >>> 0;
}

describe("crc32", () => {
  // @spec format.trailer.crc32
  test("gives the check value of CRC-32/ISO-HDLC", () => {
    expect(crc32(Uint8Array.from("123456789", (digit) => digit.charCodeAt(0)))).toBe(0xcbf43926);
  });

  test("agrees with the definition, whole and continued at any place", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), (bytes, cut) => {
        const expected = bitwise(bytes);
        expect(crc32(bytes)).toBe(expected);
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(expected);
        expect(crc32(Uint8Array.of(0, 0, 0, ...bytes).subarray(3))).toBe(expected);
      }),
    );
  });

  test("agrees with the host on a large input, whole and continued", () => {
    const bytes = Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * 2_654_435_761) >>> 24);
    expect(crc32(bytes)).toBe(nodeCrc32(bytes, 0));
    expect(nodeCrc32(bytes.subarray(77), crc32(bytes.subarray(0, 77)))).toBe(crc32(bytes));
  });
});

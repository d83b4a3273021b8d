import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { CODEC_REASONS, type CodecReason } from "./codec-error.js";
import { findFormFault } from "./form.js";

interface Verdict {
  readonly reason: CodecReason;
  readonly offset: number;
}

/**
 * The form pass once more, from the text of the specification: it collects every fault it can see and only then lets the
 * smallest offset, and at one offset the order of the table, decide.
 */
function oracle(bytes: Uint8Array): Verdict | undefined {
  const faults: Verdict[] = [];
  const end = item(bytes, 0, 1, faults);
  if (end !== undefined && end < bytes.length) faults.push({ reason: "trailing_bytes", offset: end });
  const rank = (fault: Verdict) => fault.offset * 100 + CODEC_REASONS.indexOf(fault.reason);
  return faults.sort((a, b) => rank(a) - rank(b))[0];
}

/** End of the item, or `undefined` where nothing behind it can be read. */
function item(bytes: Uint8Array, at: number, depth: number, faults: Verdict[]): number | undefined {
  const fault = (reason: CodecReason) => void faults.push({ reason, offset: at });
  const first = bytes[at];
  if (first === undefined) return fault("truncated");
  const [major, info] = [first >> 5, first & 31];
  const size = info < 24 || info > 27 ? 0 : 2 ** (info - 24);
  const content = at + 1 + size;
  if (content > bytes.length) return fault("truncated");
  if (info > 27 || major === 6 || (major === 7 && info !== 20 && info !== 21)) return fault("forbidden_item");
  const argument =
    size === 0 ? BigInt(info) : [...bytes.slice(at + 1, content)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (size > 0 && argument < [24n, 256n, 65_536n, 4_294_967_296n][info - 24]!) fault("not_shortest_form");
  if (major === 2 || major === 3) {
    if (BigInt(content) + argument > BigInt(bytes.length)) return fault("truncated");
    const end = content + Number(argument);
    if (
      major === 3 &&
      !Buffer.from(Buffer.from(bytes.slice(content, end)).toString("utf8")).equals(bytes.slice(content, end))
    ) {
      fault("invalid_utf8");
    }
    return end;
  }
  if (major !== 4 && major !== 5) return content;
  if (depth > 16) return fault("depth");
  let next: number | undefined = content;
  let previous: Uint8Array | undefined;
  for (let i = 0n; i < argument && next !== undefined; i++) {
    const start: number = next;
    const before = faults.length;
    next = item(bytes, start, depth + 1, faults);
    if (major === 4 || next === undefined) continue;
    const key = bytes.slice(start, next);
    if (previous !== undefined && faults.length === before) {
      const order = Buffer.compare(key, previous);
      if (order <= 0) faults.push({ reason: order === 0 ? "duplicate_key" : "key_order", offset: start });
    }
    previous = key;
    next = item(bytes, next, depth + 1, faults);
  }
  return next;
}

/** First bytes of every kind of item, and bytes that end up as arguments and content. */
const ALPHABET = [
  0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x20, 0x40, 0x41, 0x58, 0x60, 0x61, 0x62, 0x78, 0x80, 0x81, 0x82, 0x98,
  0x9f, 0xa0, 0xa1, 0xa2, 0xb8, 0xc0, 0xf4, 0xf6, 0xf8, 0xf9, 0xff,
];

describe("the form pass", () => {
  test("agrees with the specification on every document of up to two bytes", () => {
    const different: number[][] = [];
    for (let a = 0; a < 256; a++) {
      if (!same(Uint8Array.of(a))) different.push([a]);
      for (let b = 0; b < 256; b++) if (!same(Uint8Array.of(a, b))) different.push([a, b]);
    }
    expect(different).toEqual([]);
  });

  test("agrees with the specification on every document of four bytes out of an alphabet of all kinds", () => {
    const different: number[][] = [];
    for (const a of ALPHABET) {
      for (const b of ALPHABET) {
        for (const c of ALPHABET) {
          for (const d of [0x00, 0x18, 0x41, 0x60, 0x61, 0xa1, 0xf6, 0xff])
            if (!same(Uint8Array.of(a, b, c, d))) different.push([a, b, c, d]);
        }
      }
    }
    expect(different).toEqual([]);
  });

  test.prop([fc.array(fc.constantFrom(...ALPHABET), { maxLength: 24 })], { numRuns: 20_000 })(
    "agrees with the specification on longer documents",
    (bytes) => {
      expect(findFormFault(Uint8Array.from(bytes))).toEqual(oracle(Uint8Array.from(bytes)));
    },
  );

  test.each([
    ["", "truncated", 0],
    ["18", "truncated", 0],
    ["8200", "truncated", 2],
    ["9b0020000000000000", "truncated", 9],
    ["5b7fffffffffffffff00", "truncated", 0],
    ["c1", "forbidden_item", 0],
    ["d9", "truncated", 0],
    ["f814", "forbidden_item", 0],
    ["a16061", "truncated", 2],
    ["a2616100616100", "duplicate_key", 4],
    ["a2616200616100", "key_order", 4],
    ["0000", "trailing_bytes", 1],
  ])("%s is %s at %i", (hex, reason, offset) => {
    expect(findFormFault(Uint8Array.from(Buffer.from(hex, "hex")))).toEqual({ reason, offset });
  });

  test("depth 16 is the last", () => {
    const nested = (depth: number) => Uint8Array.from([...new Array<number>(depth - 1).fill(0x81), 0x80]);
    expect(findFormFault(nested(16))).toBeUndefined();
    expect(findFormFault(nested(17))).toEqual({ reason: "depth", offset: 16 });
  });
});

function same(bytes: Uint8Array): boolean {
  const [ours, expected] = [findFormFault(bytes), oracle(bytes)];
  return ours?.reason === expected?.reason && ours?.offset === expected?.offset;
}

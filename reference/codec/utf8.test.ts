import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { compareText, decodeByHand, decodeUtf8, encodeUtf8, isUtf8, utf8Length } from "./utf8.js";

const host = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function hostAccepts(bytes: Uint8Array): boolean {
  try {
    host.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes at which rules of UTF-8 change. */
const EDGES = [
  0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
];

describe("utf-8", () => {
  test("every sequence of four edge bytes is judged as the host judges it", () => {
    let different = 0;
    for (const a of EDGES) {
      for (const b of EDGES) {
        for (const c of EDGES) {
          for (const d of EDGES) {
            const bytes = Uint8Array.of(a, b, c, d);
            if (isUtf8(bytes) !== hostAccepts(bytes)) different++;
          }
        }
      }
    }
    expect(different).toBe(0);
  });

  test.prop([fc.uint8Array({ maxLength: 60 })])("any bytes are judged as the host judges them", (bytes) => {
    expect(isUtf8(bytes)).toBe(hostAccepts(bytes));
    expect(decodeUtf8(bytes)).toBe(hostAccepts(bytes) ? host.decode(bytes) : undefined);
  });

  test.prop([fc.string({ unit: "binary", maxLength: 6000 })])("text survives, with the host and by hand", (text) => {
    const bytes = encodeUtf8(text) as Uint8Array;
    expect(Buffer.compare(bytes, Buffer.from(text))).toBe(0);
    expect(decodeUtf8(bytes)).toBe(text);
    expect(decodeByHand(bytes, 0, bytes.length)).toBe(text);
    expect(utf8Length(text)).toBe(bytes.length);
  });

  test("U+FEFF is data", () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\uFEFFa");
    const long = "\uFEFF" + "x".repeat(100);
    expect(decodeUtf8(encodeUtf8(long) as Uint8Array)).toBe(long);
  });

  test.prop([fc.string({ unit: "binary" }), fc.nat()])("a lone surrogate cannot be encoded", (text, place) => {
    const at = place % (text.length + 1);
    const broken = `${text.slice(0, at)}\uD800.${text.slice(at)}`;
    expect(encodeUtf8(broken)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "binary" }), fc.string({ unit: "binary" })])(
    "texts compare as their bytes do",
    (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    },
  );

  test("lone surrogates compare as their three bytes do", () => {
    const ascending = ["\uD7FF", "\uD800", "\uD800x", "\uD800\uFFFF", "\uDFFF", "\uE000", "\uFFFF", "\uD800\uDC00"];
    expect([...ascending].reverse().sort(compareText)).toEqual(ascending);
    expect([...ascending, ...ascending].sort(compareText)).toEqual(ascending.flatMap((text) => [text, text]));
  });
});

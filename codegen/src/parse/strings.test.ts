import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, decodeHex, encodeUtf8 } from "./byte-strings.js";
import { scanString } from "./strings.js";

const scalars = fc.string({ unit: "binary", maxLength: 20 });

describe("text strings", () => {
  it("give back any text written with escapes", () => {
    fc.assert(
      fc.property(scalars, fc.boolean(), (text, braces) => {
        const written = Array.from(text, (character) => escaped(character, braces)).join("");
        const scanned = scanString(`"${written}"`, 0, '"');
        expect(scanned).toEqual({ end: written.length + 2, closed: true, value: text, problems: [] });
      }),
    );
  });

  it("know the short escapes", () => {
    expect(scanString('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u{0000041}\\u0041"', 0, '"')).toMatchObject({
      closed: true,
      value: '"\\/\b\f\n\r\tAA',
      problems: [],
    });
  });

  it.each([
    '"\\d"',
    '"\\\'"',
    '"\\ud800"',
    '"\\ud800x"',
    '"\\udc00"',
    '"\\u{110000}"',
    '"\\u{d800}"',
    '"\\u{}"',
    '"\\u12"',
    '"\\u{1"',
  ])("%s has no meaning", (text) => {
    const scanned = scanString(text, 0, '"');
    expect(scanned.closed).toBe(true);
    expect(scanned.problems).toMatchObject([{ kind: "invalid-escape", start: 1 }]);
  });

  it("end with their line and contain no control characters", () => {
    expect(scanString('"ab\ncd"', 0, '"')).toEqual({ end: 3, closed: false, value: "ab", problems: [] });
    expect(scanString('"ab\r\ncd"', 0, '"')).toMatchObject({ end: 3, closed: false });
    expect(scanString('"ab\\', 0, '"')).toMatchObject({ closed: false });
    for (const character of ["\t", "\u0000", "\u007f", "\u0085", "\ud800", "\r"]) {
      expect(scanString(`"${character}"`, 0, '"').problems).toMatchObject([{ kind: "unexpected-character" }]);
    }
  });
});

describe("byte strings", () => {
  it("go on over lines, with one kind of line end", () => {
    expect(scanString("'a\r\nb\nc\\''", 0, "'")).toMatchObject({ closed: true, value: "a\nb\nc'", problems: [] });
  });

  it("are UTF-8", () => {
    fc.assert(
      fc.property(scalars, (text) => {
        expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text, "utf8")));
      }),
    );
  });

  it("hexadecimal and base64 notations give back any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(decodeHex(buffer.toString("hex").replace(/(....)/g, "$1 ; comment\n"))).toEqual({ bytes });
        expect(decodeHex(buffer.toString("hex").toUpperCase())).toEqual({ bytes });
        expect(decodeBase64(buffer.toString("base64"))).toEqual({ bytes });
        expect(decodeBase64(buffer.toString("base64url").replace(/(....)/g, "$1\n"))).toEqual({ bytes });
      }),
    );
  });

  it.each(["0", "0g", "123", "\\00"])("h'%s' is refused", (content) => {
    expect(decodeHex(content)).toHaveProperty("problem");
  });

  it.each(["A", "AB*D", "AA=", "AAA==", "=", "AB=", "AAAAB"])("b64'%s' is refused", (content) => {
    expect(decodeBase64(content)).toHaveProperty("problem");
  });
});

function escaped(character: string, braces: boolean): string {
  if (braces) return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

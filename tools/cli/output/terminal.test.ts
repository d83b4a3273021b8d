import { describe, expect, test } from "vitest";
import { printable } from "./terminal.js";

const everyCharacter = (pattern: RegExp): string[] =>
  Array.from({ length: 0x11_0000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => pattern.test(character));

// @spec security.terminal-text
describe("text from outside", () => {
  test("has no control character of any set left, nor one that turns the direction of what follows", () => {
    // C0, DEL and C1, whose CSI moves the cursor in one character; marks, embeddings, overrides and isolates.
    for (const character of everyCharacter(/\p{Cc}|\p{Bidi_Control}/u))
      expect(printable(`a${character}b`)).toBe(`a\\u{${(character.codePointAt(0) ?? 0).toString(16)}}b`);
  });

  test("is otherwise as it was", () => {
    const text = everyCharacter(/[\p{L}\p{N}\p{P}\p{S}]/u).join("");
    expect(printable(text)).toBe(text);
  });
});

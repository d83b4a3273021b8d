import { fc, test } from "@fast-check/vitest";
import { afterAll, afterEach, describe, expect, vi } from "vitest";

type Window = typeof import("./ascii-window.js");

/** The module as a host without these globals loads it. */
async function without(...globals: readonly ("Buffer" | "TextDecoder")[]): Promise<Window> {
  vi.resetModules();
  for (const name of globals) vi.stubGlobal(name, undefined);
  try {
    return await import("./ascii-window.js");
  } finally {
    vi.unstubAllGlobals();
  }
}

afterEach(() => vi.unstubAllGlobals());
afterAll(() => vi.resetModules());

const LENGTHS = [0, 1, 7, 8, 9, 255, 256, 257, 1024, 4095, 4096, 4097, 16_384, 65_535, 65_536];
const kinds = {
  "a host with everything": await without(),
  "a host without Buffer": await without("Buffer"),
  "a host without Buffer and TextDecoder": await without("Buffer", "TextDecoder"),
};

describe.each(Object.entries(kinds))("%s", (_, { asciiWindow }) => {
  const at = fc.record({ start: fc.nat(40), length: fc.constantFrom(...LENGTHS), seed: fc.nat(255) });

  test.prop([at], { numRuns: 60 })("gives ASCII as it is, wherever it stands", ({ start, length, seed }) => {
    const bytes = new Uint8Array(start + length + 3).map((_, i) => (i + seed) & 0x7f);
    const expected = Array.from(bytes.subarray(start, start + length), (byte) => String.fromCharCode(byte)).join("");
    expect(asciiWindow(bytes, start, length).slice(0, length)).toBe(expected);
    const alone = bytes.slice(start, start + length);
    expect(asciiWindow(alone, 0, length).slice(0, length)).toBe(expected);
  });

  test.prop([fc.uint8Array({ maxLength: 40 })])("has one character for each byte, ASCII or not", (bytes) => {
    const text = asciiWindow(bytes, 0, bytes.length);
    expect(text.length).toBeGreaterThanOrEqual(bytes.length);
    for (const [i, byte] of bytes.entries()) if (byte < 0x80) expect(text.charCodeAt(i)).toBe(byte);
  });
});

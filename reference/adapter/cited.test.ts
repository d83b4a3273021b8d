import { expect, it } from "vitest";
import { cited } from "./cited.js";

it("cites what a program named in one line, whatever is in it and however long it is", () => {
  expect(cited('/a "b"\n\u001b')).toBe('"/a \\"b\\"\\n\\u001b"');
  expect(cited("x".repeat(120))).toBe(`"${"x".repeat(120)}"`);
  expect(cited("x".repeat(1_000_000))).toBe(`"${"x".repeat(120)}" ...`);
  expect(cited(`${"x".repeat(119)}\u{1f600}`)).toBe(`"${"x".repeat(119)}\\ud83d" ...`);
});

import { describe, expect, it } from "vitest";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import { askedText } from "./values.js";

const text = (value: string): Tlv => ({ type: "text", value });

describe("the values of a question", () => {
  // @spec tools.run.assembly.confirm
  it("can be told apart, whatever their texts are", () => {
    const ten: Tlv = { type: "i64", value: 10n };
    expect(askedText([text("click"), ten, { type: "list", value: [text("a-b"), ten] }])).toBe("click 10 [a-b, 10]");
    const others = [
      [text("click 10")],
      [text("click"), text("10")],
      [text("10"), ten],
      [text("true")],
      [{ type: "bool", value: true }],
      [text("a (flight)? [y/N] y")],
      [text("")],
      [text('" "')],
      [text("\u001b[2K\r")],
      [{ type: "list", value: [text("a, b")] }],
      [{ type: "list", value: [text("a"), text("b")] }],
      [{ type: "bytes", value: Uint8Array.of(1, 255) }],
      [{ type: "bytes", value: new Uint8Array() }],
    ] as const;
    expect(others.map((values) => askedText(values))).toEqual([
      '"click 10"',
      'click "10"',
      '"10" 10',
      '"true"',
      "true",
      '"a (flight)? [y/N] y"',
      '""',
      '"\\" \\""',
      '"\\u001b[2K\\r"',
      '["a, b"]',
      "[a, b]",
      "01ff",
      "(no bytes)",
    ]);
  });

  // @spec tools.run.assembly.confirm
  it("leave the question on the screen, and say how much is not shown", () => {
    const asked = askedText(Array<Tlv>(100_000).fill(text("word")));
    expect(asked.length).toBeLessThan(1100);
    expect(asked).toMatch(/ … \(498,999 characters more, of 100,000 values\)$/);
  });
});

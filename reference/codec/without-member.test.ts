import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { decodeCbor, encodeCbor } from "./value.js";
import { withoutMember } from "./without-member.js";

const maps = fc.dictionary(
  fc.string({ maxLength: 20 }).filter((name) => name !== "__proto__"),
  fc.oneof(fc.nat(), fc.string()),
  {
    minKeys: 1,
    maxKeys: 40,
  },
);

describe("a map without one of its members", () => {
  test.prop([maps, fc.nat()])("is the encoding of the map that never had it", (value, pick) => {
    const names = Object.keys(value);
    const name = names[pick % names.length] as string;
    const whole = new Map(Object.entries(value));
    const rest = new Map([...whole].filter(([key]) => key !== name));
    expect(withoutMember(encodeCbor(whole), name)).toEqual(encodeCbor(rest));
  });

  test.prop([maps])("is a copy where the member is absent", (value) => {
    const document = encodeCbor(new Map(Object.entries(value)));
    const result = withoutMember(document, "\u0000absent");
    expect(result).toEqual(document);
    expect(result.buffer).not.toBe(document.buffer);
    const ofBuffer = withoutMember(Buffer.from(document), "\u0000absent");
    expect(ofBuffer).toEqual(document);
  });

  test("24 members become 23 and the head one byte shorter", () => {
    const whole = new Map(Array.from({ length: 24 }, (_, index) => [`k${index}`, index] as const));
    const document = encodeCbor(whole);
    const result = withoutMember(document, "k0");
    expect([document[0], document[1], result[0]]).toEqual([0xb8, 24, 0xb7]);
    expect(result.length).toBe(document.length - 1 - 4);
    expect(decodeCbor(result)).toEqual(new Map([...whole].filter(([key]) => key !== "k0")));
  });

  test.each([["80"], [""], ["a161"], ["a1c1006100"]])("%s is wrong use", (hex) => {
    expect(() => withoutMember(Uint8Array.from(Buffer.from(hex, "hex")), "a")).toThrow(TypeError);
  });
});

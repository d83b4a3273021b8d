import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CborValue, decodeCbor, encodeCbor } from "../../../reference/codec/codegen-v1.js";
import { InputError } from "./input-error.js";
import { fromTagged, toTagged } from "./value.js";

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }).map((value) => (isSafe(value) ? Number(value) : value)),
  fc.constantFrom(2n ** 53n, -(2n ** 53n), 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 64n - 1n, -(2n ** 64n)),
);
const { item } = fc.letrec<{ item: CborValue }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    integer,
    fc.boolean(),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array(),
    fc.array(tie("item"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), integer), tie("item")), {
        maxLength: 4,
        selector: ([key]) => (typeof key === "string" ? `t${key}` : `i${key}`),
      })
      .map((pairs) => new Map(pairs)),
  ),
}));

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value)) && BigInt(Number(value)) === value;
}

// @spec conformance.value
describe("a CBOR item as JSON", () => {
  it("comes back as the same item, over a line of JSON", () => {
    fc.assert(
      fc.property(item, (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(toTagged(value)));
        expect(encodeCbor(fromTagged(sent))).toEqual(encodeCbor(value));
      }),
    );
  });

  it("is the same JSON again, with the pairs of maps in the order of the encoding", () => {
    fc.assert(
      fc.property(item, (value) => {
        const tagged = toTagged(decodeCbor(encodeCbor(value)));
        expect(toTagged(decodeCbor(encodeCbor(fromTagged(tagged))))).toEqual(tagged);
      }),
    );
  });

  it("writes integers as numbers exactly as far as a number holds them", () => {
    expect(toTagged(2 ** 53 - 1)).toBe(9007199254740991);
    expect(toTagged(decodeCbor(encodeCbor(2n ** 53n)))).toEqual({ integer: "9007199254740992" });
    expect(toTagged(decodeCbor(encodeCbor(-(2n ** 53n))))).toEqual({ integer: "-9007199254740992" });
    expect(fromTagged({ integer: "7" })).toBe(7);
  });

  it.each([
    [null],
    [undefined],
    [1.5],
    [2 ** 53],
    [{}],
    [{ bytes: "0" }],
    [{ bytes: "0A" }],
    [{ bytes: "00", more: 1 }],
    [{ integer: "1e3" }],
    [{ integer: 7 }],
    [{ map: [["a"]] }],
    [{ map: {} }],
    [{ float: "1" }],
    [[null]],
  ])("refuses %j as no item", (json) => {
    expect(() => fromTagged(json)).toThrow(InputError);
  });
});

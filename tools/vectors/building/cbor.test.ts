import { decode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  array,
  bytes,
  edit,
  type Item,
  integer,
  item,
  jsonOf,
  keySegment,
  map,
  raw,
  replace,
  shortest,
  sorted,
  text,
  type Value,
  withMember,
  without,
  write,
} from "./cbor.js";

const STRICT = { allowBigInt: true, strict: true, useMaps: true, rejectDuplicateMapKeys: true } as const;

const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.boolean(),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 30 }), tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

/** What the peer gives for a value. */
function plain(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return value;
}

describe("the CBOR writer", () => {
  it("writes what a strict peer reads as the same value", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(plain(decode(write(item(value)).bytes, STRICT))).toEqual(plain(value));
      }),
    );
  });

  it("knows of every item where it begins and ends", () => {
    fc.assert(
      fc.property(values, (value) => {
        const { bytes: all, places } = write(item(value));
        for (const { item: each, start, end } of places) expect(all.slice(start, end)).toEqual(write(each).bytes);
        expect(places[0]).toMatchObject({ start: 0, end: all.length, path: "$" });
      }),
    );
  });

  it("finds the item that every cut falls into", () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = write(item(value));
        for (let n = 0; n < written.bytes.length; n += 1) {
          const { at } = written.truncation(n);
          expect(at).toBeLessThanOrEqual(n);
          expect(written.places.some(({ start }) => start === at)).toBe(true);
        }
        expect(() => written.truncation(written.bytes.length)).toThrow(RangeError);
      }),
    );
  });

  it("writes heads as long as it is told, and counts that are not true", () => {
    const told: [Item, string][] = [
      [integer(1, { width: 1 }), "1801"],
      [integer(-1, { width: 2 }), "390000"],
      [text("a", { width: 4 }), "7a0000000161"],
      [bytes(new Uint8Array(1), { width: 8 }), "5b000000000000000100"],
      [array([], { declared: 2n ** 64n - 1n }), "9bffffffffffffffff"],
      [
        map([
          { key: text("b"), value: raw("f6") },
          { key: text("a"), value: raw("") },
        ]),
        "a26162f66161",
      ],
    ];
    for (const [document, hex] of told) expect(write(document).hex).toBe(hex);
    expect([23n, 24n, 255n, 256n, 65_535n, 65_536n, 2n ** 32n].map(shortest)).toEqual([0, 1, 1, 2, 2, 4, 8]);
  });

  it("leads to members, elements and keys", () => {
    const document = item({ list: [1, { a: 2 }], "x y": true });
    const written = write(document);
    expect(written.locus("list", 1, "a").path).toBe("$.list[1].a");
    expect(written.value("x y").path).toBe("$['x y']");
    expect(written.key("list")).toMatchObject({ path: "$", isKey: true });
    expect(written.value({ entry: 0 }).path).toBe(`$${keySegment(text("x y"))}`);
    expect(() => written.value("absent")).toThrow(RangeError);
    expect(written.value("list", 1)).toMatchObject({ depth: 3 });
  });

  it("changes one thing and leaves the rest as it was told", () => {
    const document = item({ a: [1, 2], b: { c: true } });
    expect(write(replace(document, ["a", 1], text("x"))).hex).toBe(write(item({ a: [1, "x"], b: { c: true } })).hex);
    expect(write(without(document, ["b", "c"])).hex).toBe(write(item({ a: [1, 2], b: {} })).hex);
    expect(write(withMember(document, ["b"], "aa", integer(0))).hex).toBe(
      write(item({ a: [1, 2], b: { c: true, aa: 0 } })).hex,
    );
    expect(edit(document, ["a"], (each) => each)).toEqual(document);
    expect(() => replace(document, ["a", 2], text("x"))).toThrow(RangeError);
  });

  it("sorts keys by the bytes of their encoding (@spec encoding.deterministic)", () => {
    const keys = [text("aa"), text("b"), array([]), bytes(new Uint8Array(3)), integer(-1), integer(1000)];
    const order = sorted(keys.map((key) => ({ key, value: integer(0) }))).map(({ key }) => write(key).hex);
    expect(order).toEqual(["1903e8", "20", "43000000", "6162", "626161", "80"]);
  });

  it("writes values as vectors do (@spec conformance.value)", () => {
    const document = item([2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), "é", Uint8Array.of(255), { b: 1, aa: [] }, true]);
    expect(jsonOf(document)).toEqual([
      9007199254740991,
      { integer: "9007199254740992" },
      { integer: "-9007199254740992" },
      "é",
      { bytes: "ff" },
      {
        map: [
          ["b", 1],
          ["aa", []],
        ],
      },
      true,
    ]);
    expect(() => jsonOf(raw("f6"))).toThrow(TypeError);
  });
});

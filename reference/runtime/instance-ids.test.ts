import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberedIds, uuidV7Ids } from "./instance-ids.js";

describe("instance ids", () => {
  // @spec runtime.instance-id
  it("are version 7 of RFC 9562 and carry the millisecond", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 48n) * 1_000_000n - 1n }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (unixNanoseconds, random) => {
          const clock = { unixNanoseconds: () => unixNanoseconds, monotonicNanoseconds: () => 0n };
          const id = uuidV7Ids(clock, () => random)();
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(BigInt(`0x${id.replaceAll("-", "").slice(0, 12)}`)).toBe(unixNanoseconds / 1_000_000n);
        },
      ),
    );
  });

  it("ascend and never repeat, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 2, maxLength: 200 }), (times) => {
        let at = 0;
        const clock = { unixNanoseconds: () => BigInt(times[at++] ?? 0) * 1_000_000n, monotonicNanoseconds: () => 0n };
        const issue = uuidV7Ids(clock, () => new Uint8Array(8));
        const issued = times.map(() => issue());
        expect([...issued].sort()).toEqual(issued);
        expect(new Set(issued).size).toBe(issued.length);
      }),
    );
  });

  it("go on in the next millisecond when one is full", () => {
    const clock = { unixNanoseconds: () => 1_000_000n, monotonicNanoseconds: () => 0n };
    const issue = uuidV7Ids(clock, () => new Uint8Array(8));
    const issued = Array.from({ length: 5000 }, () => issue());
    expect(new Set(issued).size).toBe(5000);
    expect(issued[0]).toMatch(/^00000000-0001-7000-/);
    expect(issued[4095]).toMatch(/^00000000-0001-7fff-/);
    expect(issued[4096]).toMatch(/^00000000-0002-7000-/);
  });

  it("are numbered where runs must be repeatable", () => {
    const issue = numberedIds();
    expect([issue(), issue()]).toEqual(["instance#1", "instance#2"]);
  });
});

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ArrivedBytes } from "./arrived-bytes.js";

const length = fc.oneof(fc.nat(20), fc.constantFrom(0, 1, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537));

test("gives back what has arrived, in its order and in memory of its own, however it was cut", () => {
  fc.assert(
    fc.property(fc.array(length, { maxLength: 40 }), (lengths) => {
      const pieces = lengths.map((each, at) => new Uint8Array(each).map((_, index) => 31 * at + index));
      const whole = Buffer.concat(pieces);
      const arrived = new ArrivedBytes();
      for (const piece of pieces) arrived.add(piece);
      expect(arrived.length).toBe(whole.length);
      const first = arrived.joined();
      expect(whole.equals(first)).toBe(true);
      first.fill(0xff);
      expect(whole.equals(arrived.joined())).toBe(true);
      arrived.clear();
      arrived.add(Uint8Array.of(7));
      expect(arrived.joined()).toEqual(Uint8Array.of(7));
    }),
  );
});

// @spec loader.limits.growth
test.each([
  ["one byte each", 262_144, () => 1],
  ["one byte and a long one in turn", 4_000, (at: number) => (at % 2 === 0 ? 1 : 4_097)],
])("holds at most four times as much memory as has arrived: pieces of %s", (_what, count, lengthOf) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  const arrived = new ArrivedBytes();
  for (let at = 0; at < count; at += 1) arrived.add(new Uint8Array(lengthOf(at)));
  // What this process needs for itself changes by some hundred kilobytes.
  expect(held() - before).toBeLessThan(4 * arrived.length + 1_048_576);
  expect(arrived.joined().length).toBe(arrived.length);
});

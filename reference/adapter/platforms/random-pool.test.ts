import { expect, it } from "vitest";
import { fillRandom } from "./random-pool.js";

// @spec instructions.random.bytes
it("gives bytes that were not given before, whatever the lengths, and fills all of each", () => {
  const seen = new Set<string>();
  let zeros = 0;
  let bytes = 0;
  for (let round = 0; round < 3_000; round += 1) {
    const target = new Uint8Array(16 + (round % 300));
    fillRandom(target);
    const first = Buffer.from(target.subarray(0, 16)).toString("hex");
    expect(seen.has(first)).toBe(false);
    seen.add(first);
    bytes += target.length;
    for (const byte of target) if (byte === 0) zeros += 1;
  }
  // One byte of 256 is zero; a pool that gave away what it had wiped would show many more.
  expect(zeros / bytes).toBeGreaterThan(1 / 300);
  expect(zeros / bytes).toBeLessThan(1 / 220);
});

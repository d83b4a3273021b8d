import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seenByHost, seenByInterpreter } from "../host-engine/testing/compared-modules.js";
import { randomModule } from "../testing/random-modules/random-module.js";

const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 600, size: "max" });
const word = fc.oneof(fc.nat(100), fc.integer());
const call = fc.tuple(fc.nat(11), fc.array(fc.tuple(word, word), { minLength: 4, maxLength: 4 }));
const calls = fc.array(call, { minLength: 6, maxLength: 6 });

// @spec guest-abi.execution, guest-abi.fuel, guest-abi.fuel.blocks, guest-abi.nan, guest-abi.traps, guest-abi.memory-grow
describe("random modules", () => {
  it("give the same results, traps, memory, globals and fuel as on the host's engine", () => {
    const traps = new Set<string>();
    const sums = { returned: 0, fuel: 0 };
    fc.assert(
      fc.property(decisions, calls, (numbers, wanted) => {
        const module = randomModule(numbers);
        const found = seenByInterpreter(module, wanted, 100_000);
        expect(found).toEqual(seenByHost(module, wanted));
        for (const { result, fuel } of found) {
          if (typeof result === "string") traps.add(result);
          else sums.returned += 1;
          sums.fuel += fuel;
        }
      }),
      { numRuns: 400 },
    );
    // Every end is reached, and by programs that do something.
    expect(sums.returned).toBeGreaterThan(200);
    expect(traps.size).toBeGreaterThan(4);
    expect(sums.fuel).toBeGreaterThan(20_000);
  });

  it("give the same, and use the same fuel, whatever the size of a slice, also when they stop before every block", () => {
    fc.assert(
      fc.property(decisions, calls, fc.integer({ min: 1, max: 60 }), (numbers, wanted, slice) => {
        const module = randomModule(numbers);
        const whole = seenByInterpreter(module, wanted, 1_000_000);
        expect(seenByInterpreter(module, wanted, slice)).toEqual(whole);
        expect(seenByInterpreter(module, wanted, 0)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });
});

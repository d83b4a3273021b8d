import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CEILINGS } from "../ceilings.js";
import { PolicyRefusal } from "../host-failure.js";
import { Backlog } from "./backlog.js";
import { NetworkUse } from "./network-use.js";

// @spec capabilities.policy.ceilings

describe("NetworkUse", () => {
  it("lets as many begin within any second as the ceiling says, and no fewer", () => {
    const steps = fc.array(fc.bigInt(0n, 600_000_000n), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), steps, (ceiling, pauses) => {
        let now = 0n;
        const clock = { monotonicNanoseconds: () => now, unixNanoseconds: () => 0n };
        const use = new NetworkUse({ ...DEFAULT_CEILINGS, connections_per_second: ceiling }, clock);
        const begun: bigint[] = [];
        for (const pause of pauses) {
          now += pause;
          const lately = begun.filter((at) => now - at < 1_000_000_000n).length;
          if (lately < ceiling) {
            use.begin();
            begun.push(now);
          } else {
            expect(() => use.begin()).toThrow(PolicyRefusal);
          }
        }
      }),
    );
  });

  it("has as many places as the ceiling says, however often one is given back", () => {
    const clock = { monotonicNanoseconds: () => 0n, unixNanoseconds: () => 0n };
    fc.assert(
      fc.property(fc.nat(5), fc.array(fc.nat(9), { maxLength: 60 }), (ceiling, choices) => {
        const use = new NetworkUse({ ...DEFAULT_CEILINGS, connections: ceiling }, clock);
        const taken: (() => void)[] = [];
        let open = 0;
        for (const choice of choices) {
          const giveBack = taken.splice(choice, 1)[0];
          if (giveBack !== undefined) {
            giveBack();
            giveBack();
            open -= 1;
          } else if (open < ceiling) {
            taken.push(use.take());
            open += 1;
          } else {
            expect(() => use.take()).toThrow(PolicyRefusal);
          }
          expect(use.open).toBe(open);
        }
      }),
    );
  });
});

describe("Backlog", () => {
  it("gives messages in their order and weighs what waits", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(1000), { nil: undefined }), { maxLength: 300 }), (steps) => {
        const backlog = new Backlog<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === undefined) {
            expect(backlog.shift()).toBe(model.shift());
          } else {
            backlog.push(step, step);
            model.push(step);
          }
          expect(backlog.weight).toBe(model.reduce((sum, one) => sum + one + 64, 0));
        }
        backlog.clear();
        expect([backlog.weight, backlog.shift()]).toEqual([0, undefined]);
      }),
    );
  });
});

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { Patience } from "./patience.js";
import { ManualTime } from "./testing/manual-time.js";

const LIMIT = 10;
const PARTS = ["a", "b"] as const;

const step = fc.oneof(
  fc.record({ kind: fc.constant("begin"), part: fc.constantFrom(...PARTS) }),
  fc.record({ kind: fc.constant("heard"), part: fc.constantFrom(...PARTS) }),
  fc.record({ kind: fc.constantFrom("end", "waits", "goes on"), call: fc.nat({ max: 5 }) }),
  fc.record({ kind: fc.constant("pass"), milliseconds: fc.integer({ min: 1, max: 25 }) }),
);

describe("the patience with parts", () => {
  // @spec assembly.calls.unanswered
  test.prop([fc.array(step, { maxLength: 40 })])("ends for a call when nothing was done for it in time", (steps) => {
    const time = new ManualTime();
    const waiting = new Set<number>();
    const expired: number[] = [];
    /** What a call should still be given, in milliseconds; reckoned one millisecond at a time. */
    const left = new Map<number, { part: string; milliseconds: number }>();
    const due: number[] = [];
    const patience = new Patience({
      limit: BigInt(LIMIT) * 1_000_000n,
      now: () => time.monotonicNanoseconds(),
      after: (delay, task) => time.after(delay, task),
      waits: (call) => waiting.has(call),
      expire: (call) => expired.push(call),
    });
    let last = 0;
    for (const taken of steps) {
      if (taken.kind === "pass") {
        for (let passed = 0; passed < taken.milliseconds; passed++) {
          for (const [call, of] of left) {
            // What waits has all its time left when it goes on.
            if (!waiting.has(call)) of.milliseconds--;
            if (of.milliseconds === 0) due.push(call);
            if (of.milliseconds === 0) left.delete(call);
          }
          time.pass(1);
          expect([...expired].sort()).toEqual([...due].sort());
        }
      } else if (taken.kind === "begin") {
        last++;
        left.set(last, { part: taken.part, milliseconds: LIMIT });
        patience.begin(last, taken.part);
      } else if (taken.kind === "heard") {
        for (const of of left.values()) if (of.part === taken.part) of.milliseconds = LIMIT;
        patience.heard(taken.part);
      } else if (taken.kind === "end") {
        left.delete(taken.call);
        patience.end(taken.call);
      } else if (taken.kind === "waits") waiting.add(taken.call);
      else if (waiting.delete(taken.call)) {
        const of = left.get(taken.call);
        if (of === undefined) continue;
        // Whoever answers a part is heard of: the session says so for the part that waited.
        for (const other of left.values()) if (other.part === of.part) other.milliseconds = LIMIT;
        patience.heard(of.part);
      }
    }
    patience.close();
    expect(time.waiting).toBe(0);
  });

  // @spec assembly.calls.unanswered
  it("hears of a part at the same cost, however many calls it holds", () => {
    const time = new ManualTime();
    let looks = 0;
    const now = (): bigint => {
      looks += 1;
      return time.monotonicNanoseconds();
    };
    const after = (delay: bigint, task: () => void): (() => void) => time.after(delay, task);
    const patience = new Patience({ limit: 10_000_000n, now, after, waits: () => false, expire: () => {} });
    for (let call = 1; call <= 1000; call++) patience.begin(call, "a");
    looks = 0;
    patience.heard("a");
    expect(looks).toBe(1);
    patience.close();
  });
});

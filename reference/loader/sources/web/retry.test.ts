import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PassingFault } from "./http-failure.js";
import { hostSleep, Stop } from "./http-stop.js";
import { backoffDelay, type RetryPolicy, retryAfter, withRetries } from "./retry.js";

function policy(members: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    attempts: 4,
    backoff: { baseMs: 200, maxMs: 5_000 },
    random: Math.random,
    sleep: async () => undefined,
    ...members,
  };
}

function longStop(): Stop {
  const stop = new Stop();
  stop.within(1_000_000, "deadline");
  return stop;
}

// @spec loader.source.retry
describe("the wait before an attempt", () => {
  test("is anything up to a bound that doubles until it reaches the longest", () => {
    const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        part,
        fc.nat(10_000),
        fc.nat(100_000),
        (attempt, random, baseMs, maxMs) => {
          const delay = backoffDelay(attempt, policy({ backoff: { baseMs, maxMs }, random: () => random }));
          const bound = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
          expect(delay).toBe(Math.floor(bound * random));
        },
      ),
    );
  });

  test.each([Number.NaN, -1, 2])("stays within its bound where chance gives %s", (random) => {
    const delay = backoffDelay(1, policy({ random: () => random }));
    expect(delay).toBe(200);
  });
});

// @spec loader.source.retry.after
test.each([
  [null, null, 0],
  ["7", null, 7_000],
  [" 0 ", null, 0],
  ["Sat, 21 Nov 2026 08:00:30 GMT", "Sat, 21 Nov 2026 08:00:00 GMT", 30_000],
  ["Sat, 21 Nov 2026 07:00:30 GMT", "Sat, 21 Nov 2026 08:00:00 GMT", 0],
  ["Sat, 99 Nov 2026 07:00:30 GMT", null, 0],
  ["soon", null, 0],
  ["-5", null, 0],
  ["1.5", null, 0],
])("Retry-After %s on %s is %d ms", (value, date, expected) => {
  expect(retryAfter(value, date)).toBe(expected);
});

test("Retry-After with a date counts from now where the answer has none", () => {
  expect(retryAfter("Fri, 01 Jan 2100 00:00:00 GMT", null)).toBeGreaterThan(0);
});

describe("attempts", () => {
  test("end with the first that succeeds, and each repetition is told", async () => {
    const told: unknown[] = [];
    let made = 0;
    const result = await withRetries(
      policy({ random: () => 0.5 }),
      longStop(),
      async () => {
        made += 1;
        if (made < 3) throw new PassingFault(`fault ${made}`, { retryAfterMs: made === 2 ? 900 : 0 });
        return "done";
      },
      (retry) => told.push(retry),
    );
    expect(result).toBe("done");
    expect(told).toEqual([
      { attempt: 2, delayMs: 100, reason: "fault 1" },
      { attempt: 3, delayMs: 900, reason: "fault 2" },
    ]);
  });

  test("end when they are used up, with the last fault", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (attempts) => {
        let made = 0;
        const work = withRetries(
          policy({ attempts }),
          longStop(),
          async () => {
            made += 1;
            throw new PassingFault(`fault ${made}`);
          },
          () => undefined,
        );
        await expect(work).rejects.toThrow(`fault ${attempts}; gave up after ${attempts} attempt`);
        expect(made).toBe(attempts);
      }),
    );
  });

  test("end at once with a fault that does not pass", async () => {
    let made = 0;
    const work = withRetries(
      policy(),
      longStop(),
      async () => {
        made += 1;
        throw new RangeError("for good");
      },
      () => undefined,
    );
    await expect(work).rejects.toThrow(RangeError);
    expect(made).toBe(1);
  });

  test("are not made behind the deadline", async () => {
    const stop = new Stop();
    stop.within(1_000, "deadline");
    const asked: number[] = [];
    const work = withRetries(
      policy({ sleep: async (milliseconds) => void asked.push(milliseconds) }),
      stop,
      async () => {
        throw new PassingFault("busy", { retryAfterMs: 1_000 });
      },
      () => undefined,
    );
    await expect(work).rejects.toThrow("busy; the next attempt would come after the deadline");
    expect(asked).toEqual([]);
    stop.release();
  });
});

test("a wait ends when its signal is raised, before or meanwhile", async () => {
  const early = new AbortController();
  early.abort();
  await expect(hostSleep(1_000_000, early.signal)).rejects.toThrow("stopped");
  const late = new AbortController();
  const waiting = hostSleep(10 ** 12, late.signal);
  late.abort();
  await expect(waiting).rejects.toThrow("stopped");
  await hostSleep(0, new AbortController().signal);
});

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { decodeEvent } from "../../../generated/instructions/message.js";
import * as time from "../../../generated/instructions/time.js";
import type { HostTimers } from "../handlers/index.js";
import { createNodeTimers } from "./host-timers.js";
import { openTestProgram, type TestProgram } from "./testing/program.js";

/** Timers that the test moves; nothing happens by itself. */
function playedTimers(): {
  timers: HostTimers;
  advance: (to: bigint) => void;
  readonly waiting: number;
  now: () => bigint;
} {
  let now = 0n;
  let waiting: { due: bigint; fire: () => void }[] = [];
  return {
    timers: {
      after: (delay, fire) => {
        const entry = { due: now + delay, fire };
        waiting.push(entry);
        return () => {
          waiting = waiting.filter((other) => other !== entry);
        };
      },
    },
    advance: (to) => {
      for (;;) {
        const [next] = [...waiting].sort((a, b) => (a.due < b.due ? -1 : 1)).filter(({ due }) => due <= to);
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        now = next.due;
        next.fire();
      }
      now = to;
    },
    get waiting() {
      return waiting.length;
    },
    now: () => now,
  };
}

function played(): TestProgram & { readonly host: ReturnType<typeof playedTimers> } {
  const host = playedTimers();
  const guest = openTestProgram({
    services: { timers: host.timers, clock: { unixNanoseconds: host.now, monotonicNanoseconds: host.now } },
  });
  return { ...guest, host };
}

const MILLISECOND = 1_000_000n;

describe("time", () => {
  // @spec instructions.time.clocks
  it("is read from the host's clocks", () => {
    const guest = openTestProgram();
    const before = BigInt(Date.now()) * MILLISECOND;
    const { unixNs } = time.readTimeClockWallResults(guest.done(time.timeClockWall()));
    expect(unixNs).toBeGreaterThanOrEqual(before);
    const readings = Array.from(
      { length: 50 },
      () => time.readTimeClockMonotonicResults(guest.done(time.timeClockMonotonic())).ns,
    );
    expect(readings).toEqual([...readings].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  // @spec instructions.dispatch
  it("passes in a sleep, which completes by an event", async () => {
    const { channel, host, delivered, done } = played();
    expect(done(time.timeSleep(5n, { asynchronous: true }))).toEqual([{ type: "u32", value: 1 }]);
    host.advance(4n);
    await Promise.resolve();
    expect(channel.openCalls).toBe(1);
    host.advance(5n);
    await new Promise((resolve) => setImmediate(resolve));
    expect(channel.openCalls).toBe(0);
    expect(delivered.map((event) => decodeEvent(event))).toEqual([
      {
        category: 3,
        opcode: 3,
        completion: true,
        payload: [
          { type: "u32", value: 1 },
          { type: "u32", value: 0 },
        ],
      },
    ]);
  });

  it("of a sleep that nobody waits for any more keeps no timer", () => {
    const { channel, host, done } = played();
    done(time.timeSleep(5n, { asynchronous: true }));
    expect(host.waiting).toBe(1);
    channel.close();
    expect(host.waiting).toBe(0);
  });

  // @spec instructions.time.timers
  it("makes a timer fire once, which then is no source of events but still a handle", () => {
    const { channel, host, delivered, done } = played();
    const { timer } = time.readTimeTimerStartResults(done(time.timeTimerStart(3n, 0n)));
    expect(channel.openSubscriptions).toBe(1);
    host.advance(100n);
    expect(delivered.map((event) => time.readTimeTimerFiredEvent(decodeEvent(event).payload))).toEqual([
      { timer, count: 1n },
    ]);
    expect(channel.openSubscriptions).toBe(0);
    expect(done(io.ioClose(timer))).toEqual([]);
    expect(host.waiting).toBe(0);
  });

  test.prop([fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 1n, max: 20n }), fc.bigInt({ min: 0n, max: 200n })])(
    "makes a timer fire at its delay and then at every interval, until it is closed",
    (delay, interval, end) => {
      const { channel, host, delivered, done } = played();
      const { timer } = time.readTimeTimerStartResults(
        done(time.timeTimerStart(delay * MILLISECOND, interval * MILLISECOND)),
      );
      host.advance(end * MILLISECOND);
      const expected = end < delay ? 0n : 1n + (end - delay) / interval;
      const counts = delivered.map((event) => time.readTimeTimerFiredEvent(decodeEvent(event).payload).count);
      expect(counts).toEqual(Array.from({ length: Number(expected) }, (_, at) => BigInt(at + 1)));
      done(io.ioClose(timer));
      host.advance(end * MILLISECOND + 1000n * MILLISECOND);
      expect(delivered).toHaveLength(Number(expected));
      expect(host.waiting).toBe(0);
      expect(channel.openSubscriptions).toBe(0);
    },
  );

  it("ends a timer that the program closes while its event is delivered", () => {
    const { channel, host, delivered, done } = played();
    const { timer } = time.readTimeTimerStartResults(done(time.timeTimerStart(3n, MILLISECOND)));
    const push = delivered.push.bind(delivered);
    delivered.push = (...events): number => {
      done(io.ioClose(timer));
      return push(...events);
    };
    host.advance(100n * MILLISECOND);
    expect(delivered).toHaveLength(1);
    expect(host.waiting).toBe(0);
    expect(channel.openSubscriptions).toBe(0);
  });

  it("is waited for in pieces where one timer of Node is too short, and never fires early or at once", async () => {
    const waiting = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const timers = createNodeTimers(2n);
    const cancel = timers.after(3_600_000n * MILLISECOND, () => undefined);
    const began = process.hrtime.bigint();
    let fired = 0n;
    timers.after(9n * MILLISECOND, () => {
      fired = process.hrtime.bigint();
    });
    let atOnce = false;
    timers.after(0n, () => {
      atOnce = true;
    });
    expect(atOnce).toBe(false);
    while (fired === 0n) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(fired - began).toBeGreaterThanOrEqual(9n * MILLISECOND);
    expect(atOnce).toBe(true);
    // Counted at once: other timers of this process come and go.
    const before = waiting();
    cancel();
    expect(waiting()).toBe(before - 1);
  });

  it("keeps an interval of a nanosecond from taking the whole host", () => {
    const { host, delivered, done } = played();
    done(time.timeTimerStart(0n, 1n));
    host.advance(10n * MILLISECOND);
    expect(delivered).toHaveLength(11);
  });

  it("really passes: real timers, in order, and a delay of centuries waits", async () => {
    const guest = openTestProgram();
    const { timer } = time.readTimeTimerStartResults(guest.done(time.timeTimerStart(MILLISECOND, MILLISECOND)));
    guest.done(time.timeTimerStart(2n ** 63n, 0n));
    guest.done(time.timeSleep(2n * MILLISECOND, { asynchronous: true }));
    const began = process.hrtime.bigint();
    while (guest.delivered.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(process.hrtime.bigint() - began).toBeGreaterThanOrEqual(2n * MILLISECOND);
    const events = guest.delivered.map((event) => decodeEvent(event));
    const fired = events
      .filter(({ completion }) => !completion)
      .map(({ payload }) => time.readTimeTimerFiredEvent(payload));
    expect(fired).toEqual(fired.map((_, at) => ({ timer, count: BigInt(at + 1) })));
    expect(events.filter(({ completion }) => completion)).toHaveLength(1);
    guest.channel.close();
  });
});

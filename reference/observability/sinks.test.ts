import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import { faygerEventToJson } from "../../generated/json/fayger-event.js";
import type { Clock } from "../contracts/event-bus.js";
import { createAsynchronousSink } from "./asynchronous-sink.js";
import { createEventBus } from "./event-bus.js";
import { recordEvents } from "./recorder.js";
import { beginTrace, childSpan, formatTraceparent, parseTraceparent } from "./trace-context.js";

const clock: Clock = { unixNanoseconds: () => 7n, monotonicNanoseconds: () => 9n };

function publish(bus: ReturnType<typeof createEventBus>, count: number): void {
  for (let at = 0; at < count; at += 1) bus.publish("lifecycle.exited", { exit_code: at });
}

describe("the recorder", () => {
  it("keeps events up to its limit and counts the rest", () => {
    const bus = createEventBus({ clock });
    const recorder = recordEvents(bus, { limit: 2 });
    publish(bus, 5);
    expect(recorder.events.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(recorder.dropped).toBe(3);
    expect(recorder.named("lifecycle.exited")).toHaveLength(2);
    expect(recorder.named("lifecycle.transition")).toHaveLength(0);
    recorder.stop();
    publish(bus, 1);
    expect(recorder.dropped).toBe(3);
  });
});

// @spec errors.api-misuse
it("a limit that would drop every event without a word is refused", () => {
  const bus = createEventBus({ clock });
  for (const limit of [-1, Number.NaN]) expect(() => recordEvents(bus, { limit })).toThrow(TypeError);
  for (const room of [0, Number.NaN]) {
    expect(() => createAsynchronousSink(async () => {}, { capacity: room })).toThrow(TypeError);
    expect(() => createAsynchronousSink(async () => {}, { batch: room })).toThrow(TypeError);
  }
});

describe("an asynchronous sink", () => {
  test.prop([fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 60 })])(
    "writes in order, never two batches at once, and accounts for every event",
    async (capacity, batch, count) => {
      const bus = createEventBus({ clock });
      const written: number[] = [];
      let writing = 0;
      const sink = createAsynchronousSink(
        async (events) => {
          writing += 1;
          expect(writing).toBe(1);
          expect(events.length).toBeLessThanOrEqual(batch);
          await new Promise((resolve) => setImmediate(resolve));
          written.push(...events.map(({ sequence }) => sequence));
          writing -= 1;
        },
        { capacity, batch },
      );
      bus.subscribe(sink.subscriber);
      publish(bus, count);
      expect(written).toEqual([]);
      await sink.flush();
      expect(written).toEqual([...written].sort((a, b) => a - b));
      expect(written.length + sink.dropped).toBe(count);
      expect(sink.dropped).toBe(Math.max(0, count - capacity));
    },
  );

  it("outlives a writer that fails, and counts what was lost", async () => {
    const written: FaygerEvent[] = [];
    const sink = createAsynchronousSink(
      async (events) => {
        if (events.some(({ sequence }) => sequence < 2)) throw new Error("disk full");
        written.push(...events);
      },
      { batch: 2 },
    );
    const bus = createEventBus({ clock });
    bus.subscribe(sink.subscriber);
    publish(bus, 5);
    await sink.flush();
    expect(sink.failed).toBe(2);
    expect(written.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });

  it("is flushed when what waits is written, whatever comes meanwhile", async () => {
    const bus = createEventBus({ clock });
    const written: number[] = [];
    const sink = createAsynchronousSink(
      async (events) => {
        await new Promise((resolve) => setImmediate(resolve));
        written.push(...events.map(({ sequence }) => sequence));
        // Somebody publishes for as long as somebody writes.
        if (written.length < 1000) publish(bus, 1);
      },
      { batch: 1 },
    );
    bus.subscribe(sink.subscriber);
    publish(bus, 2);
    await sink.flush();
    expect(written.slice(0, 2)).toEqual([0, 1]);
    expect(written.length).toBeLessThan(10);
    publish(bus, 1);
    await sink.flush();
    expect(sink.dropped).toBe(0);
  });

  it("refuses a capacity or a batch that can hold nothing", () => {
    for (const options of [{ capacity: 0 }, { capacity: Number.NaN }, { batch: 0 }, { batch: Number.NaN }])
      expect(() => createAsynchronousSink(async () => {}, options)).toThrow(TypeError);
  });
});

describe("an event in JSON", () => {
  // @spec events.json
  it("writes 64-bit fields as decimal strings and bytes as hexadecimal", () => {
    const bus = createEventBus({ clock, trace: () => beginTrace((target) => target.fill(0xab)) });
    const recorder = recordEvents(bus);
    bus.publish("security.signature_verified", { algorithm: "ed25519", key_id: Uint8Array.of(0, 255) }, "instance#1");
    expect(JSON.parse(JSON.stringify(faygerEventToJson(recorder.events[0] as FaygerEvent)))).toEqual({
      category: "security",
      name: "signature_verified",
      level: "info",
      instance: "instance#1",
      sequence: "0",
      time_unix_ns: "7",
      monotonic_ns: "9",
      trace: { trace_id: "ab".repeat(16), span_id: "ab".repeat(8), flags: 1 },
      fields: { algorithm: "ed25519", key_id: "00ff" },
    });
  });
});

describe("a trace context", () => {
  const arbitraryTrace = fc.record({
    traceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((id) => id.some((byte) => byte !== 0)),
    spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }).filter((id) => id.some((byte) => byte !== 0)),
    flags: fc.integer({ min: 0, max: 255 }),
  });

  test.prop([arbitraryTrace])("survives its header", (trace) => {
    expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
  });

  test.prop([fc.string()])("is never made of anything else", (text) => {
    const parsed = parseTraceparent(text);
    if (parsed !== undefined) expect(text.startsWith(formatTraceparent(parsed).slice(3))).toBe(true);
  });

  it("is refused where the standard forbids it", () => {
    const good = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
    expect(parseTraceparent(good)).toBeDefined();
    for (const bad of [
      good.replace("00-", "ff-"),
      good + "-more",
      good.toUpperCase().replace("00-", "0A-"),
      good.replace("1".repeat(32), "0".repeat(32)),
      good.replace("2".repeat(16), "0".repeat(16)),
    ]) {
      expect(parseTraceparent(bad)).toBeUndefined();
    }
    expect(parseTraceparent(good.replace("00-", "01-") + "-more")).toBeDefined();
  });

  it("keeps its trace in a child span and never has an id of zero", () => {
    const parent = beginTrace((target) => target.fill(0), false);
    expect(parent.flags).toBe(0);
    expect(parseTraceparent(formatTraceparent(parent))).toEqual(parent);
    const child = childSpan(parent, (target) => target.fill(5));
    expect(child.traceId).toEqual(parent.traceId);
    expect(child.spanId).toEqual(new Uint8Array(8).fill(5));
  });
});

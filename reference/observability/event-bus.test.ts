import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import { EVENT_CATEGORIES, EventCategory } from "../../generated/enums/event-category.js";
import type { Clock, EventSubscriber, Subscription } from "../contracts/event-bus.js";
import { createEventBus, type ObservableEventBus } from "./event-bus.js";

/** A clock that moves one nanosecond a reading. */
function countingClock(): Clock {
  let now = 0n;
  return { unixNanoseconds: () => 1_000_000_000_000_000_000n + now++, monotonicNanoseconds: () => now++ };
}

function note(bus: ObservableEventBus, text: string, instance?: string): void {
  bus.publish("lifecycle.transition", { trigger: text, to: "Running" }, instance);
}

function triggers(events: readonly FaygerEvent[]): unknown[] {
  return events.map((event) => event.fields["trigger"]);
}

const ALL = { categories: EVENT_CATEGORIES };

describe("subscribers", () => {
  // @spec events.bus, events.unsubscribe
  it("hear in the order in which they subscribed, to one instance or to all, and each its own alone", () => {
    const bus = createEventBus({ clock: countingClock() });
    const heard: string[] = [];
    const hear = (who: string, instance?: string): Subscription =>
      bus.subscribe(() => heard.push(who), instance === undefined ? {} : { instance });
    const first = hear("a of 1", "instance#1");
    hear("b of all");
    hear("c of 2", "instance#2");
    const last = hear("d of 1", "instance#1");
    hear("e of all");
    const told = (instance?: string): string[] => {
      heard.length = 0;
      note(bus, "start", instance);
      return [...heard];
    };
    expect(told("instance#1")).toEqual(["a of 1", "b of all", "d of 1", "e of all"]);
    expect(told("instance#2")).toEqual(["b of all", "c of 2", "e of all"]);
    expect([told("instance#3"), told()]).toEqual([
      ["b of all", "e of all"],
      ["b of all", "e of all"],
    ]);
    first.unsubscribe();
    expect(told("instance#1")).toEqual(["b of all", "d of 1", "e of all"]);
    last.unsubscribe();
    hear("f of 1", "instance#1");
    expect(told("instance#1")).toEqual(["b of all", "e of all", "f of 1"]);
  });

  // @spec events.isolation
  it("publishes without a trace where the host fails to say which", () => {
    const bus = createEventBus({
      clock: countingClock(),
      trace: () => {
        throw new RangeError("no trace");
      },
    });
    const seen: FaygerEvent[] = [];
    bus.subscribe((event) => seen.push(event));
    bus.publish("lifecycle.exited", { exit_code: 1 }, "instance#1");
    expect(seen).toMatchObject([{ name: "exited", instance: "instance#1" }]);
    expect(seen[0]).not.toHaveProperty("trace");
  });

  // @spec events.table, events.clocks, events.sequence, events.trace-context
  it("receive what the table and the clock say, in full", () => {
    const trace = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2), flags: 1 };
    const bus = createEventBus({ clock: countingClock(), trace: () => trace });
    const events: FaygerEvent[] = [];
    bus.subscribe((event) => events.push(event));
    bus.publish("lifecycle.exited", { exit_code: 3 }, "instance#1");
    expect(events).toEqual([
      {
        category: "lifecycle",
        name: "exited",
        level: "info",
        instance: "instance#1",
        sequence: 0,
        timeUnixNs: 1_000_000_000_000_000_000n,
        monotonicNs: 1n,
        trace,
        fields: { exit_code: 3 },
      },
    ]);
  });

  // @spec events.debug-off, security.default-deny
  it("get debug only where they name it", () => {
    const bus = createEventBus({ clock: countingClock() });
    const quiet: FaygerEvent[] = [];
    bus.subscribe((event) => quiet.push(event));
    expect(bus.enabled("debug")).toBe(false);
    bus.publish("debug.note", { subject: "a", text: "b" });
    const curious: FaygerEvent[] = [];
    const subscription = bus.subscribe((event) => curious.push(event), { categories: [EventCategory.Debug] });
    expect(bus.enabled("debug")).toBe(true);
    bus.publish("debug.note", { subject: "a", text: "b" });
    note(bus, "x");
    subscription.unsubscribe();
    expect(bus.enabled("debug")).toBe(false);
    expect(quiet.map(({ name }) => name)).toEqual(["transition"]);
    expect(curious.map(({ name }) => name)).toEqual(["note"]);
  });

  it("get only their instance where they name one", () => {
    const bus = createEventBus({ clock: countingClock() });
    const events: FaygerEvent[] = [];
    bus.subscribe((event) => events.push(event), { instance: "instance#1" });
    note(bus, "one", "instance#1");
    note(bus, "two", "instance#2");
    note(bus, "none");
    expect(triggers(events)).toEqual(["one"]);
  });

  // @spec events.bus
  it("see an event that another subscriber publishes after the one it answers, in one order for all", () => {
    const bus = createEventBus({ clock: countingClock() });
    const first: FaygerEvent[] = [];
    const second: FaygerEvent[] = [];
    bus.subscribe((event) => {
      first.push(event);
      if (event.fields["trigger"] === "a") note(bus, "b");
    });
    bus.subscribe((event) => second.push(event));
    note(bus, "a");
    expect(triggers(first)).toEqual(["a", "b"]);
    expect(triggers(second)).toEqual(["a", "b"]);
  });

  // @spec events.unsubscribe
  it("that subscribe during a delivery begin with the next event; those that leave get nothing more", () => {
    const bus = createEventBus({ clock: countingClock() });
    const late: FaygerEvent[] = [];
    const leaving: FaygerEvent[] = [];
    let subscription: Subscription | undefined;
    bus.subscribe((event) => {
      if (event.sequence !== 0) return;
      bus.subscribe((other) => late.push(other));
      subscription?.unsubscribe();
    });
    subscription = bus.subscribe((event) => leaving.push(event));
    note(bus, "a");
    note(bus, "b");
    expect(triggers(late)).toEqual(["b"]);
    expect(leaving).toEqual([]);
  });

  it("see nothing that was published before they subscribed, even where it is delivered later", () => {
    const bus = createEventBus({ clock: countingClock() });
    const late: FaygerEvent[] = [];
    bus.subscribe((event) => {
      if (event.sequence !== 0) return;
      note(bus, "before");
      bus.subscribe((other) => late.push(other));
      note(bus, "after");
    });
    note(bus, "first");
    expect(triggers(late)).toEqual(["after"]);
  });

  // @spec events.counters, events.isolation
  it("that reject are counted and do not end the process", async () => {
    const bus = createEventBus({ clock: countingClock() });
    const rejecting: EventSubscriber = (async () => {
      throw new Error("late");
    }) as EventSubscriber;
    bus.subscribe(rejecting);
    note(bus, "a");
    await new Promise((resolve) => setImmediate(resolve));
    expect(bus.counters()).toEqual({ published: 1, delivered: 1, failed: 1, dropped: 0 });
  });

  it("that answer every event with two more cannot hold the publisher", () => {
    const bus = createEventBus({ clock: countingClock() });
    let received = 0;
    bus.subscribe(() => {
      received += 1;
      note(bus, "more");
      note(bus, "and more");
    });
    note(bus, "first");
    expect(received).toBe(1025);
    expect(bus.counters()).toEqual({ published: 1025, delivered: 1025, failed: 0, dropped: 1026 });
    note(bus, "second");
    expect(received).toBe(2050);
  });
});

describe("an event", () => {
  // @spec events.isolation
  it("cannot be changed by those who hear it: not for the others, and not for who published it", () => {
    const bus = createEventBus({ clock: countingClock() });
    const heard: FaygerEvent[] = [];
    const forge = (change: (event: { [member: string]: unknown; fields: Record<string, unknown> }) => void): void => {
      bus.subscribe((event) => change(event as never), ALL);
    };
    forge((event) => Object.assign(event, { name: "forged" }));
    forge(({ fields }) => Object.assign(fields, { to: "Terminated" }));
    forge(({ fields }) => (fields["granted"] as string[]).push("fs.write"));
    forge(({ fields }) => (fields["key_id"] as Uint8Array).fill(0));
    forge(({ fields }) => Object.assign((fields["chain"] as object[])[0] ?? {}, { code: "forged" }));
    bus.subscribe((event) => heard.push(event), ALL);
    const own = {
      granted: ["io.stdio" as const],
      denied: [],
      chain: [{ code: "X" }],
      key_id: Uint8Array.of(1, 2),
    };
    note(bus, "a");
    bus.publish("capability.negotiated", own as never);
    expect(heard.map(({ name, fields }) => [name, fields])).toEqual([
      ["transition", { trigger: "a", to: "Running" }],
      ["negotiated", { ...own, key_id: expect.any(Uint8Array) }],
    ]);
    expect(own).toEqual({
      granted: ["io.stdio"],
      denied: [],
      chain: [{ code: "X" }],
      key_id: Uint8Array.of(1, 2),
    });
    // Whoever published a list can go on changing it.
    own.granted.push("io.stdio");
  });

  // @spec events.isolation
  it("keeps the bytes it was published with, also where they are a Buffer", () => {
    const bus = createEventBus({ clock: countingClock() });
    const heard: FaygerEvent[] = [];
    bus.subscribe((event) => heard.push(event), ALL);
    const own = Buffer.from([1, 2]);
    bus.publish("security.signature_verified", { key_id: own } as never);
    own.fill(0);
    expect(heard[0]?.fields["key_id"]).toEqual(Uint8Array.of(1, 2));
  });

  // @spec events.isolation
  it("that nobody hears takes nobody's place in a delivery", () => {
    const bus = createEventBus({ clock: countingClock() });
    const heard: FaygerEvent[] = [];
    bus.subscribe((event) => {
      heard.push(event);
      if (event.sequence !== 0) return;
      for (let count = 0; count < 2000; count++) bus.publish("debug.note", { subject: "a", text: "b" });
      note(bus, "b");
    });
    note(bus, "a");
    expect(triggers(heard)).toEqual(["a", "b"]);
    expect(bus.counters()).toEqual({ published: 2002, delivered: 2, failed: 0, dropped: 0 });
  });
});

type Behaviour = "keeps" | "throws" | "rejects" | "publishes";

describe("isolation", () => {
  test.prop([
    fc.array(fc.constantFrom<Behaviour>("keeps", "throws", "rejects", "publishes"), { minLength: 1, maxLength: 6 }),
    fc.array(fc.string({ maxLength: 4 }), { maxLength: 20 }),
  ])(
    "whatever subscribers do, publishing returns and every healthy one sees every event in order",
    (behaviours, texts) => {
      const bus = createEventBus({ clock: countingClock() });
      const seen = behaviours.map((): number[] => []);
      behaviours.forEach((behaviour, index) => {
        bus.subscribe((event) => {
          seen[index]?.push(event.sequence);
          if (behaviour === "throws") throw new Error("bad subscriber");
          if (behaviour === "rejects") return Promise.reject(new Error("bad subscriber")) as unknown as undefined;
          if (behaviour === "publishes" && event.category === "lifecycle") {
            bus.publish("debug.note", { subject: "s", text: "t" });
          }
          return undefined;
        }, ALL);
      });
      for (const text of texts) expect(() => note(bus, text)).not.toThrow();
      const { published, delivered, failed, dropped } = bus.counters();
      const order = Array.from({ length: published }, (_, sequence) => sequence);
      for (const events of seen) expect(events).toEqual(order);
      expect(dropped).toBe(0);
      const throwing = behaviours.filter((behaviour) => behaviour === "throws").length;
      expect(failed).toBe(throwing * published);
      expect(delivered).toBe((behaviours.length - throwing) * published);
    },
  );

  it("costs nothing where nobody listens: no clock is read", () => {
    const bus = createEventBus({
      clock: {
        unixNanoseconds: () => {
          throw new Error("read");
        },
        monotonicNanoseconds: () => {
          throw new Error("read");
        },
      },
    });
    note(bus, "a");
    expect(bus.counters()).toEqual({ published: 1, delivered: 0, failed: 0, dropped: 0 });
  });
});

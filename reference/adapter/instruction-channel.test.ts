import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ioClose } from "../../generated/instructions/io.js";
import { decodeEvent } from "../../generated/instructions/message.js";
import { randomRandomBytes } from "../../generated/instructions/random.js";
import { timeClockWall, timeSleep, timeTimerStart } from "../../generated/instructions/time.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { ChannelRequest } from "../contracts/instruction-bus.js";
import type { HostSyscall, InstanceBinding } from "../contracts/platform-adapter.js";
import type { InstructionPolicy } from "../contracts/policy.js";
import { createEventBus, type EventRecorder, recordEvents } from "../observability/index.js";
import { HostFailure, PolicyRefusal } from "./host-failure.js";
import {
  ALL_CAPABILITIES,
  type BusFixture,
  type BusFixtureOptions,
  openBusFixture,
  type ReadReply,
  readReply,
} from "./testing/bus-fixture.js";

type Options = Omit<BusFixtureOptions, "events" | "clock">;

/** A fixture on a real event bus, and what the bus published. */
function open(options: Options = {}): BusFixture & { readonly recorder: EventRecorder } {
  let now = 0n;
  const clock = { unixNanoseconds: () => now++, monotonicNanoseconds: () => now++ };
  const events = createEventBus({ clock });
  const recorder = recordEvents(events);
  return { ...openBusFixture({ ...options, events, clock }), recorder };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await undefined;
}

/** A host call that ends when the test says so. */
function deferred(): {
  readonly syscall: HostSyscall;
  resolve: (results: readonly Tlv[]) => void;
  reject: (error: unknown) => void;
  aborted: boolean;
} {
  const control = {
    syscall: ((signal) => {
      signal?.addEventListener("abort", () => {
        control.aborted = true;
      });
      return new Promise<readonly Tlv[]>((resolve, reject) => {
        control.resolve = resolve;
        control.reject = reject;
      });
    }) as HostSyscall,
    resolve: (_: readonly Tlv[]): void => {},
    reject: (_: unknown): void => {},
    aborted: false,
  };
  return control;
}

function sleeper(quotas: ChannelRequest["quotas"] = {}, more: Options = {}) {
  const hosts: ReturnType<typeof deferred>[] = [];
  const fixture = open({
    quotas,
    ...more,
    translate: {
      "time.sleep": () => {
        const host = deferred();
        hosts.push(host);
        return host.syscall;
      },
    },
  });
  const sleep = (): ReadReply => fixture.emit(timeSleep(1n, { asynchronous: true }));
  const completions = (): unknown[] =>
    fixture.delivered.map(({ event }) => decodeEvent(event).payload.map((tlv) => ("value" in tlv ? tlv.value : null)));
  return { ...fixture, hosts, sleep, completions };
}

describe("an asynchronous call", () => {
  // @spec instructions.async, instructions.async.call-id, instructions.async.completion
  it("answers at once with ascending ids and completes each by one event, in the order the host ends", async () => {
    const { sleep, hosts, channel, completions, delivered, recorder } = sleeper();
    expect([sleep(), sleep(), sleep()].map(({ results }) => results)).toEqual(
      [1, 2, 3].map((value) => [{ type: "u32", value }]),
    );
    expect(channel.openCalls).toBe(3);
    hosts[2]?.resolve([{ type: "text", value: "c" }]);
    await settle();
    hosts[0]?.reject(new HostFailure("timed_out"));
    await settle();
    hosts[1]?.resolve([]);
    await settle();
    expect(completions()).toEqual([
      [3, 0, "c"],
      [1, 0x3004, 14],
      [2, 0],
    ]);
    expect(delivered.every(({ completion }) => completion)).toBe(true);
    expect(decodeEvent(delivered[0]?.event as Uint8Array)).toMatchObject({ category: 3, opcode: 3, completion: true });
    expect(channel.openCalls).toBe(0);
    expect(channel.lastError?.code).toBe("ADP_HOST_CALL_FAILED");
    expect(recorder.named("instruction.completed").map(({ fields }) => [fields["call_id"], fields["status"]])).toEqual([
      [3, 0],
      [1, 0x3004],
      [2, 0],
    ]);
  });

  it("completes after its reply even where the host was done at once", async () => {
    const fixture = open({ translate: { "time.sleep": () => () => [] } });
    fixture.emit(timeSleep(1n, { asynchronous: true }));
    expect(fixture.delivered).toEqual([]);
    await settle();
    expect(fixture.delivered).toHaveLength(1);
  });

  // @spec instructions.async.failed-check
  it("answers failed checks at once, without an id", () => {
    const { emit, channel } = open({ requested: [] });
    expect(emit(timeSleep(1n, { asynchronous: true })).status).toBe("ADP_CAPABILITY_DENIED access_denied");
    expect(channel.openCalls).toBe(0);
  });

  // @spec quotas.bus
  it("over the quota is refused before the host, and becomes free when one completes", async () => {
    const { sleep, hosts, calls, channel, recorder } = sleeper({ openCalls: 2 });
    sleep();
    sleep();
    expect(sleep().status).toBe("ADP_POLICY_DENIED quota");
    expect(calls.host).toBe(2);
    expect(recorder.named("resource.quota_reached").map(({ fields }) => fields)).toEqual([
      { quota: "open_calls", limit: 2, action: "reply" },
    ]);
    hosts[0]?.resolve([]);
    await settle();
    expect(channel.openCalls).toBe(1);
    expect(sleep().results).toEqual([{ type: "u32", value: 3 }]);
  });

  // @spec instructions.would-block
  it("whose guest cannot wait is refused without ASYNC, before the host", () => {
    const { emit, calls } = sleeper({}, { mayBlock: false });
    expect(emit(timeSleep(1n)).status).toBe("ADP_HOST_CALL_FAILED would_block");
    expect(calls.host).toBe(0);
  });

  it("is stopped where a synchronous instruction turns out to need waiting and the guest cannot", async () => {
    const host = deferred();
    const { emit, channel, recorder } = open({ mayBlock: false, translate: { "time.clock_wall": () => host.syscall } });
    expect(emit(timeClockWall()).status).toBe("ADP_HOST_CALL_FAILED would_block");
    expect(host.aborted).toBe(true);
    host.resolve([]);
    await settle();
    expect(recorder.named("instruction.result_discarded").map(({ fields }) => fields["reason"])).toEqual([
      "would_block",
    ]);
    expect(channel.openCalls).toBe(0);
  });

  it("without ASYNC gives its reply as a promise", async () => {
    const host = deferred();
    const { channel } = open({ translate: { "time.sleep": () => host.syscall } });
    const reply = channel.emit(timeSleep(1n));
    expect(reply).toBeInstanceOf(Promise);
    host.resolve([]);
    expect(readReply(await reply)).toEqual({ status: 0, results: [] });
  });
});

describe("a channel nobody listens to", () => {
  // @spec events.isolation
  it("answers and completes all the same", async () => {
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n };
    const { emit, delivered } = openBusFixture({ events: createEventBus({ clock }), clock });
    expect(emit(timeClockWall()).status).toBe(0);
    expect(emit(timeSleep(1n, { asynchronous: true })).status).toBe(0);
    await settle();
    expect(delivered).toHaveLength(1);
  });
});

describe("a suspended instance", () => {
  // @spec instructions.suspend, lifecycle.suspend.held
  it("gets what was held, in order, when it goes on; later things come after", async () => {
    const { sleep, hosts, channel, completions, delivered } = sleeper();
    for (let call = 0; call < 4; call += 1) sleep();
    channel.suspend();
    for (const at of [2, 0]) hosts[at]?.resolve([]);
    await settle();
    expect(delivered).toEqual([]);
    expect(channel.openCalls).toBe(4);
    channel.resume();
    expect(completions()).toEqual([
      [3, 0],
      [1, 0],
    ]);
    expect(channel.openCalls).toBe(2);
    hosts[3]?.resolve([]);
    await settle();
    expect(completions()).toEqual([
      [3, 0],
      [1, 0],
      [4, 0],
    ]);
  });

  it("that is suspended again by what it gets keeps the rest held", async () => {
    const { sleep, hosts, channel, delivered } = sleeper();
    for (let call = 0; call < 3; call += 1) sleep();
    channel.suspend();
    for (const host of hosts) host.resolve([]);
    await settle();
    const push = delivered.push.bind(delivered);
    delivered.push = (...items): number => {
      channel.suspend();
      return push(...items);
    };
    channel.resume();
    expect(delivered).toHaveLength(1);
    channel.resume();
    expect(delivered).toHaveLength(2);
  });

  it("gets the reply it waits for only when it goes on", async () => {
    const host = deferred();
    const { channel } = open({ translate: { "time.sleep": () => host.syscall } });
    let reply: Uint8Array | undefined;
    void Promise.resolve(channel.emit(timeSleep(1n))).then((bytes) => {
      reply = bytes;
    });
    channel.suspend();
    host.resolve([]);
    await settle();
    expect(reply).toBeUndefined();
    channel.resume();
    await settle();
    expect(readReply(reply as Uint8Array).status).toBe(0);
  });
});

/** Timers whose host the test plays. */
function timers(options: Options = {}) {
  const bindings: { binding: InstanceBinding; handle: number }[] = [];
  const released: number[] = [];
  const fixture = open({
    ...options,
    translate: {
      "time.timer_start": (_, binding) => () => {
        let handle = 0;
        handle = binding.openHandle("timer", "resource", () => void released.push(handle), true);
        bindings.push({ binding, handle });
        return [{ type: "handle", value: handle }];
      },
      "io.close":
        ([handle], binding) =>
        () => {
          if (handle?.type !== "handle" || !binding.closeHandle(handle.value)) throw new HostFailure("bad_handle");
          return [];
        },
    },
  });
  const start = (): ReadReply => fixture.emit(timeTimerStart(1n, 1n));
  const raise = (at: number, count: bigint): void => {
    const { binding, handle } = bindings[at] as (typeof bindings)[number];
    binding.raise({ kind: "timer", handle, detail: count });
  };
  return { ...fixture, start, raise, released, bindings };
}

describe("handles", () => {
  // @spec instructions.handles
  it("ascend from 1, are never reused, and are released once each", () => {
    const { start, emit, released, channel } = timers();
    expect([start(), start()].map(({ results }) => results[0])).toEqual(
      [1, 2].map((value) => ({ type: "handle", value })),
    );
    expect(emit(ioClose(1)).status).toBe(0);
    expect(emit(ioClose(1)).status).toBe("ADP_HOST_CALL_FAILED bad_handle");
    expect(start().results[0]).toEqual({ type: "handle", value: 3 });
    expect(released).toEqual([1]);
    channel.close();
    channel.close();
    expect(released).toEqual([1, 2, 3]);
  });

  // @spec instructions.handles.closed, architecture.sharing, adapters.binding
  it("of another kind or instance are not found", () => {
    const { start, bindings } = timers();
    start();
    const other = timers();
    other.start();
    const binding = bindings[0]?.binding as InstanceBinding;
    expect(binding.resource(1, "timer")).toBe("resource");
    expect(binding.resource(1, "file_reader")).toBeUndefined();
    expect(binding.resource(2, "timer")).toBeUndefined();
  });

  // @spec instructions.quotas-first
  it("over the quota are refused before the host; the lower of manifest and host policy holds", () => {
    for (const [manifest, host] of [
      [2, 5],
      [5, 2],
    ] as const) {
      const { start, calls, emit } = timers({
        quotas: { openHandles: manifest },
        policy: { capabilities: [...ALL_CAPABILITIES], quotas: { open_handles: host } },
      });
      start();
      start();
      expect(start().status).toBe("ADP_POLICY_DENIED quota");
      expect(calls.host).toBe(2);
      emit(ioClose(1));
      expect(start().results[0]).toEqual({ type: "handle", value: 3 });
    }
  });

  it("that cannot be given release their resource at once", () => {
    const released: string[] = [];
    const { emit } = open({
      quotas: { openHandles: 1 },
      translate: {
        "time.timer_start": (_, binding) => () => {
          binding.openHandle("timer", 0, () => void released.push("first"));
          const value = binding.openHandle("timer", 0, () => void released.push("second"));
          return [{ type: "handle", value }];
        },
      },
    });
    expect(emit(timeTimerStart(1n, 1n)).status).toBe("ADP_POLICY_DENIED quota");
    expect(released).toEqual(["second", "first"]);
  });

  // @spec instructions.handles.unheard
  it("in a reply that is too large for its quota are closed: the guest never learns their number", () => {
    const { start, released, recorder } = timers({ quotas: { replyBytes: 3 } });
    expect(start().status).toBe("ADP_POLICY_DENIED quota");
    expect(released).toEqual([1]);
    expect(recorder.named("resource.quota_reached").map(({ fields }) => fields["quota"])).toEqual(["reply_bytes"]);
  });

  // @spec instructions.handles.unheard
  it("that come later than a reply to a guest that cannot wait are closed", async () => {
    const host = deferred();
    let released = 0;
    const { emit, channel } = open({
      mayBlock: false,
      translate: {
        "time.timer_start": (_operands, binding) => async () => {
          await host.syscall();
          const value = binding.openHandle("timer", {}, () => {
            released += 1;
          });
          return [{ type: "handle", value }];
        },
      },
    });
    expect(emit(timeTimerStart(1n, 1n)).status).toBe("ADP_HOST_CALL_FAILED would_block");
    host.resolve([]);
    await settle();
    expect(released).toBe(1);
    expect(channel.openHandles).toBe(0);
  });

  it("whose release fails do not keep the others open", () => {
    const released: number[] = [];
    const { emit, channel } = open({
      translate: {
        "time.timer_start": (_, binding) => () => {
          let handle = 0;
          handle = binding.openHandle("timer", 0, () => {
            released.push(handle);
            throw new Error("stuck");
          });
          return [{ type: "handle", value: handle }];
        },
      },
    });
    emit(timeTimerStart(1n, 1n));
    emit(timeTimerStart(1n, 1n));
    expect(() => channel.close()).not.toThrow();
    expect(released).toEqual([1, 2]);
  });
});

describe("reply_bytes", () => {
  test.prop([fc.integer({ min: 0, max: 40 }), fc.integer({ min: 4, max: 40 })])(
    "bounds whole replies exactly",
    (count, replyBytes) => {
      const data = new Uint8Array(count);
      const { emit } = open({
        quotas: { replyBytes },
        translate: { "random.random_bytes": () => () => [{ type: "bytes", value: data }] },
      });
      const length = 2 + 2 + count;
      expect(emit(randomRandomBytes(count)).status).toBe(length <= replyBytes ? 0 : "ADP_POLICY_DENIED quota");
    },
  );
});

describe("host events", () => {
  // @spec instructions.events, instructions.events.binding, adapters.normalize
  it("reach the guest in order, held while it is suspended", () => {
    const { start, raise, channel, delivered } = timers();
    start();
    expect(channel.openSubscriptions).toBe(1);
    raise(0, 1n);
    channel.suspend();
    raise(0, 2n);
    raise(0, 3n);
    expect(delivered).toHaveLength(1);
    channel.resume();
    expect(delivered.map(({ event }) => decodeEvent(event).payload[1])).toEqual(
      [1n, 2n, 3n].map((value) => ({ type: "u64", value })),
    );
    expect(delivered.every(({ completion }) => !completion)).toBe(true);
  });

  it("that arise while held ones are delivered come after all of those", () => {
    const { start, raise, channel, delivered } = timers();
    start();
    channel.suspend();
    for (const count of [1n, 2n, 3n]) raise(0, count);
    const push = delivered.push.bind(delivered);
    delivered.push = (...items): number => {
      const length = push(...items);
      if (length === 1) raise(0, 4n);
      return length;
    };
    channel.resume();
    expect(delivered.map(({ event }) => decodeEvent(event).payload[1])).toEqual(
      [1n, 2n, 3n, 4n].map((value) => ({ type: "u64", value })),
    );
  });

  it("end with their subscription and with their handle", () => {
    const { start, raise, bindings, emit, delivered, channel } = timers();
    start();
    start();
    bindings[0]?.binding.endSubscription(1);
    expect(channel.openSubscriptions).toBe(1);
    raise(0, 1n);
    expect(emit(ioClose(1)).status).toBe(0);
    emit(ioClose(2));
    raise(1, 1n);
    expect(channel.openSubscriptions).toBe(0);
    expect(delivered).toEqual([]);
  });

  // @spec instructions.suspend.bound, instructions.discarded
  it("are bounded while nobody takes them; completions still have room", async () => {
    const { start, raise, channel, emit, delivered, recorder } = timers();
    start();
    channel.suspend();
    for (let count = 1n; count <= 1030n; count += 1n) raise(0, count);
    emit(timeSleep(1n, { asynchronous: true }));
    await settle();
    channel.resume();
    expect(delivered).toHaveLength(1025);
    expect(delivered.at(-1)?.completion).toBe(true);
    expect(recorder.named("instruction.result_discarded")).toHaveLength(6);
  });

  it("that the adapter cannot normalise are dropped with an error for observers", () => {
    const { start, bindings, delivered, recorder } = timers();
    start();
    expect(() => bindings[0]?.binding.raise({ kind: "earthquake", handle: 1, detail: 0 })).not.toThrow();
    expect(delivered).toEqual([]);
    expect(recorder.named("error.raised").map(({ fields }) => fields["code"])).toEqual(["HOST_ERROR"]);
  });
});

describe("the end of an instance", () => {
  // @spec instructions.close, lifecycle.end-releases, instructions.bus.events, instructions.bus.events.fields
  it("stops host calls, discards late results with an event each, and delivers nothing more", async () => {
    const { sleep, hosts, channel, delivered, recorder } = sleeper();
    sleep();
    sleep();
    channel.suspend();
    hosts[0]?.resolve([]);
    await settle();
    channel.close();
    expect(hosts.map(({ aborted }) => aborted)).toEqual([false, true]);
    hosts[1]?.resolve([]);
    await settle();
    channel.resume();
    expect(delivered).toEqual([]);
    expect(channel.openCalls).toBe(0);
    expect(recorder.named("instruction.result_discarded").map(({ fields }) => fields)).toEqual(
      [1, 2].map(() => ({ instruction: "time.sleep", reason: "instance_ended" })),
    );
  });

  it("answers a guest that still waits, and one that still asks", async () => {
    const host = deferred();
    const { channel, emit, calls } = open({ translate: { "time.sleep": () => host.syscall } });
    const reply = channel.emit(timeSleep(1n));
    channel.close();
    host.resolve([]);
    expect(readReply(await reply).status).toBe("ADP_HOST_CALL_FAILED interrupted");
    const before = calls.host;
    expect(emit(timeClockWall()).status).toBe("ADP_POLICY_DENIED unavailable");
    expect(calls.host).toBe(before);
  });

  it("makes resources of a late host call be given back", async () => {
    const released: string[] = [];
    let finish = (): void => {};
    const { channel, recorder } = open({
      translate: {
        "time.sleep": (_, binding) => () =>
          new Promise((resolve) => {
            finish = () => {
              binding.openHandle("x", 0, () => void released.push("late"));
              resolve([]);
            };
          }),
      },
    });
    channel.emit(timeSleep(1n, { asynchronous: true }));
    channel.close();
    expect(finish).toThrow(PolicyRefusal);
    await settle();
    expect(released).toEqual(["late"]);
    expect(recorder.named("instruction.completed")).toEqual([]);
  });
});

describe("a policy that asks somebody", () => {
  const asking = (answer: () => Promise<boolean>): InstructionPolicy => ({
    decide: () => ({ allow: "confirm", question: "may it?" }),
    confirm: (_instance, _instruction, _name, question) => {
      expect(question).toBe("may it?");
      return answer();
    },
  });

  // @spec instructions.async.confirmation
  it("lets the host be called only after consent", async () => {
    const { channel, calls } = open({ instructionPolicy: asking(async () => true) });
    const reply = channel.emit(timeClockWall());
    expect(calls.translated).toBe(0);
    expect(readReply(await reply).status).toBe(0);
    expect(calls.host).toBe(1);
  });

  it.each([
    ["no", async () => false],
    ["an error", () => Promise.reject(new Error("gone"))],
  ])("takes %s for a refusal, and the host is not called", async (_, answer) => {
    const { channel, calls, delivered } = open({ instructionPolicy: asking(answer) });
    expect(readReply(await channel.emit(timeClockWall())).status).toBe("ADP_POLICY_DENIED access_denied");
    channel.emit(timeSleep(1n, { asynchronous: true }));
    await settle();
    expect(decodeEvent(delivered[0]?.event as Uint8Array).payload[1]).toEqual({ type: "u32", value: 0x3006 });
    expect(calls).toEqual({ translated: 0, host: 0 });
  });

  it("is not waited for by a guest that cannot wait, nor after the end", async () => {
    const blocked = open({ mayBlock: false, instructionPolicy: asking(async () => true) });
    expect(blocked.emit(timeClockWall()).status).toBe("ADP_HOST_CALL_FAILED would_block");
    await settle();
    expect(blocked.calls.host).toBe(0);
    let agree = (_: boolean): void => {};
    const { channel, calls } = open({
      instructionPolicy: asking(
        () =>
          new Promise((resolve) => {
            agree = resolve;
          }),
      ),
    });
    const reply = channel.emit(timeClockWall());
    channel.close();
    agree(true);
    expect(readReply(await reply).status).toBe("ADP_HOST_CALL_FAILED interrupted");
    expect(calls.translated).toBe(0);
  });
});

describe("a grant", () => {
  // @spec quotas.grant, quotas.bus
  it("replaces what it names, for handles that are opened by an instruction and by the adapter, and nothing else", () => {
    let more: (() => number) | undefined;
    const { channel, emit } = open({
      quotas: { openHandles: 1, replyBytes: 100 },
      translate: {
        "time.timer_start": (_, binding) => {
          more = () => binding.openHandle("timer", 0, () => undefined);
          return () => [{ type: "handle", value: binding.openHandle("timer", 0, () => undefined) }];
        },
      },
    });
    const start = (): ReadReply => emit(timeTimerStart(1n, 0n));
    expect(start().status).toBe(0);
    expect(start().status).toBe("ADP_POLICY_DENIED quota");
    expect(() => more?.()).toThrow("open_handles of 1");
    channel.grant({ openHandles: 2 });
    expect(start().status).toBe(0);
    expect(channel.openHandles).toBe(2);
    expect(() => more?.()).toThrow("open_handles of 2");
    channel.grant({ openHandles: 3 });
    expect(more?.()).toBe(3);
    channel.grant({ replyBytes: 1 });
    expect(emit(timeClockWall()).status).toBe("ADP_POLICY_DENIED quota");
  });
});

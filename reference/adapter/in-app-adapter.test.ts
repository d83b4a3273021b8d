import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { PLATFORMS } from "../../generated/enums/platform.js";
import {
  hostCall,
  hostSubscribe,
  readHostAnnouncedEvent,
  readHostCallResults,
  readHostSubscribeResults,
} from "../../generated/instructions/host.js";
import { INSTRUCTIONS } from "../../generated/instructions/instruction-table.js";
import { ioClose } from "../../generated/instructions/io.js";
import { decodeEvent, decodeReply } from "../../generated/instructions/message.js";
import { timeClockMonotonic, timeTimerStart } from "../../generated/instructions/time.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { InstructionChannel } from "../contracts/instruction-bus.js";
import { layersOf } from "../errors/cause-chain.js";
import type { FaygerError } from "../errors/fayger-error.js";
import { descriptorFault } from "./check-descriptor.js";
import { createHandlerAdapter } from "./handler-adapter.js";
import { HostFailure, PolicyRefusal } from "./host-failure.js";
import { createInAppAdapter, type InAppAdapter, type InAppAdapterOptions } from "./in-app-adapter.js";
import { createInstructionBus } from "./instruction-bus.js";
import { ALL_CAPABILITIES, encodeSample, readReply } from "./testing/bus-fixture.js";

const clock = { monotonicNanoseconds: () => 0n, unixNanoseconds: () => 0n };
const events = { publish: () => {}, enabled: () => false };
const text = (value: string): Tlv => ({ type: "text", value });
const NAMES = ["price", "later", "broken", "news", "missing"];

interface Opened {
  readonly adapter: InAppAdapter;
  readonly channel: InstructionChannel;
  readonly delivered: Uint8Array[];
  readonly emit: (instruction: Uint8Array) => Promise<ReturnType<typeof readReply>>;
}

const channels: InstructionChannel[] = [];
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

function open(
  options: InAppAdapterOptions,
  hostFunctions: readonly string[] | undefined = NAMES,
  adapter: InAppAdapter = createInAppAdapter(options),
  instance = "instance#1",
): Opened {
  const bus = createInstructionBus({ adapter, policy: { capabilities: ALL_CAPABILITIES }, events, clock });
  const delivered: Uint8Array[] = [];
  const channel = bus.open({
    instance,
    required: ALL_CAPABILITIES,
    optional: [],
    hostFunctions,
    quotas: {},
    deliver: (event) => delivered.push(event),
  });
  channels.push(channel);
  return { adapter, channel, delivered, emit: async (instruction) => readReply(await channel.emit(instruction)) };
}

const outputOf = (reply: ReturnType<typeof readReply>): readonly Tlv[] => readHostCallResults(reply.results).output;

// @spec adapters.built-in.in-app, adapters.built-in
describe("an in-app adapter", () => {
  it("offers what the application injects and nothing else", async () => {
    const nothing = open({});
    expect(nothing.adapter.descriptor()).toMatchObject({
      platformId: "in_app",
      supportedCapabilities: [],
      supportedInstructions: ["io.close"],
    });
    for (const row of INSTRUCTIONS) {
      if (row.name === "io.close") continue;
      const { status } = await nothing.emit(encodeSample(row));
      const refusals = ["ADP_CAPABILITY_DENIED access_denied", "ADP_UNSUPPORTED_INSTRUCTION unavailable"];
      expect([row.name, refusals.includes(String(status))]).toEqual([row.name, true]);
    }
    const speaking = createInAppAdapter({ functions: { price: () => [] } }).descriptor();
    expect(speaking.supportedCapabilities).toEqual(["host.call"]);
    expect(speaking.supportedInstructions).toEqual(["host.call", "host.subscribe", "io.close"]);
    expect(createInAppAdapter({ topics: ["news"] }).descriptor().supportedCapabilities).toEqual(["host.call"]);
  });

  it("lends capabilities of another adapter, and no others of it", async () => {
    const calls: string[] = [];
    const other = createHandlerAdapter({
      platformId: "other",
      priority: 1,
      capabilities: ["time.clock", "time.timer", "fs.read"],
      restrictedCapabilities: ["time.clock", "fs.read"],
      match: () => false,
      handlers: ["time.clock_monotonic", "time.timer_start", "io.file_open_read", "io.file_size", "io.close"].map(
        (instruction) => ({
          instruction,
          translate: (_operands: readonly Tlv[], binding) => () => {
            calls.push(instruction);
            if (instruction !== "time.timer_start") return [{ type: "u64" as const, value: 7n }];
            const handle = binding.openHandle("timer", "timer", () => calls.push("released"), true);
            binding.raise({ kind: "timer", handle, detail: 1n });
            return [{ type: "handle" as const, value: handle }];
          },
        }),
      ),
      normalizers: [
        {
          kind: "timer",
          normalize: ({ handle, detail }) => ({
            category: 3,
            opcode: 1,
            completion: false,
            payload: [
              { type: "handle", value: handle },
              { type: "u64", value: detail as bigint },
            ],
          }),
        },
      ],
      services: undefined,
    });
    const lend = { adapter: other, capabilities: ["time.clock", "time.timer"] as const };
    const guest = open({ lend });
    const descriptor = guest.adapter.descriptor();
    expect(descriptor.supportedCapabilities).toEqual(["time.clock", "time.timer"]);
    expect(descriptor.restrictedCapabilities).toEqual(["time.clock"]);
    expect(descriptor.supportedInstructions).toEqual(["io.close", "time.clock_monotonic", "time.timer_start"]);
    expect(descriptorFault(descriptor)).toBeUndefined();
    expect((await guest.emit(timeClockMonotonic())).status).toBe(0);
    expect((await guest.emit(timeTimerStart(1n, 0n))).status).toBe(0);
    expect(guest.delivered).toHaveLength(1);
    expect((await guest.emit(ioClose(1))).status).toBe(0);
    expect(calls).toEqual(["time.clock_monotonic", "time.timer_start", "released"]);
    const files = createInAppAdapter({ lend: { adapter: other, capabilities: ["fs.read"] } });
    expect(files.descriptor().supportedInstructions).toEqual(["io.close", "io.file_open_read", "io.file_size"]);
    for (const missing of ["proc.spawn", "host.call"] as const) {
      expect(() => createInAppAdapter({ lend: { adapter: other, capabilities: [missing] } })).toThrow(TypeError);
    }
  });

  it("has the priority of its row, which is before every other, and a descriptor that closes", () => {
    const adapter = createInAppAdapter({ functions: { price: () => [] }, topics: ["news"] });
    const others = PLATFORMS.filter(({ name }) => name !== "in_app").map(({ priority }) => priority);
    expect(Math.min(...others)).toBeGreaterThan(adapter.descriptor().priority);
    expect(descriptorFault(adapter.descriptor())).toBeUndefined();
  });

  it("takes no name that a manifest could not hold", () => {
    for (const name of ["", "Price", "a b", "a//b", "../a", "a."]) {
      expect(() => createInAppAdapter({ functions: { [name]: () => [] } })).toThrow(TypeError);
      expect(() => createInAppAdapter({ topics: [name] })).toThrow(TypeError);
    }
  });

  it("takes nothing but functions", () => {
    for (const lent of [undefined, null, 1, "price", {}])
      expect(() => createInAppAdapter({ functions: { price: lent as never } })).toThrow(
        "what is lent as price is no function",
      );
  });
});

// @spec capabilities.host-functions
describe("the names in a manifest", () => {
  const options = { functions: { price: () => [text("1")] }, topics: ["news"] };

  it("are the only functions and topics a program reaches", async () => {
    for (const [named, price, news] of [
      [undefined, "ADP_POLICY_DENIED access_denied", "ADP_POLICY_DENIED access_denied"],
      [[], "ADP_POLICY_DENIED access_denied", "ADP_POLICY_DENIED access_denied"],
      [["price"], 0, "ADP_POLICY_DENIED access_denied"],
      [["news"], "ADP_POLICY_DENIED access_denied", 0],
    ] as const) {
      const guest = open(options, named ?? undefined, createInAppAdapter(options));
      if (named === undefined) {
        const bare = createInstructionBus({
          adapter: guest.adapter,
          policy: { capabilities: ["host.call"] },
          events,
          clock,
        });
        const channel = bare.open({
          instance: "i",
          required: ["host.call"],
          optional: [],
          hostFunctions: undefined,
          quotas: {},
          deliver: () => {},
        });
        expect(readReply(await channel.emit(hostCall("price", []))).status).toBe(price);
        expect(readReply(await channel.emit(hostSubscribe("news"))).status).toBe(news);
        continue;
      }
      expect((await guest.emit(hostCall("price", []))).status).toBe(price);
      expect((await guest.emit(hostSubscribe("news"))).status).toBe(news);
    }
  });

  // @spec instructions.host.call
  it("do not make a function: one that is not lent is not found, nor is what every object has", async () => {
    const guest = open(options, ["missing", "constructor", "tostring", "price"]);
    for (const name of ["missing", "constructor"]) {
      expect((await guest.emit(hostCall(name, []))).status).toBe("ADP_HOST_CALL_FAILED not_found");
      expect((await guest.emit(hostSubscribe(name))).status).toBe("ADP_HOST_CALL_FAILED not_found");
    }
  });
});

/** Values a program and a function can pass each other. */
const value: fc.Arbitrary<Tlv> = fc.letrec<{ any: Tlv; list: Tlv }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    fc.constant<Tlv>({ type: "none" }),
    fc.nat(0xffff_ffff).map((number): Tlv => ({ type: "u32", value: number })),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((number): Tlv => ({ type: "u64", value: number })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number): Tlv => ({ type: "i64", value: number })),
    fc.double({ noNaN: true }).map((number): Tlv => ({ type: "f64", value: number })),
    fc.boolean().map((is): Tlv => ({ type: "bool", value: is })),
    fc.uint8Array().map((bytes): Tlv => ({ type: "bytes", value: bytes })),
    fc.string({ unit: "grapheme" }).map((string): Tlv => ({ type: "text", value: string })),
    tie("list"),
  ),
  list: fc.array(tie("any"), { maxLength: 4 }).map((items): Tlv => ({ type: "list", value: items })),
})).any;

describe("a host function", () => {
  // @spec instructions.host.values
  test.prop([fc.array(value, { maxLength: 5 })])(
    "gets the program's values, and gives back its own",
    async (values) => {
      const seen: (readonly Tlv[])[] = [];
      const functions = {
        price: (input: readonly Tlv[]) => {
          seen.push(input);
          return input;
        },
        later: async (input: readonly Tlv[]) => input,
      };
      const guest = open({ functions });
      expect(outputOf(await guest.emit(hostCall("price", values)))).toEqual(values);
      expect(outputOf(await guest.emit(hostCall("later", values)))).toEqual(values);
      expect(seen).toEqual([values]);
    },
  );

  it("answers at once where it can, and completes a call that does not wait", async () => {
    const guest = open({ functions: { price: () => [text("now")], later: async () => [text("later")] } });
    expect(guest.channel.emit(hostCall("price", []))).toBeInstanceOf(Uint8Array);
    expect(guest.channel.emit(hostCall("later", []))).toBeInstanceOf(Promise);
    await guest.emit(hostCall("later", [], { asynchronous: true }));
    while (guest.delivered.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { payload } = decodeEvent(guest.delivered[0] as Uint8Array);
    expect(payload.slice(1)).toEqual([
      { type: "u32", value: 0 },
      { type: "list", value: [text("later")] },
    ]);
  });

  it("is told which instance calls, and when nobody waits any more", async () => {
    const told: string[] = [];
    let aborted = false;
    const guest = open({
      functions: {
        later: (_input, { instance, signal }) =>
          new Promise(() => {
            told.push(instance);
            signal?.addEventListener("abort", () => {
              aborted = true;
            });
          }),
      },
    });
    void guest.channel.emit(hostCall("later", []));
    guest.channel.close();
    expect({ told, aborted }).toEqual({ told: ["instance#1"], aborted: true });
  });

  // @spec adapters.cancel
  it("that never answers is waited for as long as its instance lives, and no longer", async () => {
    const guest = open({ functions: { later: () => new Promise(() => {}) } });
    const waiting = guest.emit(hostCall("later", []));
    guest.channel.close();
    expect((await waiting).status).toBe("ADP_HOST_CALL_FAILED interrupted");
  });

  // @spec adapters.host-errors
  it("that throws fails the call with a cause of the host, and tells the program a number", async () => {
    const thrown = new Error("database password is hunter2");
    // A library of the application may bring a copy of this package of its own, older or newer.
    const address = "./host-failure.js?another";
    const another = (await import(address)) as typeof import("./host-failure.js");
    expect(another.HostFailure).not.toBe(HostFailure);
    for (const [error, status] of [
      [thrown, "ADP_HOST_CALL_FAILED unknown"],
      ["text", "ADP_HOST_CALL_FAILED unknown"],
      [undefined, "ADP_HOST_CALL_FAILED unknown"],
      [new HostFailure("not_found"), "ADP_HOST_CALL_FAILED not_found"],
      [new PolicyRefusal("quota", "enough for today"), "ADP_POLICY_DENIED quota"],
      [new another.HostFailure("not_found"), "ADP_HOST_CALL_FAILED not_found"],
      [new another.PolicyRefusal("quota", "enough for today"), "ADP_POLICY_DENIED quota"],
      [new another.HostFailure("of the future" as "quota"), "ADP_HOST_CALL_FAILED unknown"],
      [new HostFailure(undefined as unknown as "quota"), "ADP_HOST_CALL_FAILED unknown"],
    ] as const) {
      const fail = (): never => {
        throw error;
      };
      const guest = open({ functions: { broken: fail, later: async () => fail() } });
      for (const name of ["broken", "later"]) {
        const bytes = await guest.channel.emit(hostCall(name, []));
        expect(readReply(bytes).status).toBe(status);
        expect(bytes.length).toBe(decodeReply(bytes).results.length * 6 + 2);
        if (error === thrown) expect(layersOf(guest.channel.lastError as FaygerError)).toEqual(["adapter", "host"]);
      }
    }
  });

  it("that gives what is no value fails the call, and the next one works", async () => {
    const cyclic: unknown[] = [];
    cyclic.push({ type: "list", value: cyclic });
    const wrongs: readonly unknown[] = [
      undefined,
      null,
      "text",
      {},
      [1],
      [null],
      [{}],
      [{ type: "u32", value: -1 }],
      [{ type: "u32", value: 1.5 }],
      [{ type: "u32", value: "1" }],
      [{ type: "u64", value: 1 }],
      [{ type: "u64", value: -1n }],
      [{ type: "i64", value: 2n ** 63n }],
      [{ type: "text", value: "\ud800" }],
      [{ type: "bytes", value: [1] }],
      [{ type: "handle", value: 1 }],
      [{ type: "date", value: new Date(0) }],
      cyclic,
    ];
    for (const wrong of wrongs) {
      const functions = { broken: () => wrong as Tlv[], later: async () => wrong as Tlv[], price: () => [text("ok")] };
      const guest = open({ functions });
      for (const name of ["broken", "later"]) {
        expect((await guest.emit(hostCall(name, []))).status).toBe("ADP_HOST_CALL_FAILED unknown");
      }
      expect(outputOf(await guest.emit(hostCall("price", [])))).toEqual([text("ok")]);
    }
  });

  it("cannot be reached by changing what it was given or gave", async () => {
    const kept = { type: "bytes" as const, value: Uint8Array.of(1) };
    const guest = open({ functions: { later: async () => [kept] } });
    const reply = guest.emit(hostCall("later", []));
    await Promise.resolve();
    const first = await reply;
    kept.value[0] = 9;
    expect(outputOf(first)).toEqual([{ type: "bytes", value: Uint8Array.of(1) }]);
  });
});

// @spec instructions.host.topics
describe("a topic", () => {
  const heard = (guest: Opened): unknown[] =>
    guest.delivered.map((bytes) => readHostAnnouncedEvent(decodeEvent(bytes).payload));

  it("reaches every subscription in order, and none after it is closed", async () => {
    const adapter = createInAppAdapter({ topics: ["news"] });
    const one = open({}, NAMES, adapter, "one");
    const two = open({}, NAMES, adapter, "two");
    expect(adapter.announce("news", [text("before")])).toBe(0);
    const { subscription } = readHostSubscribeResults((await one.emit(hostSubscribe("news"))).results);
    await two.emit(hostSubscribe("news"));
    expect(adapter.announce("news", [text("a")])).toBe(2);
    expect(adapter.announce("news", [text("b")], "two")).toBe(1);
    await one.emit(ioClose(subscription));
    expect(adapter.announce("news", [text("c")])).toBe(1);
    two.channel.close();
    expect(adapter.announce("news", [text("d")])).toBe(0);
    expect(heard(one)).toEqual([{ subscription, data: [text("a")] }]);
    expect(heard(two)).toEqual(["a", "b", "c"].map((data) => ({ subscription: 1, data: [text(data)] })));
  });

  it("that does not exist, and data that are no values, are the application's mistake", () => {
    const adapter = createInAppAdapter({ topics: ["news"] });
    expect(() => adapter.announce("other", [])).toThrow(TypeError);
    expect(() => adapter.announce("news", [{ type: "u32", value: -1 }])).toThrow(HostFailure);
  });
});

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { CapabilityName } from "../../generated/capabilities.js";
import { CAPABILITY_NAMES } from "../../generated/capabilities.js";
import { HOST_ERRORS } from "../../generated/enums/host-error.js";
import { INSTRUCTION_REASONS } from "../../generated/enums/instruction-reason.js";
import { errorCodeOfNumber } from "../../generated/errors/error-code.js";
import { INSTRUCTIONS, type InstructionRow } from "../../generated/instructions/instruction-table.js";
import { decodeEvent, decodeReply, encodeInstruction } from "../../generated/instructions/message.js";
import { randomRandomBytes } from "../../generated/instructions/random.js";
import { timeClockWall, timeSleep, timeTimerStart } from "../../generated/instructions/time.js";
import { ioClose, ioFileRead, ioPathStat, ioStdoutWrite } from "../../generated/instructions/io.js";
import type { Tlv, TlvTypeName } from "../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { ChannelRequest, InstructionChannel } from "../contracts/instruction-bus.js";
import type { HostSyscall, InstanceBinding } from "../contracts/platform-adapter.js";
import type { InstructionPolicy } from "../contracts/policy.js";
import { layersOf } from "../errors/cause-chain.js";
import { FaygerError } from "../errors/fayger-error.js";
import { createEventBus, type EventRecorder, recordEvents } from "../observability/index.js";
import { createHandlerAdapter, type InstructionHandler } from "./handler-adapter.js";
import { HostFailure, PolicyRefusal } from "./host-failure.js";
import { createInstructionBus } from "./instruction-bus.js";

const ALL_CAPABILITIES: readonly CapabilityName[] = [
  ...new Set(INSTRUCTIONS.map(({ capability }) => capability).filter((name): name is CapabilityName => name !== null)),
];
const SAMPLE: Readonly<Record<TlvTypeName, Tlv>> = {
  none: { type: "none" },
  u32: { type: "u32", value: 1 },
  u64: { type: "u64", value: 2n },
  i64: { type: "i64", value: -3n },
  f64: { type: "f64", value: 0.5 },
  bool: { type: "bool", value: true },
  bytes: { type: "bytes", value: Uint8Array.of(1, 2) },
  text: { type: "text", value: "/a" },
  handle: { type: "handle", value: 1 },
  list: { type: "list", value: [] },
};

type Translate = (operands: readonly Tlv[], binding: InstanceBinding) => HostSyscall;

interface Options {
  readonly requested?: readonly string[];
  readonly policy?: HostPolicy;
  readonly instructionPolicy?: InstructionPolicy;
  readonly quotas?: ChannelRequest["quotas"];
  readonly mayBlock?: boolean;
  /** What an instruction does; without an entry it gives the results of its row. */
  readonly translate?: Readonly<Record<string, Translate>>;
  readonly without?: readonly string[];
}

interface Fixture {
  readonly channel: InstructionChannel;
  readonly recorder: EventRecorder;
  /** Calls that reached the adapter, and calls that reached the host. */
  readonly calls: { translated: number; host: number };
  readonly delivered: { readonly event: Uint8Array; readonly completion: boolean }[];
  /** Emit what answers at once. */
  readonly emit: (instruction: Uint8Array) => { status: string | number; results: readonly Tlv[] };
}

/** A bus over an adapter that counts what reaches it, with a real event bus. */
function open(options: Options = {}): Fixture {
  const calls = { translated: 0, host: 0 };
  const handlers = INSTRUCTIONS.filter(({ name }) => !(options.without ?? []).includes(name)).map(
    (row): InstructionHandler<undefined> => ({
      instruction: row.name,
      translate: (operands, binding) => {
        calls.translated += 1;
        const syscall = options.translate?.[row.name]?.(operands, binding) ?? ((): Tlv[] => row.results.map(({ type }) => SAMPLE[type]));
        return (signal) => {
          calls.host += 1;
          return syscall(signal);
        };
      },
    }),
  );
  const adapter = createHandlerAdapter({
    platformId: "test",
    priority: 1,
    capabilities: ALL_CAPABILITIES,
    match: () => true,
    handlers,
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
  let now = 0n;
  const clock = { unixNanoseconds: () => now++, monotonicNanoseconds: () => now++ };
  const events = createEventBus({ clock });
  const recorder = recordEvents(events);
  const delivered: Fixture["delivered"] = [];
  const bus = createInstructionBus({
    adapter,
    policy: options.policy ?? { capabilities: [...ALL_CAPABILITIES] },
    ...(options.instructionPolicy === undefined ? {} : { instructionPolicy: options.instructionPolicy }),
    events,
    clock,
  });
  const channel = bus.open({
    instance: "instance#1",
    required: options.requested ?? ALL_CAPABILITIES,
    optional: [],
    hostFunctions: undefined,
    quotas: options.quotas ?? {},
    ...(options.mayBlock === undefined ? {} : { mayBlock: options.mayBlock }),
    deliver: (event, completion) => delivered.push({ event, completion }),
  });
  return {
    channel,
    recorder,
    calls,
    delivered,
    emit: (instruction) => {
      const reply = channel.emit(instruction);
      if (!(reply instanceof Uint8Array)) throw new Error("the reply is not there at once");
      return read(reply);
    },
  };
}

function read(reply: Uint8Array): { status: string | number; results: readonly Tlv[] } {
  const { status, results } = decodeReply(reply);
  if (status === 0) return { status, results };
  const [error] = results;
  const hostError = error?.type === "u32" ? HOST_ERRORS[error.value - 1] : undefined;
  return { status: `${errorCodeOfNumber(status)} ${hostError}`, results };
}

function encode(row: InstructionRow, asynchronous = false): Uint8Array {
  return encodeInstruction({
    category: row.category,
    opcode: row.opcode,
    asynchronous,
    capabilitiesRequired: row.capabilities,
    operands: row.operands.map(({ type }) => SAMPLE[type]),
  });
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await undefined;
}

const anyRow = fc.constantFrom(...INSTRUCTIONS);

describe("an instruction of the table", () => {
  test.prop([anyRow])("reaches the host once when everything allows it", (row) => {
    const { emit, calls, channel, recorder } = open();
    const bytes = encode(row);
    expect(emit(bytes)).toEqual({ status: 0, results: row.results.map(({ type }) => SAMPLE[type]) });
    expect(calls).toEqual({ translated: 1, host: 1 });
    expect(channel.lastInstruction).toBe(bytes);
    expect(channel.lastError).toBeUndefined();
    expect(recorder.named("instruction.dispatched").map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ instruction: row.name, status: 0, operand_bytes: bytes.length - 5, asynchronous: false }),
    ]);
  });

  test.prop([anyRow.filter(({ capability }) => capability !== null), fc.subarray([...ALL_CAPABILITIES])])(
    "is denied before the adapter sees it when its capability was not granted",
    (row, requested) => {
      const allowed = requested.filter((name) => name !== row.capability);
      const { emit, calls, channel } = open({ requested: allowed });
      expect(emit(encode(row)).status).toBe("ADP_CAPABILITY_DENIED access_denied");
      expect(calls).toEqual({ translated: 0, host: 0 });
      expect(channel.lastError?.context).toMatchObject({ missing: [row.capability], instruction: row.name });
      expect(channel.negotiation.granted).not.toContain(row.capability);
    },
  );

  test.prop([anyRow])("is refused before the adapter sees it when the adapter has no handler", (row) => {
    const { emit, calls, channel } = open({ without: [row.name] });
    expect(emit(encode(row)).status).toBe("ADP_UNSUPPORTED_INSTRUCTION unavailable");
    expect(calls).toEqual({ translated: 0, host: 0 });
    expect(channel.lastError?.context).toEqual({ category: row.category, opcode: row.opcode, instruction: row.name });
  });

  test.prop([anyRow, fc.constantFrom("deny", "throw", "nobody")])(
    "is refused before the adapter sees it when the policy does not allow it",
    (row, how) => {
      const asked: string[] = [];
      const { emit, calls, channel } = open({
        instructionPolicy: {
          decide: (instance, instruction, name) => {
            asked.push(`${instance} ${name} ${instruction.opcode}`);
            if (how === "throw") throw new Error("policy is broken");
            return how === "deny" ? { allow: false, reason: "no" } : { allow: "confirm", question: "may it?" };
          },
        },
      });
      expect(emit(encode(row)).status).toBe("ADP_POLICY_DENIED access_denied");
      expect(asked).toEqual([`instance#1 ${row.name} ${row.opcode}`]);
      expect(calls).toEqual({ translated: 0, host: 0 });
      expect(channel.lastError?.code).toBe("ADP_POLICY_DENIED");
    },
  );

  test.prop([anyRow])("is judged in the ruled order: malformed, denied, unsupported, refused by policy", (row) => {
    let asked = 0;
    const instructionPolicy: InstructionPolicy = {
      decide: () => {
        asked += 1;
        return { allow: false, reason: "no" };
      },
    };
    const bytes = encode(row);
    const truncated = Uint8Array.of(...bytes, 6);
    const nothing = open({ requested: [], without: [row.name], instructionPolicy });
    expect(nothing.emit(truncated).status).toBe("ADP_INSTRUCTION_MALFORMED invalid_argument");
    const denied = row.capability === null ? "ADP_UNSUPPORTED_INSTRUCTION unavailable" : "ADP_CAPABILITY_DENIED access_denied";
    expect(nothing.emit(bytes).status).toBe(denied);
    const unsupported = open({ without: [row.name], instructionPolicy });
    expect(unsupported.emit(bytes).status).toBe("ADP_UNSUPPORTED_INSTRUCTION unavailable");
    expect(asked).toBe(0);
    expect(open({ instructionPolicy }).emit(bytes).status).toBe("ADP_POLICY_DENIED access_denied");
    expect(asked).toBe(1);
  });

  test.prop([fc.uint8Array({ maxLength: 64 })])("or any other bytes: nothing throws, and every reply can be read", (bytes) => {
    const { emit, calls, channel } = open({ requested: [] });
    const { status } = emit(bytes);
    if (calls.host === 0) expect(channel.lastError).toBeInstanceOf(FaygerError);
    else expect(status).toBe(0);
  });
});

describe("an opcode that is not in the table", () => {
  const unknown = { category: 3 as const, opcode: 0x8001, asynchronous: false, operands: [SAMPLE.text] };

  it("is denied while it asks for more than was granted, then unsupported", () => {
    const { emit, channel, calls } = open({ requested: ["time.clock"] });
    const [clock, spawn] = [1 << 9, 1 << 13];
    expect(emit(encodeInstruction({ ...unknown, capabilitiesRequired: clock | spawn })).status).toBe(
      "ADP_CAPABILITY_DENIED access_denied",
    );
    expect(channel.lastError?.context).toEqual({ category: 3, opcode: 0x8001, missing: ["proc.spawn"] });
    expect(emit(encodeInstruction({ ...unknown, capabilitiesRequired: clock })).status).toBe(
      "ADP_UNSUPPORTED_INSTRUCTION unavailable",
    );
    expect(calls.translated).toBe(0);
  });

  it("may name capabilities that have no bit yet: they are denied and named by their number", () => {
    const { emit, channel } = open();
    expect(emit(encodeInstruction({ ...unknown, capabilitiesRequired: 1 << 29 })).status).toBe(
      "ADP_CAPABILITY_DENIED access_denied",
    );
    expect(channel.lastError?.context).toMatchObject({ missing: ["bit 29"] });
  });
});

describe("malformed bytes", () => {
  const wall = timeClockWall();
  const read4 = ioFileRead(1, 4);
  const write = ioStdoutWrite(Uint8Array.of(65));
  const patched = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
    const copy = bytes.slice();
    copy.set(values, at);
    return copy;
  };
  const extended = (...bytes: number[]): Uint8Array => Uint8Array.of(0x80 | 3, 0, 1, 0x02, 0x00, ...bytes);
  const operands = (...tlvs: number[]): Uint8Array => Uint8Array.of(...write.slice(0, 5), ...tlvs);
  const nested = (depth: number): number[] => (depth === 0 ? [] : [9, nested(depth - 1).length, ...nested(depth - 1)]);
  const listOf = nested(5);
  const cases: Readonly<Record<string, Uint8Array>> = {
    too_long: new Uint8Array(1_048_577),
    truncated: wall.slice(0, 4),
    reserved_bits: patched(wall, 0, 0x23),
    reserved_category: patched(wall, 0, 0x08),
    capability_extension: extended(1, 0),
    capability_mismatch: patched(wall, 3, 0xff, 0xff),
    async_not_allowed: patched(wall, 0, 0x43),
    unknown_type: operands(200, 0),
    length_encoding: operands(6, 0x80, 0x00),
    length_mismatch: patched(read4, 6, 3),
    invalid_bool: operands(5, 1, 2),
    invalid_nan: operands(4, 8, 0x7f, 0xf8, 0, 0, 0, 0, 0, 1),
    invalid_utf8: Uint8Array.of(...ioPathStat("x").slice(0, 5), 7, 1, 0xff),
    list_depth: operands(...listOf),
    trailing_none: operands(6, 0, 0, 0),
    operand_missing: operands(),
    operand_type: operands(7, 0),
    operand_extra: operands(6, 0, 6, 0),
  };

  it("are covered for every reason of the table", () => {
    expect(Object.keys(cases).sort()).toEqual([...INSTRUCTION_REASONS].sort());
  });

  it.each(Object.entries(cases))("%s", (reason, bytes) => {
    const { emit, calls, channel } = open();
    expect(emit(bytes).status).toBe("ADP_INSTRUCTION_MALFORMED invalid_argument");
    expect(calls).toEqual({ translated: 0, host: 0 });
    const error = channel.lastError;
    expect(error?.context).toMatchObject({ reason });
    expect(layersOf(error as FaygerError)).toEqual(["adapter"]);
  });
});

describe("a host that fails", () => {
  const failing = (failure: unknown): Fixture =>
    open({
      translate: {
        "time.clock_wall": () => () => {
          throw failure;
        },
      },
    });

  test.prop([fc.constantFrom(...HOST_ERRORS)])("gives one number to the guest and the whole chain to the runtime", (name) => {
    const native = Object.assign(new Error("ENOENT: /home/user/secret"), { code: "ENOENT", syscall: "open" });
    const { emit, channel, recorder } = failing(new HostFailure(name, "openat", native));
    const reply = emit(timeClockWall());
    expect(reply.status).toBe(`ADP_HOST_CALL_FAILED ${name}`);
    expect(reply.results).toHaveLength(1);
    const error = channel.lastError as FaygerError;
    expect(layersOf(error)).toEqual(["adapter", "host"]);
    expect(error.context).toEqual({ category: 3, opcode: 1, instruction: "time.clock_wall", host_error: name });
    expect(error.cause?.context).toEqual({ name: "Error", call: "openat", native_code: "ENOENT" });
    expect(JSON.stringify([error, recorder.events.map(({ fields }) => fields)])).not.toContain("secret");
    expect(recorder.named("error.raised")).toHaveLength(1);
  });

  test.prop([fc.anything()])("with anything at all is an unknown host error", (thrown) => {
    const { emit, channel } = failing(thrown);
    const { status } = emit(timeClockWall());
    expect(status).toBe("ADP_HOST_CALL_FAILED unknown");
    expect(layersOf(channel.lastError as FaygerError)).toEqual(["adapter", "host"]);
  });

  it("may speak for itself with a coded error", () => {
    const own = new FaygerError("ADP_POLICY_DENIED", "no", { category: 3, opcode: 1, host_error: "timed_out", reason: "r" });
    const { emit, channel } = failing(own);
    expect(emit(timeClockWall()).status).toBe("ADP_POLICY_DENIED timed_out");
    expect(channel.lastError).toBe(own);
    const refused = failing(new PolicyRefusal("not_found", "outside"));
    expect(refused.emit(timeClockWall()).status).toBe("ADP_POLICY_DENIED not_found");
  });

  it("with results that no reply can carry is the adapter's fault", () => {
    const { emit } = open({ translate: { "time.clock_wall": () => () => [{ type: "u32", value: -1 }] } });
    expect(emit(timeClockWall()).status).toBe("ADP_HOST_CALL_FAILED unknown");
  });
});

/** A host call that ends when the test says so. */
function deferred(): { readonly syscall: HostSyscall; resolve: (results: readonly Tlv[]) => void; reject: (error: unknown) => void; aborted: boolean } {
  const control = { syscall: ((signal) => {
    signal?.addEventListener("abort", () => {
      control.aborted = true;
    });
    return new Promise<readonly Tlv[]>((resolve, reject) => {
      control.resolve = resolve;
      control.reject = reject;
    });
  }) as HostSyscall, resolve: (_: readonly Tlv[]): void => {}, reject: (_: unknown): void => {}, aborted: false };
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
  const sleep = (): { status: string | number; results: readonly Tlv[] } => fixture.emit(timeSleep(1n, { asynchronous: true }));
  const completions = (): unknown[] =>
    fixture.delivered.map(({ event }) => decodeEvent(event).payload.map((tlv) => ("value" in tlv ? tlv.value : null)));
  return { ...fixture, hosts, sleep, completions };
}

describe("an asynchronous call", () => {
  it("answers at once with ascending ids and completes each by one event, in the order the host ends", async () => {
    const { sleep, hosts, channel, completions, delivered, recorder } = sleeper();
    expect([sleep(), sleep(), sleep()].map(({ results }) => results)).toEqual([1, 2, 3].map((value) => [{ type: "u32", value }]));
    expect(channel.openCalls).toBe(3);
    hosts[2]?.resolve([{ type: "text", value: "c" }]);
    await settle();
    hosts[0]?.reject(new HostFailure("timed_out"));
    await settle();
    hosts[1]?.resolve([]);
    await settle();
    expect(completions()).toEqual([[3, 0, "c"], [1, 0x3004, 14], [2, 0]]);
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

  it("answers failed checks at once, without an id", () => {
    const { emit, channel } = open({ requested: [] });
    expect(emit(timeSleep(1n, { asynchronous: true })).status).toBe("ADP_CAPABILITY_DENIED access_denied");
    expect(channel.openCalls).toBe(0);
  });

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
    expect(recorder.named("instruction.result_discarded").map(({ fields }) => fields["reason"])).toEqual(["would_block"]);
    expect(channel.openCalls).toBe(0);
  });

  it("without ASYNC gives its reply as a promise", async () => {
    const host = deferred();
    const { channel } = open({ translate: { "time.sleep": () => host.syscall } });
    const reply = channel.emit(timeSleep(1n));
    expect(reply).toBeInstanceOf(Promise);
    host.resolve([]);
    expect(read(await reply)).toEqual({ status: 0, results: [] });
  });
});

describe("a suspended instance", () => {
  it("gets what was held, in order, when it goes on; later things come after", async () => {
    const { sleep, hosts, channel, completions, delivered } = sleeper();
    for (let call = 0; call < 4; call += 1) sleep();
    channel.suspend();
    for (const at of [2, 0]) hosts[at]?.resolve([]);
    await settle();
    expect(delivered).toEqual([]);
    expect(channel.openCalls).toBe(4);
    channel.resume();
    expect(completions()).toEqual([[3, 0], [1, 0]]);
    expect(channel.openCalls).toBe(2);
    hosts[3]?.resolve([]);
    await settle();
    expect(completions()).toEqual([[3, 0], [1, 0], [4, 0]]);
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
    expect(read(reply as Uint8Array).status).toBe(0);
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
      "io.close": ([handle], binding) => () => {
        if (handle?.type !== "handle" || !binding.closeHandle(handle.value)) throw new HostFailure("bad_handle");
        return [];
      },
    },
  });
  const start = (): { status: string | number; results: readonly Tlv[] } => fixture.emit(timeTimerStart(1n, 1n));
  const raise = (at: number, count: bigint): void => {
    const { binding, handle } = bindings[at] as (typeof bindings)[number];
    binding.raise({ kind: "timer", handle, detail: count });
  };
  return { ...fixture, start, raise, released, bindings };
}

describe("handles", () => {
  it("ascend from 1, are never reused, and are released once each", () => {
    const { start, emit, released, channel } = timers();
    expect([start(), start()].map(({ results }) => results[0])).toEqual([1, 2].map((value) => ({ type: "handle", value })));
    expect(emit(ioClose(1)).status).toBe(0);
    expect(emit(ioClose(1)).status).toBe("ADP_HOST_CALL_FAILED bad_handle");
    expect(start().results[0]).toEqual({ type: "handle", value: 3 });
    expect(released).toEqual([1]);
    channel.close();
    channel.close();
    expect(released).toEqual([1, 2, 3]);
  });

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

  it("over the quota are refused before the host; the lower of manifest and host policy holds", () => {
    for (const [manifest, host] of [[2, 5], [5, 2]] as const) {
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

  it("in a reply that is too large for its quota are closed: the guest never learns their number", () => {
    const { start, released, recorder } = timers({ quotas: { replyBytes: 3 } });
    expect(start().status).toBe("ADP_POLICY_DENIED quota");
    expect(released).toEqual([1]);
    expect(recorder.named("resource.quota_reached").map(({ fields }) => fields["quota"])).toEqual(["reply_bytes"]);
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
  test.prop([fc.integer({ min: 0, max: 40 }), fc.integer({ min: 4, max: 40 })])("bounds whole replies exactly", (count, replyBytes) => {
    const data = new Uint8Array(count);
    const { emit } = open({ quotas: { replyBytes }, translate: { "random.random_bytes": () => () => [{ type: "bytes", value: data }] } });
    const length = 2 + 2 + count;
    expect(emit(randomRandomBytes(count)).status).toBe(length <= replyBytes ? 0 : "ADP_POLICY_DENIED quota");
  });
});

describe("host events", () => {
  it("reach the guest in order, held while it is suspended", () => {
    const { start, raise, channel, delivered, recorder } = timers();
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
    expect(recorder.named("instruction.event_delivered").map(({ fields }) => fields["event"])).toEqual(
      Array.from({ length: 3 }, () => "time.timer_fired"),
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
    expect(read(await reply).status).toBe("ADP_HOST_CALL_FAILED interrupted");
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

  it("lets the host be called only after consent", async () => {
    const { channel, calls } = open({ instructionPolicy: asking(async () => true) });
    const reply = channel.emit(timeClockWall());
    expect(calls.translated).toBe(0);
    expect(read(await reply).status).toBe(0);
    expect(calls.host).toBe(1);
  });

  it.each([["no", async () => false], ["an error", () => Promise.reject(new Error("gone"))]])(
    "takes %s for a refusal, and the host is not called",
    async (_, answer) => {
      const { channel, calls, delivered } = open({ instructionPolicy: asking(answer) });
      expect(read(await channel.emit(timeClockWall())).status).toBe("ADP_POLICY_DENIED access_denied");
      channel.emit(timeSleep(1n, { asynchronous: true }));
      await settle();
      expect(decodeEvent(delivered[0]?.event as Uint8Array).payload[1]).toEqual({ type: "u32", value: 0x3006 });
      expect(calls).toEqual({ translated: 0, host: 0 });
    },
  );

  it("is not waited for by a guest that cannot wait, nor after the end", async () => {
    const blocked = open({ mayBlock: false, instructionPolicy: asking(async () => true) });
    expect(blocked.emit(timeClockWall()).status).toBe("ADP_HOST_CALL_FAILED would_block");
    await settle();
    expect(blocked.calls.host).toBe(0);
    let agree = (_: boolean): void => {};
    const { channel, calls } = open({ instructionPolicy: asking(() => new Promise((resolve) => { agree = resolve; })) });
    const reply = channel.emit(timeClockWall());
    channel.close();
    agree(true);
    expect(read(await reply).status).toBe("ADP_HOST_CALL_FAILED interrupted");
    expect(calls.translated).toBe(0);
  });
});

describe("opening a channel", () => {
  it("negotiates and tells observers; unknown and unwilling capabilities are denied", () => {
    const { channel, recorder } = open({
      requested: ["time.clock", "fs.read", "quantum.entangle"],
      policy: { capabilities: ["time.clock", "net.http"] },
    });
    const result = { granted: ["time.clock"], denied: ["fs.read", "quantum.entangle"], warnings: [] };
    expect(channel.negotiation).toEqual(result);
    expect(recorder.named("capability.negotiated").map(({ fields, instance }) => [fields, instance])).toEqual([
      [result, "instance#1"],
    ]);
    expect(CAPABILITY_NAMES).toContain("net.http");
  });
});

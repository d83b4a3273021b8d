import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CAPABILITY_NAMES } from "../../generated/capabilities.js";
import { INSTRUCTIONS } from "../../generated/instructions/instruction-table.js";
import { ioFileWrite } from "../../generated/instructions/io.js";
import { randomRandomBytes } from "../../generated/instructions/random.js";
import { timeClockMonotonic, timeClockWall, timeTimerStart } from "../../generated/instructions/time.js";
import type { ChannelRequest, InstructionChannel, InstructionsInPlace } from "../contracts/instruction-bus.js";
import { createEventBus } from "../observability/index.js";
import { createHandlerAdapter } from "./handler-adapter.js";
import { portableHandlers, portableNormalizers } from "./handlers/index.js";
import { createInstructionBus } from "./instruction-bus.js";
import { encodeSample } from "./testing/bus-fixture.js";

const clock = { unixNanoseconds: () => 7n, monotonicNanoseconds: () => 9n };

/** A channel over the portable handlers, on a host that gives the same each time. */
function open(
  granted: readonly string[] = CAPABILITY_NAMES,
  quotas: ChannelRequest["quotas"] = {},
  fails = false,
): { readonly channel: InstructionChannel; readonly events: ReturnType<typeof createEventBus> } {
  const events = createEventBus({ clock });
  let seed = 0;
  const adapter = createHandlerAdapter({
    platformId: "test",
    priority: 1,
    // More than it has handlers for: what it lacks is granted, and not supported.
    capabilities: CAPABILITY_NAMES,
    match: () => true,
    handlers: portableHandlers,
    normalizers: portableNormalizers,
    services: {
      clock,
      timers: { after: () => () => undefined } as never,
      random: (target: Uint8Array) => {
        if (fails) throw Object.assign(new Error("no entropy"), { code: "EIO" });
        for (let at = 0; at < target.length; at += 1) target[at] = seed += 7;
      },
    },
  });
  const channel = createInstructionBus({ adapter, policy: { capabilities: [...granted] }, events, clock }).open({
    instance: "instance#1",
    required: granted,
    optional: [],
    hostFunctions: undefined,
    quotas,
    deliver: () => undefined,
  });
  return { channel, events };
}

/** Emit where it stands, at some place of a larger memory; the reply, or nothing where it went no such way. */
function inPlace(channel: InstructionChannel, bytes: Uint8Array, pointer = 13): Uint8Array | undefined {
  const memory = new Uint8Array(pointer + bytes.length + 5).fill(0x55);
  memory.set(bytes, pointer);
  const length = channel.inPlace?.emit(new DataView(memory.buffer), pointer, bytes.length) ?? -1;
  expect(memory.subarray(0, pointer).every((byte) => byte === 0x55)).toBe(true);
  if (length === -1) return undefined;
  return new Uint8Array((channel.inPlace as InstructionsInPlace).reply.buffer as ArrayBuffer).slice(0, length);
}

/** A reply, as text; nothing of one that is not there yet. */
function hexadecimal(reply: Uint8Array | Promise<Uint8Array>): string | undefined {
  return reply instanceof Uint8Array ? Buffer.from(reply).toString("hex") : undefined;
}

const whole = fc.constantFrom(...INSTRUCTIONS.filter(({ dispatch }) => dispatch === "sync").map(encodeSample));
/** Instructions that are right, nearly right, and nothing at all. */
const instructions = fc.oneof(
  fc.constantFrom(timeClockWall(), timeClockMonotonic(), randomRandomBytes(0), randomRandomBytes(300)),
  fc.constantFrom(randomRandomBytes(127), randomRandomBytes(128), randomRandomBytes(16_383), randomRandomBytes(16_384)),
  fc.constantFrom(randomRandomBytes(65_536), randomRandomBytes(65_537)),
  whole,
  fc
    .tuple(whole, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { minLength: 1, maxLength: 2 }))
    .map(([bytes, changes]) => {
      const changed = bytes.slice();
      for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
      return changed;
    }),
  fc.tuple(whole, fc.nat(9)).map(([bytes, less]) => bytes.subarray(0, Math.max(0, bytes.length - less))),
  fc.tuple(whole, fc.uint8Array({ maxLength: 4 })).map(([bytes, more]) => Uint8Array.of(...bytes, ...more)),
  fc.uint8Array({ maxLength: 24 }),
);

describe("the short way", () => {
  // @spec instructions.check-order, instructions.reply, instructions.bus
  test.prop(
    [
      fc.array(instructions, { minLength: 1, maxLength: 12 }),
      fc.subarray([...CAPABILITY_NAMES]),
      fc.constantFrom({}, ...[0, 1, 7, 8, 11, 12, 131].map((replyBytes) => ({ replyBytes }))),
      fc.boolean(),
    ],
    { numRuns: 400 },
  )(
    "says what the long way says, for the same bytes: reply, last instruction, error, position",
    (all, granted, quotas, fails) => {
      const short = open(granted, quotas, fails).channel;
      const apart = open(granted, quotas, fails).channel;
      const { channel: long, events } = open(granted, quotas, fails);
      // Whoever hears of each instruction makes each go the long way.
      const heard: string[] = [];
      events.subscribe(({ name }) => void heard.push(name), { categories: ["instruction"] });
      for (const [index, bytes] of all.entries()) {
        const expected = long.emit(bytes);
        expect(heard.filter((name) => name === "dispatched")).toHaveLength(index + 1);
        for (const [channel, reply] of [
          [short, inPlace(short, bytes) ?? short.emit(bytes)],
          [apart, apart.emit(bytes)],
        ] as const) {
          expect(hexadecimal(reply)).toBe(hexadecimal(expected));
          expect(Array.from(channel.lastInstruction ?? [])).toEqual(Array.from(bytes));
          expect(channel.lastError?.toJSON()).toEqual(long.lastError?.toJSON());
          expect(channel.position).toEqual(long.position);
        }
      }
    },
  );

  it("is taken by clocks, random bytes and what is denied, and by nothing with an operand out of order", () => {
    const { channel } = open();
    expect(inPlace(channel, timeClockMonotonic())).toBeDefined();
    expect(inPlace(channel, randomRandomBytes(127))?.length).toBe(131);
    expect(inPlace(channel, randomRandomBytes(128))?.length).toBe(133);
    expect(inPlace(channel, randomRandomBytes(16_383))?.length).toBe(16_388);
    expect(inPlace(channel, randomRandomBytes(16_384))).toBeUndefined();
    const denied = open(["time.clock"]).channel;
    expect(inPlace(denied, timeTimerStart(1n, 1n))).toHaveLength(8);
    expect(denied.lastError).toMatchObject({ code: "ADP_CAPABILITY_DENIED", context: { missing: ["time.timer"] } });
    expect(inPlace(channel, timeClockMonotonic().subarray(0, 4))).toBeUndefined();
    expect(inPlace(channel, Uint8Array.of(...timeClockMonotonic(), 1))).toBeUndefined();
  });

  it("reads no operand of what the long way answers, which may be long", () => {
    let read = 0;
    class Watched extends DataView<ArrayBuffer> {
      override getUint8(at: number): number {
        read = Math.max(read, at);
        return super.getUint8(at);
      }
      override get buffer(): ArrayBuffer {
        throw new Error("all operands at once");
      }
    }
    const sent = (channel: InstructionChannel, bytes: Uint8Array): number | undefined => {
      read = 0;
      return channel.inPlace?.emit(new Watched(bytes.slice().buffer), 0, bytes.length);
    };
    const writing = open(["fs.write"]).channel;
    expect(sent(writing, ioFileWrite(1, new Uint8Array(100)))).toBe(-1);
    expect(read).toBe(4);
    expect(sent(writing, ioFileWrite(1, new Uint8Array(16_000)))).toBe(-1);
    // What is refused has to be well-formed first.
    expect(sent(open([]).channel, ioFileWrite(1, new Uint8Array(100)))).toBe(8);
    expect(read).toBeGreaterThan(100);
  });

  // @spec guest-abi.reply-read
  it("keeps the guest's last reply where it stands while others emit for it, and counts those nowhere", () => {
    const { channel } = open();
    const own = inPlace(channel, randomRandomBytes(8));
    const { inPlace: way } = channel;
    const reply = channel.emit(randomRandomBytes(300));
    expect(reply).not.toEqual(own);
    expect(way?.answered).toBe(1);
    expect(new Uint8Array(way?.reply.buffer as ArrayBuffer).slice(0, own?.length)).toEqual(own);
    expect(channel.lastInstruction).toEqual(randomRandomBytes(300));
  });

  // @spec instructions.bus.events
  it("is not taken while somebody listens, or when the instance has ended", () => {
    const { channel, events } = open();
    expect(inPlace(channel, timeClockWall())).toBeDefined();
    const heard: unknown[] = [];
    const subscription = events.subscribe(({ name }) => heard.push(name), { categories: ["instruction"] });
    expect(inPlace(channel, timeClockWall())).toBeUndefined();
    channel.emit(timeClockWall());
    expect(heard).toEqual(["dispatched"]);
    subscription.unsubscribe();
    expect(inPlace(channel, timeClockWall())).toBeDefined();
    channel.close();
    expect(inPlace(channel, timeClockWall())).toBeUndefined();
  });

  it("is open to no host that wants to be asked for each instruction", () => {
    const { events } = open();
    const adapter = createHandlerAdapter({
      platformId: "test",
      priority: 1,
      capabilities: ["time.clock"],
      match: () => true,
      handlers: portableHandlers.filter(({ instruction }) => instruction.startsWith("time.clock")),
      normalizers: [],
      services: { clock, timers: undefined as never, random: () => undefined },
    });
    const channel = createInstructionBus({
      adapter,
      policy: { capabilities: ["time.clock"] },
      instructionPolicy: { decide: () => ({ allow: false, reason: "no" }) },
      events,
      clock,
    }).open({
      instance: "instance#1",
      required: ["time.clock"],
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: () => undefined,
    });
    expect(inPlace(channel, timeClockWall())).toBeUndefined();
  });
});

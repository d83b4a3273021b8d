import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HOST_ERRORS } from "../../generated/enums/host-error.js";
import { INSTRUCTION_REASONS } from "../../generated/enums/instruction-reason.js";
import { ERROR_CODES } from "../../generated/errors/error-code.js";
import { INSTRUCTIONS } from "../../generated/instructions/instruction-table.js";
import { ioFileRead, ioPathStat, ioStdoutWrite } from "../../generated/instructions/io.js";
import { decodeReply, encodeInstruction } from "../../generated/instructions/message.js";
import { timeClockWall } from "../../generated/instructions/time.js";
import type { InstructionPolicy } from "../contracts/policy.js";
import { layersOf } from "../errors/cause-chain.js";
import { FaygerError } from "../errors/fayger-error.js";
import { createEventBus, type EventRecorder, recordEvents } from "../observability/index.js";
import { HostFailure, PolicyRefusal } from "./host-failure.js";
import {
  ALL_CAPABILITIES,
  type BusFixture,
  type BusFixtureOptions,
  encodeSample,
  openBusFixture,
  SAMPLE,
  sampleResults,
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

const anyRow = fc.constantFrom(...INSTRUCTIONS);

describe("an instruction of the table", () => {
  // @spec instructions.bus, adapters.translate
  test.prop([anyRow])("reaches the host once when everything allows it", (row) => {
    const { emit, calls, channel, recorder } = open();
    const bytes = encodeSample(row);
    expect(emit(bytes)).toEqual({ status: 0, results: sampleResults(row) });
    expect(calls).toEqual({ translated: 1, host: 1 });
    expect(channel.lastInstruction).toBe(bytes);
    expect(channel.lastError).toBeUndefined();
    expect(recorder.named("instruction.dispatched").map(({ fields }) => fields)).toEqual([
      expect.objectContaining({
        instruction: row.name,
        status: 0,
        // One more byte of capabilities, and its length, where one is above the first sixteen.
        operand_bytes: bytes.length - (row.capabilities > 0xffff ? 7 : 5),
        asynchronous: false,
      }),
    ]);
  });

  // @spec instructions.check-capabilities, instructions.bus.no-host-call
  test.prop([anyRow.filter(({ capability }) => capability !== null), fc.subarray([...ALL_CAPABILITIES])])(
    "is denied before the adapter sees it when its capability was not granted",
    (row, requested) => {
      const allowed = requested.filter((name) => name !== row.capability);
      const { emit, calls, channel } = open({ requested: allowed });
      expect(emit(encodeSample(row)).status).toBe("ADP_CAPABILITY_DENIED access_denied");
      expect(calls).toEqual({ translated: 0, host: 0 });
      expect(channel.lastError?.context).toMatchObject({ missing: [row.capability], instruction: row.name });
      expect(channel.negotiation.granted).not.toContain(row.capability);
    },
  );

  // @spec instructions.check-supported, instructions.bus.no-host-call
  test.prop([anyRow])("is refused before the adapter sees it when the adapter has no handler", (row) => {
    const { emit, calls, channel } = open({ without: [row.name] });
    expect(emit(encodeSample(row)).status).toBe("ADP_UNSUPPORTED_INSTRUCTION unavailable");
    expect(calls).toEqual({ translated: 0, host: 0 });
    expect(channel.lastError?.context).toEqual({ category: row.category, opcode: row.opcode, instruction: row.name });
  });

  // @spec instructions.policy, capabilities.deny-by-default
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
      expect(emit(encodeSample(row)).status).toBe("ADP_POLICY_DENIED access_denied");
      expect(asked).toEqual([`instance#1 ${row.name} ${row.opcode}`]);
      expect(calls).toEqual({ translated: 0, host: 0 });
      expect(channel.lastError?.code).toBe("ADP_POLICY_DENIED");
    },
  );

  // @spec instructions.check-order
  test.prop([anyRow])("is judged in the ruled order: malformed, denied, unsupported, refused by policy", (row) => {
    let asked = 0;
    const instructionPolicy: InstructionPolicy = {
      decide: () => {
        asked += 1;
        return { allow: false, reason: "no" };
      },
    };
    const bytes = encodeSample(row);
    const truncated = Uint8Array.of(...bytes, 6);
    const nothing = open({ requested: [], without: [row.name], instructionPolicy });
    expect(nothing.emit(truncated).status).toBe("ADP_INSTRUCTION_MALFORMED invalid_argument");
    const denied =
      row.capability === null ? "ADP_UNSUPPORTED_INSTRUCTION unavailable" : "ADP_CAPABILITY_DENIED access_denied";
    expect(nothing.emit(bytes).status).toBe(denied);
    const unsupported = open({ without: [row.name], instructionPolicy });
    expect(unsupported.emit(bytes).status).toBe("ADP_UNSUPPORTED_INSTRUCTION unavailable");
    expect(asked).toBe(0);
    expect(open({ instructionPolicy }).emit(bytes).status).toBe("ADP_POLICY_DENIED access_denied");
    expect(asked).toBe(1);
  });

  test.prop([fc.uint8Array({ maxLength: 64 })])(
    "or any other bytes: nothing throws, and every reply can be read",
    (bytes) => {
      const { emit, calls, channel } = open({ requested: [] });
      const { status } = emit(bytes);
      if (calls.host === 0) expect(channel.lastError).toBeInstanceOf(FaygerError);
      else expect(status).toBe(0);
    },
  );
});

describe("an opcode that is not in the table", () => {
  const unknown = { category: 3 as const, opcode: 0x8001, asynchronous: false, operands: [SAMPLE.text] };

  // @spec instructions.caps.unknown, instructions.caps.extension
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

  // @spec instructions.reasons, instructions.size, instructions.tlv.length
  // @spec instructions.tlv.bool, instructions.tlv.f64, instructions.tlv.text
  // @spec instructions.tlv.list, instructions.tlv.none, instructions.caps.exact
  // @spec instructions.category-byte, instructions.categories
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
  const failing = (failure: unknown): ReturnType<typeof open> =>
    open({
      translate: {
        "time.clock_wall": () => () => {
          throw failure;
        },
      },
    });

  // @spec adapters.host-errors, instructions.host-errors, instructions.reply, errors.cause-chain
  test.prop([fc.constantFrom(...HOST_ERRORS)])(
    "gives one number to the guest and the whole chain to the runtime",
    (name) => {
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
    },
  );

  test.prop([fc.anything()])("with anything at all is an unknown host error", (thrown) => {
    const { emit, channel } = failing(thrown);
    const { status } = emit(timeClockWall());
    expect(status).toBe("ADP_HOST_CALL_FAILED unknown");
    expect(layersOf(channel.lastError as FaygerError)).toEqual(["adapter", "host"]);
  });

  it("may refuse for its own policy", () => {
    const refused = failing(new PolicyRefusal("not_found", "outside"));
    expect(refused.emit(timeClockWall()).status).toBe("ADP_POLICY_DENIED not_found");
  });

  it("with results that no reply can carry is the adapter's fault", () => {
    const { emit } = open({ translate: { "time.clock_wall": () => () => [{ type: "u32", value: -1 }] } });
    expect(emit(timeClockWall()).status).toBe("ADP_HOST_CALL_FAILED unknown");
  });
});

describe("opening a channel", () => {
  // @spec capabilities.negotiation.event
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
  });

  // @spec events.isolation, capabilities.deny-by-default
  it("grants what the policy allows, whatever an observer makes of what it hears", () => {
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n };
    const events = createEventBus({ clock });
    events.subscribe(({ fields }) => void (fields["granted"] as string[]).push("io.stdio"));
    const { channel } = openBusFixture({ requested: ["io.stdio"], policy: { capabilities: [] }, events, clock });
    expect(channel.negotiation.granted).toEqual([]);
    const reply = channel.emit(ioStdoutWrite(new Uint8Array(1))) as Uint8Array;
    expect(decodeReply(reply).status).toBe(ERROR_CODES.ADP_CAPABILITY_DENIED.number);
  });
});

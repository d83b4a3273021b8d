import { describe, expect, it } from "vitest";
import { Capability, capabilitySet } from "../../generated/capabilities.js";
import { HOST_ERRORS } from "../../generated/enums/host-error.js";
import { decodeEvent, encodeInstruction } from "../../generated/instructions/message.js";
import { timeSleep } from "../../generated/instructions/time.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { ExperimentalInstruction } from "../contracts/platform-adapter.js";
import { createEventBus, recordEvents } from "../observability/index.js";
import { AdapterRegistry } from "./adapter-registry.js";
import { createHandlerAdapter, type ExperimentalHandler } from "./handler-adapter.js";
import { HostFailure } from "./host-failure.js";
import { createInstructionBus } from "./instruction-bus.js";
import { openBusFixture, readReply } from "./testing/bus-fixture.js";

const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n };

/** Answers with its operands in reverse; needs two capabilities, one of them behind the first sixteen. */
const reverse: ExperimentalHandler<undefined> = {
  name: "host.reverse",
  category: 7,
  opcode: 0x8001,
  capabilities: [Capability.HostCall, Capability.NetListen],
  dispatch: "either",
  translate: (operands) => () => [...operands].reverse(),
};
/** Needs nothing, and is answered at once. */
const nod: ExperimentalHandler<undefined> = {
  name: "ui.nod",
  category: 2,
  opcode: 0xffff,
  capabilities: [],
  dispatch: "sync",
  opensHandle: true,
  translate: (_operands, binding) => () => [
    { type: "handle", value: binding.openHandle("nod", undefined, () => undefined) },
  ],
};

function adapterWith(experiments: readonly ExperimentalHandler<undefined>[]) {
  const needed = new Set(experiments.flatMap(({ capabilities }) => capabilities));
  return createHandlerAdapter({
    platformId: "test",
    priority: 1,
    capabilities: [...needed],
    match: () => true,
    handlers: [],
    experiments,
    normalizers: [],
    services: undefined,
  });
}

function open(granted: readonly string[], quotas = {}) {
  const events = createEventBus({ clock });
  const recorder = recordEvents(events);
  const delivered: Uint8Array[] = [];
  const channel = createInstructionBus({
    adapter: adapterWith([reverse, nod]),
    policy: { capabilities: [...granted] },
    events,
    clock,
  }).open({
    instance: "instance#1",
    required: granted,
    optional: [],
    hostFunctions: undefined,
    quotas,
    deliver: (event) => delivered.push(event),
  });
  const emit = (
    { category, opcode, capabilities }: ExperimentalInstruction,
    operands: readonly Tlv[] = [],
    { declared = capabilitySet(capabilities), asynchronous = false } = {},
  ) =>
    readReply(
      channel.emit(
        encodeInstruction({ category, opcode, asynchronous, capabilitiesRequired: declared, operands }),
      ) as Uint8Array,
    );
  return { channel, emit, recorder, delivered };
}

const operands: readonly Tlv[] = [
  { type: "u32", value: 1 },
  { type: "list", value: [{ type: "text", value: "a" }] },
];

// @spec adapters.experimental, instructions.experimental
describe("an experimental instruction", () => {
  it("works like one of the table: reply, completion, quota of handles, its name in events", async () => {
    const { emit, recorder, delivered } = open(reverse.capabilities, { openHandles: 1 });
    expect(emit(reverse, operands)).toEqual({ status: 0, results: [...operands].reverse() });
    expect(emit(reverse, operands, { asynchronous: true })).toEqual({
      status: 0,
      results: [{ type: "u32", value: 1 }],
    });
    for (let turn = 0; turn < 5; turn += 1) await undefined;
    expect(delivered.map((event) => decodeEvent(event))).toEqual([
      {
        category: 7,
        opcode: 0x8001,
        completion: true,
        payload: [{ type: "u32", value: 1 }, { type: "u32", value: 0 }, ...[...operands].reverse()],
      },
    ]);
    expect(emit(nod)).toEqual({ status: 0, results: [{ type: "handle", value: 1 }] });
    expect(emit(nod).status).toBe("ADP_POLICY_DENIED quota");
    expect(recorder.events.map(({ fields }) => fields["instruction"])).toEqual(
      expect.arrayContaining(["host.reverse", "ui.nod"]),
    );
  });

  // @spec instructions.caps.experimental, instructions.bus.no-host-call
  it("must declare exactly the capabilities that its adapter registered, and be granted them", () => {
    const granted = open(reverse.capabilities);
    for (const declared of [0, capabilitySet([Capability.HostCall]), capabilitySet([Capability.FsRead])]) {
      expect(granted.emit(reverse, operands, { declared }).status).toBe("ADP_INSTRUCTION_MALFORMED invalid_argument");
      expect(granted.channel.lastError?.context).toMatchObject({ reason: "capability_mismatch", offset: 3 });
    }
    // The capabilities come before the operands, as for every other opcode.
    const broken = Uint8Array.of(7, 0x80, 1, 0, 0, 0x63);
    granted.channel.emit(broken);
    expect(granted.channel.lastError?.context).toMatchObject({ reason: "capability_mismatch" });
    expect(granted.emit(nod, [], { asynchronous: true }).status).toBe("ADP_INSTRUCTION_MALFORMED invalid_argument");
    expect(granted.channel.lastError?.context).toMatchObject({ reason: "async_not_allowed" });
    const denied = open([Capability.HostCall]);
    expect(denied.emit(reverse, operands).status).toBe("ADP_CAPABILITY_DENIED access_denied");
    expect(denied.channel.lastError).toMatchObject({
      context: { instruction: "host.reverse", missing: ["net.listen"] },
    });
  });

  it("is unsupported where nobody registered it", () => {
    const { emit } = open([]);
    const other = { ...nod, opcode: 0xfffe };
    expect(emit(other).status).toBe("ADP_UNSUPPORTED_INSTRUCTION unavailable");
  });

  // @spec adapters.descriptor-closes, adapters.experimental
  it("must have a name and an opcode of its own, beyond the table, and capabilities that exist", () => {
    const faults: readonly (readonly [string, readonly ExperimentalHandler<undefined>[]])[] = [
      ["an opcode below bit 15", [{ ...nod, opcode: 0x7fff }]],
      ["an opcode of 17 bits", [{ ...nod, opcode: 0x18000 }]],
      ["a name of the table", [{ ...nod, name: "io.close" }]],
      ["a name of no form", [{ ...nod, name: "Nod" }]],
      ["a name twice", [nod, { ...nod, opcode: 0x9000 }]],
      ["an opcode twice", [nod, { ...nod, name: "ui.other" }]],
      ["a category of none", [{ ...nod, category: 9 as 7 }]],
      ["a capability of none", [{ ...nod, capabilities: ["fs.dream" as "fs.read"] }]],
    ];
    for (const [what, experiments] of faults) {
      const registry = new AdapterRegistry(createEventBus({ clock }));
      expect(() => registry.register(adapterWith(experiments)), what).toThrow(
        expect.objectContaining({ code: "ADP_DESCRIPTOR_INCONSISTENT" }),
      );
    }
    new AdapterRegistry(createEventBus({ clock })).register(adapterWith([nod, reverse]));
  });
});

// @spec adapters.host-errors, errors.cause-chain
it("every error of a host has a host-layer cause with its own code, however and whenever it comes", async () => {
  for (const name of HOST_ERRORS) {
    const native = Object.assign(new Error("secret path"), { code: `E_${name.toUpperCase()}`, syscall: "openat" });
    const failure = new HostFailure(name, "openat", native);
    const ways: Readonly<Record<string, () => never | Promise<never>>> = {
      thrown: () => {
        throw failure;
      },
      rejected: () => Promise.reject(failure),
    };
    for (const [way, syscall] of Object.entries(ways)) {
      for (const asynchronous of [false, true]) {
        const fixture = openBusFixture({
          events: createEventBus({ clock }),
          clock,
          translate: { "time.sleep": () => syscall },
        });
        const bytes = timeSleep(1n).slice();
        if (asynchronous) bytes[0] = (bytes[0] as number) | 0x40;
        await fixture.channel.emit(bytes);
        for (let turn = 0; turn < 10; turn += 1) await undefined;
        expect(fixture.channel.lastError, `${name} ${way}`).toMatchObject({
          code: "ADP_HOST_CALL_FAILED",
          sourceLayer: "adapter",
          context: { host_error: name, instruction: "time.sleep" },
          cause: {
            code: "HOST_ERROR",
            sourceLayer: "host",
            context: { call: "openat", native_code: `E_${name.toUpperCase()}` },
          },
        });
      }
    }
  }
});

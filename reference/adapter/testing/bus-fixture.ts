import type { CapabilityName } from "../../../generated/capabilities.js";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import { INSTRUCTION_OPERANDS, INSTRUCTION_RESULTS } from "../../../generated/instructions/instruction-shapes.js";
import { INSTRUCTIONS, type InstructionRow } from "../../../generated/instructions/instruction-table.js";
import { decodeReply, encodeInstruction } from "../../../generated/instructions/message.js";
import type { Tlv, TlvTypeName } from "../../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import type { ChannelRequest, InstructionChannel } from "../../contracts/instruction-bus.js";
import type { HostSyscall, InstanceBinding } from "../../contracts/platform-adapter.js";
import type { InstructionPolicy } from "../../contracts/policy.js";
import { createHandlerAdapter, type InstructionHandler } from "../handler-adapter.js";
import { createInstructionBus } from "../instruction-bus.js";

/** Every capability that some instruction of the table needs. */
export const ALL_CAPABILITIES: readonly CapabilityName[] = [
  ...new Set(INSTRUCTIONS.map(({ capability }) => capability).filter((name): name is CapabilityName => name !== null)),
];

/** A value of each type. */
export const SAMPLE: Readonly<Record<TlvTypeName, Tlv>> = {
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

/** A sample of each result of a row. */
export function sampleResults(row: InstructionRow): Tlv[] {
  return (INSTRUCTION_RESULTS[row.name] ?? []).map(({ type }) => SAMPLE[type]);
}

/** A sample of each operand of a row. */
function sampleOperands(row: InstructionRow): Tlv[] {
  return (INSTRUCTION_OPERANDS[row.name] ?? []).map(({ type }) => SAMPLE[type]);
}

/** How the bus, its adapter and the channel are made. */
export interface BusFixtureOptions {
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly requested?: readonly string[];
  readonly policy?: HostPolicy;
  readonly instructionPolicy?: InstructionPolicy;
  readonly quotas?: ChannelRequest["quotas"];
  readonly mayBlock?: boolean;
  /** What an instruction does; one without an entry gives a sample of each result of its row. */
  readonly translate?: Readonly<Record<string, (operands: readonly Tlv[], binding: InstanceBinding) => HostSyscall>>;
  /** Instructions the adapter has no handler for. */
  readonly without?: readonly string[];
}

/** A reply as tests compare it: status 0, or the code and the host error parted by a space. */
export interface ReadReply {
  readonly status: string | number;
  readonly results: readonly Tlv[];
}

/** A channel over an adapter that counts what reaches it. */
export interface BusFixture {
  readonly channel: InstructionChannel;
  /** Instructions that reached the adapter, and calls that reached the host. */
  readonly calls: { translated: number; host: number };
  readonly delivered: { readonly event: Uint8Array; readonly completion: boolean }[];
  /** Emit what is answered at once. */
  readonly emit: (instruction: Uint8Array) => ReadReply;
}

/** Open a channel for `instance#1`. */
export function openBusFixture(options: BusFixtureOptions): BusFixture {
  const calls = { translated: 0, host: 0 };
  const rows = INSTRUCTIONS.filter(({ name }) => !(options.without ?? []).includes(name));
  const handlers = rows.map(
    (row): InstructionHandler<undefined> => ({
      instruction: row.name,
      translate: (operands, binding) => {
        calls.translated += 1;
        const samples: HostSyscall = () => sampleResults(row);
        const syscall = options.translate?.[row.name]?.(operands, binding) ?? samples;
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
  const bus = createInstructionBus({
    adapter,
    policy: options.policy ?? { capabilities: ALL_CAPABILITIES },
    ...(options.instructionPolicy === undefined ? {} : { instructionPolicy: options.instructionPolicy }),
    events: options.events,
    clock: options.clock,
  });
  const delivered: BusFixture["delivered"] = [];
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
    calls,
    delivered,
    emit: (instruction) => {
      const reply = channel.emit(instruction);
      if (!(reply instanceof Uint8Array)) throw new Error("the reply is not there at once");
      return readReply(reply);
    },
  };
}

/** Decode a reply. */
export function readReply(reply: Uint8Array): ReadReply {
  const { status, results } = decodeReply(reply);
  if (status === 0) return { status, results };
  const [error] = results;
  const hostError = error?.type === "u32" ? HOST_ERRORS[error.value - 1] : undefined;
  return { status: `${errorCodeOfNumber(status)} ${hostError}`, results };
}

/** The instruction of a row with sample operands. */
export function encodeSample(row: InstructionRow): Uint8Array {
  return encodeInstruction({
    category: row.category,
    opcode: row.opcode,
    asynchronous: false,
    capabilitiesRequired: row.capabilities,
    operands: sampleOperands(row),
  });
}

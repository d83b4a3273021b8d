import type { CapabilityName } from "../../generated/capabilities.js";
import { instructionNamed } from "../../generated/instructions/instruction-table.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type {
  DirectOperands,
  DirectReply,
  ExperimentalInstruction,
  HostEnvironment,
  HostEvent,
  HostSyscall,
  InstanceBinding,
  PlatformAdapter,
} from "../contracts/platform-adapter.js";
import type { UniversalEvent } from "../contracts/universal-instruction.js";
import { opcodeKey } from "./opcode-key.js";

/**
 * One instruction on one kind of host.
 *
 * `translate` reads the operands and looks up handles; it may throw `HostFailure` or `PolicyRefusal`. The function it
 * returns makes the host call and may throw or reject with the same, or with anything the host throws.
 *
 * @typeParam Services what the handler needs of its host
 * @spec adapters.handlers
 */
export interface InstructionHandler<Services> {
  /** Name out of the table `instructions`, for instance `io.file_read`. */
  readonly instruction: string;
  /** Make the host call ready. Operands are those of the table, already checked. */
  translate(operands: readonly Tlv[], binding: InstanceBinding, services: Services): HostSyscall;
  /** The same without anything thrown away, for what is called very often, is answered at once and opens no handle. */
  direct?(operands: DirectOperands, reply: DirectReply, binding: InstanceBinding, services: Services): boolean;
}

/** One experimental instruction on one kind of host. @spec adapters.experimental */
export interface ExperimentalHandler<Services> extends ExperimentalInstruction {
  /** Make the host call ready. Operands are well-formed and compared with nothing. */
  translate(operands: readonly Tlv[], binding: InstanceBinding, services: Services): HostSyscall;
}

/** Turns one kind of host event into a Universal_Event. @spec adapters.normalize */
export interface EventNormalizer {
  /** The `kind` of the host events it knows. */
  readonly kind: string;
  /** The Universal_Event; its payload begins with the event's handle. */
  normalize(raw: HostEvent): UniversalEvent;
}

/** What makes a Platform_Adapter. */
export interface HandlerAdapterOptions<Services> {
  /** Id of the adapter. */
  readonly platformId: string;
  /** Lower is asked first. */
  readonly priority: number;
  /** The hosts it fits, in few words for people. */
  readonly fits?: string;
  /** Capabilities the adapter can honour. */
  readonly capabilities: readonly CapabilityName[];
  /** Capabilities it honours in a restricted form; a part of `capabilities`. */
  readonly restrictedCapabilities?: readonly CapabilityName[];
  /** Whether the adapter fits a host. */
  readonly match: (host: HostEnvironment) => boolean;
  /** One handler an instruction. */
  readonly handlers: readonly InstructionHandler<Services>[];
  /** One handler an instruction that is in no table. */
  readonly experiments?: readonly ExperimentalHandler<Services>[];
  /** One normalizer a kind of host event. */
  readonly normalizers: readonly EventNormalizer[];
  /** What handlers need of the host. */
  readonly services: Services;
}

/**
 * Make a Platform_Adapter from handlers. Which instructions it supports is exactly which handlers it was given.
 *
 * @throws TypeError where two handlers or normalizers claim the same name
 * @spec adapters.interface
 */
export function createHandlerAdapter<Services>(options: HandlerAdapterOptions<Services>): PlatformAdapter {
  const handlers = keyed(options.handlers, (handler) => handler.instruction);
  const normalizers = keyed(options.normalizers, (normalizer) => normalizer.kind);
  const experiments = options.experiments ?? [];
  const byOpcode = new Map<number, Pick<InstructionHandler<Services>, "translate">>();
  for (const [name, handler] of handlers) {
    const row = instructionNamed(name);
    // A name the table lacks stays in the descriptor, where the registry's health check refuses it.
    if (row !== undefined) byOpcode.set(opcodeKey(row.category, row.opcode), handler);
  }
  for (const experiment of experiments) byOpcode.set(opcodeKey(experiment.category, experiment.opcode), experiment);
  const descriptor = Object.freeze({
    platformId: options.platformId,
    priority: options.priority,
    ...(options.fits !== undefined && { fits: options.fits }),
    supportedCapabilities: Object.freeze([...options.capabilities]),
    restrictedCapabilities: Object.freeze([...(options.restrictedCapabilities ?? [])]),
    supportedInstructions: Object.freeze([...handlers.keys()].sort()),
    ...(experiments.length > 0 && {
      experimentalInstructions: Object.freeze(
        experiments.map(({ translate: _translate, ...registered }) => Object.freeze(registered)),
      ),
    }),
  });
  const { services } = options;
  return {
    descriptor: () => descriptor,
    match: (host) => options.match(host),
    translate: (instruction, binding) => {
      const { category, opcode, operands } = instruction;
      const handler = byOpcode.get(opcodeKey(category, opcode));
      if (handler === undefined) throw new TypeError(`${options.platformId} has no handler for ${category}/${opcode}`);
      // What handlers throw passes as it is: the bus gives it its code and its instruction.
      return handler.translate(operands, binding, services);
    },
    direct: (instruction) => {
      const handler = handlers.get(instruction);
      const direct = handler?.direct;
      if (direct === undefined) return undefined;
      return (operands, reply, binding) => direct.call(handler, operands, reply, binding, services);
    },
    normalize: (raw) => {
      const normalizer = normalizers.get(raw.kind);
      if (normalizer === undefined) throw new TypeError(`${options.platformId} has no normalizer for ${raw.kind}`);
      return normalizer.normalize(raw);
    },
  };
}

function keyed<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    if (map.has(key(item))) throw new TypeError(`${key(item)} is given twice`);
    map.set(key(item), item);
  }
  return map;
}

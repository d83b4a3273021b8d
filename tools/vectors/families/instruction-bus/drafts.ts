import type { VectorInputs } from "../../../../generated/json/vector.js";
import { fromHex, toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import {
  categoryNumber,
  errorReply,
  type InstructionRow,
  instructionRow,
  sampleInstruction,
} from "../instruction-table.js";

/** Anchor of the order of the checks. */
export const checkOrder = "instructions.check-order";

/** Anchor of what never reaches the host. */
export const noHostCall = "instructions.bus.no-host-call";

/** Anchor of the form of a reply. */
const reply = "instructions.reply";

/** Anchor of what a program learns of a failure. */
export const hostErrorsAnchor = "instructions.host-errors";

/** Anchor of the check of capabilities. */
export const capabilitiesAnchor = "instructions.check-capabilities";

/** Anchor of the check of support. */
export const supportedAnchor = "instructions.check-supported";

/** Anchor of the injected policy. */
export const policyAnchor = "instructions.policy";

/** Anchor of malformed instructions. */
export const malformedAnchor = "instructions.reasons";

/** Anchor of opcodes outside the table. */
export const unknownAnchor = "instructions.caps.unknown";

/** Anchor of the answer to an asynchronous instruction. */
export const asyncAnchor = "instructions.async";

/** What goes wrong in the field. */
export const effects = {
  reached: "An instruction that should have been stopped reaches the host.",
  told: "The program is told another reason than it has, and reacts to what did not happen.",
  leak: "A program learns what the host knows and it may not.",
  silent: "A program that may do something is kept from it.",
} as const;

/** The error that each check ends with, and the host error a program then sees. */
export const checks = {
  malformed: { code: "ADP_INSTRUCTION_MALFORMED", hostError: "invalid_argument" },
  denied: { code: "ADP_CAPABILITY_DENIED", hostError: "access_denied" },
  unsupported: { code: "ADP_UNSUPPORTED_INSTRUCTION", hostError: "unavailable" },
  policy: { code: "ADP_POLICY_DENIED", hostError: "access_denied" },
  host: { code: "ADP_HOST_CALL_FAILED", hostError: "not_found" },
} as const;

/** Name of a check. */
export type Check = keyof typeof checks;

/** The checks in the order in which they are made. */
export const order: readonly Check[] = ["malformed", "denied", "unsupported", "policy", "host"];

/** What an error says of the instruction it is about. */
export interface About {
  readonly category: number;
  readonly opcode: number;
  readonly instruction?: string;
}

/** The name of an instruction, with its category. */
export function nameOf(row: InstructionRow): string {
  return `${row.category}.${row.name}`;
}

/** What an error says of a released instruction. */
export function aboutRow(row: InstructionRow): About {
  return { category: categoryNumber(row.category), opcode: row.opcode, instruction: nameOf(row) };
}

interface Answered {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly inputs: VectorInputs;
  readonly reply: Uint8Array;
  readonly hostCalls?: number;
  readonly published?: readonly string[];
  readonly why: string;
}

/** An instruction that is answered with status 0. */
export function answered({ id, clauses = [], inputs, reply: bytes, hostCalls = 1, published, why }: Answered): Draft {
  return accepted({
    id: `instruction-bus/${id}`,
    operation: "dispatch",
    clauses: [reply, ...clauses],
    inputs,
    result: { reply: toHex(bytes) },
    effects: { host_calls: hostCalls, ...(published !== undefined && { published }) },
    why,
    effect: effects.silent,
  });
}

/** An instruction that a check stops. */
export interface Refused {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly mutator: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly inputs: Partial<VectorInputs>;
  readonly check: Check;
  readonly hostError?: string;
  /** How often the host is called where its call is what fails; 1 where absent. */
  readonly hostCalls?: 0 | 1;
  readonly reason?: string;
  readonly at?: number;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly published?: readonly string[];
  readonly why: string;
  readonly effect?: string;
}

/** A mutation that a check stops: error, reply and calls of the host. */
export function refused(parent: Draft, told: Refused): Draft {
  const { code, hostError } = checks[told.check];
  return mutated(parent, {
    id: `instruction-bus/${told.id}`,
    clauses: [
      ...new Set([...told.clauses, reply, ...(told.published === undefined ? [] : ["instructions.bus.events"])]),
    ],
    recipe: {
      mutator: told.mutator,
      ...(told.settings !== undefined && { arguments: told.settings }),
      repair: "raw",
    },
    inputs: told.inputs,
    refusal: {
      code,
      ...(told.reason !== undefined && { reason: told.reason }),
      ...(told.at !== undefined && { locus: { at: told.at } }),
      ...(told.context !== undefined && { context: told.context }),
      result: { reply: toHex(errorReply(code, told.hostError ?? hostError)) },
      effects: {
        host_calls: told.check === "host" ? (told.hostCalls ?? 1) : 0,
        ...(told.published !== undefined && { published: told.published }),
      },
    },
    why: told.why,
    effect: told.effect ?? (told.check === "host" ? effects.leak : effects.reached),
  });
}

/** The instruction that most cases use. */
export const write = instructionRow("io.stdout_write");

/** Status 0. */
export const ok = fromHex("0000");

function usualInputs(): VectorInputs {
  return { bytes: toHex(sampleInstruction(write)), granted: ["io.stdio"], supported: ["io.stdout_write"] };
}

/** What most mutations begin from. */
export const usual = answered({
  id: "order/nothing-fails",
  clauses: [checkOrder, "instructions.bus"],
  inputs: usualInputs(),
  reply: ok,
  why: "An instruction that passes every check reaches the host once and is answered with status 0.",
});

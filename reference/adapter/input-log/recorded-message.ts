import { instructionOf } from "../../../generated/instructions/instruction-table.js";
import { decodeEvent, decodeReply, InstructionError } from "../../../generated/instructions/message.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { InstructionIdentity } from "../instruction-errors.js";

/** What a recorded reply says. */
export interface RecordedReply {
  readonly status: number;
  /** Its results; none where they cannot be read. Most are never asked for. */
  readonly results: () => readonly Tlv[];
}

/** What a recorded completion says. */
export interface RecordedCompletion {
  readonly identity: InstructionIdentity;
  readonly call: number;
  readonly status: number;
  readonly results: readonly Tlv[];
}

/** Which instruction the bytes are. What they do not hold counts as 0. */
export function identityOf(instruction: Uint8Array): InstructionIdentity {
  const category = (instruction[0] ?? 0) & 0x0f;
  const opcode = instruction.length >= 3 ? ((instruction[1] as number) << 8) | (instruction[2] as number) : 0;
  return { category, opcode, row: instructionOf(category, opcode) };
}

/**
 * Read a reply of a log. A log may hold any bytes: they reach the program as they stand, and what they do not hold
 * counts as 0.
 *
 * @spec instructions.replay
 */
export function recordedReply(reply: Uint8Array): RecordedReply {
  const status = ((reply[0] ?? 0) << 8) | (reply[1] ?? 0);
  return { status, results: () => readable(() => decodeReply(reply))?.results ?? [] };
}

/** Read a completion of a log; `undefined` for every other event and for bytes that are none. */
export function recordedCompletion(event: Uint8Array): RecordedCompletion | undefined {
  const message = readable(() => decodeEvent(event));
  if (message?.completion !== true) return undefined;
  const { category, opcode, payload } = message;
  const [call, status, ...results] = payload;
  if (call?.type !== "u32" || status?.type !== "u32") return undefined;
  const identity = { category, opcode, row: instructionOf(category, opcode) };
  return { identity, call: call.value, status: status.value, results };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InstructionError)) throw error;
    return undefined;
  }
}

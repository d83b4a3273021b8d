import { instructionCategoryName, isInstructionCategory } from "../../generated/enums/instruction-category.js";
import { InstructionFlag } from "../../generated/enums/instruction-flag.js";
import { instructionEventOf, instructionOf } from "../../generated/instructions/instruction-table.js";
import { decodeEvent, InstructionError } from "../../generated/instructions/message.js";

/** The name of an encoded Universal_Event, for people: `time.timer_fired`, `time.sleep`, or `io.0x8001` outside the table. */
export function eventName(event: Uint8Array): string {
  const category = (event[0] ?? 0) & 0x0f;
  const opcode = ((event[1] ?? 0) << 8) | (event[2] ?? 0);
  if (!isInstructionCategory(category)) return "unknown";
  const row = isCompletion(event) ? instructionOf(category, opcode) : instructionEventOf(category, opcode);
  return row?.name ?? `${instructionCategoryName(category)}.0x${opcode.toString(16).padStart(4, "0")}`;
}

/** Whether an encoded Universal_Event is the completion of an asynchronous call. @spec instructions.async */
export function isCompletion(event: Uint8Array): boolean {
  return ((event[0] ?? 0) & InstructionFlag.Async) !== 0;
}

/** Whether bytes are an encoded Universal_Event. @spec lifecycle.on-event.rejected */
export function isWellFormedEvent(event: Uint8Array): boolean {
  try {
    decodeEvent(event);
    return true;
  } catch (error) {
    if (error instanceof InstructionError) return false;
    throw error;
  }
}

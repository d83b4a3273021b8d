import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import { instructionCategoryName } from "../../../generated/enums/instruction-category.js";
import { instructionEventOf } from "../../../generated/instructions/instruction-table.js";
import { type InstructionIdentity, instructionName } from "../instruction-errors.js";
import { identityOf } from "./recorded-message.js";

/** Bytes that are shown of a message. */
const SHOWN_BYTES = 24;

/** A message in few words and its first bytes, for people. */
export function describeBytes(kind: "instruction" | "event", bytes: Uint8Array): string {
  const identity = identityOf(bytes);
  const name = kind === "instruction" ? instructionName(identity) : eventName(bytes, identity);
  const hex = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${kind} ${name} ${hex}${bytes.length > SHOWN_BYTES ? `… of ${bytes.length} bytes` : ""}`;
}

/** An entry in few words, for people. @param entry `undefined` stands for the end of the log */
export function describeEntry(entry: InputLogEntry | undefined): string {
  if (entry === undefined) return "nothing more";
  if (entry.instruction !== undefined) return describeBytes("instruction", entry.instruction);
  if (entry.event !== undefined) return describeBytes("event", entry.event);
  return `the command ${entry.command}`;
}

function eventName(event: Uint8Array, identity: InstructionIdentity): string {
  if (((event[0] ?? 0) & 0x40) !== 0) return `completion of ${instructionName(identity)}`;
  const { category, opcode } = identity;
  const known = instructionEventOf(category, opcode)?.name;
  return known ?? `${instructionCategoryName(category)}.0x${opcode.toString(16).padStart(4, "0")}`;
}

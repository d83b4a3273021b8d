import type { CapabilitySet } from "../../generated/capabilities.js";
import type { InstructionCategory } from "../../generated/enums/instruction-category.js";
import type { Tlv } from "../../generated/instructions/tlv.js";

/** A decoded Universal_Instruction. @spec instructions.layout */
export interface UniversalInstruction {
  /** Category number, 0 to 7. */
  readonly category: InstructionCategory;
  /** Opcode within the category, 0 to 65535; bit 15 marks an experimental one. */
  readonly opcode: number;
  /** Whether the answer comes as a completion event. */
  readonly asynchronous: boolean;
  /** Capabilities the instruction says it needs. */
  readonly capabilitiesRequired: CapabilitySet;
  /** Operands in order. */
  readonly operands: readonly Tlv[];
}

/** A decoded Universal_Event. @spec instructions.events */
export interface UniversalEvent {
  /** Category number, 0 to 7. */
  readonly category: InstructionCategory;
  /** Opcode of the event, or of the instruction that completed. */
  readonly opcode: number;
  /** Whether this is the completion of an asynchronous call. */
  readonly completion: boolean;
  /** Payload in order. */
  readonly payload: readonly Tlv[];
}

import { type CapabilitySet, hasAll } from "../../generated/capabilities.js";
import { type InstructionRow, instructionOf } from "../../generated/instructions/instruction-table.js";
import { type DecodedInstruction, decodeInstruction, InstructionError } from "../../generated/instructions/message.js";
import type { UniversalInstruction } from "../contracts/universal-instruction.js";
import { FaygerError } from "../errors/fayger-error.js";
import type { ExperimentalLookup } from "./experimental.js";
import { capabilityMissing, type InstructionIdentity, type Refusal, unsupported } from "./instruction-errors.js";
import { opcodeKey } from "./opcode-key.js";

/** An instruction that passed the checks which need no host and no policy. */
export interface CheckedInstruction extends InstructionIdentity {
  readonly instruction: UniversalInstruction;
  readonly row: InstructionRow;
}

/** An instruction that did not pass, with as much of its identity as its bytes tell. */
export interface RefusedInstruction {
  readonly identity: InstructionIdentity;
  readonly asynchronous: boolean;
  readonly refusal: Refusal;
}

/**
 * The first three checks, in their order: well-formed, capabilities, supported. None of them calls the host or the
 * adapter: each is a comparison with what was computed when the channel opened.
 *
 * @param granted what the negotiation gave
 * @param supported {@link opcodeKey} of each instruction the adapter supports
 * @param experimental finds what the adapter registered beyond the table
 * @spec instructions.check-order, instructions.bus.no-host-call
 */
export function checkInstruction(
  bytes: Uint8Array,
  granted: CapabilitySet,
  supported: ReadonlySet<number>,
  experimental?: ExperimentalLookup,
): CheckedInstruction | RefusedInstruction {
  let instruction: DecodedInstruction;
  try {
    instruction = decodeInstruction(bytes, experimental);
  } catch (error) {
    if (error instanceof InstructionError) return malformed(bytes, error, experimental);
    throw error;
  }
  const { category, opcode, asynchronous, capabilitiesRequired, row } = instruction;
  if (!hasAll(granted, capabilitiesRequired)) {
    const identity = { category, opcode, row };
    const refusal = capabilityMissing(identity, capabilitiesRequired, granted);
    return { identity, asynchronous, refusal };
  }
  // @spec instructions.caps.unknown
  if (row === undefined || !supported.has(opcodeKey(category, opcode))) {
    const identity = { category, opcode, row };
    return { identity, asynchronous, refusal: unsupported(identity) };
  }
  return { instruction, category, opcode, row };
}

/** Whether an instruction did not pass. */
export function isRefused(value: CheckedInstruction | RefusedInstruction): value is RefusedInstruction {
  return "refusal" in value;
}

function malformed(bytes: Uint8Array, error: InstructionError, experimental?: ExperimentalLookup): RefusedInstruction {
  const category = (bytes[0] ?? 0) & 0x0f;
  const opcode = bytes.length >= 3 ? ((bytes[1] as number) << 8) | (bytes[2] as number) : 0;
  const { reason, offset, expected, found } = error;
  return {
    identity: { category, opcode, row: experimental?.(category, opcode) ?? instructionOf(category, opcode) },
    asynchronous: ((bytes[0] ?? 0) & 0x40) !== 0,
    refusal: {
      code: "ADP_INSTRUCTION_MALFORMED",
      hostError: "invalid_argument",
      build: () =>
        new FaygerError(
          "ADP_INSTRUCTION_MALFORMED",
          `malformed at offset ${offset}: expected ${expected}, found ${found}`,
          {
            reason,
            offset,
            expected,
            found,
          },
        ),
    },
  };
}

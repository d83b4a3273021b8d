import type { CapabilitySet } from "../../../generated/capabilities.js";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import { instructionOf } from "../../../generated/instructions/instruction-table.js";
import { decodeEvent, decodeReply } from "../../../generated/instructions/message.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import { checkInstruction, isRefused } from "../check-instruction.js";
import { hostCallFailed, type InstructionIdentity, policyDenied, type Refusal } from "../instruction-errors.js";

const NONE_SUPPORTED: ReadonlySet<number> = new Set();

/**
 * The refusal behind a recorded reply, for failure_info; `undefined` where it is no error reply. What the host said
 * beyond the two numbers of the reply was never recorded.
 */
export function refusalOfReply(
  instruction: Uint8Array,
  reply: Uint8Array,
  granted: CapabilitySet,
): Refusal | undefined {
  if (reply.length < 2 || (reply[0] === 0 && reply[1] === 0)) return undefined;
  const checked = checkInstruction(instruction, granted, NONE_SUPPORTED);
  if (!isRefused(checked)) return undefined;
  const { status, results } = decodeReply(reply);
  const code = errorCodeOfNumber(status);
  // The first three checks need nothing but the bytes and what was granted: they fail again in the same way.
  return code === checked.refusal.code ? checked.refusal : refusal(checked.identity, code, results[0]);
}

/** The same behind a recorded completion. */
export function refusalOfEvent(event: Uint8Array): Refusal | undefined {
  if (((event[0] ?? 0) & 0x40) === 0) return undefined;
  const { category, opcode, payload } = decodeEvent(event);
  const [, status, error] = payload;
  if (status?.type !== "u32" || status.value === 0) return undefined;
  const identity = { category, opcode, row: instructionOf(category, opcode) };
  return refusal(identity, errorCodeOfNumber(status.value), error);
}

function refusal(identity: InstructionIdentity, code: string | undefined, error: Tlv | undefined): Refusal {
  const hostError = (error?.type === "u32" ? HOST_ERRORS[error.value - 1] : undefined) ?? "unknown";
  return code === "ADP_POLICY_DENIED"
    ? policyDenied(identity, hostError, "as recorded")
    : hostCallFailed(identity, hostError, "replay");
}

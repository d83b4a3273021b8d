import type { CapabilitySet } from "../../../generated/capabilities.js";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import { checkInstruction, isRefused } from "../check-instruction.js";
import { hostCallFailed, type InstructionIdentity, policyDenied, type Refusal } from "../instruction-errors.js";
import type { RecordedCompletion, RecordedReply } from "./recorded-message.js";

const NONE_SUPPORTED: ReadonlySet<number> = new Set();

/**
 * The refusal behind a recorded reply, for failure_info; `undefined` where it is no error reply. What the host said
 * beyond the two numbers of the reply was never recorded.
 */
export function refusalOfReply(
  instruction: Uint8Array,
  { status, results }: RecordedReply,
  granted: CapabilitySet,
): Refusal | undefined {
  if (status === 0) return undefined;
  const checked = checkInstruction(instruction, granted, NONE_SUPPORTED);
  if (!isRefused(checked)) return undefined;
  const code = errorCodeOfNumber(status);
  // The first three checks need nothing but the bytes and what was granted: they fail again in the same way.
  return code === checked.refusal.code ? checked.refusal : refusal(checked.identity, code, results()[0]);
}

/** The same behind a recorded completion. */
export function refusalOfCompletion({ identity, status, results }: RecordedCompletion): Refusal | undefined {
  return status === 0 ? undefined : refusal(identity, errorCodeOfNumber(status), results[0]);
}

function refusal(identity: InstructionIdentity, code: string | undefined, error: Tlv | undefined): Refusal {
  const hostError = (error?.type === "u32" ? HOST_ERRORS[error.value - 1] : undefined) ?? "unknown";
  return code === "ADP_POLICY_DENIED"
    ? policyDenied(identity, hostError, "as recorded")
    : hostCallFailed(identity, hostError, "replay");
}

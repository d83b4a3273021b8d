import type { VectorResult } from "../../../../generated/json/vector.js";
import { HostFailure, PolicyRefusal } from "../../../../reference/adapter/index.js";
import { hostCallFailed, policyDenied } from "../../../../reference/adapter/instruction-errors.js";
import { type Answer, accepted, refused } from "../answer.js";

/** What a decision is about where no instruction asks for it. */
const NO_INSTRUCTION = { category: 0, opcode: 0, row: undefined };

/** What a decision gives, or the refusal that the bus makes of what it throws. @spec adapters.host-errors */
export function decided(decide: () => VectorResult): Answer {
  try {
    return accepted(decide());
  } catch (error) {
    if (error instanceof PolicyRefusal)
      return refused(policyDenied(NO_INSTRUCTION, error.hostError, error.message).build());
    if (error instanceof HostFailure) return refused(hostCallFailed(NO_INSTRUCTION, error.hostError).build());
    throw error;
  }
}

import { readHostCallOperands, readHostSubscribeOperands } from "../../generated/instructions/host.js";
import type { CheckedInstruction } from "./check-instruction.js";
import { policyDenied, type Refusal } from "./instruction-errors.js";

/**
 * Whether an instruction asks for a function or a topic that the artifact's manifest does not name.
 *
 * @param hostFunctions the manifest's `host_functions`; `undefined` where it names none
 * @spec capabilities.host-functions
 */
export function hostFunctionRefusal(
  checked: CheckedInstruction,
  hostFunctions: readonly string[] | undefined,
): Refusal | undefined {
  const name = nameOf(checked);
  if (name === undefined || hostFunctions?.includes(name) === true) return undefined;
  return policyDenied(checked, "access_denied", "the manifest does not name the host function");
}

function nameOf({ row, instruction }: CheckedInstruction): string | undefined {
  if (row.name === "host.call") return readHostCallOperands(instruction.operands).name;
  return row.name === "host.subscribe" ? readHostSubscribeOperands(instruction.operands).topic : undefined;
}

import type { InstructionPolicy } from "../contracts/policy.js";
import type { CheckedInstruction } from "./check-instruction.js";
import { policyDenied, type Refusal } from "./instruction-errors.js";

/** Ask the policy: nothing means allowed, a promise means somebody is being asked. @spec instructions.policy */
export function askPolicy(
  policy: InstructionPolicy,
  instance: string,
  checked: CheckedInstruction,
): Refusal | Promise<boolean> | undefined {
  const { instruction, row } = checked;
  try {
    const decision = policy.decide(instance, instruction, row.name);
    if (decision.allow === true) return undefined;
    if (decision.allow === false) return policyDenied(checked, "access_denied", decision.reason);
    if (policy.confirm === undefined) return policyDenied(checked, "access_denied", "nobody can be asked");
    return Promise.resolve(policy.confirm(instance, instruction, row.name, decision.question)).catch(() => false);
  } catch {
    // @spec capabilities.deny-by-default: a policy that fails has not allowed anything.
    return policyDenied(checked, "access_denied", "the policy failed");
  }
}

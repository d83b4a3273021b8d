import { procEnvironmentGetResults, readProcEnvironmentGetOperands } from "../../../../generated/instructions/proc.js";
import { cited } from "../../cited.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import type { NodeHandler } from "./node-handler.js";

/** Give the value of a variable that the policy names. @spec instructions.proc.environment, capabilities.policy.environment */
export const procEnvironmentGet: NodeHandler = {
  instruction: "proc.environment_get",
  translate: (operands, binding, { environment }) => {
    const { name } = readProcEnvironmentGetOperands(operands);
    if (binding.policy.environment?.includes(name) !== true) {
      throw new PolicyRefusal("access_denied", `the policy does not name the variable ${cited(name)}`);
    }
    return () => {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (value === undefined) throw new HostFailure("not_found", "getenv");
      return procEnvironmentGetResults(value);
    };
  },
};

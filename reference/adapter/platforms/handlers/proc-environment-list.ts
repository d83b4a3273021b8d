import { procEnvironmentListResults } from "../../../../generated/instructions/proc.js";
import type { NodeHandler } from "./node-handler.js";

/** Give the names of the variables that the policy names and that are set. */
export const procEnvironmentList: NodeHandler = {
  instruction: "proc.environment_list",
  translate:
    (_operands, { policy }, { environment }) =>
    () => {
      // A policy names variables in ASCII, which sort by their bytes.
      const names = [...new Set(policy.environment ?? [])].filter((name) => Object.hasOwn(environment, name)).sort();
      return procEnvironmentListResults(names.map((value) => ({ type: "text", value })));
    },
};

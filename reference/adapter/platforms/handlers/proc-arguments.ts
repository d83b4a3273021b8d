import { procArgumentsResults } from "../../../../generated/instructions/proc.js";
import type { NodeHandler } from "./node-handler.js";

/** Give the arguments of the program. @spec instructions.proc.arguments */
export const procArguments: NodeHandler = {
  instruction: "proc.arguments",
  translate:
    (_operands, _binding, { arguments: texts }) =>
    () =>
      procArgumentsResults(texts.map((value) => ({ type: "text", value }))),
};

import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import type { Answer } from "./answer.js";
import { OPERATIONS } from "./operations/index.js";

export type { Answer, AnswerContext } from "./answer.js";
export { InputError } from "./input-error.js";

/**
 * Ask the reference, in this process.
 *
 * @throws InputError where the inputs are no case of the operation; anything else that is thrown is a crash
 */
export async function answer(operation: VectorOperation, inputs: VectorInputs): Promise<Answer> {
  return OPERATIONS[operation](inputs);
}

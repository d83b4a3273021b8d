import { readFile } from "node:fs/promises";
import { isVectorOperation } from "../../../generated/enums/vector-operation.js";
import { validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { type Answer, answer } from "./index.js";
import { InputError } from "./input-error.js";

/**
 * Answer one case whose inputs stand in a file.
 *
 * @throws InputError where the operation, the file or what it holds is not one
 * @spec conformance.command.exit
 */
export async function command(operation: string, file: string): Promise<Answer> {
  if (!isVectorOperation(operation)) throw new InputError(`no operation ${operation}`);
  return answer(operation, await inputsIn(file));
}

async function inputsIn(file: string): Promise<VectorInputs> {
  let inputs: unknown;
  try {
    inputs = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [problem] = validateConformanceMessage({ message: "run", inputs });
  if (problem !== undefined) throw new InputError(`${file}: ${problem.field}: ${problem.message}`);
  return inputs as VectorInputs;
}

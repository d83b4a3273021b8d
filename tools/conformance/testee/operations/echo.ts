import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type Answer, accepted } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { givenBytes } from "../inputs.js";

/** Give back the bytes. */
export function echo(inputs: VectorInputs): Answer {
  return accepted({ bytes: toHexadecimal(givenBytes(inputs, "bytes")) });
}

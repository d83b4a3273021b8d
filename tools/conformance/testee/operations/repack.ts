import type { VectorInputs } from "../../../../generated/json/vector.js";
import { createSerializer } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { givenBytes } from "../inputs.js";

/** Parse an artifact and serialise it again. */
export function repack(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  return answering(() => {
    const serializer = createSerializer(nodeSha256);
    return { bytes: toHexadecimal(serializer.serialize(serializer.parse(bytes))) };
  });
}

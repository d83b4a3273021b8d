import { randomRandomBytesResults, readRandomRandomBytesOperands } from "../../../../generated/instructions/random.js";
import { HostFailure } from "../../host-failure.js";
import { native } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Most bytes of one call, as the table says. @spec instructions.random.bytes */
const MOST_BYTES = 65_536;

/** Get random bytes. */
export const randomRandomBytes: NodeHandler = {
  instruction: "random.random_bytes",
  translate: (operands, _binding, { random }) => {
    const { count } = readRandomRandomBytesOperands(operands);
    if (count > MOST_BYTES) throw new HostFailure("too_large");
    return () => {
      const data = new Uint8Array(count);
      native("getrandom", () => random(data));
      return randomRandomBytesResults(data);
    };
  },
};

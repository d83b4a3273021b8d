import { randomRandomBytesResults, readRandomRandomBytesOperands } from "../../../generated/instructions/random.js";
import { HostFailure } from "../host-failure.js";
import type { PortableHandler } from "./portable-handler.js";

/** Most bytes of one call, as the table says. @spec instructions.random.bytes */
const MOST_BYTES = 65_536;

/** Get random bytes. */
export const randomRandomBytes: PortableHandler = {
  instruction: "random.random_bytes",
  translate: (operands, _binding, { random }) => {
    const { count } = readRandomRandomBytesOperands(operands);
    if (count > MOST_BYTES) throw new HostFailure("too_large");
    return () => {
      const data = new Uint8Array(count);
      try {
        random(data);
      } catch (error) {
        throw new HostFailure("unavailable", "getrandom", error);
      }
      return randomRandomBytesResults(data);
    };
  },
  direct: (operands, reply, _binding, { random }) => {
    const count = operands.u32(0);
    if (count > reply.room) return false;
    try {
      random(reply.bytes(count));
    } catch (error) {
      throw new HostFailure("unavailable", "getrandom", error);
    }
    return true;
  },
};

import { readTimeSleepOperands } from "../../../generated/instructions/time.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import { HostFailure } from "../host-failure.js";
import type { PortableHandler } from "./portable-handler.js";

/** Complete after a duration. */
export const timeSleep: PortableHandler = {
  instruction: "time.sleep",
  translate: (operands, _binding, { timers }) => {
    const { durationNs } = readTimeSleepOperands(operands);
    return (signal) =>
      new Promise<readonly Tlv[]>((resolve, reject) => {
        const cancel = timers.after(durationNs, () => resolve([]));
        // Without this a sleeping program that was ended would keep its host awake.
        signal?.addEventListener("abort", () => {
          cancel();
          reject(new HostFailure("interrupted", "sleep"));
        });
      });
  },
};

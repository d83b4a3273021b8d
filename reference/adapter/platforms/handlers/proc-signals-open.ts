import { procSignalsOpenResults } from "../../../../generated/instructions/proc.js";
import { HostFailure } from "../../host-failure.js";
import type { NodeHandler } from "./node-handler.js";

/** Receive signals until closed. */
export const procSignalsOpen: NodeHandler = {
  instruction: "proc.signals_open",
  translate: (_operands, binding, { signals }) => {
    if (signals === undefined) throw new HostFailure("unavailable");
    return () => {
      let stop = (): void => {};
      const handle = binding.openHandle("signals", "signals", () => stop(), true);
      stop = signals.receive((signal) => binding.raise({ kind: "signal", handle, detail: signal }));
      return procSignalsOpenResults(handle);
    };
  },
};

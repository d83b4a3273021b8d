import { SIGNAL_NUMBERS, type Signal } from "../../../../generated/enums/signal.js";
import { instructionEventNamed } from "../../event-named.js";
import type { EventNormalizer } from "../../handler-adapter.js";

const ROW = instructionEventNamed("proc.signal_received");

/** A signal was sent to the program; its detail is the signal's name. @spec instructions.proc.signals */
export const procSignalReceived: EventNormalizer = {
  kind: "signal",
  normalize: ({ handle, detail }) => ({
    category: ROW.category,
    opcode: ROW.opcode,
    completion: false,
    payload: [
      { type: "handle", value: handle },
      { type: "u32", value: SIGNAL_NUMBERS[detail as Signal] },
    ],
  }),
};

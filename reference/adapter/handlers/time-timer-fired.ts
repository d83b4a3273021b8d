import { instructionEventNamed } from "../event-named.js";
import type { EventNormalizer } from "../handler-adapter.js";

const ROW = instructionEventNamed("time.timer_fired");

/** A timer fired; its detail is how often it has. */
export const timeTimerFired: EventNormalizer = {
  kind: "timer",
  normalize: ({ handle, detail }) => ({
    category: ROW.category,
    opcode: ROW.opcode,
    completion: false,
    payload: [
      { type: "handle", value: handle },
      { type: "u64", value: detail as bigint },
    ],
  }),
};

import { readTimeTimerStartOperands, timeTimerStartResults } from "../../../generated/instructions/time.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import type { PortableHandler, PortableServices } from "./portable-handler.js";

/** Send `timer_fired` once or again and again. @spec instructions.time.timers */
export const timeTimerStart: PortableHandler = {
  instruction: "time.timer_start",
  translate: (operands, binding, services) => {
    const { delayNs, intervalNs } = readTimeTimerStartOperands(operands);
    return () => timeTimerStartResults(start(binding, services, delayNs, intervalNs));
  },
};

/** Shortest interval in nanoseconds: what the timers of hosts can keep. A shorter one is lengthened to it. */
const SHORTEST_INTERVAL = 1_000_000n;

function start(binding: InstanceBinding, { clock, timers }: PortableServices, delay: bigint, interval: bigint): number {
  let cancel = (): void => {};
  let closed = false;
  let count = 0n;
  const step = interval < SHORTEST_INTERVAL ? SHORTEST_INTERVAL : interval;
  const handle = binding.openHandle(
    "timer",
    "timer",
    () => {
      closed = true;
      cancel();
    },
    true,
  );
  let due = clock.monotonicNanoseconds() + delay;
  const fire = (): void => {
    count += 1n;
    binding.raise({ kind: "timer", handle, detail: count });
    // The event may have reached the guest already, and the guest may have closed the timer.
    if (closed) return;
    if (interval === 0n) {
      binding.endSubscription(handle);
      return;
    }
    // Counted from when it was due, so that lateness does not add up; beats missed altogether are left out.
    const now = clock.monotonicNanoseconds();
    due += step;
    if (due < now) due = now;
    cancel = timers.after(due - now, fire);
  };
  cancel = timers.after(delay, fire);
  return handle;
}

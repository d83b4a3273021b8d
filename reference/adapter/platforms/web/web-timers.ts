import type { HostTimers } from "../../handlers/host-timers.js";
import { webClock } from "./web-clock.js";

/** Longest wait of one timer of a page, in milliseconds; a longer one would fire at once. */
const LONGEST_WAIT = 2_147_483_647n;

/**
 * The timers of a page, for any delay of 64 bits. A page that nobody looks at is called later: browsers then wake it once
 * a second, or once a minute.
 */
export const webTimers: HostTimers = {
  after: (delay, fire) => {
    const due = webClock.monotonicNanoseconds() + delay;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: bigint): void => {
      const milliseconds = left <= 0n ? 0n : (left + 999_999n) / 1_000_000n;
      timer = setTimeout(look, Number(milliseconds > LONGEST_WAIT ? LONGEST_WAIT : milliseconds));
    };
    // Looked at again after each wait: the clock may be coarser than the timer, and a timer never fires early.
    const look = (): void => {
      const left = due - webClock.monotonicNanoseconds();
      if (left <= 0n) fire();
      else wait(left);
    };
    wait(delay);
    return () => clearTimeout(timer);
  },
};

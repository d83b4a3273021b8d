import type { HostTimers } from "../handlers/host-timers.js";

/**
 * The timers of Node, for any delay of 64 bits; their resolution is one millisecond.
 *
 * @param longestWait milliseconds that one timer of Node can wait; a longer delay is made of several
 * @defaultValue 2147483647, beyond which Node fires at once
 */
export function createNodeTimers(longestWait = 2_147_483_647n): HostTimers {
  return {
    after: (delay, fire) => {
      const due = process.hrtime.bigint() + delay;
      let timer: NodeJS.Timeout;
      // Looked at again after each wait: Node rounds to its loop's clock, which may stand up to a millisecond behind,
      // and a timer never fires early.
      const wait = (): void => {
        const left = due - process.hrtime.bigint();
        if (left <= 0n) {
          fire();
          return;
        }
        const milliseconds = (left + 999_999n) / 1_000_000n;
        timer = setTimeout(wait, Number(milliseconds > longestWait ? longestWait : milliseconds));
      };
      // Never at once: what starts a timer must have returned before it fires.
      timer = setTimeout(
        wait,
        Number(delay / 1_000_000n > longestWait ? longestWait : (delay + 999_999n) / 1_000_000n),
      );
      return () => clearTimeout(timer);
    },
  };
}

/** The timers of this process. */
export const nodeTimers: HostTimers = createNodeTimers();

/** Calls something later. Injected, so that a run can be repeated. */
export interface HostTimers {
  /**
   * Call `fire` once, after `delay` nanoseconds or a little later.
   *
   * @returns a function that prevents the call where it has not happened
   */
  after(delay: bigint, fire: () => void): () => void;
}

/** Node's timers take at most this many milliseconds; longer waits are made of several. */
const LONGEST_WAIT = 2_147_483_647n;

/** The timers of Node, for any delay of 64 bits; their resolution is one millisecond. */
export const nodeTimers: HostTimers = {
  after: (delay, fire) => {
    const due = process.hrtime.bigint() + delay;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = due - process.hrtime.bigint();
      // Rounded up: a timer never fires early.
      const milliseconds = left <= 0n ? 0n : (left + 999_999n) / 1_000_000n;
      const step = milliseconds > LONGEST_WAIT ? LONGEST_WAIT : milliseconds;
      timer = setTimeout(step === milliseconds ? check : wait, Number(step));
    };
    // Node rounds to its loop's clock, which may stand up to a millisecond behind.
    const check = (): void => {
      if (process.hrtime.bigint() < due) wait();
      else fire();
    };
    wait();
    return () => clearTimeout(timer);
  },
};

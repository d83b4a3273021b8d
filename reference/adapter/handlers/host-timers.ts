/** Calls something later. Injected, so that a run can be repeated. */
export interface HostTimers {
  /**
   * Call `fire` once, after `delay` nanoseconds or a little later, and never before this returns.
   *
   * @returns a function that prevents the call where it has not happened
   */
  after(delay: bigint, fire: () => void): () => void;
}

/** Prevents a task that has not begun; does nothing afterwards. */
export type CancelTask = () => void;

/**
 * Runs tasks later. Injected, because the language alone knows no later than its microtasks, which come before a
 * caller of `start` can see the instance Running, and before all other work of the host.
 *
 * @spec runtime.turns
 */
export interface TaskScheduler {
  /** Run `task` later, never before this call returned, in the order of the calls. */
  schedule(task: () => void): void;
  /**
   * Run `task` once, after so many milliseconds or a little later; never before this call returned.
   *
   * @param milliseconds 0 to 2^53-1
   */
  scheduleAfter(milliseconds: number, task: () => void): CancelTask;
}

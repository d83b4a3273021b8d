/**
 * Runs tasks later. Injected, because the language alone has no way to let the host's other work in between.
 *
 * @spec runtime.turns
 */
export interface TaskScheduler {
  /** Run `task` later, never before this call returned, in the order of the calls. */
  schedule(task: () => void): void;
}

/**
 * A scheduler of the language alone. Its tasks come before the host's timers and input: fit for tests and for short
 * programs, not for a host that has to keep answering.
 */
export const microtaskScheduler: TaskScheduler = {
  schedule(task) {
    void Promise.resolve().then(task);
  },
};

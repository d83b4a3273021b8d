import type { TaskScheduler } from "../task-scheduler.js";

/**
 * A scheduler whose tasks are tasks of the host: timers, input and the network get their turn between them. Uses
 * `setImmediate` where the host has it, else a `MessageChannel`; both avoid the pause that `setTimeout` makes.
 *
 * @spec runtime.turns
 */
export function hostTaskScheduler(): TaskScheduler {
  const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };
  if (setImmediate !== undefined) {
    return {
      schedule(task) {
        setImmediate(task);
      },
    };
  }
  const tasks: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => tasks.shift()?.();
  return {
    schedule(task) {
      tasks.push(task);
      port2.postMessage(undefined);
    },
  };
}

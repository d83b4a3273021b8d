import type { CancelTask, TaskScheduler } from "../task-scheduler.js";

/** Longest pause of one timer of a host, in milliseconds; a longer one fires at once. */
const LONGEST_PAUSE = 2_147_483_647;

/**
 * A scheduler whose tasks are tasks of the host: timers, input and the network get their turn after each of them,
 * however many wait. Uses `setImmediate` where the host has it, else a `MessageChannel`; both avoid the pause that
 * `setTimeout` makes.
 *
 * @spec runtime.turns
 */
export function hostTaskScheduler(): TaskScheduler {
  const tasks = new Waiting();
  let isAwaited = false;
  const later = hostTask(() => {
    isAwaited = false;
    const task = tasks.shift();
    // Asked for before the task runs, so that one that throws holds up nobody. One at a time: a host makes all that was
    // asked for before it looks at anything else.
    if (tasks.length > 0) ask();
    task?.();
  });
  const ask = (): void => {
    if (isAwaited) return;
    isAwaited = true;
    later();
  };
  return {
    schedule(task) {
      tasks.push(task);
      ask();
    },
    scheduleAfter,
  };
}

/** Tasks in their order; taking one costs the same however many there are. */
class Waiting {
  #tasks: (() => void)[] = [];
  #next = 0;

  get length(): number {
    return this.#tasks.length - this.#next;
  }

  push(task: () => void): void {
    this.#tasks.push(task);
  }

  shift(): (() => void) | undefined {
    const task = this.#tasks[this.#next];
    if (task === undefined) return undefined;
    this.#next += 1;
    // What was taken is let go in one piece once it is the larger half.
    if (this.#next * 2 >= this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#next);
      this.#next = 0;
    }
    return task;
  }
}

/** A function that asks the host for one run of `work`, as a task of its own. */
function hostTask(work: () => void): () => void {
  const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };
  if (setImmediate !== undefined) return () => void setImmediate(work);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = work;
  return () => port2.postMessage(undefined);
}

/** A pause longer than a timer can wait is made of several. */
function scheduleAfter(milliseconds: number, task: () => void): CancelTask {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (left: number): void => {
    if (left > LONGEST_PAUSE) timer = setTimeout(() => wait(left - LONGEST_PAUSE), LONGEST_PAUSE);
    else timer = setTimeout(task, Math.ceil(left));
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}

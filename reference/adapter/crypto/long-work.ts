import type { CancellationSignal } from "../../contracts/cancellation.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { HostFailure } from "../host-failure.js";

/** What every instance has waiting. @spec adapters.binding */
const queues = new WeakMap<InstanceBinding, WorkQueue>();

/**
 * Do what takes long, one after the other for each instance: hosts have few threads for it, which name look-ups and other
 * instances need too, and nothing ends it once it has begun.
 *
 * @param call what is called, for the host-layer cause
 * @param signal fires when nobody waits any more: what has not begun never does, what has begun is not waited for
 * @throws HostFailure `interrupted`; what `work` throws
 * @spec adapters.cancel
 */
export function inTurn<T>(
  binding: InstanceBinding,
  call: string,
  signal: CancellationSignal | undefined,
  work: () => T | Promise<T>,
): Promise<T> {
  let queue = queues.get(binding);
  if (queue === undefined) {
    queue = new WorkQueue();
    queues.set(binding, queue);
  }
  return queue.add(call, signal, work);
}

/** What one instance wants done, in its order. */
class WorkQueue {
  readonly #waiting = new Set<() => void>();
  #isBusy = false;

  add<T>(call: string, signal: CancellationSignal | undefined, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const begin = (): void => {
        this.#waiting.delete(begin);
        this.#isBusy = true;
        // In a promise from its first line on: what it throws is told like what it rejects with.
        void (async () => work())()
          .then(resolve, reject)
          .finally(() => {
            signal?.removeEventListener("abort", stop);
            this.#isBusy = false;
            const [next] = this.#waiting;
            next?.();
          });
      };
      const stop = (): void => {
        this.#waiting.delete(begin);
        reject(new HostFailure("interrupted", call));
      };
      if (signal?.aborted === true) {
        stop();
        return;
      }
      signal?.addEventListener("abort", stop);
      if (this.#isBusy) this.#waiting.add(begin);
      else begin();
    });
  }
}

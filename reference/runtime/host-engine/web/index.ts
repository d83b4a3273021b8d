// Workers of a browser for guests. Only the composition root imports this edge.
import type { FromWorker } from "../worker/mailbox.js";
import type { GuestWorker, WorkerPoolLimits } from "../worker/worker-pool.js";

/**
 * Bounds of a pool in a browser: one process has room for about a hundred memories at a time, those counted that a
 * worker has not let go yet.
 */
export const WEB_WORKER_LIMITS: WorkerPoolLimits = { most: 16, idle: 2, instances: 2 };

/**
 * The same for the parts of iFays, which live and end together: there is room for more of them, and none of their
 * workers outlives them.
 */
export const WEB_PARTS_LIMITS: WorkerPoolLimits = { most: 48, idle: 0, instances: 1 };

/**
 * Make a worker of a browser that runs guests. The page has to be isolated from other origins, because only then
 * threads share memory.
 */
export function spawnWebGuestWorker(): GuestWorker {
  const worker = new Worker(new URL("./web-thread.js", import.meta.url), { type: "module" });
  let tellGone: (cause: unknown) => void = () => undefined;
  return {
    post: (message) => worker.postMessage(message),
    listen: (heard, gone) => {
      tellGone = gone;
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => heard(data);
      worker.onmessageerror = () => gone(new Error("a message that cannot be read"));
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        gone(new Error(event.message));
      };
    },
    // A page lives for as long as it is open.
    keepAlive: () => undefined,
    terminate: () => {
      worker.terminate();
      tellGone(undefined);
    },
  };
}

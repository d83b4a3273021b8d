// Worker threads of Node for guests. Only the composition root imports this edge.
import { Worker } from "node:worker_threads";
import type { FromWorker } from "../worker/mailbox.js";
import type { GuestWorker } from "../worker/worker-pool.js";

/**
 * What the heap of a thread may take. Memory of guests is not on it, tables are; a guest that fills it loses its
 * thread and nobody else theirs. The stack is several times what the deepest calls need.
 */
const LIMITS = { maxOldGenerationSizeMb: 512, stackSizeMb: 4 };

/** Make a worker thread of Node that runs guests. */
export function spawnNodeGuestWorker(): GuestWorker {
  const worker = new Worker(new URL("./node-thread.js", import.meta.url), {
    resourceLimits: LIMITS,
    // What starts this process is no business of a thread that loads two files.
    execArgv: [],
    env: {},
    stdin: false,
  });
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    listen: (heard, gone) => {
      let cause: unknown;
      worker.on("message", (message: FromWorker) => heard(message));
      worker.on("messageerror", (error) => {
        cause = error;
        void worker.terminate();
      });
      worker.on("error", (error) => {
        cause = error;
      });
      worker.on("exit", () => gone(cause));
    },
    keepAlive: (alive) => {
      if (alive) worker.ref();
      else worker.unref();
    },
    terminate: () => void worker.terminate(),
  };
}

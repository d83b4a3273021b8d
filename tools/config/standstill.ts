import { url as debuggerUrl } from "node:inspector";
import { Worker } from "node:worker_threads";
import { beforeEach } from "vitest";

// A test that holds its thread for ever is never out of time: no timer of its process comes due. So a second thread looks
// whether the first still answers, and ends the process of one that does not. Its files are reported as not ended, and the
// others are run all the same.

/** Longer than any test may take, in milliseconds. */
const LIMIT_MS = Number(process.env.FAYGER_STANDSTILL_MS ?? 400_000);

declare global {
  /** The second thread: one for a process, whose test files each come by here. */
  var standstillWatch: Worker | undefined;
}

function startWatch(): Worker {
  const watch = new Worker(new URL("standstill-watch.mjs", import.meta.url), { workerData: LIMIT_MS });
  watch.unref();
  const every = Math.min(1000, LIMIT_MS / 4);
  setInterval(() => watch.postMessage("alive"), every).unref();
  return watch;
}

// Whoever looks at a test in a debugger holds it as long as they like.
if (debuggerUrl() === undefined) globalThis.standstillWatch ??= startWatch();

beforeEach(({ task }) => {
  globalThis.standstillWatch?.postMessage(`${task.file.name}: ${task.name}`);
});

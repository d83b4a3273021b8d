// The second thread of a process that runs tests: see standstill.ts.
import { readFileSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const limit = workerData;
const every = Math.min(1000, limit / 4);
let doing = "before the first test";
/** Looks since the first thread was heard last. Time that passes while the whole process stands is none of its own. */
let looks = 0;

parentPort.on("message", (message) => {
  looks = 0;
  if (message !== "alive") doing = message;
});

/** What the first thread does, where the system tells. */
function doesWhat() {
  try {
    const [, state] = /\) (\w)/.exec(readFileSync("/proc/self/stat", "utf8"));
    const place = readFileSync("/proc/self/wchan", "utf8");
    if (state === "R") return "it is computing";
    return place === "0" ? "it waits" : `it waits in ${place}`;
  } catch {
    return "the system does not tell what it does";
  }
}

setInterval(() => {
  looks += 1;
  if (looks * every < limit) return;
  writeSync(2, `standing still for ${Math.round(limit / 1000)} s, and ended: ${doing} (${doesWhat()})\n`);
  process.kill(process.pid, "SIGKILL");
}, every);

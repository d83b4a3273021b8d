import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CHUNK_CASES, type ChunkReport } from "./campaign.js";
import type { FuzzOptions } from "./options.js";
import type { ChunkRequest } from "./worker.js";

/** Where a campaign stands. */
export interface Progress {
  readonly cases: number;
  /** The first chunk that is not finished, so that a later run can go on from there. */
  readonly next: number;
  readonly failures: number;
}

/**
 * Run a campaign in processes of its own.
 *
 * @param onReport told about each chunk as it is finished
 * @returns where the campaign ended
 * @throws Error where a worker ends before its time
 */
export function runCampaign(
  { seed, cases, from, minutes, workers }: FuzzOptions,
  onReport: (report: ChunkReport, progress: Progress) => void,
): Promise<Progress> {
  const last = from + Math.ceil(cases / CHUNK_CASES);
  const end = Date.now() + minutes * 60_000;
  const finished = new Set<number>();
  let [given, next, failures] = [from, from, 0];
  const progress = (): Progress => ({ cases: finished.size * CHUNK_CASES, next, failures });
  const own = fileURLToPath(import.meta.url);
  const worker = own.replace(/workers\.(ts|js)$/, "worker.$1");
  return new Promise((resolve, reject) => {
    let running = 0;
    const give = (child: ChildProcess): void => {
      if (given >= last || Date.now() >= end) {
        child.disconnect();
        return;
      }
      const request: ChunkRequest = { seed, chunk: given };
      given += 1;
      child.send(request);
    };
    for (let i = 0; i < Math.min(workers, last - from); i += 1) {
      const child = fork(worker, { execArgv: own.endsWith(".ts") ? ["--import", "tsx"] : [] });
      running += 1;
      child.on("message", (report: ChunkReport) => {
        finished.add(report.chunk);
        while (finished.has(next)) next += 1;
        failures += report.failures.length;
        onReport(report, progress());
        give(child);
      });
      child.on("exit", (code) => {
        running -= 1;
        if (code !== 0) reject(new Error(`a worker ended with ${code}`));
        else if (running === 0) resolve(progress());
      });
      give(child);
    }
  });
}

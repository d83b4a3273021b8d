import { readdirSync, readFileSync } from "node:fs";

/** Whether this system tells how much memory a process holds. */
export const CAN_MEASURE_MEMORY = process.platform === "linux";

/** Bytes that a process and those it started hold in memory; 0 where it has ended. Linux only. */
export function residentBytes(pid: number): number {
  let sum = 0;
  const seen = new Set<number>();
  const left = [pid];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    try {
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${next}/status`, "latin1")) ?? [];
      sum += Number(kilobytes ?? 0) * 1024;
      for (const task of readdirSync(`/proc/${next}/task`))
        left.push(...childrenOf(`/proc/${next}/task/${task}/children`));
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

function childrenOf(path: string): number[] {
  try {
    return readFileSync(path, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

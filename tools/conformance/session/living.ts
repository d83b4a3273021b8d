import type { ChildProcess } from "node:child_process";

/** Processes of implementations that have not ended. */
const living = new Set<ChildProcess>();
const SIGNALS = ["SIGTERM", "SIGHUP"] as const;

/** Remember a process until it ends, so that it does not outlive this one. */
export function keepTrack(child: ChildProcess): void {
  if (living.size === 0) {
    process.on("exit", killAll);
    for (const signal of SIGNALS) process.on(signal, killAndEnd);
  }
  living.add(child);
  child.once("close", () => forget(child));
}

/** End a process and every other one it started, at once. */
export function kill(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    // It leads a group of its own.
    process.kill(-pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function forget(child: ChildProcess): void {
  living.delete(child);
  if (living.size > 0) return;
  process.off("exit", killAll);
  for (const signal of SIGNALS) process.off(signal, killAndEnd);
}

function killAll(): void {
  for (const child of living) kill(child);
}

function killAndEnd(signal: NodeJS.Signals): void {
  killAll();
  for (const each of SIGNALS) process.off(each, killAndEnd);
  process.kill(process.pid, signal);
}

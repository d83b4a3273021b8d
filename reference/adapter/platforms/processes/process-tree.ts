import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Rounds of looking for what a process has started; each finds what was started during the one before. */
const MOST_ROUNDS = 8;

/**
 * End a process and what it has started, at once.
 *
 * On POSIX it leads a group, which is ended as a whole. On Linux those are found too that left the group and still have
 * a parent here; one that has left group and parents on purpose is not.
 *
 * @param leader the process; its group has the same number
 * @param isAlive whether the process was not waited for yet: its number is its own only so long
 * @spec instructions.proc.end
 */
export function endProcessTree(leader: number, isAlive: boolean): void {
  if (process.platform === "win32") {
    if (isAlive) endOnWindows(leader);
    return;
  }
  if (isAlive) {
    // Stopped before any is ended: one that runs could start another, which loses its parent here when that ends.
    send(-leader, "SIGSTOP");
    const stopped = new Set<number>();
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const further = descendantsOf(leader).filter((pid) => !stopped.has(pid));
      if (further.length === 0) break;
      for (const pid of further) {
        send(pid, "SIGSTOP");
        stopped.add(pid);
      }
    }
    for (const pid of stopped) send(pid, "SIGKILL");
  }
  send(-leader, "SIGKILL");
}

/** Everything below a process, parents before their children; nothing on a host without /proc. */
function descendantsOf(leader: number): number[] {
  const children = new Map<number, number[]>();
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const parent = livingParentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const waiting = [leader];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const below = children.get(next) ?? [];
    found.push(...below);
    waiting.push(...below);
  }
  return found;
}

/** The parent of a process that still runs. */
function livingParentOf(pid: string): number | undefined {
  try {
    const status = readFileSync(join("/proc", pid, "stat"), "latin1");
    // The name may hold anything; what follows its last bracket is state and parent.
    const [state, parent] = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function endOnWindows(pid: number): void {
  const folder = process.env["SystemRoot"] ?? "C:\\Windows";
  spawnSync(join(folder, "System32", "taskkill.exe"), ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
}

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as proc from "../../../../generated/instructions/proc.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import type { HostPolicy, ProgramRule } from "../../../../generated/json/host-policy.js";
import { openTestProgram, type TestProgram } from "./program.js";

/** A list of texts as an operand. */
export function texts(...values: readonly string[]): Tlv[] {
  return values.map((value) => ({ type: "text", value }));
}

/** Programs that start processes, in a folder of their own; everything is gone after {@link ProcessBench.close}. */
export class ProcessBench {
  /** A folder of the host. */
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), "fayger-processes-")));
  readonly #programs: TestProgram[] = [];
  readonly #temporary = process.env["TMPDIR"];

  constructor() {
    // Other tests make folders of temporary files too.
    process.env["TMPDIR"] = join(this.base, "temporary");
    mkdirSync(join(this.base, "temporary"));
  }

  /** Folders made for processes that are still there. */
  get leftFolders(): string[] {
    return readdirSync(join(this.base, "temporary")).filter((name) => name.startsWith("fayger-process-"));
  }

  /** Open a program with rules for `sh` (no environment but `GREETING`), `node` and others. */
  program(rules: readonly ProgramRule[] = [], policy: Partial<HostPolicy> = {}): TestProgram {
    const guest = openTestProgram({
      policy: {
        programs: [
          { name: "sh", path: "/bin/sh", environment: ["GREETING"] },
          { name: "node", path: process.execPath },
          ...rules,
        ],
        ...policy,
      },
    });
    this.#programs.push(guest);
    return guest;
  }

  /** Write an executable script. */
  script(name: string, ...lines: readonly string[]): string {
    const path = join(this.base, name);
    writeFileSync(path, lines.join("\n"));
    chmodSync(path, 0o755);
    return path;
  }

  /** End every program. */
  close(): void {
    for (const guest of this.#programs.splice(0)) guest.channel.close();
    if (this.#temporary === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = this.#temporary;
    rmSync(this.base, { recursive: true, force: true });
  }
}

/** Start `sh -c script`; the handle. */
export async function startShell(guest: TestProgram, script: string, ...further: readonly string[]): Promise<number> {
  const instruction = proc.procProcessStart("sh", texts("-c", script, "sh", ...further), [], undefined);
  return proc.readProcProcessStartResults(await guest.waited(instruction)).process;
}

/** Everything a process writes to a stream until its end. */
export async function outputOf(guest: TestProgram, handle: number, stream = 1, maximum = 65_536): Promise<string> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const { data } = proc.readProcProcessReadResults(await guest.waited(proc.procProcessRead(handle, stream, maximum)));
    if (data.length === 0) return Buffer.concat(parts).toString();
    parts.push(data);
  }
}

/** The next line a process writes, without its end. */
export async function lineOf(guest: TestProgram, handle: number): Promise<string> {
  let line = "";
  for (;;) {
    const { data } = proc.readProcProcessReadResults(await guest.waited(proc.procProcessRead(handle, 1, 1)));
    if (data.length === 0 || data[0] === 0x0a) return line;
    line += String.fromCharCode(...data);
  }
}

/** How a process ended. */
export async function endOf(guest: TestProgram, handle: number): Promise<proc.ProcProcessWaitResults> {
  return proc.readProcProcessWaitResults(await guest.waited(proc.procProcessWait(handle)));
}

/** Whether a process runs: zombies do not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = join("/proc", String(pid), "stat");
  if (!existsSync("/proc/self/stat")) return true;
  try {
    const text = readFileSync(status, "latin1");
    return !"ZX".includes(text.charAt(text.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Resolves when none of these processes runs any more. */
export async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setImmediate(resolve));
}

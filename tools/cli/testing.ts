import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The built command line, as users get it. */
const MAIN = fileURLToPath(new URL("../../dist/tools/cli/main.js", import.meta.url));

/** What a command line did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run `fayger` in a child process, without colour unless asked for. */
export function fayger(
  args: readonly string[],
  { folder, environment = {}, input = "" }: { folder: string; environment?: Record<string, string>; input?: string },
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", FAYGER_TRUST_STORE: `${folder}/trust.cbor`, ...environment },
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

/** Start `fayger` and leave it running, with a standard input that stays open and silent. */
export function startFayger(
  args: readonly string[],
  { folder, stdout = "pipe" }: { folder: string; stdout?: "pipe" | number },
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", FAYGER_TRUST_STORE: `${folder}/trust.cbor` },
    stdio: ["pipe", stdout, "pipe"],
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
}

/** What no user may ever see. */
export function hasStackTrace({ stdout, stderr }: Outcome): boolean {
  return /^\s+at .+:\d+:\d+\)?$/m.test(stdout + stderr) || /node:internal/.test(stdout + stderr);
}

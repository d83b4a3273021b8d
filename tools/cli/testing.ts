import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTerminal, type OutputStream } from "./output/terminal.js";
import { runProgram } from "./program.js";

/** The built command line, as users get it; where something was compiled since it was made, the same, module by module. */
export const MAIN = ((): string => {
  const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
  const changed = (path: string): number => statSync(`${dist}${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const compiled = readdirSync(`${dist}.tsbuildinfo`).map((name) => changed(`.tsbuildinfo/${name}`));
  return `${dist}${Math.max(...compiled) < changed("bin/fayger.js") ? "bin/fayger.js" : "tools/cli/main.js"}`;
})();

/** What a command line did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An environment in which nothing of this user's configuration is read or written. */
function ownFiles(folder: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    FAYGER_TRUST_STORE: `${folder}/trust.cbor`,
    FAYGER_PERMISSIONS: `${folder}/permissions.json`,
  };
}

/** Run `fayger` in a child process, without colour unless asked for. */
export function fayger(
  args: readonly string[],
  { folder, environment = {}, input = "" }: { folder: string; environment?: Record<string, string>; input?: string },
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...ownFiles(folder), ...environment },
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

/**
 * The same in this process, for what child processes have shown already.
 *
 * @param folder absent: the current folder, so that every file is named by its whole path, and no configuration but what
 * the environment names already: nothing depends on who runs the tests
 */
export async function faygerHere(args: readonly string[], folder?: string): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof texts): OutputStream => ({
    write: (text) => {
      texts[name] += text;
    },
  });
  const restore = enter(folder);
  try {
    const code = await runProgram(args, new AbortController().signal, (isJson) =>
      createTerminal(stream("stdout"), stream("stderr"), {}, isJson),
    );
    return { code, ...texts };
  } finally {
    restore();
  }
}

/** A folder that is not there. */
const NOWHERE = join(tmpdir(), `fayger-nowhere-${randomUUID()}`);

/** Make a folder the current one, with files of its own. Gives what takes that back. */
function enter(folder: string | undefined): () => void {
  const before = process.cwd();
  const own = folder === undefined ? { ...ownFiles(NOWHERE), ...process.env } : ownFiles(folder);
  const others = Object.keys(own).map((name) => [name, process.env[name]] as const);
  if (folder !== undefined) process.chdir(folder);
  Object.assign(process.env, own);
  return () => {
    process.chdir(before);
    for (const [name, value] of others) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** The same without holding this process, whose own servers `fayger` may want to talk to. */
export async function faygerBeside(
  args: readonly string[],
  { folder, environment = {}, input }: { folder: string; environment?: Record<string, string>; input?: Uint8Array },
): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...ownFiles(folder), ...environment },
    stdio: "pipe",
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  // A command that needs no input does not wait for it, and may have ended before all of it was written.
  child.stdin.on("error", () => undefined).end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...texts };
}

/** Start `fayger` and leave it running, with a standard input that stays open and silent. */
export function startFayger(
  args: readonly string[],
  {
    folder,
    stdout = "pipe",
    environment = {},
  }: { folder: string; stdout?: "pipe" | number; environment?: Record<string, string> },
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...ownFiles(folder), ...environment },
    stdio: ["pipe", stdout, "pipe"],
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
}

/** What no user may ever see. */
export function hasStackTrace({ stdout, stderr }: Outcome): boolean {
  return /^\s+at .+:\d+:\d+\)?$/m.test(stdout + stderr) || /node:internal/.test(stdout + stderr);
}

#!/usr/bin/env node
// The only file of the compiler that touches the host. It gives commands their files and streams, and turns whatever
// goes wrong unexpectedly into one line: a stack trace is of no use to the people who edit the specification.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands } from "./commands/command-table.js";
import type { CommandHost, FileContent } from "./commands/host.js";
import { programName, runProgram } from "./commands/program.js";

/** Exit code for a fault of the program itself. */
const internalError = 70;

function readFile(path: string): FileContent {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path)) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return "it is not valid UTF-8";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Editors write a file in several steps; changes within this many milliseconds are one. */
const settleTime = 80;

function watchFolder(folder: string, onChange: () => void): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(onChange, settleTime);
    });
    process.once("SIGINT", () => {
      clearTimeout(timer);
      watcher.close();
      resolve();
    });
  });
}

function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The docs folder lies beside the sources; the compiled program is some folders further down. */
function docsFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "codegen", "docs", "diagnostics");
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function readDocsPage(page: string): FileContent {
  const folder = docsFolder();
  return folder === undefined ? { problem: "the documentation is not installed" } : readFile(join(folder, page));
}

const host: CommandHost = {
  readFile,
  writeFile,
  deleteFile: (path) => rmSync(path, { force: true }),
  watch: watchFolder,
  listFiles,
  readDocsPage,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  now: () => performance.now(),
  colour: process.stderr.isTTY === true && (process.env["NO_COLOR"] ?? "") === "",
};

// A reader that stops early, such as `head`, closes the pipe: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), commands, host);
} catch (error) {
  process.stderr.write(`${programName}: internal error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = internalError;
}

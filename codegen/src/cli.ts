#!/usr/bin/env node
// The only file of the compiler that touches the host. It gives commands their files and streams, and turns whatever
// goes wrong unexpectedly into one line: a stack trace is of no use to the people who edit the specification.
import { isUtf8 } from "node:buffer";
import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands } from "./commands/command-table.js";
import type { CommandHost, FileContent } from "./commands/host.js";
import { programName, runProgram } from "./commands/program.js";

/** Exit code for a fault of the program itself. */
const internalError = 70;

function readFile(path: string): FileContent {
  try {
    const bytes = readFileSync(path);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const wrong = isUtf8(bytes) ? -1 : text.indexOf("\ufffd");
    return wrong < 0
      ? { text }
      : { problem: `it is not valid UTF-8, see line ${text.slice(0, wrong).split("\n").length}` };
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

/**
 * Watches each folder by itself: a recursive watch loses a file on Linux once an editor puts a new one in its place,
 * which is how most of them save.
 */
function watchFolder(root: string, onChange: () => void): Promise<void> {
  return new Promise((resolve) => {
    const watchers = new Map<string, FSWatcher>();
    let timer: NodeJS.Timeout | undefined;
    const forget = (folder: string) => {
      watchers.get(folder)?.close();
      watchers.delete(folder);
    };
    const follow = () => {
      const folders = new Set([root, ...foldersBelow(root)]);
      for (const folder of watchers.keys()) if (!folders.has(folder)) forget(folder);
      for (const folder of folders) {
        if (watchers.has(folder) || !existsSync(folder)) continue;
        watchers.set(
          folder,
          watch(folder, changed).on("error", () => forget(folder)),
        );
      }
    };
    function changed(): void {
      clearTimeout(timer);
      timer = setTimeout(() => {
        follow();
        onChange();
      }, settleTime);
    }
    follow();
    process.once("SIGINT", () => {
      clearTimeout(timer);
      for (const folder of [...watchers.keys()]) forget(folder);
      resolve();
    });
  });
}

function foldersBelow(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const programFile = fileURLToPath(import.meta.url);

/** The package begins where the docs folder lies; the compiled program is some folders further down than the source. */
function packageFolder(): string | undefined {
  let folder = dirname(programFile);
  for (;;) {
    if (existsSync(join(folder, "codegen", "docs", "diagnostics"))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function readDocsPage(page: string): FileContent {
  const folder = packageFolder();
  return folder === undefined
    ? { problem: "the documentation is not installed" }
    : readFile(join(folder, "codegen", "docs", "diagnostics", page));
}

function version(): string {
  const description: unknown = JSON.parse(readFileSync(join(packageFolder() ?? "", "package.json"), "utf8"));
  return typeof description === "object" && description !== null && "version" in description
    ? String(description.version)
    : "unknown";
}

const host: CommandHost = {
  readFile,
  writeFile,
  deleteFile: (path) => rmSync(path, { force: true }),
  watch: watchFolder,
  listFiles,
  readDocsPage,
  // In a clone the sources run; elsewhere the program is the installed one.
  explain: programFile.endsWith(".ts") ? "npm run codegen -- explain" : `npx ${programName} explain`,
  get version() {
    return version();
  },
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

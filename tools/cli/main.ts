#!/usr/bin/env node
import { ExitCode } from "./command.js";
import { createTerminal } from "./output/terminal.js";
import { runProgram } from "./program.js";

const abort = new AbortController();
// The first Ctrl-C asks the command to stop and clean up; a second one ends the process at once.
process.once("SIGINT", () => {
  abort.abort();
  process.once("SIGINT", () => process.exit(ExitCode.Interrupted));
});
// A closed pipe (`fayger inspect x.buf | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(ExitCode.Ok);
});
process.exitCode = await runProgram(process.argv.slice(2), abort.signal, (isJson) =>
  createTerminal(process.stdout, process.stderr, process.env, isJson),
);

#!/usr/bin/env node
import { ExitCode } from "./command.js";
import { installInterrupt } from "./interrupt.js";
import { holdable } from "./output/held-notes.js";
import { nativeErrorText } from "./output/native-errors.js";
import { createTerminal } from "./output/terminal.js";
import { runProgram } from "./program.js";
import { offerInterrupt } from "./signals.js";

const abort = new AbortController();
installInterrupt(() => abort.abort(), offerInterrupt);
// A closed pipe (`fayger inspect x.buf | head`) is no error, and no answer either: the work goes on, and its exit code is
// told. A full disk is an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`error cannot write standard output: ${nativeErrorText(error.code ?? error.name)}\n`);
  process.exit(ExitCode.HostTrouble);
});
// Nobody reads the notes any more; the work goes on.
process.stderr.on("error", () => undefined);
process.exitCode = await runProgram(process.argv.slice(2), abort.signal, (isJson) =>
  createTerminal(process.stdout, holdable(process.stderr), process.env, isJson),
);

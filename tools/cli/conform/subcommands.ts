import { conformCommands } from "../../conformance/commands/index.js";
import { CorpusFault, UnknownFilter } from "../../conformance/corpus/corpus-fault.js";
import { RunStopped } from "../../conformance/run/run.js";
import { NoIntroduction } from "../../conformance/session/no-introduction.js";
import { type Command, ExitCode, type Invocation, UsageError } from "../command.js";
import { fileTrouble } from "../files.js";
import { printable, type Terminal } from "../output/terminal.js";
import { certify } from "./certify.js";
import { challengeCommand } from "./challenge.js";
import { release } from "./release.js";
import { verify } from "./verify.js";

/** Every command below `conform`, in the order of the help; those that need the reference stand last. */
export const conformSubcommands: readonly Command[] = [
  // A release is verified by loading it, which takes the reference; a corpus alone does not.
  ...conformCommands.filter(({ name }) => name !== verify.name),
  certify,
  challengeCommand,
  verify,
  release,
].map(guarded);

/** The same command, with the errors of the runner as this command line shows them. */
function guarded(command: Command): Command {
  return {
    ...command,
    async run(invocation: Invocation) {
      try {
        return await command.run(invocation);
      } catch (error) {
        return shown(invocation, error);
      }
    },
  };
}

function shown({ terminal, signal }: Invocation, error: unknown): number {
  if (error instanceof UnknownFilter) throw new UsageError(error.message);
  // An implementation that was ended before it said what it is ends its command by that alone.
  if (error instanceof RunStopped || (error instanceof NoIntroduction && signal.aborted)) {
    terminal.progress(undefined);
    terminal.note(`${terminal.style("yellow", "stopped")}; no report was written`);
    return ExitCode.Interrupted;
  }
  if (error instanceof CorpusFault) {
    corpusTrouble(terminal, error);
    return ExitCode.Failed;
  }
  if (error instanceof NoIntroduction) {
    if (terminal.isJson) terminal.json({ error: { code: "IMPLEMENTATION", message: error.message } });
    else terminal.note(`${terminal.style("red", "error")} nothing was asked: ${printable(error.message)}`);
    return ExitCode.Failed;
  }
  const { syscall, path, code } = error as NodeJS.ErrnoException;
  if (syscall !== undefined && code !== undefined)
    throw fileTrouble(error, syscall === "open" ? "open" : "write", path ?? "a file");
  throw error;
}

/** Problems of a corpus that are shown. */
const SHOWN = 20;

function corpusTrouble(terminal: Terminal, { problems }: CorpusFault): void {
  if (terminal.isJson) {
    terminal.json({ error: { code: "CORPUS", problems } });
    return;
  }
  terminal.note(`${terminal.style("red", "error")} the corpus cannot be believed; nothing was judged by it`);
  for (const problem of problems.slice(0, SHOWN)) terminal.note(`  ${printable(problem)}`);
  if (problems.length > SHOWN) terminal.note(`  … and ${problems.length - SHOWN} more`);
}

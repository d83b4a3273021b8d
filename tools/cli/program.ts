import { existsSync } from "node:fs";
import { NearestNames } from "../../reference/assembly/manifest/nearest-name.js";
import { is } from "../../reference/errors/index.js";
import { type Command, ExitCode, type Invocation, parseInvocation, splitArguments, UsageError } from "./command.js";
import { commands } from "./commands/index.js";
import { exitCodeOf } from "./exit-code.js";
import { trustStorePath } from "./files.js";
import { commandHelp, commandHelpJson, programHelp, programHelpJson } from "./help.js";
import { type ConsultedTrust, isFaygerError, printError } from "./output/error.js";
import { printable, type Terminal } from "./output/terminal.js";
import { packageVersion } from "./version.js";

/** Run one command line; gives the exit code. Nothing it does ends in a stack trace. */
export async function runProgram(
  args: readonly string[],
  signal: AbortSignal,
  makeTerminal: (isJson: boolean) => Terminal,
): Promise<number> {
  const [first, ...rest] = args;
  const name = args.every((word) => word === "--json") ? undefined : first;
  const found = commands.find((candidate) => candidate.name === name);
  const isJson = splitArguments(found, args).own.includes("--json");
  const terminal = makeTerminal(isJson);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const words = rest.filter((word) => !word.startsWith("-"));
    const [topic] = words;
    const about = commands.find((command) => command.name === topic);
    if (topic !== undefined && about === undefined) return unknownCommand(terminal, topic);
    if (about !== undefined) await showHelp(terminal, (await below(about, words.slice(1))).command);
    else if (isJson) terminal.json(programHelpJson(packageVersion(), commands));
    else terminal.line(programHelp(terminal, commands));
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  if (name === "--version" || name === "-V") {
    if (isJson) terminal.json({ name: "fayger", version: packageVersion() });
    terminal.line(`fayger ${packageVersion()}`);
    return ExitCode.Ok;
  }
  if (found === undefined) return unknownCommand(terminal, name);
  const { command, args: left } = await below(found, rest);
  let invocation: (Invocation & { readonly help: boolean }) | undefined;
  try {
    invocation = parseInvocation(command, left, terminal, signal);
    if (invocation.help) {
      await showHelp(terminal, command);
      return ExitCode.Ok;
    }
    return await command.run(invocation);
  } catch (error) {
    return report(terminal, { command, args: left, signal, invocation }, error);
  } finally {
    terminal.progress(undefined);
  }
}

/** The command below another that the first argument names; the other itself where it names none. */
async function below(
  command: Command,
  args: readonly string[],
): Promise<{ command: Command; args: readonly string[] }> {
  const found = (await command.subcommands?.())?.find(({ name }) => name === `${command.name} ${args[0]}`);
  return found === undefined ? { command, args } : { command: found, args: args.slice(1) };
}

async function showHelp(terminal: Terminal, command: Command): Promise<void> {
  const subcommands = await command.subcommands?.();
  if (terminal.isJson) terminal.json(commandHelpJson(command, subcommands));
  else terminal.line(commandHelp(terminal, command, subcommands));
}

/** The trust store that a command has judged by, where it has one. */
function consultedTrust({ command, invocation }: CommandLine): ConsultedTrust | undefined {
  if (invocation === undefined || command.options["store"] === undefined) return undefined;
  const named = invocation.text("store");
  const path = trustStorePath(named);
  return { path, isNamed: named !== undefined, exists: existsSync(path) };
}

function unknownCommand(terminal: Terminal, name: string): number {
  const near = new NearestNames(commands.map((command) => command.name)).nearest(name);
  const meant = near === undefined ? "" : `; did you mean \`${near.name}\`?`;
  const message = name.startsWith("-")
    ? `the command comes first: \`fayger COMMAND ${printable(name)}\``
    : `there is no command \`${printable(name)}\`${meant}`;
  if (terminal.isJson) {
    terminal.json({ error: { code: "USAGE", message } });
    return ExitCode.Usage;
  }
  terminal.note(`${terminal.style("red", "error")} ${message}`);
  terminal.note(
    `${terminal.style("cyan", "help")}  commands are ${commands.map((command) => command.name).join(", ")}; try \`fayger help\``,
  );
  return ExitCode.Usage;
}

/** What a command line was, of which something is to be said. */
interface CommandLine {
  readonly command: Command;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Absent where it could not be read. */
  readonly invocation: Invocation | undefined;
}

/** The form of use that a command line was meant to have. */
function usageOf({ command: { name, usage }, args: [action] }: CommandLine): string | undefined {
  return (
    usage.find((form) => action !== undefined && form.split(" ").slice(name.split(" ").length)[0] === action) ??
    usage[0]
  );
}

function report(terminal: Terminal, line: CommandLine, error: unknown): number {
  const { command, signal } = line;
  if (error instanceof UsageError) {
    if (terminal.isJson) terminal.json({ error: { code: "USAGE", message: error.message } });
    else {
      terminal.note(`${terminal.style("red", "error")} ${printable(error.message)}`);
      terminal.note(
        `${terminal.style("cyan", "help")}  fayger ${usageOf(line)}; \`fayger ${command.name} --help\` shows every option`,
      );
    }
    return ExitCode.Usage;
  }
  if (isFaygerError(error)) {
    printError(terminal, error, is(error, "LDR_SIGNATURE_FAIL") ? consultedTrust(line) : undefined);
    if (signal.aborted) return ExitCode.Interrupted;
    return exitCodeOf(error);
  }
  // A mistake of this program, not of the user's: say so, and keep the details for whoever wants to report it.
  const message = error instanceof Error ? error.message : String(error);
  if (terminal.isJson) terminal.json({ error: { code: "INTERNAL", message } });
  else {
    terminal.note(`${terminal.style("red", "error")} fayger itself failed: ${printable(message)}`);
    terminal.note(`${terminal.style("cyan", "help")}  please report this; FAYGER_DEBUG=1 prints where it happened`);
  }
  if (process.env["FAYGER_DEBUG"] === "1" && error instanceof Error) terminal.note(error.stack ?? "");
  return ExitCode.Failed;
}

import { COMMON_OPTIONS, type Command, ExitCode, parseInvocation, splitArguments, UsageError } from "./command.js";
import { commands } from "./commands/index.js";
import { exitCodeOf } from "./exit-code.js";
import { commandHelp, programHelp } from "./help.js";
import { isFaygerError, printError } from "./output/error.js";
import { printable, type Terminal } from "./output/terminal.js";
import { packageVersion } from "./version.js";

/** Run one command line; gives the exit code. Nothing it does ends in a stack trace. */
export async function runProgram(
  args: readonly string[],
  signal: AbortSignal,
  makeTerminal: (isJson: boolean) => Terminal,
): Promise<number> {
  const [name, ...rest] = args;
  const found = commands.find((candidate) => candidate.name === name);
  const isJson = splitArguments(found, args).own.includes("--json");
  const terminal = makeTerminal(isJson);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const [topic] = rest.filter((word) => !word.startsWith("-"));
    const about = commands.find((command) => command.name === topic);
    if (topic !== undefined && about === undefined) return unknownCommand(terminal, topic);
    terminal.line(
      about === undefined
        ? programHelp(terminal, commands)
        : await helpOf(terminal, (await below(about, rest.slice(1))).command),
    );
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  if (name === "--version" || name === "-V") {
    terminal.line(`fayger ${packageVersion()}`);
    return ExitCode.Ok;
  }
  if (found === undefined) return unknownCommand(terminal, name);
  const { command, args: left } = await below(found, rest);
  try {
    const invocation = parseInvocation(command, left, terminal, signal);
    if (invocation.help) {
      terminal.line(await helpOf(terminal, command));
      return ExitCode.Ok;
    }
    return await command.run(invocation);
  } catch (error) {
    return report(terminal, command, error, signal);
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

async function helpOf(terminal: Terminal, command: Command): Promise<string> {
  return commandHelp(terminal, command, await command.subcommands?.());
}

function unknownCommand(terminal: Terminal, name: string): number {
  const message = `there is no command \`${printable(name)}\``;
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

function report(terminal: Terminal, command: Command, error: unknown, signal: AbortSignal): number {
  if (error instanceof UsageError) {
    if (terminal.isJson) terminal.json({ error: { code: "USAGE", message: error.message } });
    else {
      terminal.note(`${terminal.style("red", "error")} ${printable(error.message)}`);
      terminal.note(
        `${terminal.style("cyan", "help")}  fayger ${command.usage[0]}; options: ${Object.keys({
          ...command.options,
          ...COMMON_OPTIONS,
        })
          .map((name) => `--${name}`)
          .join(" ")}`,
      );
    }
    return ExitCode.Usage;
  }
  if (isFaygerError(error)) {
    printError(terminal, error);
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

import { closestName } from "../diagnostics/suggest.js";
import { parseArguments } from "./arguments.js";
import type { Command } from "./command.js";
import { type CommandHost, type ExitCode, exitCode } from "./host.js";

/** The name users type. */
export const programName = "fayger-spec";

/** Runs one command line against a command table. Never throws on bad arguments. */
export async function runProgram(
  args: readonly string[],
  commands: readonly Command[],
  host: CommandHost,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    return help(rest[0], commands, host);
  }
  if (name === "--version") {
    host.stdout(`${programName} ${host.version}\n`);
    return exitCode.ok;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) return usage(unknownCommand(name, commands), "", host);
  if (rest.includes("--help") || rest.includes("-h")) return help(name, commands, host);
  const parsed = parseArguments(rest, command.options);
  const result = "usageError" in parsed ? parsed : await command.run(parsed, host);
  return typeof result === "object" ? usage(result.usageError, ` ${name}`, host) : result;
}

function usage(problem: string, topic: string, host: CommandHost): ExitCode {
  host.stderr(`${programName}: ${problem}\ntry: ${programName}${topic} --help\n`);
  return exitCode.usage;
}

function unknownCommand(name: string, commands: readonly Command[]): string {
  const similar = closestName(
    name,
    commands.map((command) => command.name),
  );
  return similar === undefined ? `unknown command ${name}` : `unknown command ${name}; did you mean ${similar}?`;
}

function help(topic: string | undefined, commands: readonly Command[], host: CommandHost): ExitCode {
  const command = commands.find((candidate) => candidate.name === topic);
  if (topic !== undefined && command === undefined) return usage(unknownCommand(topic, commands), "", host);
  host.stdout(command === undefined ? programHelp(commands) : commandHelp(command));
  return exitCode.ok;
}

function programHelp(commands: readonly Command[]): string {
  return [
    `usage: ${programName} COMMAND [OPTIONS]`,
    "",
    "Reads the specification sources (CDDL and YAML) and turns them into code.",
    "",
    "Commands:",
    ...columns(commands.map((command) => [`${command.name} ${command.operands}`.trim(), command.summary])),
    "",
    "Exit codes: 0 nothing wrong, 1 errors in the input, 2 wrong command line.",
    `More about one command: ${programName} COMMAND --help. Version: ${programName} --version`,
    "",
  ].join("\n");
}

function commandHelp(command: Command): string {
  const options = command.options.map((option): readonly [string, string] => {
    const value = option.values === undefined ? "" : ` ${option.values.join("|")}`;
    return [`--${option.name}${value}`, option.description];
  });
  return [
    `usage: ${programName} ${command.name} ${command.operands}`.trimEnd(),
    "",
    command.summary,
    "",
    ...(options.length === 0 ? [] : ["Options:", ...columns(options), ""]),
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

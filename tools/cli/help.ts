import { COMMON_OPTIONS, type Command, type OptionSpec } from "./command.js";
import { EXIT_CODE_MEANINGS } from "./exit-code.js";
import type { Terminal } from "./output/terminal.js";

/** Variables of the environment that mean something, and what. */
const ENVIRONMENT: readonly (readonly [names: string, meaning: string])[] = [
  ["NO_COLOR", "no colour"],
  ["FAYGER_TRUST_STORE", "trust store instead of the one in your configuration folder"],
  ["FAYGER_PERMISSIONS", "file of permissions that you gave to assembled artifacts, instead of the one there"],
  ["FAYGER_DEBUG=1", "say where fayger itself failed"],
  [
    "AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL",
    "for s3: addresses; without keys only what is public",
  ],
  ["IPFS_GATEWAY", "gateways for ipfs: addresses, joined by commas"],
];
/** Columns of a name in the list of these. */
const NAME_COLUMNS = 18;

/** Help of the program: what it is, its commands, exit codes, environment. */
export function programHelp(terminal: Terminal, commands: readonly Command[]): string {
  const title = (text: string): string => terminal.style("bold", text);
  const widest = Math.max(...commands.map((command) => command.name.length));
  return [
    `${title("fayger")}: load, verify, run and explain BuF artifacts`,
    "",
    `${title("Usage")}  fayger COMMAND [OPTIONS]`,
    "",
    title("Commands"),
    ...commands.map((command) => `  ${terminal.style("cyan", command.name.padEnd(widest))}  ${command.summary}`),
    "",
    "  `fayger COMMAND --help` shows options and examples of one command.",
    "",
    `${title("Artifacts")}  FILE, https://…, s3://BUCKET/KEY, ipfs://CID[/PATH], or - for standard input`,
    "",
    title("Exit codes"),
    ...EXIT_CODE_MEANINGS.map(exitCodeLine),
    "  `run` gives the program's own exit code where the program sets one.",
    "",
    title("Environment"),
    ...ENVIRONMENT.map(([names, meaning]) => {
      const gap = names.length > NAME_COLUMNS ? `\n${" ".repeat(NAME_COLUMNS + 4)}` : "  ";
      return `  ${names.padEnd(NAME_COLUMNS)}${gap}${meaning}`;
    }),
  ].join("\n");
}

/** The same as data. @spec tools.json */
export function programHelpJson(version: string, commands: readonly Command[]): object {
  return {
    name: "fayger",
    version,
    usage: ["fayger COMMAND [OPTIONS]"],
    commands: commands.map(summaryJson),
    exit_codes: EXIT_CODE_MEANINGS.map(exitCodeJson),
    environment: ENVIRONMENT.map(([names, meaning]) => ({ names: names.split(", "), meaning })),
  };
}

/** Help of one command as data. @spec tools.json */
export function commandHelpJson(command: Command, subcommands: readonly Command[] = []): object {
  const { name, summary, usage, description, options, exitCodes = EXIT_CODE_MEANINGS, examples } = command;
  return {
    name,
    summary,
    usage: usage.map((form) => `fayger ${form}`),
    description,
    ...(subcommands.length > 0 && { commands: subcommands.map(summaryJson) }),
    options: Object.entries({ ...options, ...COMMON_OPTIONS }).map(
      ([option, { type, short, value, multiple, help }]) => ({
        name: option,
        ...(short !== undefined && { short }),
        ...(type === "string" && { value: value ?? "TEXT" }),
        repeatable: multiple === true,
        help,
      }),
    ),
    exit_codes: exitCodes.map(exitCodeJson),
    examples: examples.map(([line, what]) => ({ command: `fayger ${line}`, what })),
  };
}

const summaryJson = ({ name, summary }: Command): object => ({ name, summary });
const exitCodeJson = ([code, meaning]: readonly [number, string]): object => ({ code, meaning });

/** Help of one command, with those below it. */
export function commandHelp(terminal: Terminal, command: Command, subcommands: readonly Command[] = []): string {
  const title = (text: string): string => terminal.style("bold", text);
  const rows = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(
    ([name, spec]) => [optionText(name, spec), optionHelp(spec)] as const,
  );
  const widest = Math.max(...rows.map(([text]) => text.length));
  return [
    `${title(`fayger ${command.name}`)}: ${command.summary}`,
    "",
    ...command.usage.map((usage, index) => `${index === 0 ? title("Usage") : "     "}  fayger ${usage}`),
    "",
    command.description,
    "",
    ...subcommandLines(terminal, command, subcommands),
    title("Options"),
    ...rows.map(([text, help]) => `  ${terminal.style("cyan", text.padEnd(widest))}  ${help}`),
    "",
    ...exitCodeLines(terminal, command),
    title("Examples"),
    ...command.examples.flatMap(([line, what]) => [`  ${terminal.style("dim", `# ${what}`)}`, `  fayger ${line}`]),
  ].join("\n");
}

function subcommandLines(terminal: Terminal, { name }: Command, subcommands: readonly Command[]): string[] {
  if (subcommands.length === 0) return [];
  const widest = Math.max(...subcommands.map((command) => command.name.length));
  return [
    terminal.style("bold", "Commands"),
    ...subcommands.map((command) => `  ${terminal.style("cyan", command.name.padEnd(widest))}  ${command.summary}`),
    "",
    `  \`fayger ${name} COMMAND --help\` shows options and examples of one of them.`,
    "",
  ];
}

function exitCodeLines(terminal: Terminal, { exitCodes = [] }: Command): string[] {
  if (exitCodes.length === 0) return [];
  return [terminal.style("bold", "Exit codes"), ...exitCodes.map(exitCodeLine), ""];
}

function exitCodeLine([code, meaning]: readonly [number, string]): string {
  return `  ${String(code).padEnd(3)}  ${meaning}`;
}

function optionText(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  return `${short}--${name}${spec.type === "string" ? ` ${spec.value ?? "TEXT"}` : ""}`;
}

function optionHelp(spec: OptionSpec): string {
  return spec.multiple === true ? `${spec.help} (may be repeated)` : spec.help;
}

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { NearestNames } from "../../reference/assembly/manifest/nearest-name.js";
import type { Terminal } from "./output/terminal.js";

/** One option of a command, as `--name`. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** Placeholder in the help, for instance `FILE`. */
  readonly value?: string;
  /** One line for the help. */
  readonly help: string;
}

/** What a command receives. */
export interface Invocation {
  /** Arguments that are no options. */
  readonly positionals: readonly string[];
  /** What stands behind `--`, for a command that hands it on. */
  readonly handedOn: readonly string[];
  /** Text of an option, or `undefined`. */
  text(name: string): string | undefined;
  /** Every text of an option that may be repeated. */
  texts(name: string): readonly string[];
  /** Whether a switch is set. */
  flag(name: string): boolean;
  /** Where output goes. */
  readonly terminal: Terminal;
  /** Aborted when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Forms of use, without the program's name. */
  readonly usage: readonly string[];
  /** A paragraph or two for the command's own help. */
  readonly description: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Whether what stands behind `--` is not its own. */
  readonly handsOn?: boolean;
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Commands below this one, each with its whole name, for instance `conform run`; `run` then only says so. */
  readonly subcommands?: () => Promise<readonly Command[]>;
  /** What its exit codes mean, where they are not those of every command. */
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[];
  /** Do it; gives the exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** Exit codes of `fayger`; what each means is in `exit-code.ts`, and whole in `spec/chapters/tools.md`. @spec tools.exit-codes */
export const ExitCode = {
  /** Done. */
  Ok: 0,
  /** The artifact, or what else was to be judged, was read and refused. */
  Refused: 1,
  /** The command line makes no sense. */
  Usage: 2,
  /** The program failed, or could not be started. */
  Failed: 3,
  /** The artifact, or a file of the host, could not be read or written. */
  HostTrouble: 4,
  /** Stopped with Ctrl-C. */
  Interrupted: 130,
} as const;

/** A wrong command line. The message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options every command understands. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: "boolean", help: "print one JSON document instead of text" },
  help: { type: "boolean", short: "h", help: "show this help" },
};

/**
 * Parse the arguments of one command.
 *
 * @throws UsageError naming the argument
 */
export function parseInvocation(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Invocation & { readonly help: boolean } {
  const specs = { ...command.options, ...COMMON_OPTIONS };
  const options: Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }> = {};
  for (const [name, spec] of Object.entries(specs)) {
    options[name] = {
      type: spec.type,
      ...(spec.short !== undefined && { short: spec.short }),
      ...(spec.multiple !== undefined && { multiple: spec.multiple }),
    };
  }
  const { own, handedOn } = splitArguments(command, args);
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: own, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(wrongArgument(error instanceof Error ? error.message : String(error), specs, own));
  }
  const { values, positionals } = parsed;
  assertMeant(specs, values, positionals);
  return {
    positionals,
    handedOn,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    texts: (name) => (Array.isArray(values[name]) ? values[name].filter((item) => typeof item === "string") : []),
    flag: (name) => values[name] === true,
    help: values["help"] === true,
    terminal,
    signal,
  };
}

/** What Node says of a wrong argument, with what to write instead where that can be known. */
function wrongArgument(message: string, specs: Readonly<Record<string, OptionSpec>>, own: readonly string[]): string {
  const [said = message] = message.split(/\. To specify|\n/);
  const [, dashed] = /^Option '[^']*?(--?[A-Za-z-]+)' argument is ambiguous/.exec(said) ?? [];
  if (dashed !== undefined) {
    const long = Object.entries(specs).find(
      ([name, { short }]) => dashed === `--${name}` || dashed === `-${short}`,
    )?.[0];
    const value = own[own.indexOf(dashed) + 1];
    return `${dashed}: found \`${value}\`, which looks like an option; where it is meant: --${long}=${value}`;
  }
  const [, unknown] = /^Unknown option '(.+)'$/.exec(said) ?? [];
  if (unknown === undefined) return said;
  const file = own.find((word) => word.startsWith(unknown) && existsSync(word));
  if (file !== undefined) return `${said}; a file of this name is ./${file}`;
  const near = new NearestNames(Object.keys(specs)).nearest(unknown.replace(/^-+/, ""));
  return near === undefined || !unknown.startsWith("--") ? said : `${said}; did you mean --${near.name}?`;
}

/** A variable of a script that is not set makes an empty argument, which would mean nothing, or something else. @throws UsageError */
function assertMeant(
  specs: Readonly<Record<string, OptionSpec>>,
  values: Readonly<Record<string, unknown>>,
  positionals: readonly string[],
): void {
  for (const [name, value] of Object.entries(values)) {
    const placeholder = specs[name]?.value;
    if (placeholder !== "TEXT" && [value].flat().includes(""))
      throw new UsageError(`--${name}: expected ${placeholder}, found nothing`);
  }
  // Standard output holds what the command tells.
  if (values["out"] === "-") throw new UsageError("--out: expected a file, found `-`; one of this name is ./-");
  if (positionals.includes(""))
    throw new UsageError("found an argument that is empty; is a variable of yours not set?");
}

/** What is a command's own, and what it hands on. @spec tools.run.arguments */
export function splitArguments(
  command: Command | undefined,
  args: readonly string[],
): { own: string[]; handedOn: string[] } {
  const end = command?.handsOn === true ? args.indexOf("--") : -1;
  return end === -1 ? { own: [...args], handedOn: [] } : { own: args.slice(0, end), handedOn: args.slice(end + 1) };
}

/** The one positional argument a command expects. @throws UsageError */
export function onlyPositional(invocation: Invocation, what: string): string {
  const [first, ...rest] = invocation.positionals;
  if (first === undefined) throw new UsageError(`expected ${what}`);
  if (rest.length > 0) throw new UsageError(`expected only ${what}, found also \`${rest[0]}\``);
  return first;
}

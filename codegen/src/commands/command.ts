import type { OptionDefinition, ParsedArguments } from "./arguments.js";
import type { CommandHost, ExitCode } from "./host.js";

/** One entry of the command table. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the command name, for example `FILE...`. */
  readonly operands: string;
  readonly options: readonly OptionDefinition[];
  /** Complete command lines. */
  readonly examples: readonly string[];
  /** Runs the command. Returns a text instead of an exit code when the arguments are wrong. */
  readonly run: (args: ParsedArguments, host: CommandHost) => ExitCode | UsageError | Promise<ExitCode | UsageError>;
}

/** Why the arguments of a command cannot be used; one sentence fragment. */
export interface UsageError {
  readonly usageError: string;
}

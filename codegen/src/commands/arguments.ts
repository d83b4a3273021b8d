import { closestName } from "../diagnostics/suggest.js";

/** A command line option. */
export interface OptionDefinition {
  /** Long name without dashes. */
  readonly name: string;
  /** Allowed values of an option with a value; absent for a switch. */
  readonly values?: readonly string[];
  /** One line for `--help`. */
  readonly description: string;
}

/** Arguments split into what they are. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  /** Switches that were given map to `true`, options with a value to that value. */
  readonly options: ReadonlyMap<string, string | true>;
}

/** Splits arguments by a list of options; `usageError` is one sentence fragment. `--` ends the options. */
export function parseArguments(
  args: readonly string[],
  definitions: readonly OptionDefinition[],
): ParsedArguments | { readonly usageError: string } {
  const positionals: string[] = [];
  const options = new Map<string, string | true>();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "--") {
      positionals.push(...args.slice(index + 1));
      break;
    }
    if (!argument.startsWith("-") || argument === "-") {
      positionals.push(argument);
      continue;
    }
    const [, name = "", inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const definition = definitions.find((candidate) => candidate.name === name);
    if (definition === undefined) return { usageError: unknownOption(argument, name, definitions) };
    if (definition.values === undefined) {
      if (inline !== undefined) return { usageError: `option --${name} takes no value` };
      options.set(name, true);
      continue;
    }
    const value = inline ?? args[++index];
    if (value === undefined || !definition.values.includes(value)) {
      return { usageError: `option --${name} takes one of: ${definition.values.join(", ")}` };
    }
    options.set(name, value);
  }
  return { positionals, options };
}

function unknownOption(argument: string, name: string, definitions: readonly OptionDefinition[]): string {
  const similar = closestName(
    name,
    definitions.map((definition) => definition.name),
  );
  return similar === undefined
    ? `unknown option ${argument}`
    : `unknown option ${argument}; did you mean --${similar}?`;
}

import type { Command } from "./command.js";
import { explainCommand } from "./explain.js";
import { generateCommand } from "./generate.js";
import { parseCommand } from "./parse.js";

/** The command table of `fayger-spec`, in the order `--help` lists it. A new command is one entry here. */
export const commands: readonly Command[] = [generateCommand, parseCommand, explainCommand];

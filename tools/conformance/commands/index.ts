import type { Command } from "../../cli/command.js";
import { compare } from "./compare.js";
import { diff } from "./diff.js";
import { explain } from "./explain.js";
import { init } from "./init.js";
import { list } from "./list.js";
import { property } from "./property.js";
import { report } from "./report.js";
import { run } from "./run.js";
import { verify } from "./verify.js";

/** Every command below `fayger conform`, in the order of the help. A new one is a file beside this and a line here. */
export const conformCommands: readonly Command[] = [init, run, explain, list, report, compare, verify, diff, property];

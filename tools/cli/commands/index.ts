import type { Command } from "../command.js";
import { assemble } from "./assemble.js";
import { conform } from "./conform.js";
import { host } from "./host.js";
import { inspect } from "./inspect.js";
import { keygen } from "./keygen.js";
import { newCommand } from "./new.js";
import { pack } from "./pack.js";
import { run } from "./run.js";
import { sign } from "./sign.js";
import { trust } from "./trust.js";
import { verify } from "./verify.js";

/** Every command, in the order of the help: what one does first stands first. */
export const commands: readonly Command[] = [
  run,
  verify,
  inspect,
  newCommand,
  assemble,
  pack,
  sign,
  keygen,
  trust,
  host,
  conform,
];

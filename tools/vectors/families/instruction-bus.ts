import type { Family } from "../corpus/family.js";
import { asynchronous } from "./instruction-bus/asynchronous.js";
import { usual } from "./instruction-bus/drafts.js";
import { everyInstruction } from "./instruction-bus/every-instruction.js";
import { malformed } from "./instruction-bus/malformed.js";
import { missing } from "./instruction-bus/missing.js";
import { precedence } from "./instruction-bus/precedence.js";
import { replies } from "./instruction-bus/replies.js";
import { unknownOpcodes } from "./instruction-bus/unknown-opcodes.js";

/** The order of the bus's checks. */
export const instructionBus: Family = {
  name: "instruction-bus",
  drafts: () => [
    usual,
    ...precedence(usual),
    ...everyInstruction(),
    ...missing(),
    ...unknownOpcodes(),
    ...replies(),
    ...asynchronous(),
    ...malformed(),
  ],
};

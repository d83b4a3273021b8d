import { INSTRUCTION_EVENTS, type InstructionEventRow } from "../../generated/instructions/instruction-table.js";

/** The row of an event. @throws TypeError where the table has none: a normalizer names what does not exist */
export function instructionEventNamed(name: string): InstructionEventRow {
  const row = INSTRUCTION_EVENTS.find((event) => event.name === name);
  if (row === undefined) throw new TypeError(`no such event: ${name}`);
  return row;
}

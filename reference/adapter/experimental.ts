import { capabilitySet, isCapabilityName } from "../../generated/capabilities.js";
import { isInstructionCategory } from "../../generated/enums/instruction-category.js";
import { type InstructionRow, instructionNamed } from "../../generated/instructions/instruction-table.js";
import type { AdapterDescriptor, ExperimentalInstruction } from "../contracts/platform-adapter.js";
import { opcodeKey } from "./opcode-key.js";

/** The first opcode of experiments. @spec instructions.experimental */
const FIRST_EXPERIMENT = 0x8000;
const NAME = /^[a-z]+\.[a-z][a-z0-9_]{0,62}$/;

/** Finds what an adapter registered for an experimental opcode. */
export type ExperimentalLookup = (category: number, opcode: number) => InstructionRow | undefined;

/** An experimental instruction as if it stood in the table. @spec instructions.caps.experimental */
function rowOf({
  name,
  category,
  opcode,
  capabilities,
  dispatch,
  opensHandle,
}: ExperimentalInstruction): InstructionRow {
  return {
    name,
    category,
    opcode,
    capability: capabilities[0] ?? null,
    capabilities: capabilitySet(capabilities),
    dispatch,
    handle: opensHandle === true ? "handle" : null,
  };
}

/** What an adapter registered, by category and opcode. */
export function experimentalLookup({
  experimentalInstructions = [],
}: AdapterDescriptor): ExperimentalLookup | undefined {
  if (experimentalInstructions.length === 0) return undefined;
  const rows = new Map(
    experimentalInstructions.map((registered) => [
      opcodeKey(registered.category, registered.opcode),
      rowOf(registered),
    ]),
  );
  return (category, opcode) => rows.get(opcodeKey(category, opcode));
}

/** Names of those that an adapter must not register as it does. @spec adapters.experimental */
export function unfitExperiments({ experimentalInstructions = [] }: AdapterDescriptor): string[] {
  const names = new Set<string>();
  const opcodes = new Set<number>();
  const unfit: string[] = [];
  for (const { name, category, opcode, capabilities } of experimentalInstructions) {
    const key = opcodeKey(category, opcode);
    const isFit =
      isInstructionCategory(category) &&
      Number.isInteger(opcode) &&
      opcode >= FIRST_EXPERIMENT &&
      opcode <= 0xffff &&
      NAME.test(name) &&
      instructionNamed(name) === undefined &&
      capabilities.every(isCapabilityName) &&
      !names.has(name) &&
      !opcodes.has(key);
    if (!isFit) unfit.push(name);
    names.add(name);
    opcodes.add(key);
  }
  return unfit;
}

import {
  INSTRUCTION_CATEGORY_NAMES,
  type InstructionCategory,
} from "../../../../generated/enums/instruction-category.js";
import { encodeInstruction as encodeMessage } from "../../../../generated/instructions/message.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type Answer, accepted } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { given } from "../inputs.js";
import { tlvsFromJson } from "../tlv.js";

/** Encode a Universal_Instruction. */
export function encodeInstruction(inputs: VectorInputs): Answer {
  const bits = inputs.capability_bits ?? [];
  const instruction = {
    category: categoryNamed(given(inputs, "category")),
    opcode: given(inputs, "opcode"),
    asynchronous: inputs.asynchronous ?? false,
    capabilitiesRequired: bits.reduce((set, bit) => set | (1 << bit), 0),
    operands: tlvsFromJson(given(inputs, "operands")),
  };
  try {
    return accepted({ bytes: toHexadecimal(encodeMessage(instruction)) });
  } catch (error) {
    // A number that no instruction holds: nothing a vector may ask for.
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}

function categoryNamed(name: string): InstructionCategory {
  const found = Object.entries(INSTRUCTION_CATEGORY_NAMES).find(([, known]) => known === name);
  if (found === undefined) throw new InputError(`no category is named ${name}`);
  return Number(found[0]) as InstructionCategory;
}

import { instructionCategoryName } from "../../../../generated/enums/instruction-category.js";
import { InstructionFlag } from "../../../../generated/enums/instruction-flag.js";
import {
  decodeInstruction as decodeMessage,
  INSTRUCTION_HEAD_BYTES,
} from "../../../../generated/instructions/message.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type Answer, answering } from "../answer.js";
import { givenBytes } from "../inputs.js";
import { tlvInJson } from "../tlv.js";

/** Decode a Universal_Instruction. */
export function decodeInstruction(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  return answering(() => {
    const { category, opcode, asynchronous, capabilitiesRequired, operands } = decodeMessage(bytes);
    return {
      category: instructionCategoryName(category),
      opcode,
      asynchronous,
      capability_bits: bitsOf(capabilitiesRequired, bytes),
      operands: operands.map(tlvInJson),
    };
  });
}

/** Bit 31 of a set stands for every capability from 31 on; which ones, only the bytes tell. */
function bitsOf(set: number, bytes: Uint8Array): number[] {
  const bits: number[] = [];
  for (let bit = 0; bit < 31; bit += 1) if ((set >>> bit) & 1) bits.push(bit);
  return set < 0 ? [...bits, ...extendedBitsFrom31(bytes)] : bits;
}

function extendedBitsFrom31(bytes: Uint8Array): number[] {
  if (((bytes[0] as number) & InstructionFlag.ExtCaps) === 0) return [];
  const bits: number[] = [];
  const length = bytes[INSTRUCTION_HEAD_BYTES] as number;
  for (let bit = 31; bit < 16 + 8 * length; bit += 1) {
    const byte = bytes[INSTRUCTION_HEAD_BYTES + 1 + ((bit - 16) >> 3)] as number;
    if ((byte >>> (bit & 7)) & 1) bits.push(bit);
  }
  return bits;
}

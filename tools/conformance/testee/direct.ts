import { INSTRUCTION_OPERANDS, INSTRUCTION_RESULTS } from "../../../generated/instructions/instruction-shapes.js";
import type { Tlv, TlvTypeName } from "../../../generated/instructions/tlv.js";
import type { DirectOperands, DirectReply } from "../../../reference/index.js";

/** Types that can be read out of a program's memory, and those that can be written into a reply. */
const READ: readonly TlvTypeName[] = ["u32", "u64", "i64", "bytes", "text", "handle"];
const WRITTEN: readonly TlvTypeName[] = ["u32", "u64", "bytes"];

/**
 * An instruction that a host may answer where it stands, without making objects of operands and results. Which of them
 * may be answered so is for the bus to say.
 */
export interface DirectInstruction {
  /** Its operands. */
  operands(operands: DirectOperands): readonly Tlv[];
  /** Whether there is room for these results, which are those of the table. */
  fits(results: readonly Tlv[], reply: DirectReply): boolean;
}

/** How a host answers an instruction where it stands; `undefined` for one with what cannot be read or written there. */
export function directInstruction(name: string): DirectInstruction | undefined {
  const operandTypes = INSTRUCTION_OPERANDS[name]?.map(({ type }) => type) ?? [];
  const resultTypes = INSTRUCTION_RESULTS[name]?.map(({ type }) => type) ?? [];
  const isDirect =
    operandTypes.every((type) => READ.includes(type)) && resultTypes.every((type) => WRITTEN.includes(type));
  if (!isDirect) return undefined;
  return {
    operands: (operands) => operandTypes.map((type, index) => operandAt(operands, index, type)),
    fits: (results, { room }) =>
      results.length === resultTypes.length &&
      results.every(({ type, ...tlv }, at) => type === resultTypes[at] && lengthOf(tlv) <= room),
  };
}

/** Write results behind each other into a reply that has room for them. */
export function giveDirect(results: readonly Tlv[], reply: DirectReply): void {
  for (const result of results) {
    if (result.type === "u32") reply.u32(result.value);
    else if (result.type === "u64") reply.u64(result.value);
    else if (result.type === "bytes") giveBytes(result.value, reply);
    else throw new TypeError(`a reply has no place for ${result.type}`);
  }
}

/** As a file would that ends early: more room is asked for than is filled, by a little, by much, or not at all. */
function giveBytes(value: Uint8Array, reply: DirectReply): void {
  const more = [0, 1, 200][Math.floor(value.length / 7) % 3] as number;
  const room = reply.bytes(Math.min(value.length + more, reply.room));
  room.set(value);
  if (room.length > value.length) reply.filled(value.length);
}

function operandAt(operands: DirectOperands, index: number, type: TlvTypeName): Tlv {
  switch (type) {
    case "u32":
    case "handle":
      return { type, value: operands.u32(index) };
    case "u64":
      return { type, value: operands.u64(index) };
    case "i64":
      return { type, value: operands.i64(index) };
    case "bytes":
      return { type, value: operands.bytes(index).slice() };
    case "text":
      return { type, value: String.fromCharCode(...operands.bytes(index)) };
    default:
      throw new TypeError(`no ${type} is read where it stands`);
  }
}

function lengthOf({ value }: { readonly value?: unknown }): number {
  return value instanceof Uint8Array ? value.length : 0;
}

import type { BinaryReader } from "./binary-reader.js";
import { readValueType } from "./decode-types.js";
import { implementationLimits } from "./implementation-limits.js";
import { InstructionReader } from "./instruction-reader.js";
import { Opcode } from "./opcodes.js";
import { STEP_BYTES, type Steps } from "./steps.js";
import type { ConstantExpression, FunctionBody, LocalGroup } from "./types.js";
import { WasmInvalid } from "./wasm-invalid.js";

const NO_LOCALS: readonly LocalGroup[] = Object.freeze([]);

/**
 * Step over the instructions up to the `end` that closes them, checking what the binary format asks for:
 * known opcodes, well-formed immediates, blocks that close, and segment indices only after a data count.
 * It keeps a list of open blocks instead of recursing, so that depth costs memory in proportion to the bytes.
 *
 * @param open for each block that is open whether it may still have an `else`; empty at the beginning
 * @param until where to leave it and go on later, if the end was not there before
 * @returns whether the end was read
 */
function scanExpression(
  instructions: InstructionReader,
  hasDataCount: boolean,
  open: boolean[],
  until: number,
): boolean {
  const { reader } = instructions;
  while (reader.position < until) {
    if (reader.position === reader.end) {
      throw new WasmInvalid("end_expected", reader.position, "end", "no more bytes");
    }
    instructions.next();
    switch (instructions.opcode) {
      case Opcode.Block:
      case Opcode.Loop:
        open.push(false);
        break;
      case Opcode.If:
        open.push(true);
        break;
      case Opcode.Else:
        if (open.pop() !== true) {
          throw new WasmInvalid("else_without_if", instructions.offset, "else directly in an if", "another else");
        }
        open.push(false);
        break;
      case Opcode.End:
        if (open.pop() === undefined) return true;
        break;
      case Opcode.MemoryInit:
      case Opcode.DataDrop:
        if (!hasDataCount) {
          throw new WasmInvalid("data_count_required", instructions.offset, "a data count section", "none");
        }
        break;
      default:
    }
  }
  return false;
}

/** Read a constant expression. Which instructions it may hold is a question of validation. */
export function readConstantExpression(reader: BinaryReader, hasDataCount: boolean): ConstantExpression {
  const start = reader.position;
  scanExpression(new InstructionReader(reader), hasDataCount, [], Number.POSITIVE_INFINITY);
  return { start, end: reader.position };
}

/**
 * Read one entry of the code section: its size, its locals and its instructions.
 *
 * @spec guest-abi.code.malformed
 */
export function* readFunctionBody(
  reader: BinaryReader,
  instructions: InstructionReader,
  hasDataCount: boolean,
): Steps<FunctionBody> {
  const sizeOffset = reader.position;
  const size = reader.length("the size of a function body");
  // @spec guest-abi.code.limits
  if (size > implementationLimits.functionBodyBytes) {
    const limit = `a function body of at most ${implementationLimits.functionBodyBytes} bytes`;
    throw new WasmInvalid("limit_exceeded", sizeOffset, limit, `${size}`);
  }
  const start = reader.position;
  const sectionEnd = reader.end;
  const end = start + size;
  reader.end = end;
  const { localGroups, localCount } = readLocals(reader);
  const codeStart = reader.position;
  const open: boolean[] = [];
  while (!scanExpression(instructions, hasDataCount, open, reader.position + STEP_BYTES)) yield;
  if (reader.position !== end) {
    throw new WasmInvalid(
      "body_size",
      reader.position,
      "the end of the function body",
      `${end - reader.position} more bytes`,
    );
  }
  reader.end = sectionEnd;
  return { start, codeStart, end, localGroups, localCount };
}

function readLocals(reader: BinaryReader): { localGroups: readonly LocalGroup[]; localCount: number } {
  const groupCount = reader.count("the number of local groups", reader.end, 2);
  if (groupCount === 0) return { localGroups: NO_LOCALS, localCount: 0 };
  const localGroups: LocalGroup[] = [];
  let localCount = 0;
  for (let position = 0; position < groupCount; position++) {
    const offset = reader.position;
    const count = reader.u32("a number of locals");
    localCount += count;
    if (localCount > 0xffff_ffff) {
      throw new WasmInvalid("too_many_locals", offset, "at most 2^32-1 locals", `${localCount}`);
    }
    const type = readValueType(reader, "a local's type");
    if (count > 0) localGroups.push({ count, type });
  }
  return { localGroups, localCount };
}

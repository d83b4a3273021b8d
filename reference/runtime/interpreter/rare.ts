import { Opcode } from "../wasm/opcodes.js";
import { TrapNumber } from "./exits.js";
import { PAGE, PIECE_BYTES } from "./linear-memory.js";
import type { MachineState } from "./machine-state.js";
import { PIECE_ELEMENTS } from "./table.js";
import { saturateToLong, saturateToWord } from "./truncate.js";

const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;
const MEMORY_COPY = 0x10a;
const MEMORY_FILL = 0x10b;
/** Bytes or elements that cost one unit more. */
const BULK = 64;

/** What an instruction came to that is neither done nor trapped. */
export const Rare = {
  /** The fuel is too little: nothing of what is left was done. */
  Unpaid: -1,
  /** Some of it was done. Its operands say what is left. */
  Midway: -2,
} as const;

/**
 * Do an instruction that is rare. Its operands stand in slots in a row from `words[at]` on, its result goes there.
 *
 * @param first its immediates
 * @returns 0, the number of a trap, or one of {@link Rare}
 */
export function doRare(machine: MachineState, operation: number, at: number, first: number, second: number): number {
  const { instance } = machine;
  const { words, singles, doubles } = machine.stack;
  switch (operation) {
    case MEMORY_SIZE:
      words[at] = instance.memory!.byteLength / PAGE;
      return 0;
    case MEMORY_GROW: {
      const { store } = instance;
      const denied = (): void => store.onDenied("memory_bytes");
      const grown = instance.memory!.grow(words[at]! >>> 0, store.memoryQuota, denied);
      if (grown === undefined) return Rare.Midway;
      words[at] = grown;
      return 0;
    }
    case Opcode.GlobalGet: {
      const cell = instance.globalCell(first);
      words[at] = cell.values[cell.at]!;
      words[at + 1] = cell.values[cell.at + 1]!;
      return 0;
    }
    case Opcode.GlobalSet: {
      const cell = instance.globalCell(first);
      cell.values[cell.at] = words[at]!;
      cell.values[cell.at + 1] = words[at + 1]!;
      return 0;
    }
    case Opcode.RefFunc:
      words[at] = instance.functionAddress(first);
      return 0;
    case Opcode.DataDrop:
      instance.droppedData[first] = 1;
      return 0;
    case Opcode.ElemDrop:
      instance.droppedElements[first] = 1;
      return 0;
    case 0x100: // i32.trunc_sat_f32_s
    case 0x101: // i32.trunc_sat_f32_u
      saturateToWord(singles[at]!, operation === 0x100, words, at);
      return 0;
    case 0x102: // i32.trunc_sat_f64_s
    case 0x103: // i32.trunc_sat_f64_u
      saturateToWord(doubles[at >> 1]!, operation === 0x102, words, at);
      return 0;
    case 0x104: // i64.trunc_sat_f32_s
    case 0x105: // i64.trunc_sat_f32_u
      saturateToLong(singles[at]!, operation === 0x104, words, at);
      return 0;
    case 0x106: // i64.trunc_sat_f64_s
    case 0x107: // i64.trunc_sat_f64_u
      saturateToLong(doubles[at >> 1]!, operation === 0x106, words, at);
      return 0;
    case Opcode.MemoryInit:
    case MEMORY_COPY:
    case MEMORY_FILL:
      return doMemory(machine, operation, at, first);
    default:
      return doTable(machine, operation, at, first, second);
  }
}

/** The bulk operations on the memory. @spec guest-abi.fuel */
function doMemory(machine: MachineState, operation: number, at: number, segment: number): number {
  const { words } = machine.stack;
  const [to, from, count] = [words[at]! >>> 0, words[at + 2]! >>> 0, words[at + 4]! >>> 0];
  const memory = machine.instance.memory!;
  const data = operation === Opcode.MemoryInit ? machine.instance.dataBytes(segment) : undefined;
  const source = operation === MEMORY_FILL ? Number.POSITIVE_INFINITY : (data?.length ?? memory.byteLength);
  const isInside = to + count <= memory.byteLength && from + (operation === MEMORY_FILL ? 0 : count) <= source;
  const paid = payFor(machine, count, isInside, PIECE_BYTES);
  if (paid === Rare.Unpaid) return Rare.Unpaid;
  if (!isInside) return TrapNumber.MemoryOutOfBounds;
  // Where a range is copied to behind itself, its end goes first.
  const isBackward = operation === MEMORY_COPY && to > from;
  const skipped = isBackward ? count - paid : 0;
  const [begin, end] = [to + skipped, to + skipped + paid];
  if (operation === MEMORY_FILL) memory.bytes.fill(from & 0xff, begin, end);
  else if (data !== undefined) memory.bytes.set(data.subarray(from, from + paid), begin);
  else memory.bytes.copyWithin(begin, from + skipped, from + skipped + paid);
  return goOn(words, at, paid, operation === MEMORY_FILL, isBackward);
}

/**
 * Pay for the next piece of a bulk operation, or for all that is left where it will trap.
 *
 * @returns how much the piece is; `Unpaid` where not all that is left could be paid
 * @spec guest-abi.fuel.blocks, runtime.turns.pieces
 */
function payFor(machine: MachineState, count: number, isInside: boolean, piece: number): number {
  if (!machine.canPay(Math.floor(count / BULK))) return Rare.Unpaid;
  // Pieces are multiples of what costs one unit, so they cost together what the whole does.
  const paid = isInside ? Math.min(count, piece) : count;
  machine.payExtra(Math.floor(paid / BULK));
  return paid;
}

/** Let the operands of a bulk operation say what is left behind a piece. */
function goOn(words: Int32Array, at: number, done: number, isFill: boolean, isBackward: boolean): number {
  const left = (words[at + 4]! >>> 0) - done;
  if (left === 0) return 0;
  words[at + 4] = left;
  if (isBackward) return Rare.Midway;
  words[at] = words[at]! + done;
  if (!isFill) words[at + 2] = words[at + 2]! + done;
  return Rare.Midway;
}

/** What is done with tables. */
function doTable(machine: MachineState, operation: number, at: number, first: number, second: number): number {
  const { instance } = machine;
  const { words } = machine.stack;
  const table = instance.tables[operation === Opcode.TableInit ? second : first]!;
  switch (operation) {
    case Opcode.TableSize:
      words[at] = table.length;
      return 0;
    case Opcode.TableGet: {
      const index = words[at]! >>> 0;
      if (index >= table.length) return TrapNumber.TableOutOfBounds;
      words[at] = table.elements[index]!;
      return 0;
    }
    case Opcode.TableSet: {
      const index = words[at]! >>> 0;
      if (index >= table.length) return TrapNumber.TableOutOfBounds;
      table.elements[index] = words[at + 2]!;
      return 0;
    }
    case Opcode.TableGrow: {
      const { store } = instance;
      const most = store.tableQuota - (store.tableElements - table.length);
      const denied = (): void => store.onDenied("table_elements");
      const grown = table.grow(words[at + 2]! >>> 0, words[at]!, most, denied);
      if (grown === undefined) return Rare.Midway;
      words[at] = grown;
      return 0;
    }
    default:
  }
  const [to, from, count] = [words[at]! >>> 0, words[at + 2]! >>> 0, words[at + 4]! >>> 0];
  const isFill = operation === Opcode.TableFill;
  const source = operation === Opcode.TableCopy ? instance.tables[second]! : undefined;
  const available = isFill ? Number.POSITIVE_INFINITY : (source?.length ?? instance.elementCount(first));
  const isInside = to + count <= table.length && (isFill || from + count <= available);
  const paid = payFor(machine, count, isInside, PIECE_ELEMENTS);
  if (paid === Rare.Unpaid) return Rare.Unpaid;
  if (!isInside) return TrapNumber.TableOutOfBounds;
  const isBackward = source === table && to > from;
  const skipped = isBackward ? count - paid : 0;
  const [begin, taken] = [to + skipped, from + skipped];
  if (isFill) table.elements.fill(words[at + 2]!, begin, begin + paid);
  else if (source !== undefined) table.elements.set(source.elements.subarray(taken, taken + paid), begin);
  else table.elements.set(instance.references(first, from, from + paid), begin);
  return goOn(words, at, paid, isFill, isBackward);
}

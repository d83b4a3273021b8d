import { Opcode } from "../wasm/opcodes.js";
import { TrapNumber } from "./exits.js";
import { PAGE } from "./linear-memory.js";
import type { MachineState } from "./machine-state.js";
import { saturateToLong, saturateToWord } from "./truncate.js";

const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;
const MEMORY_COPY = 0x10a;
const MEMORY_FILL = 0x10b;
/** Bytes or elements that cost one unit more. */
const BULK = 64;
const UNPAID = -1;

/**
 * Do an instruction that is rare. Its operands stand in slots in a row from `words[at]` on, its result goes there.
 *
 * @param first its immediates
 * @returns 0, the number of a trap, or -1 where the fuel is too little: nothing was done
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
      words[at] = instance.memory!.grow(words[at]! >>> 0, store.memoryQuota, () => store.onDenied("memory_bytes"));
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
  if (!machine.payExtra(Math.floor(count / BULK))) return UNPAID;
  const { instance } = machine;
  const memory = instance.memory!;
  const size = memory.byteLength;
  if (to + count > size) return TrapNumber.MemoryOutOfBounds;
  if (operation === MEMORY_FILL) {
    memory.bytes.fill(from & 0xff, to, to + count);
    return 0;
  }
  if (operation === MEMORY_COPY) {
    if (from + count > size) return TrapNumber.MemoryOutOfBounds;
    memory.bytes.copyWithin(to, from, from + count);
    return 0;
  }
  const bytes = instance.dataBytes(segment);
  if (from + count > bytes.length) return TrapNumber.MemoryOutOfBounds;
  memory.bytes.set(bytes.subarray(from, from + count), to);
  return 0;
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
      words[at] = table.grow(words[at + 2]! >>> 0, words[at]!, most, () => store.onDenied("table_elements"));
      return 0;
    }
    default:
  }
  const [to, from, count] = [words[at]! >>> 0, words[at + 2]! >>> 0, words[at + 4]! >>> 0];
  if (!machine.payExtra(Math.floor(count / BULK))) return UNPAID;
  if (to + count > table.length) return TrapNumber.TableOutOfBounds;
  if (operation === Opcode.TableFill) {
    table.elements.fill(words[at + 2]!, to, to + count);
  } else if (operation === Opcode.TableCopy) {
    const source = instance.tables[second]!;
    if (from + count > source.length) return TrapNumber.TableOutOfBounds;
    table.elements.set(source.elements.subarray(from, from + count), to);
  } else {
    if (from + count > instance.elementCount(first)) return TrapNumber.TableOutOfBounds;
    table.elements.set(instance.references(first, from, from + count), to);
  }
  return 0;
}

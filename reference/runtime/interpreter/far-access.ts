import type { ModuleInstance } from "./module-instance.js";

/** Bytes accessed by the loads and stores 0x28 to 0x3e. */
const WIDTHS: readonly number[] = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4];
const ADD_LOAD = 0x3f;
const I32_LOAD = 0x28;

/**
 * A load or store whose address or offset is 2 GiB or more, or that lies outside the memory.
 *
 * @param operation the number of the instruction
 * @param x where a result goes
 * @param y where the address is
 * @param z where the value is that is stored
 * @param offset the offset as a signed number
 * @returns false where it lies outside: nothing was done
 */
export function accessFar(
  { memory }: ModuleInstance,
  operation: number,
  words: Int32Array,
  x: number,
  y: number,
  z: number,
  offset: number,
): boolean {
  const isSum = operation === ADD_LOAD;
  const base = isSum ? words[y]! + words[z]! : words[y]!;
  const at = (base >>> 0) + (offset >>> 0);
  const number = isSum ? I32_LOAD : operation;
  const width = WIDTHS[number - I32_LOAD]!;
  if (memory === undefined || at + width > memory.byteLength) return false;
  const { view } = memory.reach;
  switch (number) {
    case 0x29: // i64.load
    case 0x2b: // f64.load
      words[x] = view.getInt32(at, true);
      words[x + 1] = view.getInt32(at + 4, true);
      return true;
    case 0x2c: // i32.load8_s
    case 0x30: // i64.load8_s
      words[x] = view.getInt8(at);
      break;
    case 0x2d: // i32.load8_u
    case 0x31: // i64.load8_u
      words[x] = view.getUint8(at);
      break;
    case 0x2e: // i32.load16_s
    case 0x32: // i64.load16_s
      words[x] = view.getInt16(at, true);
      break;
    case 0x2f: // i32.load16_u
    case 0x33: // i64.load16_u
      words[x] = view.getUint16(at, true);
      break;
    case 0x37: // i64.store
    case 0x39: // f64.store
      view.setInt32(at, words[z]!, true);
      view.setInt32(at + 4, words[z + 1]!, true);
      return true;
    case 0x36: // i32.store
    case 0x38: // f32.store
    case 0x3e: // i64.store32
      view.setInt32(at, words[z]!, true);
      return true;
    case 0x3a: // i32.store8
    case 0x3c: // i64.store8
      view.setInt8(at, words[z]!);
      return true;
    case 0x3b: // i32.store16
    case 0x3d: // i64.store16
      view.setInt16(at, words[z]!, true);
      return true;
    default:
      words[x] = view.getInt32(at, true);
  }
  // An i64 that is loaded from fewer bytes: with the sign where the number is even, with zeros where it is odd.
  if (number >= 0x30 && number <= 0x35) words[x + 1] = number % 2 === 0 ? words[x]! >> 31 : 0;
  return true;
}

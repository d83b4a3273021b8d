// biome-ignore-all lint/suspicious/noConfusingLabels: the labels are the places behind the switch where instructions end alike.
import { Exit } from "./exits.js";
import type { MachineState } from "./machine-state.js";

/**
 * Run the register code of one instance from where the machine stands, until something else has to happen.
 *
 * One loop and one switch over everything that is frequent. Nothing is called from inside of it that an engine does not
 * know: then it keeps what it knows of the arrays from one instruction to the next. What needs more is left to
 * `attend`. The numbers are those of `RegisterOp` and of WebAssembly; they are written out, because only then an engine
 * makes a table of jumps. A test compares them with the names beside them.
 *
 * A register is a slot of 64 bits in the frame at `fp`, seen as two words of `S`, as a double of `D`, or as a single of
 * `F`. Values are moved as words: a NaN that is only moved keeps its bits. Instructions that compute floats end at one
 * of the two places behind the switch, where a NaN becomes the canonical one.
 *
 * @returns why it stopped; `Attend` where the machine stands at an instruction that the loop does not do
 * @spec guest-abi.nan, guest-abi.traps, guest-abi.stack, guest-abi.fuel.blocks
 */
export function execute(machine: MachineState): Exit {
  const { instance } = machine;
  const { globals, firstAddress } = instance;
  const { code, entries, functionTypes } = instance.translated;
  const { words: S, doubles: D, singles: F, calls, depthLimit } = machine.stack;
  const { view, bytes, words, limit } = instance.reach();
  const elements = instance.elements;
  let { pc, fp, cp, depth, fuel } = machine;
  let word = 0;
  let at = 0;
  let value = 0;
  let count = 0;
  let carry = 0;
  let real = 0;
  // An engine that has seen here what these are does not look again at each instruction.
  at = code.length + S.length + D.length + F.length + calls.length + globals.length + words.length + bytes.length;
  value = elements.length + entries.length + functionTypes.length + view.byteLength;

  attend: {
    run: {
      // Inside of a block there is no header to pay at.
      if (machine.inside) {
        machine.inside = false;
      } else {
        fuel -= code[pc++]!;
        if (fuel < 0) break run;
      }
      for (;;) {
        word = code[pc++]!;
        const x = (fp + ((word >>> 7) & 0x1fe)) | 0;
        const y = (fp + ((word >>> 15) & 0x1fe)) | 0;
        const z = (fp + ((word >>> 23) & 0x1fe)) | 0;
        pay: {
          unaligned: {
            single: {
              switch (word & 0xff) {
                case 0x00: // Fall
                  break pay;
                case 0x01: // Jump
                  pc = code[pc]!;
                  break pay;
                case 0x02: // BranchNonZero
                  pc = S[y] !== 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x03: // BranchZero
                  pc = S[y] === 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x04: // BranchCompare eq
                  pc = S[y]! === S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x05: // BranchCompare ne
                  pc = S[y]! !== S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x06: // BranchCompare lt_s
                  pc = S[y]! < S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x07: // BranchCompare lt_u
                  pc = S[y]! >>> 0 < S[z]! >>> 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x08: // BranchCompare gt_s
                  pc = S[y]! > S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x09: // BranchCompare gt_u
                  pc = S[y]! >>> 0 > S[z]! >>> 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x0a: // BranchCompare le_s
                  pc = S[y]! <= S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x0b: // BranchCompare le_u
                  pc = S[y]! >>> 0 <= S[z]! >>> 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x0c: // BranchCompare ge_s
                  pc = S[y]! >= S[z]! ? code[pc]! : pc + 1;
                  break pay;
                case 0x0d: // BranchCompare ge_u
                  pc = S[y]! >>> 0 >= S[z]! >>> 0 ? code[pc]! : pc + 1;
                  break pay;
                case 0x0e: // BranchCompareConstant eq
                  pc = S[y]! === code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x0f: // BranchCompareConstant ne
                  pc = S[y]! !== code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x10: // BranchCompareConstant lt_s
                  pc = S[y]! < code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x11: // BranchCompareConstant lt_u
                  pc = S[y]! >>> 0 < code[pc]! >>> 0 ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x12: // BranchCompareConstant gt_s
                  pc = S[y]! > code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x13: // BranchCompareConstant gt_u
                  pc = S[y]! >>> 0 > code[pc]! >>> 0 ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x14: // BranchCompareConstant le_s
                  pc = S[y]! <= code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x15: // BranchCompareConstant le_u
                  pc = S[y]! >>> 0 <= code[pc]! >>> 0 ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x16: // BranchCompareConstant ge_s
                  pc = S[y]! >= code[pc]! ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x17: // BranchCompareConstant ge_u
                  pc = S[y]! >>> 0 >= code[pc]! >>> 0 ? code[pc + 1]! : pc + 2;
                  break pay;
                case 0x18: // BranchTable
                  value = S[y]! >>> 0;
                  at = code[pc]!;
                  pc = code[pc + 1 + Math.min(value, at)]!;
                  break pay;
                case 0x1a: // ReturnOne
                  S[fp] = S[y]!;
                  S[fp + 1] = S[y + 1]!;
                  depth -= code[pc]!;
                  pc = calls[--cp]!;
                  fp = (fp - (code[pc - 2]! >>> 7)) | 0;
                  break pay;
                case 0x1b: // ReturnMany
                  at = (fp + code[pc + 1]! * 2) | 0;
                  value = (fp + code[pc + 2]! * 2) | 0;
                  for (let to = fp; to < value; to++) S[to] = S[at++]!;
                  depth -= code[pc]!;
                  pc = calls[--cp]!;
                  fp = (fp - (code[pc - 2]! >>> 7)) | 0;
                  break pay;
                case 0x1c: // Call
                  at = code[pc]!;
                  value = (depth + code[at]!) | 0;
                  if (value > depthLimit) break attend;
                  calls[cp++] = pc + 1;
                  fp = (fp + (word >>> 7)) | 0;
                  depth = value;
                  pc = at + 1;
                  break pay;
                case 0x1f: // CallIndirect
                  at = S[y]!;
                  if (code[pc + 1] !== 0 || at >>> 0 >= elements.length) break attend;
                  // References to functions of other instances, and null, are far away from those of this one.
                  at = (elements[at]! - firstAddress) | 0;
                  if (at >>> 0 >= entries.length || functionTypes[at] !== code[pc]) break attend;
                  at = entries[at]!;
                  if (at === 0) break attend;
                  value = (depth + code[at]!) | 0;
                  if (value > depthLimit) break attend;
                  calls[cp++] = pc + 4;
                  fp = (fp + (code[pc + 2]! >>> 7)) | 0;
                  depth = value;
                  pc = at + 1;
                  break pay;
                case 0x19: // Return
                  depth -= code[pc]!;
                  pc = calls[--cp]!;
                  fp = (fp - (code[pc - 2]! >>> 7)) | 0;
                  break pay;
                case 0x23: // Move
                  S[x] = S[y]!;
                  S[x + 1] = S[y + 1]!;
                  continue;
                case 0x24: // MoveWord
                  S[x] = S[y]!;
                  continue;
                case 0x25: // ConstantWord
                  S[x] = code[pc++]!;
                  continue;
                case 0x26: // Constant
                  S[x] = code[pc]!;
                  S[x + 1] = code[pc + 1]!;
                  pc += 2;
                  continue;
                case 0x27: // Zero
                  at = fp + code[pc]! * 2;
                  value = at + code[pc + 1]! * 2;
                  pc += 2;
                  do S[at++] = 0;
                  while (at < value);
                  continue;
                case 0x3f: // AddLoad
                  value = (S[y]! + S[z]!) | 0;
                  at = (value + code[pc]!) | 0;
                  if ((value | at | code[pc]!) < 0 || at > limit - 4) break attend;
                  pc += 1;
                  S[x] = view.getInt32(at, true);
                  continue;
                case 0x40: // ShiftAdd
                  S[x] = ((S[y]! << code[pc++]!) + S[z]!) | 0;
                  continue;
                case 0x41: // GlobalGet
                  at = code[pc++]! << 1;
                  S[x] = globals[at]!;
                  S[x + 1] = globals[at + 1]!;
                  continue;
                case 0x42: // GlobalSet
                  at = code[pc++]! << 1;
                  globals[at] = S[y]!;
                  globals[at + 1] = S[y + 1]!;
                  continue;
                case 0x43: // Select
                  at = S[fp + code[pc++]! * 2]! !== 0 ? y : z;
                  S[x] = S[at]!;
                  S[x + 1] = S[at + 1]!;
                  continue;
                case 0x28: // i32.load
                case 0x2a: // f32.load
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 4) break attend;
                  pc += 1;
                  S[x] = view.getInt32(at, true);
                  continue;
                case 0x29: // i64.load
                case 0x2b: // f64.load
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 8) break attend;
                  pc += 1;
                  S[x] = view.getInt32(at, true);
                  S[x + 1] = view.getInt32(at + 4, true);
                  continue;
                case 0x2c: // i32.load8_s
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 1) break attend;
                  pc += 1;
                  S[x] = view.getInt8(at);
                  continue;
                case 0x2d: // i32.load8_u
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 1) break attend;
                  pc += 1;
                  S[x] = bytes[at]!;
                  continue;
                case 0x2e: // i32.load16_s
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 2) break attend;
                  pc += 1;
                  S[x] = view.getInt16(at, true);
                  continue;
                case 0x2f: // i32.load16_u
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 2) break attend;
                  pc += 1;
                  S[x] = view.getUint16(at, true);
                  continue;
                case 0x30: // i64.load8_s
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 1) break attend;
                  pc += 1;
                  S[x] = view.getInt8(at);
                  S[x + 1] = S[x]! >> 31;
                  continue;
                case 0x31: // i64.load8_u
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 1) break attend;
                  pc += 1;
                  S[x] = bytes[at]!;
                  S[x + 1] = 0;
                  continue;
                case 0x32: // i64.load16_s
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 2) break attend;
                  pc += 1;
                  S[x] = view.getInt16(at, true);
                  S[x + 1] = S[x]! >> 31;
                  continue;
                case 0x33: // i64.load16_u
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 2) break attend;
                  pc += 1;
                  S[x] = view.getUint16(at, true);
                  S[x + 1] = 0;
                  continue;
                case 0x34: // i64.load32_s
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 4) break attend;
                  pc += 1;
                  S[x] = view.getInt32(at, true);
                  S[x + 1] = S[x]! >> 31;
                  continue;
                case 0x35: // i64.load32_u
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 4) break attend;
                  pc += 1;
                  S[x] = view.getInt32(at, true);
                  S[x + 1] = 0;
                  continue;
                case 0x36: // i32.store
                case 0x38: // f32.store
                case 0x3e: // i64.store32
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 4) break attend;
                  pc += 1;
                  if ((at & 3) !== 0) break unaligned;
                  words[at >> 2] = S[z]!;
                  continue;
                case 0x37: // i64.store
                case 0x39: // f64.store
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 8) break attend;
                  pc += 1;
                  if ((at & 3) !== 0) break unaligned;
                  words[at >> 2] = S[z]!;
                  words[(at >> 2) + 1] = S[z + 1]!;
                  continue;
                case 0x3a: // i32.store8
                case 0x3c: // i64.store8
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 1) break attend;
                  pc += 1;
                  bytes[at] = S[z]!;
                  continue;
                case 0x3b: // i32.store16
                case 0x3d: // i64.store16
                  at = (S[y]! + code[pc]!) | 0;
                  if ((S[y]! | at | code[pc]!) < 0 || at > limit - 2) break attend;
                  pc += 1;
                  bytes[at] = S[z]!;
                  bytes[at + 1] = S[z]! >> 8;
                  continue;
                case 0x45: // i32.eqz
                  S[x] = S[y] === 0 ? 1 : 0;
                  continue;
                case 0x46: // i32.eq
                  S[x] = S[y]! === S[z]! ? 1 : 0;
                  continue;
                case 0x47: // i32.ne
                  S[x] = S[y]! !== S[z]! ? 1 : 0;
                  continue;
                case 0x48: // i32.lt_s
                  S[x] = S[y]! < S[z]! ? 1 : 0;
                  continue;
                case 0x49: // i32.lt_u
                  S[x] = S[y]! >>> 0 < S[z]! >>> 0 ? 1 : 0;
                  continue;
                case 0x4a: // i32.gt_s
                  S[x] = S[y]! > S[z]! ? 1 : 0;
                  continue;
                case 0x4b: // i32.gt_u
                  S[x] = S[y]! >>> 0 > S[z]! >>> 0 ? 1 : 0;
                  continue;
                case 0x4c: // i32.le_s
                  S[x] = S[y]! <= S[z]! ? 1 : 0;
                  continue;
                case 0x4d: // i32.le_u
                  S[x] = S[y]! >>> 0 <= S[z]! >>> 0 ? 1 : 0;
                  continue;
                case 0x4e: // i32.ge_s
                  S[x] = S[y]! >= S[z]! ? 1 : 0;
                  continue;
                case 0x4f: // i32.ge_u
                  S[x] = S[y]! >>> 0 >= S[z]! >>> 0 ? 1 : 0;
                  continue;
                case 0x67: // i32.clz
                  S[x] = Math.clz32(S[y]!);
                  continue;
                case 0x68: // i32.ctz
                  at = S[y]!;
                  S[x] = at === 0 ? 32 : 31 - Math.clz32(at & -at);
                  continue;
                case 0x6a: // i32.add
                  S[x] = (S[y]! + S[z]!) | 0;
                  continue;
                case 0x6b: // i32.sub
                  S[x] = (S[y]! - S[z]!) | 0;
                  continue;
                case 0x6c: // i32.mul
                  S[x] = Math.imul(S[y]!, S[z]!);
                  continue;
                case 0x6d: // i32.div_s
                  value = S[z]!;
                  if (value === 0 || (value === -1 && S[y] === -0x80000000)) break attend;
                  S[x] = (S[y]! / value) | 0;
                  continue;
                case 0x6e: // i32.div_u
                  value = S[z]!;
                  if (value === 0) break attend;
                  S[x] = ((S[y]! >>> 0) / (value >>> 0)) | 0;
                  continue;
                case 0x6f: // i32.rem_s
                  value = S[z]!;
                  if (value === 0) break attend;
                  S[x] = (S[y]! % value) | 0;
                  continue;
                case 0x70: // i32.rem_u
                  value = S[z]!;
                  if (value === 0) break attend;
                  S[x] = ((S[y]! >>> 0) % (value >>> 0)) | 0;
                  continue;
                case 0x71: // i32.and
                  S[x] = S[y]! & S[z]!;
                  continue;
                case 0x72: // i32.or
                  S[x] = S[y]! | S[z]!;
                  continue;
                case 0x73: // i32.xor
                  S[x] = S[y]! ^ S[z]!;
                  continue;
                case 0x74: // i32.shl
                  S[x] = S[y]! << S[z]!;
                  continue;
                case 0x75: // i32.shr_s
                  S[x] = S[y]! >> S[z]!;
                  continue;
                case 0x76: // i32.shr_u
                  S[x] = S[y]! >>> S[z]!;
                  continue;
                case 0x77: // i32.rotl
                  S[x] = (S[y]! << S[z]!) | (S[y]! >>> -S[z]!);
                  continue;
                case 0x78: // i32.rotr
                  S[x] = (S[y]! >>> S[z]!) | (S[y]! << -S[z]!);
                  continue;
                case 0xa7: // i32.wrap_i64
                  S[x] = S[y]!;
                  continue;
                case 0xc0: // i32.extend8_s
                  S[x] = (S[y]! << 24) >> 24;
                  continue;
                case 0xc1: // i32.extend16_s
                  S[x] = (S[y]! << 16) >> 16;
                  continue;
                case 0x50: // i64.eqz
                  S[x] = (S[y]! | S[y + 1]!) === 0 ? 1 : 0;
                  continue;
                case 0x51: // i64.eq
                  S[x] = S[y] === S[z] && S[y + 1] === S[z + 1] ? 1 : 0;
                  continue;
                case 0x52: // i64.ne
                  S[x] = S[y] !== S[z] || S[y + 1] !== S[z + 1] ? 1 : 0;
                  continue;
                case 0x53: // i64.lt_s
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 < S[z]! >>> 0 : S[y + 1]! < S[z + 1]!) ? 1 : 0;
                  continue;
                case 0x54: // i64.lt_u
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 < S[z]! >>> 0 : S[y + 1]! >>> 0 < S[z + 1]! >>> 0)
                    ? 1
                    : 0;
                  continue;
                case 0x55: // i64.gt_s
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 > S[z]! >>> 0 : S[y + 1]! > S[z + 1]!) ? 1 : 0;
                  continue;
                case 0x56: // i64.gt_u
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 > S[z]! >>> 0 : S[y + 1]! >>> 0 > S[z + 1]! >>> 0)
                    ? 1
                    : 0;
                  continue;
                case 0x57: // i64.le_s
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 <= S[z]! >>> 0 : S[y + 1]! < S[z + 1]!) ? 1 : 0;
                  continue;
                case 0x58: // i64.le_u
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 <= S[z]! >>> 0 : S[y + 1]! >>> 0 < S[z + 1]! >>> 0)
                    ? 1
                    : 0;
                  continue;
                case 0x59: // i64.ge_s
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 >= S[z]! >>> 0 : S[y + 1]! > S[z + 1]!) ? 1 : 0;
                  continue;
                case 0x5a: // i64.ge_u
                  S[x] = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 >= S[z]! >>> 0 : S[y + 1]! >>> 0 > S[z + 1]! >>> 0)
                    ? 1
                    : 0;
                  continue;
                case 0x7c: // i64.add
                  value = S[y]! >>> 0;
                  at = (S[y]! + S[z]!) | 0;
                  S[x + 1] = (S[y + 1]! + S[z + 1]! + (at >>> 0 < value ? 1 : 0)) | 0;
                  S[x] = at;
                  continue;
                case 0x7d: // i64.sub
                  at = S[y]! >>> 0 < S[z]! >>> 0 ? 1 : 0;
                  S[x + 1] = (S[y + 1]! - S[z + 1]! - at) | 0;
                  S[x] = (S[y]! - S[z]!) | 0;
                  continue;
                case 0x7e: // i64.mul
                  // The upper half of the product of the low words, from products of their halves.
                  at = S[y]!;
                  value = S[z]!;
                  count = (Math.imul(at >>> 16, value & 0xffff) + (Math.imul(at & 0xffff, value & 0xffff) >>> 16)) | 0;
                  carry = ((Math.imul(at & 0xffff, value >>> 16) + (count & 0xffff)) | 0) >>> 16;
                  carry = (Math.imul(at >>> 16, value >>> 16) + (count >>> 16) + carry) | 0;
                  S[x + 1] = (carry + Math.imul(at, S[z + 1]!) + Math.imul(S[y + 1]!, value)) | 0;
                  S[x] = Math.imul(at, value);
                  continue;
                case 0x83: // i64.and
                  S[x] = S[y]! & S[z]!;
                  S[x + 1] = S[y + 1]! & S[z + 1]!;
                  continue;
                case 0x84: // i64.or
                  S[x] = S[y]! | S[z]!;
                  S[x + 1] = S[y + 1]! | S[z + 1]!;
                  continue;
                case 0x85: // i64.xor
                  S[x] = S[y]! ^ S[z]!;
                  S[x + 1] = S[y + 1]! ^ S[z + 1]!;
                  continue;
                case 0x86: // i64.shl
                  value = S[z]!;
                  at = S[y]!;
                  if ((value & 32) !== 0) {
                    S[x + 1] = at << value;
                    S[x] = 0;
                  } else {
                    S[x + 1] = (S[y + 1]! << value) | ((at >>> 1) >>> ~value);
                    S[x] = at << value;
                  }
                  continue;
                case 0x87: // i64.shr_s
                  value = S[z]!;
                  at = S[y + 1]!;
                  if ((value & 32) !== 0) {
                    S[x] = at >> value;
                    S[x + 1] = at >> 31;
                  } else {
                    S[x] = (S[y]! >>> value) | ((at << 1) << ~value);
                    S[x + 1] = at >> value;
                  }
                  continue;
                case 0x88: // i64.shr_u
                  value = S[z]!;
                  at = S[y + 1]!;
                  if ((value & 32) !== 0) {
                    S[x] = at >>> value;
                    S[x + 1] = 0;
                  } else {
                    S[x] = (S[y]! >>> value) | ((at << 1) << ~value);
                    S[x + 1] = at >>> value;
                  }
                  continue;
                case 0x89: // i64.rotl
                case 0x8a: // i64.rotr
                  value = (word & 0xff) === 0x89 ? S[z]! : -S[z]!;
                  at = (value & 32) === 0 ? S[y]! : S[y + 1]!;
                  count = (value & 32) === 0 ? S[y + 1]! : S[y]!;
                  S[x] = (at << value) | ((count >>> 1) >>> ~value);
                  S[x + 1] = (count << value) | ((at >>> 1) >>> ~value);
                  continue;
                case 0xac: // i64.extend_i32_s
                  S[x + 1] = S[y]! >> 31;
                  S[x] = S[y]!;
                  continue;
                case 0xad: // i64.extend_i32_u
                  S[x + 1] = 0;
                  S[x] = S[y]!;
                  continue;
                case 0x5b: // f32.eq
                  S[x] = F[y]! === F[z]! ? 1 : 0;
                  continue;
                case 0x5c: // f32.ne
                  S[x] = F[y]! !== F[z]! ? 1 : 0;
                  continue;
                case 0x5d: // f32.lt
                  S[x] = F[y]! < F[z]! ? 1 : 0;
                  continue;
                case 0x5e: // f32.gt
                  S[x] = F[y]! > F[z]! ? 1 : 0;
                  continue;
                case 0x5f: // f32.le
                  S[x] = F[y]! <= F[z]! ? 1 : 0;
                  continue;
                case 0x60: // f32.ge
                  S[x] = F[y]! >= F[z]! ? 1 : 0;
                  continue;
                case 0x61: // f64.eq
                  S[x] = D[y >> 1]! === D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x62: // f64.ne
                  S[x] = D[y >> 1]! !== D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x63: // f64.lt
                  S[x] = D[y >> 1]! < D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x64: // f64.gt
                  S[x] = D[y >> 1]! > D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x65: // f64.le
                  S[x] = D[y >> 1]! <= D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x66: // f64.ge
                  S[x] = D[y >> 1]! >= D[z >> 1]! ? 1 : 0;
                  continue;
                case 0x8b: // f32.abs
                  S[x] = S[y]! & 0x7fffffff;
                  continue;
                case 0x8c: // f32.neg
                  S[x] = S[y]! ^ -0x80000000;
                  continue;
                case 0x8d: // f32.ceil
                  real = Math.ceil(F[y]!);
                  break single;
                case 0x8e: // f32.floor
                  real = Math.floor(F[y]!);
                  break single;
                case 0x8f: // f32.trunc
                  real = Math.trunc(F[y]!);
                  break single;
                case 0x91: // f32.sqrt
                  real = Math.sqrt(F[y]!);
                  break single;
                case 0x92: // f32.add
                  real = F[y]! + F[z]!;
                  break single;
                case 0x93: // f32.sub
                  real = F[y]! - F[z]!;
                  break single;
                case 0x94: // f32.mul
                  real = F[y]! * F[z]!;
                  break single;
                case 0x95: // f32.div
                  real = F[y]! / F[z]!;
                  break single;
                case 0x96: // f32.min
                  real = Math.min(F[y]!, F[z]!);
                  break single;
                case 0x97: // f32.max
                  real = Math.max(F[y]!, F[z]!);
                  break single;
                case 0x98: // f32.copysign
                  S[x] = (S[y]! & 0x7fffffff) | (S[z]! & -0x80000000);
                  continue;
                case 0x99: // f64.abs
                  S[x] = S[y]!;
                  S[x + 1] = S[y + 1]! & 0x7fffffff;
                  continue;
                case 0x9a: // f64.neg
                  S[x] = S[y]!;
                  S[x + 1] = S[y + 1]! ^ -0x80000000;
                  continue;
                case 0x9b: // f64.ceil
                  real = Math.ceil(D[y >> 1]!);
                  break;
                case 0x9c: // f64.floor
                  real = Math.floor(D[y >> 1]!);
                  break;
                case 0x9d: // f64.trunc
                  real = Math.trunc(D[y >> 1]!);
                  break;
                case 0x9f: // f64.sqrt
                  real = Math.sqrt(D[y >> 1]!);
                  break;
                case 0xa0: // f64.add
                  real = D[y >> 1]! + D[z >> 1]!;
                  break;
                case 0xa1: // f64.sub
                  real = D[y >> 1]! - D[z >> 1]!;
                  break;
                case 0xa2: // f64.mul
                  real = D[y >> 1]! * D[z >> 1]!;
                  break;
                case 0xa3: // f64.div
                  real = D[y >> 1]! / D[z >> 1]!;
                  break;
                case 0xa4: // f64.min
                  real = Math.min(D[y >> 1]!, D[z >> 1]!);
                  break;
                case 0xa5: // f64.max
                  real = Math.max(D[y >> 1]!, D[z >> 1]!);
                  break;
                case 0xa6: // f64.copysign
                  at = S[z + 1]! & -0x80000000;
                  S[x] = S[y]!;
                  S[x + 1] = (S[y + 1]! & 0x7fffffff) | at;
                  continue;
                case 0xaa: // i32.trunc_f64_s
                  real = D[y >> 1]!;
                  if (!(real > -2147483649 && real < 2147483648)) break attend;
                  S[x] = real;
                  continue;
                case 0xb2: // f32.convert_i32_s
                  F[x] = S[y]!;
                  continue;
                case 0xb3: // f32.convert_i32_u
                  F[x] = S[y]! >>> 0;
                  continue;
                case 0xb6: // f32.demote_f64
                  real = D[y >> 1]!;
                  break single;
                case 0xb7: // f64.convert_i32_s
                  D[x >> 1] = S[y]!;
                  continue;
                case 0xb8: // f64.convert_i32_u
                  D[x >> 1] = S[y]! >>> 0;
                  continue;
                case 0xbb: // f64.promote_f32
                  real = F[y]!;
                  break;
                case 0xbc: // i32.reinterpret_f32
                case 0xbe: // f32.reinterpret_i32
                  S[x] = S[y]!;
                  continue;
                case 0xbd: // i64.reinterpret_f64
                case 0xbf: // f64.reinterpret_i64
                  S[x] = S[y]!;
                  S[x + 1] = S[y + 1]!;
                  continue;
                case 0xc5: // WordConstant add
                  S[x] = (S[y]! + code[pc++]!) | 0;
                  continue;
                case 0xc6: // WordConstant mul
                  S[x] = Math.imul(S[y]!, code[pc++]!);
                  continue;
                case 0xc7: // WordConstant and
                  S[x] = S[y]! & code[pc++]!;
                  continue;
                case 0xc8: // WordConstant or
                  S[x] = S[y]! | code[pc++]!;
                  continue;
                case 0xc9: // WordConstant xor
                  S[x] = S[y]! ^ code[pc++]!;
                  continue;
                case 0xca: // WordConstant shl
                  S[x] = S[y]! << code[pc++]!;
                  continue;
                case 0xcb: // WordConstant shr_s
                  S[x] = S[y]! >> code[pc++]!;
                  continue;
                case 0xcc: // WordConstant shr_u
                  S[x] = S[y]! >>> code[pc++]!;
                  continue;
                case 0xcd: // LoadSlot
                  at = fp + code[pc++]! * 2;
                  S[x] = S[at]!;
                  S[x + 1] = S[at + 1]!;
                  continue;
                case 0xce: // StoreSlot
                  at = fp + code[pc++]! * 2;
                  S[at] = S[y]!;
                  S[at + 1] = S[y + 1]!;
                  continue;
                case 0xcf: // MoveMany
                  at = (fp + code[pc]! * 2) | 0;
                  value = (fp + code[pc + 1]! * 2) | 0;
                  count = code[pc + 2]! * 2;
                  pc += 3;
                  if (at > value) for (let k = 0; k < count; k++) S[value + k] = S[at + k]!;
                  else for (let k = count - 1; k >= 0; k--) S[value + k] = S[at + k]!;
                  continue;
                case 0xd0: // LongAddConstant
                  value = S[y]! >>> 0;
                  at = (S[y]! + code[pc]!) | 0;
                  S[x + 1] = (S[y + 1]! + code[pc + 1]! + (at >>> 0 < value ? 1 : 0)) | 0;
                  S[x] = at;
                  pc += 2;
                  continue;
                case 0xd1: // BranchLongCompare eq
                  pc = S[y] === S[z] && S[y + 1] === S[z + 1] ? code[pc]! : pc + 1;
                  break pay;
                case 0xd2: // BranchLongCompare ne
                  pc = S[y] !== S[z] || S[y + 1] !== S[z + 1] ? code[pc]! : pc + 1;
                  break pay;
                case 0xd3: // BranchLongCompare lt_s
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 < S[z]! >>> 0 : S[y + 1]! < S[z + 1]!) ? code[pc]! : pc + 1;
                  break pay;
                case 0xd4: // BranchLongCompare lt_u
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 < S[z]! >>> 0 : S[y + 1]! >>> 0 < S[z + 1]! >>> 0)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                case 0xd5: // BranchLongCompare gt_s
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 > S[z]! >>> 0 : S[y + 1]! > S[z + 1]!) ? code[pc]! : pc + 1;
                  break pay;
                case 0xd6: // BranchLongCompare gt_u
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 > S[z]! >>> 0 : S[y + 1]! >>> 0 > S[z + 1]! >>> 0)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                case 0xd7: // BranchLongCompare le_s
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 <= S[z]! >>> 0 : S[y + 1]! < S[z + 1]!)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                case 0xd8: // BranchLongCompare le_u
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 <= S[z]! >>> 0 : S[y + 1]! >>> 0 < S[z + 1]! >>> 0)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                case 0xd9: // BranchLongCompare ge_s
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 >= S[z]! >>> 0 : S[y + 1]! > S[z + 1]!)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                case 0xda: // BranchLongCompare ge_u
                  pc = (S[y + 1] === S[z + 1] ? S[y]! >>> 0 >= S[z]! >>> 0 : S[y + 1]! >>> 0 > S[z + 1]! >>> 0)
                    ? code[pc]!
                    : pc + 1;
                  break pay;
                default:
                  break attend;
              }
              // An f64 was computed.
              // @spec guest-abi.nan
              // biome-ignore lint/suspicious/noSelfCompare: the shortest test for NaN.
              if (real === real) {
                D[x >> 1] = real;
              } else {
                S[x] = 0;
                S[x + 1] = 0x7ff80000;
              }
              continue;
            }
            // An f32 was computed; storing it rounds it.
            // biome-ignore lint/suspicious/noSelfCompare: the shortest test for NaN.
            if (real === real) F[x] = real;
            else S[x] = 0x7fc00000;
            continue;
          }
          // A store that is not aligned: byte by byte.
          for (let k = 0; k < 32; k += 8) bytes[at++] = S[z]! >> k;
          if ((word & 0xff) === 0x37 || (word & 0xff) === 0x39) {
            for (let k = 0; k < 32; k += 8) bytes[at++] = S[z + 1]! >> k;
          }
          continue;
        }
        // The program comes to a block.
        fuel -= code[pc++]!;
        if (fuel < 0) break run;
      }
    }
    // The block does not fit: nothing of it was paid.
    pc -= 1;
    fuel += code[pc]!;
    machine.pc = pc;
    machine.fp = fp;
    machine.cp = cp;
    machine.depth = depth;
    machine.fuel = fuel;
    return Exit.OutOfFuel;
  }
  machine.pc = pc - 1;
  machine.fp = fp;
  machine.cp = cp;
  machine.depth = depth;
  machine.fuel = fuel;
  return Exit.Attend;
}

import { compute } from "./compute.js";
import { Exit, TrapNumber } from "./exits.js";
import { accessFar } from "./far-access.js";
import type { MachineState } from "./machine-state.js";
import { doRare, Rare } from "./rare.js";
import { RegisterOp } from "./register-code.js";

const LAST_ACCESS = RegisterOp.AddLoad;
const FIRST_ACCESS = 0x28;

/**
 * Do the one instruction at which the machine stands, and which the loop does not do: because it is rare, because it
 * traps, or because something has to be made ready for it.
 *
 * @returns `None` where the loop goes on
 */
export function attend(machine: MachineState): Exit {
  const { instance } = machine;
  const { translated } = instance;
  const { code } = translated;
  const { pc, fp } = machine;
  const word = code[pc]!;
  const operation = word & 0xff;
  machine.inside = true;
  switch (operation) {
    case RegisterOp.CallFirst: {
      const functionIndex = code[pc + 1]!;
      const called = instance.functionAddress(functionIndex);
      if (!machine.translateSome({ instance, functionIndex })) return Exit.Midway;
      translated.resolveCall(pc);
      // Translating costs time and no fuel, so a slice may end by it: before the first block of what is called.
      if (!machine.isTired) return Exit.None;
      return machine.callAway(called, pc + 2, fp + (word >>> 7));
    }
    case RegisterOp.Call:
      return machine.deepen(machine.depth + code[code[pc + 1]!]!)
        ? Exit.None
        : trap(machine, TrapNumber.StackExhausted);
    case RegisterOp.CallImport:
      return machine.callAway(instance.functionAddress(code[pc + 1]!), pc + 2, fp + (word >>> 7));
    case RegisterOp.CallIndirect: {
      const y = fp + ((word >>> 15) & 0x1fe);
      const found = instance.indirect(machine.stack.words[y]!, code[pc + 1]!, code[pc + 2]!);
      if (found < 0) return trap(machine, -found);
      return machine.callAway(found, pc + 5, fp + (code[pc + 3]! >>> 7));
    }
    case RegisterOp.Unreachable:
      return trap(machine, TrapNumber.Unreachable);
    case RegisterOp.Halt:
      return Exit.Returned;
    case RegisterOp.Leave:
      machine.returnAway();
      return Exit.None;
    case RegisterOp.Rare: {
      const result = doRare(machine, code[pc + 1]!, fp + (word >>> 7), code[pc + 2]!, code[pc + 3]!);
      if (result === Rare.Unpaid) return Exit.OutOfFuelInside;
      if (result === Rare.Midway) return Exit.Midway;
      machine.pc = pc + 4;
      return result === 0 ? Exit.None : trap(machine, result);
    }
    default:
  }
  const x = fp + ((word >>> 7) & 0x1fe);
  const y = fp + ((word >>> 15) & 0x1fe);
  const z = fp + ((word >>> 23) & 0x1fe);
  const { words, doubles, singles } = machine.stack;
  if (operation >= FIRST_ACCESS && operation <= LAST_ACCESS) {
    machine.pc = pc + 2;
    if (accessFar(instance, operation, words, x, y, z, code[pc + 1]!)) return Exit.None;
    return trap(machine, TrapNumber.MemoryOutOfBounds);
  }
  machine.pc = pc + 1;
  const result = compute(operation, words, doubles, singles, x, y, z);
  return result === 0 ? Exit.None : trap(machine, result);
}

function trap(machine: MachineState, number: number): Exit {
  machine.trap = number;
  return Exit.Trapped;
}

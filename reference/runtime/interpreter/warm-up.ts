import { decodeModule } from "../wasm/decode-module.js";
import { validateModule } from "../wasm/validate-module.js";
import { Exit } from "./exits.js";
import { StackPool } from "./guest-stack.js";
import { Machine } from "./machine.js";
import { ModuleInstance, Store } from "./module-instance.js";
import { RegisterOp } from "./register-code.js";
import { TranslatedModule } from "./translated-module.js";

/** A module with one function that does nothing, a table that holds it, a memory and a global. */
const MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x04, 0x04, 0x01, 0x70, 0x00, 0x01],
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x06, 0x06, 0x01, 0x7f, 0x01, 0x41, 0x00, 0x0b],
  ...[0x09, 0x07, 0x01, 0x00, 0x41, 0x00, 0x0b, 0x01, 0x00],
  ...[0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b],
);

/** What the slots hold: two numbers, a zero, a NaN and a one, as words that mean something to every type. */
const SLOTS = [7, 0x4008_0000, 3, 0x4000_0000, 0, 0, 0x7fc0_0001, 0x7ff8_0001, 1, 0];
const [SEVEN, THREE, ZERO, NAN, RESULT] = [0, 1, 2, 3, 8];
/** i32.load, load8_u, store, store8. */
const ACCESSES = [0x28, 0x2d, 0x36, 0x3a];
/** Comparisons and arithmetic of i32. */
const FREQUENT = [
  ...Array.from({ length: 11 }, (_, at) => 0x45 + at),
  ...Array.from({ length: 15 }, (_, at) => 0x6a + at),
];
const CHARGE = 8;
const ROUNDS = 24;

/** Register code that does the instructions of which every program has some. */
class Exercise {
  readonly words: number[] = [];
  readonly #start: number;

  constructor(start: number) {
    this.#start = start;
  }

  do(operation: number, y: number, z: number, ...extra: readonly number[]): void {
    this.words.push(operation | (RESULT << 8) | (y << 16) | (z << 24), ...extra);
  }

  /** A branch to the block that follows in any case. */
  branch(operation: number, y: number, z: number, ...extra: readonly number[]): void {
    const target = this.#start + this.words.length + extra.length + 2;
    this.do(operation, y, z, ...extra, target, 0);
  }

  /** A call of a function without parameters. */
  call(entry: number): void {
    this.words.push(RegisterOp.Call | (RESULT << 8), entry, 1);
  }
}

function exercise(start: number, entries: readonly number[]): readonly number[] {
  const code = new Exercise(start);
  const pairs: readonly (readonly [number, number])[] = [
    [SEVEN, THREE],
    [THREE, SEVEN],
    [SEVEN, SEVEN],
    [ZERO, NAN],
  ];
  for (const [y, z] of pairs) {
    for (const operation of FREQUENT) {
      const mayTrap = operation >= 0x6d && operation <= 0x70;
      if (!(mayTrap && z === NAN)) code.do(operation, y, z);
    }
    for (let operation = 0x02; operation <= 0x0d; operation++) code.branch(operation, y, z);
    for (let operation = 0x0e; operation <= 0x17; operation++) code.branch(operation, y, z, z === THREE ? 3 : 7);
    for (let operation = 0; operation < 8; operation++) code.do(RegisterOp.WordConstant + operation, y, z, 5);
    code.do(RegisterOp.ShiftAdd, y, z, 2);
    code.do(RegisterOp.Select, y, z, y);
    code.branch(RegisterOp.BranchTable, y, z, 0);
  }
  for (const offset of [8, 9]) {
    for (const operation of ACCESSES) code.do(operation, ZERO, SEVEN, offset);
    code.do(RegisterOp.AddLoad, ZERO, ZERO, offset);
  }
  code.do(RegisterOp.Move, SEVEN, 0);
  code.do(RegisterOp.MoveWord, SEVEN, 0);
  code.do(RegisterOp.ConstantWord, 0, 0, 1);
  code.do(RegisterOp.Constant, 0, 0, 1, 2);
  code.do(RegisterOp.Zero, 0, 0, RESULT, 2);
  code.do(RegisterOp.GlobalGet, 0, 0, 0);
  code.do(RegisterOp.GlobalSet, ZERO, 0, 0);
  code.do(RegisterOp.LoadSlot, 0, 0, SEVEN);
  code.do(RegisterOp.StoreSlot, SEVEN, 0, RESULT);
  code.do(RegisterOp.MoveMany, 0, 0, SEVEN, RESULT, 2);
  code.do(RegisterOp.MoveMany, 0, 0, RESULT, RESULT - 1, 2);
  for (const entry of entries) code.call(entry);
  code.do(RegisterOp.CallIndirect, ZERO, 0, 0, 0, RegisterOp.CallIndirect | (RESULT << 8), 0, 1);
  code.do(RegisterOp.Fall, 0, 0, 1);
  code.branch(RegisterOp.Jump, 0, 0);
  code.do(RegisterOp.Halt, 0, 0);
  return code.words;
}

/** The loop is the same for everybody, so it is shown once. */
let isWarm = false;

/**
 * Let an engine that compiles by what it has seen see what every program does before the loop runs long: an instruction
 * it has not seen makes it throw the compiled loop away. Not every instruction, because compiling the whole loop takes
 * an engine half a second. Costs a few milliseconds and changes nothing else.
 */
export function warmUp(): void {
  if (isWarm) return;
  isWarm = true;
  const translated = new TranslatedModule(validateModule(decodeModule(MODULE)));
  const instance = new ModuleInstance(translated, new Store(), []);
  instance.layOut();
  translated.entryOf(0);
  const entries = [
    translated.append([CHARGE, 1, RegisterOp.Return, CHARGE]),
    translated.append([CHARGE, 1, RegisterOp.ReturnOne, CHARGE]),
    translated.append([CHARGE, 1, RegisterOp.ReturnMany, CHARGE, 1, 2]),
  ];
  const begin = translated.append(exercise(translated.append([]), entries));
  const machine = new Machine(instance, new StackPool());
  for (let round = 0; round < ROUNDS; round++) {
    machine.begin({ instance, functionIndex: 0 });
    machine.stack.words.set(SLOTS);
    machine.pc = begin;
    machine.inside = true;
    // Too little at times, so that standing still is seen too.
    let exit: Exit = Exit.OutOfFuel;
    while (exit === Exit.OutOfFuel) {
      machine.fuel = 2;
      exit = machine.run();
    }
  }
}

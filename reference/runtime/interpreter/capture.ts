import type { SnapshotCall } from "../../../generated/codecs/snapshot-call.js";
import type { SnapshotFrame } from "../../../generated/codecs/snapshot-frame.js";
import type { SnapshotTable } from "../../../generated/codecs/snapshot-table.js";
import { memoryState } from "../snapshot/memory-runs.js";
import type { ProgramState } from "../snapshot/program-state.js";
import type { ValueType } from "../wasm/types.js";
import { isLong } from "./frame-layout.js";
import type { Machine } from "./machine.js";
import type { ModuleInstance } from "./module-instance.js";
import { Place } from "./operand-stack.js";
import { HALT_RETURN } from "./register-code.js";
import type { FunctionPlaces, PlaceFinder, StopPlace } from "./stop-places.js";

/** What the interpreter knows of a program's state without its active call. */
export type RestingState = Omit<ProgramState, "fuel" | "lastReply" | "active">;

/**
 * Memory, globals, tables and dropped segments of an instance. Byte strings are views of it.
 *
 * @spec snapshots.state, snapshots.table
 */
export function captureInstance(instance: ModuleInstance): RestingState {
  const { module, memory } = instance;
  const globals = new Uint8Array(8 * module.globals.length);
  module.globals.forEach(({ type }, index) => {
    copyValue(instance.globals, 2 * index, isLong(type.value), globals, index);
  });
  return {
    memory: memoryState(memory?.bytes ?? new Uint8Array(0)),
    globals,
    tables: instance.tables.map((table): SnapshotTable => {
      const elements: SnapshotTable["elements"][number][] = [];
      for (let index = 0; index < table.length; index += 1) {
        const address = table.elements[index]!;
        if (address !== 0) elements.push({ index, functionIndex: address - instance.firstAddress });
      }
      return { size: table.length, elements };
    }),
    droppedElements: positionsOf(instance.droppedElements),
    droppedData: positionsOf(instance.droppedData),
  };
}

function positionsOf(flags: Uint8Array): number[] {
  return [...flags.keys()].filter((position) => flags[position] === 1);
}

/**
 * The active call of a machine that stands still.
 *
 * @returns `undefined` where it waits for the host
 * @spec snapshots.call, snapshots.frame, snapshots.block-charged
 */
export function captureCall(
  machine: Machine,
  instance: ModuleInstance,
  finder: PlaceFinder,
): Pick<SnapshotCall, "frames" | "blockCharged"> | undefined {
  if (machine.blocked !== undefined || machine.pc === HALT_RETURN) return undefined;
  const { translated } = instance;
  const { calls, words } = machine.stack;
  const frames: SnapshotFrame[] = [];
  let { pc, fp, cp } = machine;
  let isInnermost = true;
  for (;;) {
    const functionIndex = translated.functionAt(pc);
    const position = pc - translated.entryOf(functionIndex);
    const known = finder.of(functionIndex);
    const found = isInnermost && machine.inside ? before(known, position) : exactly(known, position);
    const place = isInnermost ? (found.resumed ?? found) : found;
    frames.push({
      functionIndex,
      offset: place.offset,
      locals: localsOf(words, fp, known, place),
      operands: operandsOf(words, fp, place),
    });
    isInnermost = false;
    pc = calls[--cp]!;
    if (pc === HALT_RETURN) break;
    fp -= translated.code[pc - 2]! >>> 7;
  }
  return { frames: frames.reverse(), blockCharged: machine.inside };
}

function exactly({ places }: FunctionPlaces, position: number): StopPlace {
  const found = places.find((place) => place.position === position && !place.charged);
  if (found === undefined) throw new TypeError("a program stands where it cannot");
  return found;
}

/** The bulk operation that found too little fuel: words that bring its operands come before it. */
function before({ places }: FunctionPlaces, position: number): StopPlace {
  let found: StopPlace | undefined;
  for (const place of places) if (place.charged && place.position <= position) found = place;
  if (found === undefined) throw new TypeError("a program stands where it cannot");
  return found;
}

function localsOf(
  words: Int32Array,
  fp: number,
  { locals, layout, type }: FunctionPlaces,
  place: StopPlace,
): Uint8Array {
  const bytes = new Uint8Array(8 * locals.length);
  // At its entry a function has only what it was given.
  const count = place.isEntry ? type.params.length : locals.length;
  for (let local = 0; local < count; local += 1) {
    const slot = place.isEntry ? local : layout.slot(local);
    copyValue(words, fp + 2 * slot, isLong(locals[local] as ValueType), bytes, local);
  }
  return bytes;
}

function operandsOf(words: Int32Array, fp: number, { operands }: StopPlace): Uint8Array {
  const bytes = new Uint8Array(8 * operands.length);
  operands.forEach(({ place, slot, low, high, long }, at) => {
    if (place === Place.Constant) copyValue(Int32Array.of(low, high), 0, long, bytes, at);
    else copyValue(words, fp + 2 * slot, long, bytes, at);
  });
  return bytes;
}

/** A value as a snapshot has it: 8 bytes; what the second word of a short one holds is nobody's. */
function copyValue(words: Int32Array, from: number, long: boolean, bytes: Uint8Array, position: number): void {
  const values = new DataView(bytes.buffer);
  values.setInt32(8 * position, words[from]!, true);
  if (long) values.setInt32(8 * position + 4, words[from + 1]!, true);
}

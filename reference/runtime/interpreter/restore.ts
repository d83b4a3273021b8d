import type { SnapshotCall } from "../../../generated/codecs/snapshot-call.js";
import type { SnapshotFrame } from "../../../generated/codecs/snapshot-frame.js";
import { isMemoryState } from "../snapshot/memory-runs.js";
import { snapshotInvalid } from "../snapshot/snapshot-errors.js";
import { ValueType } from "../wasm/types.js";
import type { RestingState } from "./capture.js";
import { typeKey } from "./frame-layout.js";
import { STACK_LIMIT } from "./guest-stack.js";
import type { Machine } from "./machine.js";
import type { ModuleInstance } from "./module-instance.js";
import { Place } from "./operand-stack.js";
import type { FunctionPlaces, PlaceFinder, StopPlace } from "./stop-places.js";

const { I32, F32, FuncRef, ExternRef } = ValueType;

/** @spec snapshots.unfit */
function unfit(what: string): never {
  throw snapshotInvalid("state_unfit", `its state is not one of this program: ${what}`);
}

/**
 * Give an instance whose segments were not laid out the state that was saved.
 *
 * @throws FaygerError `RT_SNAPSHOT_INVALID` with reason `state_unfit`; HostMemoryExhausted
 * @spec snapshots.unfit, snapshots.state
 */
export function restoreInstance(instance: ModuleInstance, state: RestingState): void {
  restoreMemory(instance, state);
  restoreGlobals(instance, state);
  restoreTables(instance, state);
  const { elementSegments, dataSegments } = instance.module;
  // What is active or only declared was dropped before anything of the program ran.
  const must = (mode: string): boolean => mode !== "passive";
  drop(instance.droppedElements, state.droppedElements, (at) => must(elementSegments[at]!.mode));
  drop(instance.droppedData, state.droppedData, (at) => dataSegments[at]!.target !== undefined);
}

function restoreMemory({ memory }: ModuleInstance, { memory: saved }: RestingState): void {
  if (!isMemoryState(saved)) unfit("the runs of its memory");
  const smallest = (memory?.byteLength ?? 0) / 65_536;
  const largest = memory === undefined ? 0 : (memory.maximum ?? 65_536);
  if (saved.pages < smallest || saved.pages > largest) unfit(`a memory of ${saved.pages} pages`);
  if (memory === undefined) return;
  memory.grow(saved.pages - smallest, Number.POSITIVE_INFINITY, () => undefined);
  for (const { offset, bytes } of saved.runs) memory.bytes.set(bytes, offset);
}

function restoreGlobals({ module, globals }: ModuleInstance, { globals: saved }: RestingState): void {
  const types = Uint8Array.from(module.globals, ({ type }) => type.value);
  const values = valuesOf(saved, types, module.functions.length, "its globals");
  module.globals.forEach(({ type }, index) => {
    const [low, high] = [values[2 * index]!, values[2 * index + 1]!];
    const isInitial = low === globals[2 * index] && high === globals[2 * index + 1];
    if (!type.mutable && !isInitial) unfit(`another value of the constant global ${index}`);
    globals[2 * index] = low;
    globals[2 * index + 1] = high;
  });
}

function restoreTables(instance: ModuleInstance, { tables: saved }: RestingState): void {
  const { tables, module, firstAddress } = instance;
  if (saved.length !== tables.length) unfit(`${saved.length} tables instead of ${tables.length}`);
  saved.forEach(({ size, elements }, at) => {
    const table = tables[at]!;
    const { limits, element } = table.type;
    if (size < limits.minimum || size > (limits.maximum ?? 0xffff_ffff)) unfit(`a table of ${size} elements`);
    table.grow(size - table.length, 0, Number.POSITIVE_INFINITY, () => undefined);
    let last = -1;
    for (const { index, functionIndex } of elements) {
      if (index <= last || index >= size) unfit(`the element ${index} of a table`);
      if (element !== FuncRef || functionIndex >= module.functions.length) unfit("a reference to no function");
      table.elements[index] = firstAddress + functionIndex;
      last = index;
    }
  });
}

function drop(flags: Uint8Array, saved: readonly number[], must: (position: number) => boolean): void {
  let last = -1;
  for (const position of saved) {
    if (position <= last || position >= flags.length) unfit(`the dropped segment ${position}`);
    flags[position] = 1;
    last = position;
  }
  flags.forEach((flag, position) => {
    if (flag === 0 && must(position)) unfit(`a segment ${position} that is not dropped`);
  });
}

/**
 * Put a machine where a call stood.
 *
 * @param outermost the function that the call is of
 * @throws FaygerError `RT_SNAPSHOT_INVALID` with reason `state_unfit`
 * @spec snapshots.unfit, snapshots.frame
 */
export function restoreCall(
  machine: Machine,
  instance: ModuleInstance,
  finder: PlaceFinder,
  outermost: number,
  { frames, blockCharged }: Pick<SnapshotCall, "frames" | "blockCharged">,
): void {
  const { translated, module } = instance;
  const { importedFunctions } = translated.validated;
  for (const { functionIndex } of frames) {
    if (functionIndex < importedFunctions || functionIndex >= module.functions.length) {
      unfit(`a frame of the function ${functionIndex}`);
    }
  }
  const standing = frames.map((frame, at) => {
    const { functionIndex } = frame;
    const known = finder.of(functionIndex);
    const callee = frames[at + 1]?.functionIndex;
    const place = callee === undefined ? resting(known, frame, blockCharged) : calling(instance, known, frame, callee);
    if (place === undefined) unfit(`a frame at offset ${frame.offset}`);
    return { frame, known, place, entry: translated.entryOf(functionIndex) };
  });
  if (frames[0]?.functionIndex !== outermost) unfit("a call of another function");
  const depth = frames.reduce((sum, { functionIndex }) => sum + translated.chargeOf(functionIndex), 0);
  if (depth > STACK_LIMIT) unfit("frames that need more stack than there is");
  machine.begin(instance.functionValue(outermost));
  if (depth > machine.stack.depthLimit) machine.deepen(depth);
  machine.depth = depth;
  for (const [at, { frame, known, place, entry }] of standing.entries()) {
    fill(machine, module.functions.length, frame, known, place);
    machine.pc = entry + place.position;
    if (at === standing.length - 1) break;
    machine.stack.calls[machine.cp++] = machine.pc;
    machine.fp += translated.code[machine.pc - 2]! >>> 7;
  }
  machine.inside = blockCharged;
}

/** The last place of those that mean the same: nothing is left to be done between it and what is charged. */
function resting({ places }: FunctionPlaces, { offset }: SnapshotFrame, charged: boolean): StopPlace | undefined {
  let found: StopPlace | undefined;
  for (const place of places) {
    const candidate = place.resumed ?? place;
    if (candidate.offset === offset && candidate.charged === charged) found = candidate;
  }
  return found;
}

function calling(
  { translated }: ModuleInstance,
  { places }: FunctionPlaces,
  { offset }: SnapshotFrame,
  callee: number,
): StopPlace | undefined {
  const type = typeKey(translated.typeOf(callee));
  return places.find(({ call, offset: at }) => {
    if (call === undefined || at !== offset) return false;
    return call.functionIndex === undefined ? typeKey(call.type) === type : call.functionIndex === callee;
  });
}

function fill(
  { stack: { words }, fp }: Machine,
  functions: number,
  frame: SnapshotFrame,
  { locals: types, typesAt, layout, type }: FunctionPlaces,
  { offset, operands: places, isEntry }: StopPlace,
): void {
  const locals = valuesOf(frame.locals, types, functions, "locals");
  for (let local = 0; local < types.length; local += 1) {
    const [low, high] = [locals[2 * local]!, locals[2 * local + 1]!];
    if (isEntry && local >= type.params.length) {
      if (low !== 0 || high !== 0) unfit("a local that has a value at the entry of its function");
      continue;
    }
    const slot = isEntry ? local : layout.slot(local);
    words[fp + 2 * slot] = low;
    words[fp + 2 * slot + 1] = high;
  }
  // Behind a call the results are not there yet.
  const operandTypes = typesAt.get(offset)!.subarray(0, places.length);
  const operands = valuesOf(frame.operands, operandTypes, functions, "operands");
  places.forEach(({ place, slot, low, high }, at) => {
    const [savedLow, savedHigh] = [operands[2 * at]!, operands[2 * at + 1]!];
    if (place === Place.Own) {
      words[fp + 2 * slot] = savedLow;
      words[fp + 2 * slot + 1] = savedHigh;
      return;
    }
    // An operand that is a copy of a local or a constant is known, and has to be that.
    const isKnown =
      place === Place.Constant
        ? savedLow === low && savedHigh === high
        : savedLow === words[fp + 2 * slot] && savedHigh === words[fp + 2 * slot + 1];
    if (!isKnown) unfit("an operand that differs from what it was copied from");
  });
}

/** Two words for each value of the types given. */
function valuesOf(bytes: Uint8Array, types: Uint8Array, functions: number, what: string): Int32Array {
  if (bytes.length !== 8 * types.length) unfit(`${what}: ${bytes.length} bytes for ${types.length} values`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Int32Array(2 * types.length);
  types.forEach((type, at) => {
    const low = view.getInt32(8 * at, true);
    const high = view.getInt32(8 * at + 4, true);
    const isShort = type === I32 || type === F32 || type === FuncRef || type === ExternRef;
    if (isShort && high !== 0) unfit(`${what}: a value that is too large`);
    if (type === FuncRef && low >>> 0 > functions) unfit(`${what}: a reference to no function`);
    if (type === ExternRef && low !== 0) unfit(`${what}: a reference to nothing`);
    words[2 * at] = low;
    words[2 * at + 1] = high;
  });
  return words;
}

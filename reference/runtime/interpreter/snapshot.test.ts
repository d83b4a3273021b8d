import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  decodeSnapshotState,
  encodeSnapshotState,
  type SnapshotState,
} from "../../../generated/codecs/snapshot-state.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { decisionsFrom } from "../testing/random-modules/choices.js";
import { randomModule } from "../testing/random-modules/random-module.js";
import { decodeModule } from "../wasm/decode-module.js";
import { body, functionType, moduleOf, type Part, section, u32, vectorOf } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { validateModule } from "../wasm/validate-module.js";
import { captureCall, captureInstance } from "./capture.js";
import { Exit, trapName } from "./exits.js";
import { isLong } from "./frame-layout.js";
import { StackPool } from "./guest-stack.js";
import { Machine } from "./machine.js";
import { ModuleInstance, Store } from "./module-instance.js";
import { restoreCall, restoreInstance } from "./restore.js";
import { PlaceFinder } from "./stop-places.js";
import { TranslatedModule } from "./translated-module.js";

const BUDGET = 2 ** 40;

/** What a snapshot says of a program that no bus and no host surround. */
const ALONE = { runningNs: 0, emits: 0, nextHandle: 1, nextCall: 1, lastReply: new Uint8Array(0), events: [] };

interface Outcome {
  /** Words of the results, or the name of a trap. */
  readonly end: readonly number[] | string;
  readonly memory: string;
  readonly globals: readonly number[];
  readonly fuel: number;
  readonly stops: number;
}

/** Translate anew, as another process would. */
function load(bytes: Uint8Array): TranslatedModule {
  return new TranslatedModule(validateModule(decodeModule(bytes)));
}

/**
 * Call a function in slices.
 *
 * @param moved whether each slice runs in another instance, made from the bytes of a snapshot of the one before
 */
function run(
  bytes: Uint8Array,
  functionIndex: number,
  words: readonly number[],
  slice: number,
  moved: boolean,
): Outcome {
  const pool = new StackPool();
  let instance = new ModuleInstance(load(bytes), new Store(), []);
  instance.layOut();
  let machine = new Machine(instance, pool);
  let [fuel, stops] = [0, 0];
  const { results } = instance.translated.typeOf(functionIndex);
  const outcome = (end: Outcome["end"]): Outcome => ({
    end,
    memory: Buffer.from(instance.memory?.bytes ?? []).toString("latin1"),
    globals: [...instance.globals],
    fuel,
    stops,
  });
  if (!machine.begin(instance.functionValue(functionIndex))) return outcome("stack_exhausted");
  machine.stack.words.set(words);
  for (;;) {
    const granted = Math.max(slice, machine.inside ? 0 : machine.blockCost);
    machine.fuel = granted;
    machine.budget = machine.inside ? BUDGET : 0;
    const before = machine.fuel + machine.budget;
    const exit = machine.run();
    fuel += before - machine.fuel - machine.budget;
    if (exit === Exit.Returned) return outcome(resultsOf(machine.stack.words, results));
    if (exit === Exit.Trapped) return outcome(trapName(machine.trap));
    stops += 1;
    if (!moved) continue;
    const saved = capture(machine, instance, fuel);
    instance = new ModuleInstance(load(bytes), new Store(), []);
    machine = new Machine(instance, pool);
    restore(saved, machine, instance, functionIndex);
    // What was restored is saved as it was.
    expect(Buffer.compare(capture(machine, instance, fuel), saved)).toBe(0);
  }
}

/** The words of results; the second word of a short one is nobody's. */
function resultsOf(words: Int32Array, types: readonly ValueType[]): number[] {
  return types.flatMap((type, at) => [words[2 * at] as number, isLong(type) ? (words[2 * at + 1] as number) : 0]);
}

function capture(machine: Machine, instance: ModuleInstance, fuel: number): Uint8Array {
  const active = captureCall(machine, instance, new PlaceFinder(instance.translated));
  if (active === undefined) throw new Error("the program waits");
  return encodeSnapshotState({ ...ALONE, ...captureInstance(instance), fuel, call: { to: "entry", ...active } });
}

function restore(saved: Uint8Array, machine: Machine, instance: ModuleInstance, functionIndex: number): void {
  const { call, ...state } = decodeSnapshotState(saved);
  restoreInstance(instance, state);
  restoreCall(machine, instance, new PlaceFinder(instance.translated), functionIndex, call as NonNullable<typeof call>);
}

// @spec snapshots.state, snapshots.frame, snapshots.block-charged, snapshots.call, snapshots.table
// @spec lifecycle.snapshot.continues
describe("a program that moves", () => {
  const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 300, size: "max" });
  const word = fc.oneof(fc.nat(100), fc.integer());
  const args = fc.array(fc.tuple(word, word), { minLength: 4, maxLength: 4 });
  it.prop([decisions, args, fc.integer({ min: 1, max: 40 })], { numRuns: 150 })(
    "ends as one that stays, wherever it is stopped",
    (numbers, bits, slice) => {
      const { plain, functions } = randomModule(numbers);
      functions.forEach(({ params }, functionIndex) => {
        const words = params.flatMap((type, at) => {
          const [low, high] = bits[at] as [number, number];
          return [low, isLong(type) ? high : 0];
        });
        const stayed = run(plain, functionIndex, words, slice, false);
        // A program that stops often is moved as well by the others.
        if (stayed.stops < 60) expect(run(plain, functionIndex, words, slice, true)).toEqual(stayed);
      });
    },
  );
});

/** Frames of more slots than an instruction reaches: 300 locals, 260 parameters, and a bulk operation in between. */
function wideModule(): Uint8Array {
  const { I32, I64 } = ValueType;
  const get = (local: number): Part => [0x20, u32(local)];
  const far = 290;
  const many = Array.from({ length: 260 }, () => I32);
  return moduleOf(
    section(1, vectorOf([functionType([I32], [I32]), functionType(many, [I32, I32])])),
    section(3, vectorOf([u32(0), u32(1)])),
    section(5, vectorOf([[0, 1]])),
    section(
      10,
      vectorOf([
        body(
          [[300, I64]],
          // far = n * 3 + 1
          [get(0), 0xac, 0x42, 3, 0x7e, 0x42, 1, 0x7c, 0x21, u32(far)],
          // memory[far .. far + 128] = n
          [get(far), 0xa7, get(0), 0x41, ...u32(128), 0xfc, 0x0b, 0],
          // two results of the function with many parameters
          [Array.from({ length: 260 }, (_, at) => (at % 2 === 0 ? get(0) : [0x41, at % 64])), 0x10, 1, 0x6a],
          // n = 0 ? far : far + f(n - 1)
          [get(0), 0x45, 0x04, I32, get(far), 0xa7, 0x05],
          [get(far), 0xa7, get(0), 0x41, 1, 0x6b, 0x10, 0, 0x6a, 0x0b],
          0x6a,
        ),
        body([[2, I64]], [0x02, 0x40, get(259), 0x0d, 0, 0x01, 0x0b], get(0), get(255), 0x6a, get(258)),
      ]),
    ),
  );
}

// @spec snapshots.frame, snapshots.block-charged
describe("a program with long frames that moves", () => {
  it.each([1, 2, 7, 100])("ends as one that stays, in slices of %i", (slice) => {
    const bytes = wideModule();
    const stayed = run(bytes, 0, [6, 0], slice, false);
    expect(stayed.stops).toBeGreaterThan(6);
    expect(run(bytes, 0, [6, 0], slice, true)).toEqual(stayed);
  });
});

/** A state in the middle of a call, and how to make an instance to put it into. */
function standing(): { readonly state: SnapshotState; readonly bytes: Uint8Array; readonly functionIndex: number } {
  for (let seed = 1; seed < 500; seed += 1) {
    const { plain, functions } = randomModule(decisionsFrom(seed, 300));
    for (const [functionIndex, { params }] of functions.entries()) {
      const instance = new ModuleInstance(load(plain), new Store(), []);
      instance.layOut();
      const machine = new Machine(instance, new StackPool());
      if (!machine.begin(instance.functionValue(functionIndex))) continue;
      machine.stack.words.fill(0, 0, 2 * params.length);
      for (let slices = 0; slices < 20; slices += 1) {
        machine.fuel = machine.blockCost;
        machine.budget = 0;
        if (machine.run() !== Exit.OutOfFuel) break;
        const state = decodeSnapshotState(capture(machine, instance, 1));
        const frames = state.call?.frames ?? [];
        if (frames.length >= 2 && frames.every(({ locals }) => locals.length > 0)) {
          return { state, bytes: plain, functionIndex };
        }
      }
    }
  }
  throw new Error("no program stood in a call");
}

// @spec snapshots.unfit
describe("a state that is not one of the program", () => {
  const { state, bytes, functionIndex } = standing();
  const call = state.call as NonNullable<SnapshotState["call"]>;
  const [outer, ...inner] = call.frames as [SnapshotFrameOf, ...SnapshotFrameOf[]];
  type SnapshotFrameOf = (typeof call.frames)[number];
  const innermost = inner.at(-1) as SnapshotFrameOf;

  const verdict = (changed: SnapshotState): string => {
    const instance = new ModuleInstance(load(bytes), new Store(), []);
    try {
      restore(encodeSnapshotState(changed), new Machine(instance, new StackPool()), instance, functionIndex);
      return "taken";
    } catch (error) {
      if (error instanceof FaygerError && error.code === "RT_SNAPSHOT_INVALID") return String(error.context["reason"]);
      throw error;
    }
  };
  const withFrames = (...frames: readonly SnapshotFrameOf[]): SnapshotState => ({
    ...state,
    call: { ...call, frames },
  });

  it("is none where nothing was changed", () => {
    expect(verdict(state)).toBe("taken");
  });

  it.each<[string, () => SnapshotState]>([
    ["too few globals", () => ({ ...state, globals: state.globals.subarray(8) })],
    ["no table", () => ({ ...state, tables: [] })],
    ["a table of another size", () => ({ ...state, tables: [{ size: 0, elements: [] }] })],
    [
      "an element behind the table",
      () => ({ ...state, tables: [{ ...state.tables[0]!, elements: [{ index: 99, functionIndex: 0 }] }] }),
    ],
    [
      "an element that is no function",
      () => ({ ...state, tables: [{ ...state.tables[0]!, elements: [{ index: 0, functionIndex: 99 }] }] }),
    ],
    [
      "elements out of order",
      () => ({
        ...state,
        tables: [
          {
            ...state.tables[0]!,
            elements: [
              { index: 1, functionIndex: 0 },
              { index: 0, functionIndex: 0 },
            ],
          },
        ],
      }),
    ],
    ["too small a memory", () => ({ ...state, memory: { pages: 0, runs: [] } })],
    ["too large a memory", () => ({ ...state, memory: { pages: 4, runs: [] } })],
    [
      "a memory run of zeros",
      () => ({ ...state, memory: { ...state.memory, runs: [{ offset: 0, bytes: new Uint8Array(4096) }] } }),
    ],
    ["an active segment that is still there", () => ({ ...state, droppedElements: [] })],
    ["a dropped segment that does not exist", () => ({ ...state, droppedData: [5] })],
    ["a frame of no function", () => withFrames({ ...outer, functionIndex: 99 }, ...inner)],
    ["an offset where nothing stops", () => withFrames(outer, ...inner.slice(0, -1), { ...innermost, offset: 1 })],
    ["a caller that does not call", () => withFrames({ ...outer, offset: innermost.offset }, ...inner)],
    ["a frame that is missing", () => withFrames(...inner)],
    ["the innermost frame missing", () => withFrames(outer)],
    ["too few locals", () => withFrames({ ...outer, locals: outer.locals.subarray(8) }, ...inner)],
    [
      "too many operands",
      () => withFrames({ ...outer, operands: new Uint8Array(outer.operands.length + 8) }, ...inner),
    ],
    ["a paid block where no bulk operation comes", () => ({ ...state, call: { ...call, blockCharged: true } })],
    ["more frames than the stack has room for", () => withFrames(...Array.from({ length: 9000 }, () => outer))],
  ])("is refused: %s", (_what, changed) => {
    expect(verdict(changed())).toBe("state_unfit");
  });

  it.prop([fc.nat(), fc.integer({ min: 0, max: 255 })])(
    "never breaks the host, whatever byte of a frame or table is another one",
    (position, value) => {
      const encoded = encodeSnapshotState(state);
      encoded[position % encoded.length] = value;
      let changed: SnapshotState;
      try {
        changed = decodeSnapshotState(encoded);
      } catch {
        return;
      }
      if (changed.call === undefined) return;
      const instance = new ModuleInstance(load(bytes), new Store(), []);
      const machine = new Machine(instance, new StackPool());
      try {
        restore(encodeSnapshotState(changed), machine, instance, functionIndex);
      } catch (error) {
        expect(error).toMatchObject({ code: "RT_SNAPSHOT_INVALID", context: { reason: "state_unfit" } });
        return;
      }
      machine.fuel = 10_000;
      machine.budget = 0;
      expect([Exit.Returned, Exit.Trapped, Exit.OutOfFuel, Exit.OutOfFuelInside]).toContain(machine.run());
    },
  );
});

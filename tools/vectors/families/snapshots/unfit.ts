import type { Value } from "../../building/cbor.js";
import { callOf, frameOf, memoryOf, snapshotOf, values } from "../../building/snapshot.js";
import { call, drop, end, i32, localGet, nop, numeric, times, when } from "../../building/wasm/instructions.js";
import { writeProgram } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { ran, ranInto } from "../guests/drafts.js";
import { effects, goesOn } from "./going-on.js";
import { named, STANDING, type Standing, wholeState } from "./programs.js";

const CLAUSES = ["snapshots.unfit", "snapshots.order", "lifecycle.snapshot.invalid"];

type State = { readonly [key: string]: Value };

interface Unfit {
  readonly name: string;
  readonly of: Standing;
  /** Members of the state that are told otherwise. */
  readonly change: State;
  readonly why: string;
  readonly clauses?: readonly string[];
}

const unfit = ({ name, of, change, why, clauses = [] }: Unfit): Draft =>
  ranInto(goesOn(of), {
    id: `snapshots/unfit/${name}`,
    clauses: [...CLAUSES, ...clauses],
    mutator: "state",
    settings: { members: Object.keys(change) },
    inputs: { snapshot: snapshotOf({ ...wholeState(of), ...change }).hex },
    refusal: {
      code: "RT_SNAPSHOT_INVALID",
      reason: "state_unfit",
      result: { states: [], answers: [], instructions: [], snapshots: [] },
    },
    why,
    effect: effects.unsafe,
  });

const { beforeFirst, behindHostCall, recursion, beforeBulk, furnished, loaded } = STANDING;
const BLOCK = 4096;
const filled = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const runs = (...all: readonly (readonly [offset: number, bytes: Uint8Array])[]): State => ({
  memory: { pages: 1, runs: all.map(([offset, bytes]) => ({ offset, bytes })) },
});

function memories(): readonly Draft[] {
  const clauses = ["snapshots.memory"];
  const one = (name: string, change: State, why: string, of: Standing = beforeFirst): Draft =>
    unfit({ name: `memory/${name}`, of, change, why, clauses });
  const halfZero = filled(2 * BLOCK).fill(0, BLOCK);
  return [
    one("descending", runs([2 * BLOCK, filled(BLOCK)], [0, filled(BLOCK)]), "Runs ascend by their offsets."),
    one("twice", runs([0, filled(BLOCK)], [0, filled(BLOCK)]), "No two runs begin at one offset."),
    one("overlapping", runs([0, filled(2 * BLOCK)], [BLOCK, filled(BLOCK)]), "Runs do not overlap."),
    one("neighbours", runs([0, filled(BLOCK)], [BLOCK, filled(BLOCK)]), "Neighbours are one run."),
    one("zero-block", runs([0, new Uint8Array(BLOCK)]), "A block that is all zero stands in no run."),
    one("zero-block-behind", runs([0, halfZero]), "A block that is all zero ends a run."),
    one("off-the-blocks", runs([1, filled(BLOCK)]), "A run begins where a block does."),
    one("part-of-a-block", runs([0, filled(BLOCK - 1)]), "A run ends where a block does."),
    one("behind-the-end", runs([65_536, filled(BLOCK)]), "A run lies in the memory."),
    one("across-the-end", runs([65_536 - BLOCK, filled(2 * BLOCK)]), "A run ends in the memory."),
    one("fewer-pages", { memory: { pages: 0, runs: [] } }, "A memory does not shrink below the module's minimum."),
    one("more-pages", { memory: memoryOf(4) }, "A memory does not grow above the module's maximum.", furnished),
  ];
}

function furniture(): readonly Draft[] {
  const of = furnished;
  const tables = wholeState(of)["tables"] as readonly State[];
  const [functions, others] = tables as readonly [State, State];
  const table = (size: number, ...elements: readonly (readonly [number, number])[]): State => ({
    tables: [{ size, elements: elements.map(([index, fn]) => ({ index, function_index: fn })) }, others],
  });
  const globals = (...each: readonly (number | bigint)[]): State => ({ globals: values(...each) });
  const one = (name: string, change: State, why: string): Draft => unfit({ name, of, change, why });
  const held = (name: string, change: State, why: string): Draft =>
    unfit({ name: `table/${name}`, of, change, why, clauses: ["snapshots.table"] });
  const LONG = 2n ** 32n;
  return [
    one("globals/fewer", globals(0, 0, 0, 0, 0, 0), "Every global of the module has a value."),
    one("globals/more", globals(0, 0, 0, 0, 0, 0, 7, 7), "There are no globals but those of the module."),
    one("globals/part", { globals: values(0, 0, 0, 0, 0, 0, 7).slice(0, -1) }, "A value has 8 bytes."),
    one("globals/long-i32", globals(LONG, 0, 0, 0, 0, 0, 7), "An i32 has zeros behind its 32 bits."),
    one("globals/long-f32", globals(0, 0, LONG, 0, 0, 0, 7), "An f32 has zeros behind its 32 bits."),
    one("globals/no-function", globals(0, 0, 0, 0, 4, 0, 7), "A reference is to a function that exists."),
    one("globals/long-reference", globals(0, 0, 0, 0, LONG, 0, 7), "A reference has zeros behind its 32 bits."),
    one("globals/outside", globals(0, 0, 0, 0, 0, 1, 7), "No reference to something outside is in a program."),
    held("fewer", { tables: [functions] }, "Every table of the module is there."),
    held("more", { tables: [...tables, others] }, "There are no tables but those of the module."),
    held("too-small", table(3, [1, 1]), "A table does not shrink below the module's minimum."),
    held("too-large", table(9), "A table does not grow above the module's maximum."),
    held("descending", table(4, [3, 2], [1, 1]), "Elements ascend."),
    held("twice", table(4, [1, 1], [1, 1]), "An element stands once."),
    held("behind-the-end", table(4, [4, 1]), "An element lies in its table."),
    held("no-function", table(4, [1, 3]), "An element is a function that exists."),
    held(
      "functions-outside",
      { tables: [functions, { size: 3, elements: [{ index: 0, function_index: 1 }] }] },
      "A table of references to outside holds no functions.",
    ),
    one("dropped/elements-descending", { dropped_elements: [1, 0, 3] }, "Dropped segments ascend."),
    one("dropped/elements-twice", { dropped_elements: [0, 1, 1, 3] }, "A segment is dropped once."),
    one("dropped/no-elements", { dropped_elements: [0, 1, 3, 4] }, "Only segments that exist can be dropped."),
    one("dropped/data-descending", { dropped_data: [2, 0, 3] }, "Dropped segments ascend."),
    one("dropped/data-twice", { dropped_data: [0, 2, 3, 3] }, "A segment is dropped once."),
    one("dropped/no-data", { dropped_data: [0, 2, 3, 4] }, "Only segments that exist can be dropped."),
  ];
}

function frames(): readonly Draft[] {
  const clauses = ["snapshots.frame"];
  const one = (name: string, of: Standing, frames: readonly Value[], why: string, more: State = {}): Draft =>
    unfit({ name: `frame/${name}`, of, change: { call: callOf(frames, more) }, why, clauses });
  const charged = (name: string, of: Standing, frames: readonly Value[], is: boolean, why: string): Draft =>
    unfit({
      name: `charged/${name}`,
      of,
      change: { call: callOf(frames, { block_charged: is }) },
      why,
      clauses: ["snapshots.block-charged"],
    });
  const first = beforeFirst.module.at("first");
  const behind = behindHostCall.module.at("behind");
  const fill = beforeBulk.module.at("fill");
  const { module: deep } = recursion;
  const outermost = frameOf(1, deep.at("call") + 2);
  const called = (level: number): State => frameOf(0, deep.at("behind again"), values(level));
  const inside = frameOf(0, deep.at("inside"), values(2));
  const [locals, operands] = loadedValues();
  const at = loaded.module.at("behind");
  const LONG = 2n ** 32n;
  return [
    one("middle-of-block", beforeFirst, [frameOf(0, first + 2, values(0), values(5))], "Nothing stops inside a block."),
    one(
      "middle-of-instruction",
      beforeFirst,
      [frameOf(0, first + 1, values(0))],
      "An offset is that of an instruction.",
    ),
    one("before-the-body", beforeFirst, [frameOf(0, 0, values(0))], "An offset lies in the body of the function."),
    one("behind-the-module", beforeFirst, [frameOf(0, 2 ** 40, values(0))], "An offset lies in the module."),
    one("no-function", beforeFirst, [frameOf(1, first, values(0))], "A frame is of a function that exists."),
    one("imported", behindHostCall, [frameOf(0, behind, values(), values(2))], "A frame is of no import."),
    one("more-locals", beforeFirst, [frameOf(0, first, values(0, 0))], "A frame has the locals of its function."),
    one("no-locals", beforeFirst, [frameOf(0, first)], "All locals of a frame are there."),
    one("part-of-a-local", beforeFirst, [frameOf(0, first, new Uint8Array(7))], "A local has 8 bytes."),
    one("more-operands", behindHostCall, [frameOf(1, behind, values(), values(2, 2))], "No operand is too many."),
    one("no-operands", behindHostCall, [frameOf(1, behind)], "No operand is missing."),
    one("long-local", loaded, [frameOf(1, at, patched(locals, 0, LONG), operands)], "An i32 has 32 bits."),
    one("long-f32", loaded, [frameOf(1, at, patched(locals, 2, LONG), operands)], "An f32 has 32 bits."),
    one("no-such-reference", loaded, [frameOf(1, at, patched(locals, 4, 3n), operands)], "A function exists."),
    one(
      "local-from-outside",
      loaded,
      [frameOf(1, at, patched(locals, 5, 1n), operands)],
      "Nothing comes from outside.",
    ),
    one("long-operand", loaded, [frameOf(1, at, locals, patched(operands, 5, LONG))], "An i32 operand has 32 bits."),
    one("operand-reference", loaded, [frameOf(1, at, locals, patched(operands, 3, 3n))], "A function exists."),
    one("operand-outside", loaded, [frameOf(1, at, locals, patched(operands, 4, 1n))], "Nothing comes from outside."),
    one("above-no-call", recursion, [frameOf(1, deep.at("call")), inside], "A frame goes on behind its call."),
    one(
      "above-another-function",
      recursion,
      [outermost, frameOf(1, deep.at("call") + 2)],
      "A frame above another one is of the function that was called.",
    ),
    one(
      "above-a-block",
      recursion,
      [outermost, frameOf(0, deep.at("inside"), values(3)), inside],
      "A frame that is not the innermost stands behind a call.",
    ),
    one(
      "middle-missing-locals",
      recursion,
      [outermost, frameOf(0, deep.at("behind again")), inside],
      "Locals are there.",
    ),
    one(
      "middle-argument-left",
      recursion,
      [outermost, frameOf(0, deep.at("behind again"), values(3), values(2)), inside],
      "The arguments of a call are no operands any more.",
    ),
    one("middle-long-local", recursion, [outermost, patchedFrame(called(3), LONG), inside], "An i32 has 32 bits."),
    charged("no-bulk", beforeFirst, [frameOf(0, first, values(0))], true, "No bulk operation comes next."),
    charged("behind-call", behindHostCall, [frameOf(1, behind, values(), values(2))], true, "A `drop` comes next."),
    charged(
      "before-its-operands",
      beforeBulk,
      [frameOf(0, beforeBulk.module.at("first"))],
      true,
      "A bulk operation that comes later in the block is not the next one.",
    ),
    charged(
      "bulk-uncharged",
      beforeBulk,
      [frameOf(0, fill, values(), values(0, 1, 640))],
      false,
      "No block begins at a bulk operation in the middle of one.",
    ),
  ];
}

/** Locals and operands of the program that has some of every type. */
function loadedValues(): readonly [Uint8Array, Uint8Array] {
  const { frames: all } = wholeState(loaded)["call"] as { readonly frames: readonly State[] };
  const [frame] = all as readonly [State];
  return [frame["locals"] as Uint8Array, frame["operands"] as Uint8Array];
}

/** Values of which one is another. */
function patched(all: Uint8Array, at: number, value: bigint): Uint8Array {
  const copy = Uint8Array.from(all);
  copy.set(values(value), 8 * at);
  return copy;
}

const patchedFrame = (frame: State, value: bigint): State => ({ ...frame, locals: values(value) });

/** Frames that need all of the stack but a little, and one more. */
function stack(): readonly Draft[] {
  const HEIGHT = 4100;
  const module = writeProgram({
    functions: {
      deep: {
        params: ["i32"],
        code: ({ fn }) => [
          localGet(0),
          when(),
          named("inside", localGet(0)),
          i32(1),
          numeric("i32.sub"),
          named("again", call(fn("deep"))),
          named("behind", end),
          ...times(HEIGHT, i32(0)),
          ...times(HEIGHT, drop),
        ],
      },
      main: { code: ({ fn }) => [i32(3), named("call", call(fn("deep"))), nop] },
    },
  });
  const snapshot = (depth: number): string => {
    const frames = Array.from({ length: depth }, (_, level) =>
      level === depth - 1 ? frameOf(0, module.at("inside"), values(0)) : frameOf(0, module.at("behind"), values(0)),
    );
    const state = {
      exceeded: { quota: "fuel", limit: 5 },
      fuel: 5,
      call: callOf([frameOf(1, module.at("call") + 2), ...frames]),
    };
    return snapshotOf({ ...wholeState({ state }) }).hex;
  };
  // Each frame is charged 8, a parameter and 4,100 operands; main 8 and one operand. 15 of them are 61,644 in all.
  const parent = ran({
    id: "snapshots/unfit/stack/enough",
    clauses: ["snapshots.unfit", "snapshots.frame"],
    program: module,
    features: ["fuel", "snapshot"],
    inputs: { quotas: { fuel: 5 }, snapshot: snapshot(15), log: [] },
    result: { states: ["Suspended"], fuel: 5 },
    why: "Frames that need less stack than there is are restored.",
    effect: effects.lost,
  });
  const over = (depth: number): Draft =>
    ranInto(parent, {
      id: `snapshots/unfit/stack/${depth}-frames`,
      clauses: CLAUSES,
      mutator: "frames",
      settings: { depth },
      inputs: { snapshot: snapshot(depth) },
      refusal: { code: "RT_SNAPSHOT_INVALID", reason: "state_unfit" },
      why: "Frames that need more stack than there is were never there.",
      effect: effects.unsafe,
    });
  return [parent, over(16), over(40)];
}

/** States of no run of their program. */
export function unfitDrafts(): readonly Draft[] {
  return [...memories(), ...furniture(), ...frames(), ...stack()];
}

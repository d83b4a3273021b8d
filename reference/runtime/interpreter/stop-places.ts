import { BinaryReader } from "../wasm/binary-reader.js";
import { InstructionReader } from "../wasm/instruction-reader.js";
import { ModuleContext } from "../wasm/module-context.js";
import { Opcode } from "../wasm/opcodes.js";
import type { FunctionType } from "../wasm/types.js";
import { FunctionValidator } from "../wasm/validate-function.js";
import { CodeBuffer } from "./code-buffer.js";
import type { FrameLayout } from "./frame-layout.js";
import { type OperandStack, Place } from "./operand-stack.js";
import { FunctionTranslator, type StopPoint } from "./translate-function.js";
import type { TranslatedModule } from "./translated-module.js";

const NOP = 0x01;
/** Position of a function's first header: the word before it is the stack charge. */
const ENTRY_HEADER = 1;

/** Where an operand is while the program stands still, and what it is where that is known. */
export interface OperandPlace {
  readonly place: Place;
  /** Slot that holds it; -1 for a constant. */
  readonly slot: number;
  /** The words of a constant. */
  readonly low: number;
  readonly high: number;
  readonly long: boolean;
}

/** A place of one function at which a program can stand still. */
export interface StopPlace {
  /** Position in the register code, from the function's entry. */
  readonly position: number;
  /**
   * Offset in the module of the instruction that a snapshot names: behind the call, where the frame called; else the
   * first one that is charged.
   *
   * @spec snapshots.frame
   */
  readonly offset: number;
  /** Whether the function begins here: its parameters lie where the caller put them, and its locals are not made yet. */
  readonly isEntry: boolean;
  /** Whether the block is charged already: the place is before a bulk operation. */
  readonly charged: boolean;
  /** The operands, the deepest first; behind a call without its results. */
  readonly operands: readonly OperandPlace[];
  /** What was called, where the place is behind a call. */
  readonly call: StopPoint["call"];
  /** The same place while the call it is behind is over: with results, by the offset of what is charged next. */
  readonly resumed: StopPlace | undefined;
}

/** Everything about one function that capturing and restoring its frames needs. */
export interface FunctionPlaces {
  readonly type: FunctionType;
  readonly layout: FrameLayout;
  /** Types of parameters and locals. */
  readonly locals: Uint8Array;
  /** In the order of the code. */
  readonly places: readonly StopPlace[];
  /** Types of the operands before the instruction at an offset. */
  readonly typesAt: ReadonlyMap<number, Uint8Array>;
}

/** Finds the places of functions, once each. */
export class PlaceFinder {
  readonly #translated: TranslatedModule;
  readonly #known = new Map<number, FunctionPlaces>();

  constructor(translated: TranslatedModule) {
    this.#translated = translated;
  }

  /** @param functionIndex a function that the module defines */
  of(functionIndex: number): FunctionPlaces {
    const known = this.#known.get(functionIndex);
    if (known !== undefined) return known;
    const found = this.#find(functionIndex);
    this.#known.set(functionIndex, found);
    return found;
  }

  #find(functionIndex: number): FunctionPlaces {
    const { validated, canonicalTypes } = this.#translated;
    const { module } = validated;
    const places: StopPlace[] = [];
    let layout: FrameLayout | undefined;
    // Translating a function again gives the same words, only elsewhere.
    const code = new CodeBuffer();
    const translator = new FunctionTranslator(validated, functionIndex, code, canonicalTypes, (point) => {
      layout = point.layout;
      places.push(this.#place(functionIndex, point));
    });
    translator.translate();
    const definition = module.functions[functionIndex]!;
    const type = this.#translated.typeOf(functionIndex);
    const locals: number[] = [...type.params];
    for (const group of definition.body!.localGroups) for (let n = 0; n < group.count; n += 1) locals.push(group.type);
    const offsets = new Set(places.flatMap(({ offset, resumed }) => [offset, resumed?.offset ?? offset]));
    const typesAt = new Map<number, Uint8Array>();
    const context = new ModuleContext(module);
    // The module passed validation: whatever its code refers to may be referred to.
    for (let index = 0; index < module.functions.length; index += 1) context.declareReference(index);
    new FunctionValidator(context, (offset, stack) => {
      if (offsets.has(offset)) typesAt.set(offset, stack.operandTypes());
    }).validate(definition, definition.body!);
    return { type, layout: layout!, locals: Uint8Array.from(locals), places, typesAt };
  }

  #place(functionIndex: number, point: StopPoint): StopPlace {
    const { position, offset, charged, stack, layout, call } = point;
    const operands: OperandPlace[] = [];
    const results = call?.type.results.length ?? 0;
    for (let height = 0; height < stack.height; height += 1) {
      const isResult = height >= stack.height - results;
      // In a wide frame the results of a call still lie where its frame began.
      const carried = isResult && layout.end >= 0 ? layout.end + height - (stack.height - results) : -1;
      operands.push({
        place: stack.placeAt(height),
        slot: carried >= 0 ? carried : slotOf(stack, layout, height),
        low: stack.lowAt(height),
        high: stack.highAt(height),
        long: stack.isLongAt(height),
      });
    }
    const next = charged ? offset : this.#firstCharged(functionIndex, offset);
    const isEntry = position === ENTRY_HEADER;
    const here = { position, offset: next, isEntry, charged, operands, call: undefined, resumed: undefined };
    if (call === undefined) return here;
    return {
      position,
      offset,
      isEntry,
      charged,
      operands: operands.slice(0, operands.length - results),
      call,
      resumed: here,
    };
  }

  /** The first instruction from an offset on that costs fuel, or the end of the function. */
  #firstCharged(functionIndex: number, offset: number): number {
    const { module } = this.#translated.validated;
    const { end } = module.functions[functionIndex]!.body!;
    // Behind the end of the function, which is one byte.
    if (offset >= end) return end - 1;
    const reader = new BinaryReader(module.bytes, offset, end);
    const instructions = new InstructionReader(reader);
    for (;;) {
      instructions.next();
      const { opcode } = instructions;
      const isFree = opcode === Opcode.Block || opcode === Opcode.Loop || opcode === Opcode.End || opcode === NOP;
      if (!isFree || reader.position >= end) return instructions.offset;
    }
  }
}

function slotOf(stack: OperandStack, layout: FrameLayout, height: number): number {
  switch (stack.placeAt(height)) {
    case Place.Own:
      return stack.slotAt(height);
    case Place.Local:
      return layout.slot(stack.lowAt(height));
    case Place.Constant:
      return -1;
  }
}

import { BinaryReader } from "../../wasm/binary-reader.js";
import { InstructionReader } from "../../wasm/instruction-reader.js";
import { PREFIX } from "../../wasm/opcodes.js";
import { STEP_BYTES, type Steps } from "../../wasm/steps.js";
import { type FunctionBody, type FunctionType, ValueType, type WasmFunction } from "../../wasm/types.js";
import { CANONICAL_F32, CANONICAL_F64, Code, CodeWriter, NO_RESULT, STACK_BOUND } from "./added-code.js";
import type { Additions } from "./additions.js";
import { bulkOperation, endsBlock, isFree, NanRole, nanRole, takesNanBlindly } from "./instruction-rules.js";

const { I32, F32, F64 } = ValueType;

/** What engines allow a function in parameters and locals. */
const MOST_LOCALS = 50_000;

const LOOP = 0x03;
const BLOCK = 0x02;
const IF = 0x04;
const TABLE_GROW = 0x10f;

/**
 * Rewrites function bodies, one after another, in one pass over their instructions each. What it adds:
 *
 * - before each basic block, its fuel is charged;
 * - behind each instruction that can produce a NaN, the NaN is made canonical, unless the next instruction takes it
 *   and cannot tell NaNs apart;
 * - before each conversion that traps, a NaN is told from a number that does not fit;
 * - at the beginning the stack charge is added and checked, and at the end it is taken back; `return` becomes a branch
 *   to that end. A function that calls nothing only checks;
 * - `memory.grow` and `table.grow` become calls of functions that know the quotas;
 * - a call through a table notes which element it calls, so that afterwards an empty one can be told from one of
 *   another type.
 *
 * @spec runtime.host-engine.rewrite
 */
export class FunctionRewriter {
  readonly #added: Additions;
  readonly #longestInline: number;
  readonly #reader: BinaryReader;
  readonly #instructions: InstructionReader;
  /** The whole new body. */
  readonly #body: CodeWriter;
  /** Its instructions, up to the basic block that is being read. */
  readonly #code: CodeWriter;
  /** The basic block that is being read. */
  readonly #block: CodeWriter;
  /** Index of the first local that is added, and the types of those that are. */
  #firstLocal = 0;
  #locals: number[] = [];
  #compact = false;
  #hasCalls = false;

  /** @param longestInline bytes of the longest body that gets inline code; a longer one gets calls */
  constructor(added: Additions, longestInline: number) {
    const { bytes } = added.module;
    this.#added = added;
    this.#longestInline = longestInline;
    this.#reader = new BinaryReader(bytes);
    this.#instructions = new InstructionReader(this.#reader);
    this.#body = new CodeWriter(added);
    this.#code = new CodeWriter(added);
    this.#block = new CodeWriter(added);
  }

  /**
   * The new body of one function, without its size. Good until the next one is begun.
   *
   * @param stackCharge what a call of it takes of the stack
   */
  *rewrite(definition: WasmFunction, body: FunctionBody, stackCharge: number): Steps<Uint8Array> {
    const type = this.#added.module.types[definition.typeIndex] as FunctionType;
    this.#firstLocal = type.params.length + body.localCount;
    this.#locals = [];
    this.#compact = this.#firstLocal + 4 > MOST_LOCALS || body.end - body.start > this.#longestInline;
    this.#hasCalls = false;
    this.#code.clear();
    yield* this.#readCode(body);
    this.#writeBody(definition, type, body, stackCharge);
    return this.#body.written;
  }

  *#readCode({ codeStart, end }: FunctionBody): Steps<void> {
    const reader = this.#reader;
    const instructions = this.#instructions;
    const block = this.#block;
    const { bytes } = reader;
    const { metered } = this.#added;
    reader.position = codeStart;
    reader.end = end;
    block.clear();
    let cost = 0;
    let depth = 0;
    let until = codeStart + STEP_BYTES;
    for (;;) {
      if (reader.position >= until) {
        until = reader.position + STEP_BYTES;
        yield;
      }
      instructions.next();
      const { opcode } = instructions;
      if (!isFree(opcode)) cost += 1;
      this.#emit(opcode, bytes, depth);
      if (opcode === BLOCK || opcode === LOOP || opcode === IF) depth += 1;
      if (endsBlock(opcode)) {
        // @spec guest-abi.fuel.blocks
        if (metered && cost > 0) this.#charge(cost);
        this.#code.bytes(block.written);
        block.clear();
        cost = 0;
        if (opcode === Code.End) {
          if (depth === 0) return;
          depth -= 1;
        }
      }
    }
  }

  /** Write the instruction that was read, and what belongs to it, to the current block. */
  #emit(opcode: number, bytes: Uint8Array, depth: number): void {
    const block = this.#block;
    const { offset, first, second } = this.#instructions;
    const after = this.#reader.position;
    switch (opcode) {
      case Code.Return:
        // The branch carries the same operands, to where the stack charge is taken back.
        block.op(Code.Br, depth);
        return;
      case Code.Call:
        this.#hasCalls = true;
        break;
      case Code.CallIndirect:
        this.#hasCalls = true;
        this.#noteIndex(second);
        break;
      case Code.MemoryGrow:
        block.call("grow_memory");
        return;
      case TABLE_GROW:
        block.op(Code.Call, this.#added.growTable(first));
        return;
      default:
        if (this.#added.metered && bulkOperation(opcode)) block.call("charge_bulk");
    }
    const role = nanRole(opcode);
    if (role === NanRole.RefusesF32) this.#refuseNan(F32);
    else if (role === NanRole.RefusesF64) this.#refuseNan(F64);
    block.range(bytes, offset, after);
    if (role !== NanRole.ProducesF32 && role !== NanRole.ProducesF64) return;
    const next = bytes[after] as number;
    if (takesNanBlindly(next === PREFIX ? 0x100 + (bytes[after + 1] as number) : next)) return;
    this.#makeCanonical(role === NanRole.ProducesF32 ? F32 : F64);
  }

  #charge(cost: number): void {
    const code = this.#code;
    if (this.#compact) {
      code.i32(cost);
      code.call("charge");
      return;
    }
    const left = this.#local(I32);
    code.get("fuel");
    code.i32(cost);
    code.byte(Code.I32Sub);
    code.op(Code.LocalTee, left);
    code.set("fuel");
    code.op(Code.LocalGet, left);
    code.i32(0);
    code.byte(Code.I32LtS);
    code.when(() => {
      code.i32(cost);
      code.call("out_of_fuel");
    });
  }

  /** @spec guest-abi.nan */
  #makeCanonical(type: typeof F32 | typeof F64): void {
    const block = this.#block;
    if (this.#compact) {
      block.call(type === F32 ? "canonical_f32" : "canonical_f64");
      return;
    }
    const value = this.#local(type);
    block.op(Code.LocalTee, value);
    block.bytes(type === F32 ? CANONICAL_F32 : CANONICAL_F64);
    block.op(Code.LocalGet, value);
    block.op(Code.LocalGet, value);
    block.byte(type === F32 ? Code.F32Eq : Code.F64Eq);
    block.byte(Code.Select);
  }

  #refuseNan(type: typeof F32 | typeof F64): void {
    const block = this.#block;
    if (this.#compact) {
      block.call(type === F32 ? "number_f32" : "number_f64");
      return;
    }
    const value = this.#local(type);
    block.op(Code.LocalTee, value);
    block.op(Code.LocalGet, value);
    block.op(Code.LocalGet, value);
    block.byte(type === F32 ? Code.F32Ne : Code.F64Ne);
    block.when(() => block.call("not_a_number"));
  }

  #noteIndex(table: number): void {
    const block = this.#block;
    this.#added.calledTables.add(table);
    if (this.#added.hasSeveralTables) {
      block.i32(table);
      block.set("table");
    }
    if (this.#compact) {
      block.call("note_index");
      return;
    }
    const index = this.#local(I32);
    block.op(Code.LocalTee, index);
    block.set("index");
    block.op(Code.LocalGet, index);
  }

  /** Index of the added local of a type. */
  #local(type: number): number {
    const found = this.#locals.indexOf(type);
    return this.#firstLocal + (found >= 0 ? found : this.#locals.push(type) - 1);
  }

  #writeBody(definition: WasmFunction, type: FunctionType, source: FunctionBody, stackCharge: number): void {
    const body = this.#body;
    body.clear();
    this.#writeLocals(source);
    this.#writeStackCheck(stackCharge);
    // What is at most one charge high needs no sum: a function that calls nothing only looks.
    if (this.#hasCalls) {
      body.get("stack");
      body.i32(stackCharge);
      body.byte(Code.I32Add);
      body.set("stack");
      body.byte(Code.Block);
      this.#writeBlockType(definition, type);
    }
    body.bytes(this.#code.written);
    if (!this.#hasCalls) return;
    body.get("stack");
    body.i32(stackCharge);
    body.byte(Code.I32Sub);
    body.set("stack");
    body.byte(Code.End);
  }

  #writeLocals({ start, codeStart }: FunctionBody): void {
    const body = this.#body;
    const reader = this.#reader;
    reader.position = start;
    body.u32(reader.u32("the number of local groups") + this.#locals.length);
    body.range(reader.bytes, reader.position, codeStart);
    for (const type of this.#locals) body.bytes([1, type]);
  }

  // @spec guest-abi.stack
  #writeStackCheck(stackCharge: number): void {
    const body = this.#body;
    if (stackCharge > STACK_BOUND) {
      body.call("exhausted");
      return;
    }
    body.get("stack");
    body.i32(STACK_BOUND - stackCharge);
    body.byte(Code.I32GtU);
    body.when(() => body.call("exhausted"));
  }

  /** The type of a block that leaves what the function returns. */
  #writeBlockType({ typeIndex }: WasmFunction, { params, results }: FunctionType): void {
    const [only] = results;
    if (only === undefined) this.#body.byte(NO_RESULT);
    else if (results.length === 1) this.#body.byte(only);
    else this.#body.s32(params.length === 0 ? typeIndex : this.#added.type({ params: [], results }));
  }
}

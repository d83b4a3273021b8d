import { BinaryReader } from "../wasm/binary-reader.js";
import { InstructionReader } from "../wasm/instruction-reader.js";
import { Opcode } from "../wasm/opcodes.js";
import type { FunctionType, ValueType, WasmModule } from "../wasm/types.js";
import type { FunctionProfile, ValidatedModule } from "../wasm/validate-module.js";
import { type Block, outermostBlock, shortTypes, unreachableBlock } from "./block.js";
import type { CodeBuffer } from "./code-buffer.js";
import { FrameLayout, isLong, localWidths } from "./frame-layout.js";
import { OperandStack, Place } from "./operand-stack.js";
import { REACHABLE_SLOTS, RegisterOp } from "./register-code.js";
import { ValueTranslator } from "./translate-value.js";

/** A place at which a program can stand still: between two basic blocks, or before a bulk operation. */
export interface StopPoint {
  /** Position in the register code. */
  readonly position: number;
  /** Offset in the module of the instruction that comes next. */
  readonly offset: number;
  /** Whether the block is paid: only before a bulk operation, whose extra may not be to be had. */
  readonly charged: boolean;
  /** What was called, where the place is behind a call: a function, or any of a type. */
  readonly call: { readonly functionIndex: number | undefined; readonly type: FunctionType } | undefined;
  /** Where the operands are, from the bottom; only valid during the call. */
  readonly stack: OperandStack;
  readonly layout: FrameLayout;
}

/**
 * Translates one function of a validated module to register code, in one pass.
 *
 * Every basic block begins with a word that says what the whole block costs. Whatever goes to a block goes to that word
 * and pays first; so a program stands still before a block and never inside of one.
 *
 * @spec guest-abi.fuel.blocks
 */
export class FunctionTranslator {
  readonly #module: WasmModule;
  readonly #imported: number;
  readonly #canonicalTypes: Int32Array;
  readonly #code: CodeBuffer;
  readonly #type: FunctionType;
  readonly #layout: FrameLayout;
  readonly #stack: OperandStack;
  readonly #values: ValueTranslator;
  readonly #reader: BinaryReader;
  readonly #instructions: InstructionReader;
  readonly #labels: BinaryReader;
  readonly #blocks: Block[] = [];
  readonly #charge: number;
  readonly #observe: ((point: StopPoint) => void) | undefined;
  /** Words of targets that belong to unconditional jumps; with the slot moved for it just before, or -1. */
  readonly #jumps = new Map<number, number>();
  /** From here on the body has nothing but the ends of blocks. */
  readonly #tail: number;
  /** Where the instructions of the body begin. */
  readonly #begin: number;
  #reachable = true;
  #header = 0;
  #entry = -1;

  /**
   * @param code where the register code is appended
   * @param canonicalTypes for each type the first one that is equal
   * @param observe told every place at which the function can stand still, in the order of the code
   */
  constructor(
    { module, profiles, importedFunctions }: ValidatedModule,
    functionIndex: number,
    code: CodeBuffer,
    canonicalTypes: Int32Array,
    observe?: (point: StopPoint) => void,
  ) {
    this.#module = module;
    this.#imported = importedFunctions;
    this.#canonicalTypes = canonicalTypes;
    this.#code = code;
    this.#observe = observe;
    const definition = module.functions[functionIndex]!;
    const body = definition.body!;
    const profile = profiles[functionIndex - importedFunctions] as FunctionProfile;
    const type = module.types[definition.typeIndex]!;
    this.#type = type;
    this.#charge = profile.stackCharge;
    const parameters = type.params.length;
    this.#layout = new FrameLayout(parameters, parameters + body.localCount, profile.operandHeight);
    this.#stack = new OperandStack(code, this.#layout);
    const longs = localWidths(type, body.localGroups, parameters + body.localCount);
    this.#values = new ValueTranslator(code, this.#stack, this.#layout, (local) => longs[local] === 1, {
      isLong: (global) => isLong(module.globals[global]!.type.value),
      isImported: (global) => module.globals[global]!.initial === undefined,
    });
    this.#reader = new BinaryReader(module.bytes, body.codeStart, body.end);
    this.#instructions = new InstructionReader(this.#reader);
    this.#labels = new BinaryReader(module.bytes, body.codeStart, body.end);
    this.#begin = body.codeStart;
    let tail = body.end;
    while (module.bytes[tail - 1] === Opcode.End) tail--;
    this.#tail = tail;
  }

  /** Append the function; returns the position of its {@link entry}. */
  translate(): number {
    this.run(Number.POSITIVE_INFINITY);
    return this.#entry;
  }

  /** The position of the function's stack charge, behind which the header of its first block stands. Once it runs. */
  get entry(): number {
    return this.#entry;
  }

  /** How many bytes of the body are translated. */
  get done(): number {
    return this.#reader.position - this.#begin;
  }

  /**
   * Append the next part of the function. Nothing else may be appended until its end.
   *
   * @param bytes about how many bytes of the body, if its end is not there before
   * @returns whether the end is there
   */
  run(bytes: number): boolean {
    if (this.#entry < 0) this.#beginFunction();
    const until = this.#reader.position + bytes;
    const instructions = this.#instructions;
    while (this.#blocks.length > 0) {
      if (this.#reader.position >= until) return false;
      const instruction = instructions.next();
      if (this.#reachable) this.#translateReachable(instruction.opcode, instruction);
      else this.#skip(instruction.opcode);
    }
    return true;
  }

  #beginFunction(): void {
    const code = this.#code;
    code.seal();
    this.#entry = code.length;
    code.word(this.#charge);
    this.#beginBlock();
    this.#makeFrame();
    this.#blocks.push(outermostBlock(this.#type));
  }

  #makeFrame(): void {
    const code = this.#code;
    const displaced = this.#layout.displacedParameters;
    if (displaced > 0)
      this.#moveMany(
        this.#layout.parameters - displaced,
        this.#layout.slot(this.#layout.parameters - displaced),
        displaced,
      );
    for (const [first, count] of this.#layout.declared()) {
      code.word(RegisterOp.Zero);
      code.word(first);
      code.word(count);
    }
  }

  #moveMany(from: number, to: number, count: number): void {
    const code = this.#code;
    code.seal();
    code.word(RegisterOp.MoveMany);
    code.word(from);
    code.word(to);
    code.word(count);
  }

  // ---- basic blocks -------------------------------------------------------------------------------------------------

  /** Write the header of a block that begins here. */
  #beginBlock(call?: StopPoint["call"]): void {
    this.#code.seal();
    this.#header = this.#code.length;
    this.#code.word(0);
    this.#tell(this.#header, this.#reader.position, false, call);
  }

  #tell(position: number, offset: number, charged: boolean, call?: StopPoint["call"]): void {
    this.#observe?.({ position, offset, charged, call, stack: this.#stack, layout: this.#layout });
  }

  /** Let the code so far go on into a block that begins here; one that is still empty goes on itself. */
  #fallIntoBlock(): void {
    const isEmpty = this.#code.length === this.#header + 1 && this.#code.words[this.#header] === 0;
    if (isEmpty) return;
    this.#code.word(RegisterOp.Fall);
    this.#beginBlock();
  }

  // @spec guest-abi.fuel
  #charged(): void {
    this.#code.words[this.#header]! += 1;
  }

  // ---- instructions -------------------------------------------------------------------------------------------------

  #skip(opcode: number): void {
    switch (opcode) {
      case Opcode.Block:
      case Opcode.Loop:
      case Opcode.If:
        this.#blocks.push(unreachableBlock());
        return;
      case Opcode.Else:
        this.#else();
        return;
      case Opcode.End:
        this.#end();
        return;
      default:
    }
  }

  #translateReachable(opcode: number, instruction: Parameters<ValueTranslator["translate"]>[0]): void {
    const { first } = this.#instructions;
    switch (opcode) {
      case Opcode.Block:
        this.#open("block", this.#blockType(first));
        return;
      case Opcode.Loop:
        this.#stack.settleAll();
        this.#fallIntoBlock();
        this.#open("loop", this.#blockType(first));
        return;
      case Opcode.If:
        this.#if(this.#blockType(first));
        return;
      case Opcode.Else:
        this.#else();
        return;
      case Opcode.End:
        this.#end();
        return;
      case 0x01:
        return;
      default:
    }
    this.#charged();
    switch (opcode) {
      case Opcode.Unreachable:
        this.#code.seal();
        this.#code.word(RegisterOp.Unreachable);
        this.#reachable = false;
        return;
      case Opcode.Br:
        this.#branch(first);
        return;
      case Opcode.Return:
        this.#return();
        return;
      case Opcode.BrIf:
        this.#branchIf(first);
        return;
      case Opcode.BrTable:
        this.#branchTable();
        return;
      case Opcode.Call:
        this.#call(first);
        return;
      case Opcode.CallIndirect:
        this.#callIndirect(first, this.#instructions.second);
        return;
      default:
        if (opcode >= 0x108) this.#tellBeforeBulk();
        this.#values.translate(instruction, this.#instructions);
    }
  }

  /** A bulk operation may find too little fuel: there a program stands still inside of a block. */
  #tellBeforeBulk(): void {
    this.#stack.settleTop(Math.min(3, this.#stack.height));
    this.#tell(this.#code.length, this.#instructions.offset, true);
  }

  #blockType(type: number): FunctionType {
    return shortTypes.get(type) ?? this.#module.types[type]!;
  }

  #open(kind: "block" | "loop" | "if", type: FunctionType, otherwise = -1): void {
    // What lies below may be needed on several ways out, so it has to be in one place for all of them.
    this.#stack.settleAll();
    this.#blocks.push({
      kind,
      alive: true,
      type,
      height: this.#stack.height - type.params.length,
      header: this.#header,
      ends: -1,
      otherwise,
    });
  }

  #if(type: FunctionType): void {
    this.#charged();
    const code = this.#code;
    const stack = this.#stack;
    stack.settleBelowTop();
    this.#values.branch(false);
    const otherwise = code.length;
    code.word(-1);
    this.#open("if", type, otherwise);
    this.#beginBlock();
  }

  #else(): void {
    const block = this.#blocks.at(-1)!;
    if (!block.alive) return;
    const stack = this.#stack;
    const code = this.#code;
    if (this.#reachable) {
      stack.settleTop(block.type.results.length);
      this.#jumpTo(block);
    }
    stack.cut(block.height);
    for (const type of block.type.params) stack.push(isLong(type));
    this.#reachable = true;
    this.#beginBlock();
    code.words[block.otherwise] = this.#header;
    block.otherwise = -1;
  }

  #end(): void {
    const block = this.#blocks.pop()!;
    if (!block.alive) return;
    const stack = this.#stack;
    const code = this.#code;
    const isTarget = block.ends >= 0 || block.otherwise >= 0;
    const { results } = block.type;
    const onlyReturns = block.kind !== "function" && this.#onlyReturns();
    if (onlyReturns && this.#reachable) {
      this.#writeReturn();
      this.#reachable = false;
    }
    if (this.#reachable) {
      if (isTarget) stack.settleTop(results.length);
      this.#fallIntoBlock();
    } else if (isTarget) {
      stack.cut(block.height);
      for (const type of results) stack.push(isLong(type));
      this.#reachable = true;
      this.#beginBlock();
    }
    if (block.otherwise >= 0) code.words[block.otherwise] = this.#header;
    for (let at = block.ends; at >= 0; ) {
      const next = code.words[at] as number;
      const moved = this.#jumps.get(at);
      if (!onlyReturns || moved === undefined || !this.#returnAt(at, moved, block)) code.words[at] = this.#header;
      at = next;
    }
    if (block.kind === "function" && this.#reachable) this.#writeReturn();
  }

  /** Whether nothing follows but the ends of the blocks that are open, so that to go on is to return one value or none. */
  #onlyReturns(): boolean {
    return this.#reader.position >= this.#tail && this.#type.results.length <= 1;
  }

  /**
   * Write a return over a jump to the end of a block: it is as long.
   *
   * @param at the word that waits for the jump's target
   * @param moved the slot that was moved to the result's just before, or -1
   */
  #returnAt(at: number, moved: number, block: Block): boolean {
    const { words } = this.#code;
    if (this.#type.results.length === 0) {
      words[at - 1] = RegisterOp.Return;
      words[at] = this.#charge;
      return true;
    }
    const isOnly = block.type.results.length === 1;
    const slot = this.#stack.slotAt(block.height + block.type.results.length - 1);
    if (isOnly && moved >= 0) {
      words[at - 2] = RegisterOp.ReturnOne | (moved << 16);
      words[at - 1] = this.#charge;
      return true;
    }
    if (slot >= REACHABLE_SLOTS) return false;
    words[at - 1] = RegisterOp.ReturnOne | (slot << 16);
    words[at] = this.#charge;
    return true;
  }

  // ---- branches -----------------------------------------------------------------------------------------------------

  #blockAt(label: number): Block {
    return this.#blocks[this.#blocks.length - 1 - label]!;
  }

  #labelTypes(block: Block): readonly ValueType[] {
    return block.kind === "loop" ? block.type.params : block.type.results;
  }

  /** Write the word for a target that is a block's start or end. */
  #target(block: Block): void {
    const code = this.#code;
    if (block.kind === "loop") {
      code.word(block.header);
      return;
    }
    code.word(block.ends);
    block.ends = code.length - 1;
  }

  #jumpTo(block: Block): void {
    const code = this.#code;
    const { last } = code;
    const isMove = last.operation === RegisterOp.Move || last.operation === RegisterOp.MoveWord;
    const movesResult = last.start >= 0 && isMove && last.position === code.length - 1 && last.left < REACHABLE_SLOTS;
    const isResult = last.result === this.#stack.slotAt(block.height);
    this.#jumps.set(code.length + 1, movesResult && isResult ? last.left : -1);
    code.seal();
    code.word(RegisterOp.Jump);
    this.#target(block);
  }

  /** Whether the operands a branch brings lie where the block expects them. */
  #inPlace(block: Block): boolean {
    const count = this.#labelTypes(block).length;
    const { height } = this.#stack;
    if (height - count !== block.height) return count === 0;
    for (let at = height - count; at < height; at++) if (this.#stack.placeAt(at) !== Place.Own) return false;
    return true;
  }

  /** Go to a block, or return: operands to their places, then the jump. What is on the stack stays known. */
  #leaveTo(block: Block): void {
    if (block.kind === "function") {
      this.#writeReturn();
      return;
    }
    const stack = this.#stack;
    const count = this.#labelTypes(block).length;
    if (count === 1) {
      stack.moveTo(stack.height - 1, stack.slotAt(block.height));
    } else if (count > 1) {
      stack.settleTop(count);
      const from = stack.slotAt(stack.height - count);
      const to = stack.slotAt(block.height);
      if (from !== to) this.#moveMany(from, to, count);
    }
    this.#jumpTo(block);
  }

  #branch(label: number): void {
    this.#leaveTo(this.#blockAt(label));
    this.#reachable = false;
  }

  #branchIf(label: number): void {
    const block = this.#blockAt(label);
    const code = this.#code;
    const condition = this.#stack.height - 1;
    const count = this.#labelTypes(block).length;
    // Seen without the condition.
    this.#stack.height -= 1;
    const direct = count === 0 || (block.kind !== "function" && this.#inPlace(block));
    this.#stack.height += 1;
    if (direct) {
      this.#values.branch(true);
      this.#target(block);
    } else {
      if (count > 1) this.#stack.settleRange(condition - count, condition);
      this.#values.branch(false);
      const over = code.length;
      code.word(-1);
      // Where the branch is taken, a header that costs nothing.
      code.word(0);
      this.#leaveTo(block);
      code.words[over] = code.length;
    }
    this.#beginBlock();
  }

  #branchTable(): void {
    const stack = this.#stack;
    const code = this.#code;
    const count = this.#instructions.first;
    const index = stack.slotOf(stack.pop());
    const labels = this.#labels;
    labels.position = this.#instructions.labels;
    const arity = this.#labelTypes(this.#tableDefault(count)).length;
    if (arity > 1) stack.settleTop(arity);
    code.reading(RegisterOp.BranchTable, index, -1);
    code.word(count);
    /** For each label that needs operands moved, the last of the words that wait for the code that does it. */
    const stubs = new Map<number, number>();
    labels.position = this.#instructions.labels;
    for (let position = 0; position <= count; position++) {
      const label = labels.u32("a label");
      const block = this.#blockAt(label);
      const direct = this.#labelTypes(block).length === 0 || (block.kind !== "function" && this.#inPlace(block));
      if (direct) {
        this.#target(block);
      } else {
        code.word(stubs.get(label) ?? -1);
        stubs.set(label, code.length - 1);
      }
    }
    for (const [label, last] of stubs) {
      for (let at = last; at >= 0; ) {
        const next = code.words[at] as number;
        code.words[at] = code.length;
        at = next;
      }
      code.seal();
      code.word(0);
      this.#leaveTo(this.#blockAt(label));
    }
    this.#reachable = false;
  }

  #tableDefault(count: number): Block {
    for (let position = 0; position < count; position++) this.#labels.u32("a label");
    return this.#blockAt(this.#labels.u32("a label"));
  }

  #return(): void {
    this.#writeReturn();
    this.#reachable = false;
  }

  #writeReturn(): void {
    const code = this.#code;
    const stack = this.#stack;
    const count = this.#type.results.length;
    if (count === 0) {
      code.reading(RegisterOp.Return, -1, -1);
      code.word(this.#charge);
    } else if (count === 1) {
      const at = stack.height - 1;
      // Only on this way out: the operand stays a constant for what follows a conditional branch.
      const isConstant = stack.placeAt(at) === Place.Constant;
      if (isConstant) stack.moveTo(at, stack.slotAt(at));
      code.reading(RegisterOp.ReturnOne, isConstant ? stack.slotAt(at) : stack.slotOf(at), -1);
      code.word(this.#charge);
    } else {
      stack.settleTop(count);
      code.reading(RegisterOp.ReturnMany, -1, -1);
      code.word(this.#charge);
      code.word(stack.slotAt(stack.height - count));
      code.word(count);
    }
  }

  // ---- calls --------------------------------------------------------------------------------------------------------

  #call(functionIndex: number): void {
    const { functions, types } = this.#module;
    const type = types[functions[functionIndex]!.typeIndex]!;
    const operation = functionIndex < this.#imported ? RegisterOp.CallImport : RegisterOp.CallFirst;
    const slot = this.#takeArguments(type);
    this.#code.onSlots(operation, slot);
    this.#code.word(functionIndex);
    this.#giveResults(type, functionIndex);
  }

  #callIndirect(typeIndex: number, table: number): void {
    const type = this.#module.types[typeIndex]!;
    const stack = this.#stack;
    const index = stack.slotOf(stack.pop());
    const slot = this.#takeArguments(type);
    const code = this.#code;
    code.reading(RegisterOp.CallIndirect, index, -1);
    code.word(this.#canonicalTypes[typeIndex] as number);
    code.word(table);
    code.word(RegisterOp.CallIndirect | (slot << 8));
    code.word(0);
    this.#giveResults(type);
  }

  /** Bring the arguments into a row; returns its first slot. */
  #takeArguments({ params }: FunctionType): number {
    const stack = this.#stack;
    stack.settleTop(params.length);
    stack.cut(stack.height - params.length);
    const slot = stack.slotAt(stack.height);
    const { end } = this.#layout;
    if (end < 0) return slot;
    if (params.length > 0) this.#moveMany(slot, end, params.length);
    return end;
  }

  #giveResults(type: FunctionType, functionIndex?: number): void {
    const { results } = type;
    for (const result of results) this.#stack.push(isLong(result));
    this.#beginBlock({ functionIndex, type });
    const { end } = this.#layout;
    const count = results.length;
    if (end >= 0 && count > 0) this.#moveMany(end, this.#stack.slotAt(this.#stack.height - count), count);
  }
}

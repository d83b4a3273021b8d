import { BinaryReader } from "./binary-reader.js";
import { implementationLimits } from "./implementation-limits.js";
import { EMPTY_BLOCK, InstructionReader } from "./instruction-reader.js";
import type { ModuleContext } from "./module-context.js";
import { type Instruction, Opcode } from "./opcodes.js";
import {
  type FunctionBody,
  type FunctionType,
  functionTypeName,
  isReferenceType,
  ValueType as Type,
  type ValueType,
  valueTypeName,
  type WasmFunction,
} from "./types.js";
import { UNKNOWN, ValidationStack } from "./validation-stack.js";
import { WasmInvalid } from "./wasm-invalid.js";

const { I32, FuncRef } = Type;

/** The type of a block that is written as nothing or as its one result, by that byte. */
const shortBlockTypes: ReadonlyMap<number, FunctionType> = new Map([
  [EMPTY_BLOCK, { params: [], results: [] }],
  ...Object.values(Type).map((type): [number, FunctionType] => [-type, { params: [], results: [type] }]),
]);

/**
 * Checks function bodies, one after another, by the algorithm of the WebAssembly specification's appendix:
 * one pass over the instructions with a stack of operand types and a stack of open blocks, no recursion.
 *
 * @spec guest-abi.code.validation
 */
export class FunctionValidator {
  private readonly context: ModuleContext;
  private readonly reader: BinaryReader;
  private readonly instructions: InstructionReader;
  /** Reads the targets of a br_table, which the main reader has passed already. */
  private readonly labels: BinaryReader;
  private readonly stack = new ValidationStack();
  /** Type of each local of the current function, parameters first. */
  private readonly locals = new Uint8Array(implementationLimits.locals);
  private localCount = 0;
  private readonly observe: ((offset: number, stack: ValidationStack) => void) | undefined;

  /** @param observe told the offset of each instruction and the operands before it */
  constructor(context: ModuleContext, observe?: (offset: number, stack: ValidationStack) => void) {
    this.context = context;
    this.observe = observe;
    this.reader = new BinaryReader(context.module.bytes);
    this.instructions = new InstructionReader(this.reader);
    this.labels = new BinaryReader(context.module.bytes);
  }

  /** Check one function the module defines; returns its operand height. @throws WasmInvalid where it breaks a rule */
  validate(definition: WasmFunction, body: FunctionBody): number {
    this.begin(definition, body);
    this.run(Number.POSITIVE_INFINITY);
    return this.operandHeight;
  }

  /** Begin with a function; what was checked before is forgotten. */
  begin(definition: WasmFunction, body: FunctionBody): void {
    const type = this.context.type(definition.typeIndex, definition.offset);
    this.setLocals(type, body);
    this.reader.position = body.codeStart;
    this.reader.end = body.end;
    this.stack.begin(type);
  }

  /**
   * Check instructions of the function that was begun.
   *
   * @param bytes about how many, if the end is not there before
   * @returns whether the end was checked
   * @throws WasmInvalid at the instruction that breaks a rule.
   */
  run(bytes: number): boolean {
    const { stack, instructions, reader } = this;
    const until = reader.position + bytes;
    while (stack.depth > 0) {
      if (reader.position >= until) return false;
      this.observe?.(reader.position, stack);
      const instruction = instructions.next();
      stack.offset = instructions.offset;
      if (instruction.signature === undefined) this.checkSpecial(instruction.opcode);
      else this.checkBySignature(instruction, instruction.signature);
    }
    return true;
  }

  /** The largest number of operands on the value stack after any of the instructions checked. */
  get operandHeight(): number {
    // @spec guest-abi.code.operand-height
    return this.stack.maximumHeight;
  }

  private setLocals(type: FunctionType, body: FunctionBody): void {
    const count = type.params.length + body.localCount;
    // @spec guest-abi.code.limits: checked before anything of that size is written.
    if (count > implementationLimits.locals) {
      const limit = `at most ${implementationLimits.locals} parameters and locals`;
      throw new WasmInvalid("limit_exceeded", body.start, limit, `${count}`);
    }
    this.locals.set(type.params);
    let position = type.params.length;
    for (const group of body.localGroups) {
      this.locals.fill(group.type, position, position + group.count);
      position += group.count;
    }
    this.localCount = count;
  }

  /** Instructions whose operands and results are fixed: check what their immediates name, then the types. */
  private checkBySignature(instruction: Instruction, signature: NonNullable<Instruction["signature"]>): void {
    const { context, stack, instructions } = this;
    switch (instruction.immediate) {
      case "memory_access":
        context.memory(0, stack.offset);
        if (instructions.first > instruction.naturalAlignment) {
          const expected = `an alignment of at most 2^${instruction.naturalAlignment}`;
          throw new WasmInvalid("alignment_too_large", stack.offset, expected, `2^${instructions.first}`);
        }
        break;
      case "memory":
      case "memory_memory":
        context.memory(0, stack.offset);
        break;
      case "data_memory":
        context.memory(0, stack.offset);
        context.data(instructions.first, stack.offset);
        break;
      case "data":
        context.data(instructions.first, stack.offset);
        break;
      case "element":
        context.elementType(instructions.first, stack.offset);
        break;
      default:
    }
    stack.popAll(signature.params);
    if (signature.result !== undefined) stack.push(signature.result);
  }

  private checkSpecial(opcode: number): void {
    const { context, stack, instructions } = this;
    const { first } = instructions;
    switch (opcode) {
      case Opcode.LocalGet:
        stack.push(this.localType(first));
        return;
      case Opcode.LocalSet:
        stack.pop(this.localType(first));
        return;
      case Opcode.LocalTee: {
        const type = this.localType(first);
        stack.pop(type);
        stack.push(type);
        return;
      }
      case Opcode.GlobalGet:
        stack.push(context.global(first, stack.offset).type.value);
        return;
      case Opcode.GlobalSet:
        this.checkGlobalSet(first);
        return;
      case Opcode.Drop:
        stack.popAny("an operand");
        return;
      case Opcode.Select:
        this.checkSelect();
        return;
      case Opcode.SelectTyped:
        this.checkSelectTyped(first);
        return;
      case Opcode.Call:
        this.applyType(context.functionType(first, stack.offset));
        return;
      case Opcode.CallIndirect:
        this.checkCallIndirect(first, instructions.second);
        return;
      case Opcode.RefNull:
        stack.push(first as ValueType);
        return;
      case Opcode.RefIsNull:
        stack.popReference();
        stack.push(I32);
        return;
      case Opcode.RefFunc:
        context.function(first, stack.offset);
        context.requireDeclaredReference(first, stack.offset);
        stack.push(FuncRef);
        return;
      default:
        if (!this.checkControl(opcode)) this.checkTable(opcode);
    }
  }

  /** Blocks and branches. Returns false for an opcode that is neither. */
  private checkControl(opcode: number): boolean {
    const { stack, instructions } = this;
    switch (opcode) {
      case Opcode.Unreachable:
        stack.markUnreachable();
        return true;
      case Opcode.Block:
        this.openBlock("block");
        return true;
      case Opcode.Loop:
        this.openBlock("loop");
        return true;
      case Opcode.If:
        stack.pop(I32);
        this.openBlock("if");
        return true;
      case Opcode.Else:
        stack.open("else", stack.close().type);
        return true;
      case Opcode.End:
        this.checkEnd();
        return true;
      case Opcode.Br:
        stack.popAll(stack.labelTypes(instructions.first));
        stack.markUnreachable();
        return true;
      case Opcode.BrIf: {
        stack.pop(I32);
        const types = stack.labelTypes(instructions.first);
        stack.popAll(types);
        stack.pushAll(types);
        return true;
      }
      case Opcode.BrTable:
        this.checkBranchTable();
        return true;
      case Opcode.Return:
        stack.popAll(stack.returnTypes());
        stack.markUnreachable();
        return true;
      default:
        return false;
    }
  }

  /** Instructions on tables. */
  private checkTable(opcode: number): void {
    const { context, stack, instructions } = this;
    const { first, second } = instructions;
    switch (opcode) {
      case Opcode.TableGet: {
        const { element } = context.table(first, stack.offset);
        stack.pop(I32);
        stack.push(element);
        return;
      }
      case Opcode.TableSet:
        stack.pop(context.table(first, stack.offset).element);
        stack.pop(I32);
        return;
      case Opcode.TableSize:
        context.table(first, stack.offset);
        stack.push(I32);
        return;
      case Opcode.TableGrow: {
        const { element } = context.table(first, stack.offset);
        stack.pop(I32);
        stack.pop(element);
        stack.push(I32);
        return;
      }
      case Opcode.TableFill: {
        const { element } = context.table(first, stack.offset);
        stack.pop(I32);
        stack.pop(element);
        stack.pop(I32);
        return;
      }
      case Opcode.TableCopy:
        this.checkTableTransfer(
          context.table(first, stack.offset).element,
          context.table(second, stack.offset).element,
        );
        return;
      case Opcode.TableInit:
        this.checkTableTransfer(context.table(second, stack.offset).element, context.elementType(first, stack.offset));
        return;
      default:
        // Every instruction of the table without a signature has its case; the rest stays refused.
        throw new WasmInvalid("unknown_opcode", stack.offset, "an instruction with a validation rule", `${opcode}`);
    }
  }

  /** table.copy and table.init: what is brought must be what the destination table holds. */
  private checkTableTransfer(held: ValueType, brought: ValueType): void {
    const { stack } = this;
    if (held !== brought) throw stack.mismatch(`elements of type ${valueTypeName(held)}`, brought);
    stack.pop(I32);
    stack.pop(I32);
    stack.pop(I32);
  }

  private localType(index: number): ValueType {
    if (index >= this.localCount) {
      const expected = `the index of one of ${this.localCount} locals`;
      throw new WasmInvalid("unknown_local", this.stack.offset, expected, `local ${index}`);
    }
    return this.locals[index] as ValueType;
  }

  private checkGlobalSet(index: number): void {
    const { stack } = this;
    const { type } = this.context.global(index, stack.offset);
    if (!type.mutable) {
      throw new WasmInvalid("immutable_global", stack.offset, "a mutable global", `global ${index}, which is not`);
    }
    stack.pop(type.value);
  }

  /** Without a type, select takes two numbers of one type: references need the typed form. */
  private checkSelect(): void {
    const { stack } = this;
    stack.pop(I32);
    const second = stack.popAny("an operand");
    const first = stack.popAny("an operand");
    for (const type of [second, first]) {
      if (type !== UNKNOWN && isReferenceType(type)) throw stack.mismatch("a number", type);
    }
    if (first !== UNKNOWN && second !== UNKNOWN && first !== second) throw stack.mismatch(valueTypeName(first), second);
    stack.push(first === UNKNOWN ? second : first);
  }

  private checkSelectTyped(count: number): void {
    const { stack } = this;
    if (count !== 1) throw new WasmInvalid("select_arity", stack.offset, "one result type", `${count}`);
    const type = this.instructions.second as ValueType;
    stack.pop(I32);
    stack.pop(type);
    stack.pop(type);
    stack.push(type);
  }

  private checkCallIndirect(typeIndex: number, tableIndex: number): void {
    const { context, stack } = this;
    const { element } = context.table(tableIndex, stack.offset);
    if (element !== FuncRef) throw stack.mismatch("a table of funcref", element);
    const type = context.type(typeIndex, stack.offset);
    stack.pop(I32);
    this.applyType(type);
  }

  private applyType(type: FunctionType): void {
    this.stack.popAll(type.params);
    this.stack.pushAll(type.results);
  }

  private openBlock(kind: "block" | "loop" | "if"): void {
    const { stack } = this;
    const { first } = this.instructions;
    const type = shortBlockTypes.get(first) ?? this.context.type(first, stack.offset);
    stack.popAll(type.params);
    stack.open(kind, type);
  }

  private checkEnd(): void {
    const { stack } = this;
    const { kind, type } = stack.close();
    // An if without else passes its parameters on, so they must be its results.
    if (kind === "if" && !sameTypes(type.params, type.results)) {
      throw new WasmInvalid("type_mismatch", stack.offset, `else in an if of type ${functionTypeName(type)}`, "end");
    }
    stack.pushAll(type.results);
  }

  private checkBranchTable(): void {
    const { stack, labels } = this;
    const count = this.instructions.first;
    stack.pop(I32);
    labels.position = this.instructions.labels;
    let previous = -1;
    let arity = -1;
    for (let position = 0; position <= count; position++) {
      const label = labels.u32("a label");
      // Compilers repeat targets in runs; each needs only one look.
      if (label === previous) continue;
      previous = label;
      const types = stack.labelTypes(label);
      if (arity < 0) arity = types.length;
      if (types.length !== arity) {
        const expected = `every br_table target to take ${arity} operands`;
        throw new WasmInvalid("label_arity_mismatch", stack.offset, expected, `label ${label} taking ${types.length}`);
      }
      stack.expectOnTop(types);
    }
    stack.markUnreachable();
  }
}

function sameTypes(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left.length === right.length && left.every((type, position) => type === right[position]);
}

import { BinaryReader } from "./binary-reader.js";
import { InstructionReader } from "./instruction-reader.js";
import type { ModuleContext } from "./module-context.js";
import { Opcode } from "./opcodes.js";
import { type ConstantExpression, ValueType as Type, type ValueType, valueTypeName } from "./types.js";
import { WasmInvalid } from "./wasm-invalid.js";

/** Arithmetic that the extended-const extension, and not WebAssembly 2.0, allows in constant expressions. */
const extendedConst: ReadonlySet<number> = new Set([
  Opcode.I32Add,
  Opcode.I32Sub,
  Opcode.I32Mul,
  Opcode.I64Add,
  Opcode.I64Sub,
  Opcode.I64Mul,
]);

/**
 * Check that an expression is constant and gives exactly one value of the type expected. Functions it
 * refers to become referable from code.
 *
 * @throws WasmInvalid at the instruction that breaks a rule.
 * @spec guest-abi.code.validation
 */
export function validateConstant(context: ModuleContext, expression: ConstantExpression, expected: ValueType): void {
  const reader = new BinaryReader(context.module.bytes, expression.start, expression.end);
  const instructions = new InstructionReader(reader);
  let values = 0;
  let mismatch: WasmInvalid | undefined;
  for (;;) {
    instructions.next();
    if (instructions.opcode === Opcode.End) break;
    // A later instruction that is no constant at all says more than a type that does not fit, so that waits.
    const type = constantType(context, instructions);
    values++;
    if (type !== expected || values > 1) {
      const found = values > 1 ? "a second value" : valueTypeName(type);
      mismatch ??= new WasmInvalid("type_mismatch", instructions.offset, `one ${valueTypeName(expected)}`, found);
    }
  }
  if (mismatch !== undefined) throw mismatch;
  if (values === 0) {
    throw new WasmInvalid("type_mismatch", instructions.offset, `one ${valueTypeName(expected)}`, "no value");
  }
}

function constantType(context: ModuleContext, instructions: InstructionReader): ValueType {
  const { opcode, first, offset } = instructions;
  switch (opcode) {
    case Opcode.I32Const:
      return Type.I32;
    case Opcode.I64Const:
      return Type.I64;
    case Opcode.F32Const:
      return Type.F32;
    case Opcode.F64Const:
      return Type.F64;
    case Opcode.RefNull:
      return first as ValueType;
    case Opcode.RefFunc:
      context.function(first, offset);
      context.declareReference(first);
      return Type.FuncRef;
    case Opcode.GlobalGet:
      return constantGlobalType(context, first, offset);
    default: {
      const reason = extendedConst.has(opcode) ? "unsupported_extended_const" : "constant_required";
      throw new WasmInvalid(reason, offset, "a constant, ref.null, ref.func or global.get");
    }
  }
}

function constantGlobalType(context: ModuleContext, index: number, offset: number): ValueType {
  const { type, initial } = context.global(index, offset);
  // Globals the module defines come into being one after another; WebAssembly 2.0 lets none of them be read here.
  if (initial !== undefined) {
    throw new WasmInvalid("unknown_global", offset, "an imported global", `global ${index}, defined by the module`);
  }
  if (type.mutable) throw new WasmInvalid("constant_required", offset, "an immutable global", `global ${index}`);
  return type.value;
}

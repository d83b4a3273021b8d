import type { FunctionType, TableType, ValueType, WasmFunction, WasmGlobal, WasmModule } from "./types.js";
import { WasmInvalid } from "./wasm-invalid.js";

/**
 * The index spaces of a module as validation looks things up in them. Each look-up takes the offset to
 * report where the index is out of range, and refuses it there.
 *
 * @spec guest-abi.code.validation
 */
export class ModuleContext {
  readonly module: WasmModule;
  /** 1 at each function that code may refer to with ref.func, because something outside of code does. */
  private readonly referable: Uint8Array;

  constructor(module: WasmModule) {
    this.module = module;
    this.referable = new Uint8Array(module.functions.length);
  }

  type(index: number, offset: number): FunctionType {
    return this.module.types[index] ?? refuse("unknown_type", "type", index, this.module.types.length, offset);
  }

  function(index: number, offset: number): WasmFunction {
    const { functions } = this.module;
    return functions[index] ?? refuse("unknown_function", "function", index, functions.length, offset);
  }

  functionType(index: number, offset: number): FunctionType {
    return this.type(this.function(index, offset).typeIndex, offset);
  }

  table(index: number, offset: number): TableType {
    const { tables } = this.module;
    return (tables[index] ?? refuse("unknown_table", "table", index, tables.length, offset)).type;
  }

  /** Refuse an index at which there is no memory. */
  memory(index: number, offset: number): void {
    const { length } = this.module.memories;
    if (index >= length) refuse("unknown_memory", "memory", index, length, offset);
  }

  global(index: number, offset: number): WasmGlobal {
    const { globals } = this.module;
    return globals[index] ?? refuse("unknown_global", "global", index, globals.length, offset);
  }

  /** The element type of an element segment. */
  elementType(index: number, offset: number): ValueType {
    const { elementSegments } = this.module;
    const segment = elementSegments[index];
    if (segment !== undefined) return segment.type;
    return refuse("unknown_element_segment", "element segment", index, elementSegments.length, offset);
  }

  /** Refuse an index at which no data segment was announced. */
  data(index: number, offset: number): void {
    const count = this.module.dataCount ?? 0;
    if (index >= count) refuse("unknown_data_segment", "data segment", index, count, offset);
  }

  /** Note that a function may be referred to by ref.func in code. */
  declareReference(functionIndex: number): void {
    this.referable[functionIndex] = 1;
  }

  /** Refuse ref.func of a function that nothing outside of code refers to. */
  requireDeclaredReference(functionIndex: number, offset: number): void {
    if (this.referable[functionIndex] !== 1) {
      const expected = "a function named by an export, a global or an element segment";
      throw new WasmInvalid("undeclared_function_reference", offset, expected, `function ${functionIndex}`);
    }
  }
}

function refuse(
  reason:
    | "unknown_type"
    | "unknown_function"
    | "unknown_table"
    | "unknown_memory"
    | "unknown_global"
    | "unknown_element_segment"
    | "unknown_data_segment",
  noun: string,
  index: number,
  count: number,
  offset: number,
): never {
  throw new WasmInvalid(reason, offset, `the index of one of ${count} ${noun}s`, `${noun} ${index}`);
}

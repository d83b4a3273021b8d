import { implementationLimits } from "./implementation-limits.js";
import { ModuleContext } from "./module-context.js";
import { finish, repeat, STEP_BYTES, type Steps } from "./steps.js";
import {
  type ElementSegment,
  type Limits,
  type SegmentTarget,
  ValueType as Type,
  type ValueType,
  valueTypeName,
  type WasmModule,
} from "./types.js";
import { validateConstant } from "./validate-constant.js";
import { FunctionValidator } from "./validate-function.js";
import { WasmInvalid } from "./wasm-invalid.js";

/** Pages of 64 KiB that a 32-bit address space has. */
const MAXIMUM_PAGES = 65_536;

/** What validation found out about one function the module defines. */
export interface FunctionProfile {
  /** Largest number of operands on the value stack after any of its instructions, 0 to 65,536. */
  readonly operandHeight: number;
  /**
   * What one active call of it takes of the call stack, in slots: 8 + parameters + locals + operand height.
   *
   * @spec guest-abi.stack.charge
   */
  readonly stackCharge: number;
}

/** A module that passed validation. */
export interface ValidatedModule {
  readonly module: WasmModule;
  /** One profile per function the module defines, in order: index i is function `importedFunctions + i`. */
  readonly profiles: readonly FunctionProfile[];
  /** How many functions are imported; they come first in the index space. */
  readonly importedFunctions: number;
}

/**
 * Validate a decoded module: every rule of WebAssembly 2.0, and the limits of `wasm-core-2`.
 *
 * @throws WasmInvalid at the first item found that breaks a rule; the order of checks is that of this function.
 * @spec guest-abi.code.validation
 */
export function validateModule(module: WasmModule): ValidatedModule {
  return finish(validateInSteps(module));
}

/** The same as {@link validateModule}, for whoever has to do something else in between. */
export function* validateInSteps(module: WasmModule): Steps<ValidatedModule> {
  const context = new ModuleContext(module);
  yield* each(module.functions, ({ typeIndex, offset }) => context.type(typeIndex, offset));
  validateTables(module);
  validateMemories(module);
  yield* each(module.globals, ({ initial, type }) => {
    if (initial !== undefined) validateConstant(context, initial, type.value);
  });
  yield* validateExports(context);
  validateStart(context);
  for (const segment of module.elementSegments) yield* validateElementSegment(context, segment);
  yield* each(module.dataSegments, ({ target, offset }) => {
    if (target === undefined) return;
    context.memory(target.index, offset);
    validateConstant(context, target.position, Type.I32);
  });
  return yield* validateFunctions(context);
}

function each<T>(items: readonly T[], check: (item: T) => void): Steps<void> {
  return repeat(items.length, (position) => check(items[position] as T));
}

function validateTables(module: WasmModule): void {
  // @spec guest-abi.code.limits
  const beyond = module.tables[implementationLimits.tables];
  if (beyond !== undefined) {
    throw new WasmInvalid("limit_exceeded", beyond.offset, `at most ${implementationLimits.tables} tables`, "one more");
  }
  for (const { type, offset } of module.tables) {
    validateOrder(type.limits, offset);
    if (type.limits.minimum > implementationLimits.tableInitialElements) {
      const limit = `a table of at most ${implementationLimits.tableInitialElements} elements to begin with`;
      throw new WasmInvalid("limit_exceeded", offset, limit, `${type.limits.minimum}`);
    }
  }
}

function validateMemories(module: WasmModule): void {
  const second = module.memories[1];
  if (second !== undefined) {
    throw new WasmInvalid("unsupported_multi_memory", second.offset, "at most one memory", "a second one");
  }
  for (const { limits, offset } of module.memories) {
    const largest = Math.max(limits.minimum, limits.maximum ?? 0);
    if (largest > MAXIMUM_PAGES) {
      throw new WasmInvalid("memory_too_large", offset, `at most ${MAXIMUM_PAGES} pages`, `${largest}`);
    }
    validateOrder(limits, offset);
  }
}

function validateOrder({ minimum, maximum }: Limits, offset: number): void {
  if (maximum !== undefined && minimum > maximum) {
    throw new WasmInvalid("limits_minimum_above_maximum", offset, `a minimum of at most ${maximum}`, `${minimum}`);
  }
}

function* validateExports(context: ModuleContext): Steps<void> {
  const names = new Set<string>();
  yield* each(context.module.exports, ({ name, kind, index, offset }) => {
    if (kind === "function") {
      context.function(index, offset);
      context.declareReference(index);
    } else if (kind === "table") context.table(index, offset);
    else if (kind === "memory") context.memory(index, offset);
    else context.global(index, offset);
    if (names.has(name)) {
      throw new WasmInvalid("duplicate_export", offset, "a name not exported before", JSON.stringify(name));
    }
    names.add(name);
  });
}

function validateStart(context: ModuleContext): void {
  const { start } = context.module;
  if (start === undefined) return;
  const { params, results } = context.functionType(start.functionIndex, start.offset);
  if (params.length + results.length > 0) {
    const found = `${params.length} parameters and ${results.length} results`;
    throw new WasmInvalid("start_function_type", start.offset, "a function without parameters and results", found);
  }
}

function* validateElementSegment(context: ModuleContext, segment: ElementSegment): Steps<void> {
  const { items, target, type, offset } = segment;
  if (items.form === "expressions") {
    yield* each(items.expressions, (expression) => validateConstant(context, expression, type));
  } else {
    yield* each(items.indices, (index) => {
      context.function(index, offset);
      context.declareReference(index);
    });
  }
  if (target !== undefined) validateElementTarget(context, target, type, offset);
}

function validateElementTarget(context: ModuleContext, target: SegmentTarget, type: ValueType, offset: number): void {
  const { element } = context.table(target.index, offset);
  if (element !== type) {
    const expected = `items of type ${valueTypeName(element)}`;
    throw new WasmInvalid("type_mismatch", offset, expected, valueTypeName(type));
  }
  validateConstant(context, target.position, Type.I32);
}

function* validateFunctions(context: ModuleContext): Steps<ValidatedModule> {
  const { module } = context;
  const validator = new FunctionValidator(context);
  const profiles: FunctionProfile[] = [];
  let checked = 0;
  for (const definition of module.functions) {
    const { body } = definition;
    if (body === undefined) continue;
    validator.begin(definition, body);
    while (!validator.run(STEP_BYTES)) yield;
    const { operandHeight } = validator;
    const { params } = context.type(definition.typeIndex, definition.offset);
    profiles.push({ operandHeight, stackCharge: 8 + params.length + body.localCount + operandHeight });
    checked += body.end - body.start;
    if (checked < STEP_BYTES) continue;
    checked = 0;
    yield;
  }
  return { module, profiles, importedFunctions: module.functions.length - profiles.length };
}

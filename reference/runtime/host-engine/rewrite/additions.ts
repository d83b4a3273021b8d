import type { FunctionType, WasmModule } from "../../wasm/types.js";
import { ValueType } from "../../wasm/types.js";

const { I32, F32, F64, FuncRef } = ValueType;

/** Why code that was added to a module ended it, as the added global `reason` holds it; 0 where it did not. */
export const StopReason = {
  /** The stack charges are above their bound. */
  StackExhausted: 1,
  /** A NaN was to become an integer. */
  InvalidConversion: 2,
  /** The engine gave no memory that the quota allows. */
  OutOfMemory: 3,
  /** The engine gave no table elements that the quota allows. */
  OutOfTableElements: 4,
} as const;

/** What the added code tells its host, as the first argument of the function in the table `host`. */
export const HostCall = {
  /** The fuel is used up; the second argument is what was charged last. The host refills it before it returns. */
  OutOfFuel: 0,
  /**
   * `memory.grow` is about to give -1 because of the quota; the second argument is how many pages were asked for. It
   * does so unless the host raises the bound.
   */
  MemoryDenied: 1,
  /** The same of `table.grow`, and of elements. */
  TableDenied: 2,
} as const;

/** Globals that are added behind those of the module, in this order. All are mutable. */
const ADDED_GLOBALS = ["fuel", "stack", "reason", "pages", "elements", "element_limit", "index", "table"] as const;
/** Name of an added global. */
export type AddedGlobal = (typeof ADDED_GLOBALS)[number];

/** Functions that are added behind those of the module, in this order. */
const ADDED_FUNCTIONS = [
  "exhausted",
  "not_a_number",
  "no_memory",
  "no_elements",
  "out_of_fuel",
  "charge",
  "charge_bulk",
  "canonical_f32",
  "canonical_f64",
  "number_f32",
  "number_f64",
  "note_index",
  "grow_memory",
] as const;
/** Name of an added function. */
export type AddedFunction = (typeof ADDED_FUNCTIONS)[number];

const NOTHING: FunctionType = { params: [], results: [] };
const UNARY_I32: FunctionType = { params: [I32], results: [I32] };
const UNARY_F32: FunctionType = { params: [F32], results: [F32] };
const UNARY_F64: FunctionType = { params: [F64], results: [F64] };
const TAKES_I32: FunctionType = { params: [I32], results: [] };

const FUNCTION_TYPES: Readonly<Record<AddedFunction, FunctionType>> = {
  exhausted: NOTHING,
  not_a_number: NOTHING,
  no_memory: NOTHING,
  no_elements: NOTHING,
  out_of_fuel: TAKES_I32,
  charge: TAKES_I32,
  charge_bulk: UNARY_I32,
  canonical_f32: UNARY_F32,
  canonical_f64: UNARY_F64,
  number_f32: UNARY_F32,
  number_f64: UNARY_F64,
  note_index: UNARY_I32,
  grow_memory: UNARY_I32,
};

/**
 * Everything a rewritten module has that the original has not: types, functions, globals and one table. All of it
 * stands behind what the module defines itself, so that no index of the module changes.
 */
export class Additions {
  readonly module: WasmModule;
  /** Whether fuel is charged. */
  readonly metered: boolean;
  /** Added types in order. */
  readonly types: FunctionType[] = [];
  /** Tables that are grown somewhere, in the order in which that was seen; each gets a function. */
  readonly grownTables: number[] = [];
  /** Tables that are called through somewhere. */
  readonly calledTables = new Set<number>();
  /** Where a call through a table has to say which: there are several. */
  readonly hasSeveralTables: boolean;
  /** Type of the function in the table `host`. */
  readonly hostType: number;
  /** Index of the table `host`, which holds one function. */
  readonly hostTable: number;

  /** @param metered whether fuel is to be charged */
  constructor(module: WasmModule, metered: boolean) {
    this.module = module;
    this.metered = metered;
    this.hasSeveralTables = module.tables.filter(({ type }) => type.element === FuncRef).length > 1;
    this.hostTable = module.tables.length;
    this.hostType = this.type({ params: [I32, I32], results: [] });
  }

  /** Index of an added type, which is added where it is not there yet. */
  type(type: FunctionType): number {
    const found = this.types.findIndex(
      (known) => sameValues(known.params, type.params) && sameValues(known.results, type.results),
    );
    return this.module.types.length + (found >= 0 ? found : this.types.push(type) - 1);
  }

  /** Index of an added global. */
  global(name: AddedGlobal): number {
    return this.module.globals.length + ADDED_GLOBALS.indexOf(name);
  }

  /** Names of the added globals in their order. */
  get globals(): readonly AddedGlobal[] {
    return ADDED_GLOBALS;
  }

  /** Index of an added function. */
  function(name: AddedFunction): number {
    return this.module.functions.length + ADDED_FUNCTIONS.indexOf(name);
  }

  /** Names of the added functions in their order; those that grow tables follow them. */
  get functions(): readonly AddedFunction[] {
    return ADDED_FUNCTIONS;
  }

  /** Type index of each added function, in order. Final once all code was rewritten. */
  functionTypes(): number[] {
    const { tables } = this.module;
    return [
      ...ADDED_FUNCTIONS.map((name) => this.type(FUNCTION_TYPES[name])),
      ...this.grownTables.map((table) => {
        const element = tables[table]?.type.element ?? FuncRef;
        return this.type({ params: [element, I32], results: [I32] });
      }),
    ];
  }

  /** Index of the added function that stands for `table.grow` of one table. */
  growTable(table: number): number {
    const found = this.grownTables.indexOf(table);
    const position = found >= 0 ? found : this.grownTables.push(table) - 1;
    return this.module.functions.length + ADDED_FUNCTIONS.length + position;
  }
}

function sameValues(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left.length === right.length && left.every((type, at) => type === right[at]);
}

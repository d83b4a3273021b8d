// Runs scripts of the WebAssembly core test suite on rewritten modules.
import {
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  u32,
  vector,
  vectorOf,
} from "../../wasm/testing/module-bytes.js";
import { type FunctionType, ValueType } from "../../wasm/types.js";
import { type EngineInstance, engineFailure } from "../engine-instance.js";
import { failedStep } from "../engine-traps.js";
import { HostCall } from "../rewrite/additions.js";
import { type RewrittenInstance, rewrittenInstance } from "./rewritten-instance.js";

const { I32, I64, F32, F64 } = ValueType;

/** A value as a script writes it: the bits of a number in decimal, the number of a reference, or a word. */
export interface ScriptValue {
  readonly type: string;
  readonly value?: string;
}

/** A command of a script. */
export interface ScriptCommand {
  readonly type: string;
  readonly line: number;
  readonly filename?: string;
  readonly module_type?: string;
  readonly name?: string;
  readonly as?: string;
  readonly text?: string;
  readonly action?: {
    readonly type: "invoke" | "get";
    readonly module?: string;
    readonly field: string;
    readonly args?: readonly ScriptValue[];
  };
  readonly expected?: readonly ScriptValue[];
}

/** What the suite's words for a trap are called here. */
const TRAPS: Readonly<Record<string, readonly string[]>> = {
  unreachable: ["unreachable"],
  "integer divide by zero": ["integer_divide_by_zero"],
  "integer overflow": ["integer_overflow"],
  "invalid conversion to integer": ["invalid_conversion"],
  "out of bounds memory access": ["memory_out_of_bounds"],
  "out of bounds table access": ["table_out_of_bounds"],
  "undefined element": ["table_out_of_bounds"],
  "uninitialized element": ["uninitialized_element"],
  "indirect call type mismatch": ["indirect_call_type_mismatch"],
  "call stack exhausted": ["stack_exhausted"],
};

/** An instance of a rewritten module, which scripts go on using after a trap. */
interface Loaded {
  readonly exports: Record<string, WebAssembly.ExportValue>;
  readonly types: ReadonlyMap<string, FunctionType>;
  readonly instance: EngineInstance;
  readonly stack: WebAssembly.Global;
  readonly reason: WebAssembly.Global;
  /** The element that was called last. */
  readonly index: WebAssembly.Global;
}

/** Runs one script; whatever is not as it should be is told in {@link CoreScript.differences}. */
export class CoreScript {
  readonly differences: string[] = [];
  /** How many commands of each type were run. */
  readonly counts: Record<string, number> = {};
  readonly #files: (name: string) => Uint8Array;
  readonly #longestInline: number | undefined;
  readonly #registered: Record<string, Record<string, WebAssembly.ImportValue>> = { spectest: spectest() };
  readonly #named = new Map<string, Loaded>();
  readonly #all: Loaded[] = [];
  readonly #adapters = new WeakMap<object, (...values: unknown[]) => unknown>();
  #current: Loaded | undefined;

  /**
   * @param files the modules of the script by their names
   * @param longestInline as for `rewriteInSteps`
   */
  constructor(files: (name: string) => Uint8Array, longestInline?: number) {
    this.#files = files;
    this.#longestInline = longestInline;
  }

  run(command: ScriptCommand): void {
    if (command.module_type === "text") return;
    this.counts[command.type] = (this.counts[command.type] ?? 0) + 1;
    const told = this.#told(command);
    if (told !== undefined) this.differences.push(`line ${command.line}: ${command.type}: ${told}`);
  }

  #told(command: ScriptCommand): string | undefined {
    switch (command.type) {
      case "module": {
        const loaded = this.#load(this.#files(command.filename as string));
        if (typeof loaded === "string") return loaded;
        this.#current = loaded;
        if (command.name !== undefined) this.#named.set(command.name, loaded);
        return undefined;
      }
      case "register":
        this.#registered[command.as as string] = this.#module(command.name).exports as Record<
          string,
          WebAssembly.ImportValue
        >;
        return undefined;
      case "action":
      case "assert_return":
        return this.#returns(command);
      case "assert_trap":
      case "assert_exhaustion":
        return this.#traps(command.text ?? "", () => this.#act(command));
      case "assert_uninstantiable":
        return this.#traps(command.text ?? "", () => {
          const loaded = this.#load(this.#files(command.filename as string));
          if (typeof loaded === "string") throw new Error(loaded);
        });
      default:
        return undefined;
    }
  }

  #returns(command: ScriptCommand): string | undefined {
    let found: unknown[];
    try {
      found = this.#act(command);
    } catch (thrown) {
      return `threw ${(thrown as Error).message}`;
    }
    if (command.type === "action") return undefined;
    const expected = (command.expected ?? []).map(bitsOf);
    const same = found.length === expected.length && found.every((value, at) => value === expected[at]);
    return same
      ? undefined
      : `${JSON.stringify(command.action)} gave ${found.map(String)}, not ${expected.map(String)}`;
  }

  #traps(text: string, act: () => unknown): string | undefined {
    try {
      act();
    } catch (thrown) {
      const known = TRAPS[Object.keys(TRAPS).find((words) => text.startsWith(words)) ?? ""] ?? [];
      const trap = this.#trapOf(thrown);
      return known.includes(trap) ? undefined : `trapped as ${trap}, not ${text}`;
    }
    return `did not trap: ${text}`;
  }

  /** A trap may have come up in any instance, since they call each other. */
  #trapOf(thrown: unknown): string {
    const failures = this.#all.map(({ instance }) => instance.failure(thrown));
    const failure =
      failures.find(({ reason }) => reason !== 0) ??
      failures.find(({ emptyElement }) => emptyElement) ??
      engineFailure(thrown);
    const step = failedStep(failure);
    return step.kind === "trapped" ? step.trap : `${step.kind}: ${failure.message}`;
  }

  #act({ action }: ScriptCommand): unknown[] {
    if (action === undefined) throw new TypeError("a command without its action");
    const { exports, types } = this.#module(action.module);
    // After a trap a program is over, and what its frames had charged stays; a script goes on with it.
    for (const { stack, reason, index } of this.#all) {
      stack.value = 0;
      reason.value = 0;
      index.value = -1;
    }
    const exported = exports[action.field];
    if (exported instanceof WebAssembly.Global) return [globalBits(exported, types, action.field)];
    const type = types.get(action.field);
    if (typeof exported !== "function" || type === undefined) throw new TypeError(`no export ${action.field}`);
    let adapter = this.#adapters.get(exported);
    if (adapter === undefined) {
      adapter = adapterOf(exported as WebAssembly.ImportValue, type);
      this.#adapters.set(exported, adapter);
    }
    const result = adapter(...(action.args ?? []).map(bitsOf));
    const values = type.results.length === 0 ? [] : type.results.length === 1 ? [result] : [...(result as unknown[])];
    return values.map((value, at) =>
      type.results[at] === I32 || type.results[at] === F32
        ? (value as number) >>> 0
        : typeof value === "bigint"
          ? BigInt.asUintN(64, value)
          : value,
    );
  }

  #module(name: string | undefined): Loaded {
    const found = name === undefined ? this.#current : this.#named.get(name);
    if (found === undefined) throw new TypeError("no module");
    return found;
  }

  /** Make an instance. What it throws is a trap; what it returns as text is a fault of the rewriting. */
  #load(bytes: Uint8Array): Loaded | string {
    const options = {
      metered: true,
      sharedMemory: false,
      ...(this.#longestInline !== undefined && { longestInline: this.#longestInline }),
    };
    let made: RewrittenInstance;
    try {
      made = rewrittenInstance(bytes, options, this.#registered, (what) => {
        if (what === HostCall.OutOfFuel) made.instance.fuel.value = 0x7fff_0000;
      });
    } catch (error) {
      if (error instanceof WebAssembly.CompileError) return error.message;
      throw error;
    }
    const { instance, module, stack, reason, index } = made;
    const { exports } = instance;
    const functions = module.exports.filter(({ kind }) => kind === "function");
    const types = new Map(
      functions.map(({ name: exported, index: at }) => {
        const definition = module.functions[at];
        return [exported, module.types[definition?.typeIndex ?? 0] as FunctionType];
      }),
    );
    for (const { name: exported, kind, index: at } of module.exports) {
      const type = kind === "global" ? module.globals[at]?.type.value : undefined;
      if (type !== undefined) types.set(exported, { params: [], results: [type] });
    }
    const loaded: Loaded = {
      exports,
      types,
      instance,
      stack,
      reason,
      index,
    };
    this.#all.push(loaded);
    const before = this.#current;
    this.#current = loaded;
    try {
      instance.start();
    } finally {
      this.#current = before;
    }
    return loaded;
  }
}

/** What the suite's modules may import of their surroundings. */
function spectest(): Record<string, WebAssembly.ImportValue> {
  const global = (value: WebAssembly.ValueType, of: unknown): WebAssembly.Global =>
    new WebAssembly.Global({ value, mutable: false }, of as never);
  const nothing = (): void => undefined;
  return {
    print: nothing,
    print_i32: nothing,
    print_i64: nothing,
    print_f32: nothing,
    print_f64: nothing,
    print_i32_f32: nothing,
    print_f64_f64: nothing,
    global_i32: global("i32", 666),
    global_i64: global("i64", 666n),
    global_f32: global("f32", 666.6),
    global_f64: global("f64", 666.6),
    table: new WebAssembly.Table({ initial: 10, maximum: 20, element: "anyfunc" }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}

/** References of the host by their number: one object each. */
const hostReferences = new Map<string, object>();

function bitsOf({ type, value = "" }: ScriptValue): unknown {
  switch (type) {
    case "i32":
      return Number(BigInt.asUintN(32, BigInt(value)));
    case "i64":
      return BigInt.asUintN(64, BigInt(value));
    // @spec guest-abi.nan: where the suite leaves the bits to the engine, they are the canonical ones.
    case "f32":
      return value.startsWith("nan:") ? 0x7fc0_0000 : Number(value);
    case "f64":
      return value.startsWith("nan:") ? 0x7ff8_0000_0000_0000n : BigInt.asUintN(64, BigInt(value));
    default: {
      if (value === "null") return null;
      const known = hostReferences.get(value) ?? {};
      hostReferences.set(value, known);
      return known;
    }
  }
}

function globalBits(global: WebAssembly.Global, types: ReadonlyMap<string, FunctionType>, field: string): unknown {
  const type = types.get(field)?.results[0];
  const value: unknown = global.value;
  if (type === I32) return (value as number) >>> 0;
  if (type === I64) return BigInt.asUintN(64, value as bigint);
  if (type === F32) return new Uint32Array(new Float32Array([value as number]).buffer)[0];
  if (type === F64) return new BigUint64Array(new Float64Array([value as number]).buffer)[0];
  return value;
}

/** The same function with the bits of floats in place of floats: JavaScript does not keep those of a NaN. */
function adapterOf(target: WebAssembly.ImportValue, type: FunctionType): (...values: unknown[]) => unknown {
  const asBits = (value: ValueType): ValueType => (value === F32 ? I32 : value === F64 ? I64 : value);
  const params = type.params.map(
    (value, at): Part => [[0x20, u32(at)], value === F32 ? 0xbe : value === F64 ? 0xbf : []],
  );
  // Results are on the stack together; each goes to a local of its own and comes back as bits.
  const first = type.params.length;
  const results = type.results.map(
    (value, at): Part => [[0x20, u32(first + at)], value === F32 ? 0xbc : value === F64 ? 0xbd : []],
  );
  const store = type.results.map((_value, at): Part => [0x21, u32(first + at)]).reverse();
  const body: Part = [vectorOf(type.results.map((value) => [1, value])), params, 0x10, 0, store, results, 0x0b];
  const sized = moduleOf(
    section(
      1,
      vector(
        functionType([...type.params], [...type.results]),
        functionType(type.params.map(asBits), type.results.map(asBits)),
      ),
    ),
    section(2, vector([name("t"), name("f"), 0, 0])),
    section(3, vector(1)),
    section(7, vector([name("g"), 0, 1])),
    section(10, vector(sizedPart(body))),
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(sized.slice()), { t: { f: target } });
  return exports["g"] as (...values: unknown[]) => unknown;
}

function sizedPart(part: Part): Part {
  let length = 0;
  const count = (item: Part): void => {
    if (typeof item === "number") length += 1;
    else if (item instanceof Uint8Array) length += item.length;
    else for (const inner of item) count(inner);
  };
  count(part);
  return [u32(length), part];
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  CORE_SUITE_COUNTS,
  countCommands,
  readCoreSuite,
  type Script,
  type ScriptAction,
  type ScriptCommand,
  type ScriptValue,
} from "../wasm/testing/core-suite.js";
import { ValueType } from "../wasm/types.js";
import { LinearMemory } from "./linear-memory.js";
import type { External, ModuleInstance } from "./module-instance.js";
import { Table } from "./table.js";
import { LinkFault } from "./testing/link.js";
import { type Bits, LinkedModules, type Outcome } from "./testing/linked-modules.js";

// Every script of the core suite is run by the interpreter: its modules are linked to each other and to `spectest`.
// What is malformed or invalid is tested beside the validator.

const external =
  process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../../shared/external", import.meta.url));
const archive = join(external, "wasm", "wasm-core-2.0.tar.gz");
const present = existsSync(archive);

/** What the suite calls each trap. */
const trapTexts: readonly (readonly [text: string, trap: string])[] = [
  ["unreachable", "unreachable"],
  ["integer divide by zero", "integer_divide_by_zero"],
  ["integer overflow", "integer_overflow"],
  ["invalid conversion to integer", "invalid_conversion"],
  ["out of bounds memory access", "memory_out_of_bounds"],
  ["out of bounds table access", "table_out_of_bounds"],
  ["undefined element", "table_out_of_bounds"],
  ["uninitialized element", "uninitialized_element"],
  ["indirect call type mismatch", "indirect_call_type_mismatch"],
  ["call stack exhausted", "stack_exhausted"],
];

/** Commands that do not give what the suite expects, by script and line, with the reason. */
const excused: ReadonlyMap<string, string> = new Map();

function bits(type: string, value: string): Bits {
  if (value === "null") return [0, 0];
  const number = BigInt(value);
  // A reference of the host is a number that is not 0, which is null.
  if (type.endsWith("ref")) return [Number(number) + 1, 0];
  return [Number(BigInt.asIntN(32, number)), type.endsWith("64") ? Number(BigInt.asIntN(32, number >> 32n)) : 0];
}

function matches([low, high]: Bits, { type, value }: ScriptValue): boolean {
  if (value === undefined) return low !== 0;
  if (value === "nan:canonical" || value === "nan:arithmetic") {
    // What WebAssembly lets vary in an arithmetic NaN does not vary here: it is the canonical one with a sign of 0.
    return type === "f32" ? low === 0x7fc0_0000 : low === 0 && high === 0x7ff8_0000;
  }
  const expected = bits(type, value);
  return low === expected[0] && high === expected[1];
}

class ScriptRun {
  readonly linked = new LinkedModules();
  readonly named = new Map<string, ModuleInstance>();
  readonly registered = new Map<string, (name: string) => External | undefined>();
  readonly faults: string[] = [];
  readonly passed: Record<string, number> = {};
  last: ModuleInstance | undefined;

  readonly script: Script;

  constructor(script: Script) {
    this.script = script;
    this.linked.store.tableQuota = 10_000_000;
    const spectest = this.spectest();
    this.registered.set("spectest", (name) => spectest.get(name));
  }

  spectest(): Map<string, External> {
    const { I32, I64, F32, F64, FuncRef } = ValueType;
    const print = (params: readonly ValueType[]): External => ({
      kind: "function",
      value: { host: { type: { params, results: [] }, call: () => undefined } },
    });
    const global = (value: ValueType, [low, high]: Bits): External => ({
      kind: "global",
      value: { type: { value, mutable: false }, values: Int32Array.of(low, high), at: 0 },
    });
    return new Map<string, External>([
      ["print", print([])],
      ["print_i32", print([I32])],
      ["print_i64", print([I64])],
      ["print_f32", print([F32])],
      ["print_f64", print([F64])],
      ["print_i32_f32", print([I32, F32])],
      ["print_f64_f64", print([F64, F64])],
      ["global_i32", global(I32, [666, 0])],
      ["global_i64", global(I64, [666, 0])],
      ["global_f32", global(F32, [0x4426_a666, 0])],
      ["global_f64", global(F64, [0xcccc_cccd | 0, 0x4084_d4cc])],
      ["table", { kind: "table", value: new Table({ element: FuncRef, limits: { minimum: 10, maximum: 20 } }) }],
      ["memory", { kind: "memory", value: new LinearMemory({ minimum: 1, maximum: 2 }) }],
    ]);
  }

  allocate(filename: string): ModuleInstance {
    return this.linked.allocate(this.script.module(filename), (module, name) => this.registered.get(module)?.(name));
  }

  act(action: ScriptAction): Outcome {
    const instance = action.module === undefined ? this.last : this.named.get(action.module);
    const found = instance?.exported(action.field);
    if (found?.kind === "global") {
      const { values, at, type } = found.value;
      const long = type.value === ValueType.I64 || type.value === ValueType.F64;
      return { kind: "returned", values: [[values[at]!, long ? values[at + 1]! : 0]] };
    }
    if (found?.kind !== "function") throw new Error(`nothing is exported as ${action.field}`);
    return this.linked.invoke(
      found.value,
      (action.args ?? []).map(({ type, value }) => bits(type, value ?? "null")),
    );
  }

  /** What is wrong with a command; `undefined` where nothing is. */
  judge(command: ScriptCommand): string | undefined {
    switch (command.type) {
      case "module": {
        const instance = this.allocate(command.filename ?? "");
        this.last = instance;
        if (command.name !== undefined) this.named.set(command.name, instance);
        const { kind } = this.linked.start(instance);
        return kind === "returned" ? undefined : kind;
      }
      case "register": {
        const instance = command.name === undefined ? this.last : this.named.get(command.name);
        this.registered.set(command.as ?? "", (name) => instance?.exported(name));
        return undefined;
      }
      case "action":
      case "assert_return": {
        const outcome = this.act(command.action as ScriptAction);
        if (outcome.kind === "trapped") return outcome.trap;
        const expected = command.expected ?? [];
        if (command.type === "action") return undefined;
        const same =
          outcome.values.length === expected.length && outcome.values.every((v, at) => matches(v, expected[at]!));
        return same ? undefined : `${JSON.stringify(outcome.values)} instead of ${JSON.stringify(expected)}`;
      }
      case "assert_trap":
      case "assert_exhaustion":
        return this.judgeTrap(command, this.act(command.action as ScriptAction));
      case "assert_uninstantiable":
        return this.judgeTrap(command, this.linked.start(this.allocate(command.filename ?? "")));
      case "assert_unlinkable":
        try {
          this.allocate(command.filename ?? "");
        } catch (error) {
          if (error instanceof LinkFault) return undefined;
          throw error;
        }
        return "linked";
      default:
        throw new Error(`no command is called ${command.type}`);
    }
  }

  judgeTrap({ text = "" }: ScriptCommand, outcome: Outcome): string | undefined {
    if (outcome.kind === "returned") return "no trap";
    const row = trapTexts.find(([prefix]) => text.startsWith(prefix));
    return row?.[1] === outcome.trap ? undefined : `${outcome.trap} instead of "${text}"`;
  }

  run(): void {
    for (const command of this.script.commands) {
      const { type, line, module_type: moduleType } = command;
      if (moduleType === "text" || type === "assert_invalid" || type === "assert_malformed") continue;
      let fault: string | undefined;
      try {
        fault = this.judge(command);
      } catch (error) {
        fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      if (fault === undefined) this.passed[type] = (this.passed[type] ?? 0) + 1;
      else this.faults.push(`${this.script.path}:${line} ${type}: ${fault}`);
    }
  }
}

// @spec guest-abi.code.module, guest-abi.traps, guest-abi.nan, guest-abi.stack
describe("WebAssembly core suite 2.0, run by the interpreter", () => {
  const scripts = present ? readCoreSuite(gunzipSync(readFileSync(archive))) : [];
  if (!present) process.stdout.write(`skipped: 91 tests on the WebAssembly core suite, because ${archive} is absent\n`);
  const passed: Record<string, number> = {};

  for (const script of scripts) {
    it(script.path, () => {
      const run = new ScriptRun(script);
      run.run();
      for (const [type, count] of Object.entries(run.passed)) passed[type] = (passed[type] ?? 0) + count;
      expect(run.faults.filter((fault) => !excused.has(fault.split(" ", 1)[0] ?? ""))).toEqual([]);
    });
  }

  it.skipIf(!present)("was run whole", () => {
    const { module, register, action, assert_return, assert_trap, assert_exhaustion } = CORE_SUITE_COUNTS;
    const { assert_uninstantiable, assert_unlinkable } = CORE_SUITE_COUNTS;
    expect(countCommands(scripts)).toMatchObject(CORE_SUITE_COUNTS);
    expect(passed).toEqual({
      module,
      register,
      action,
      assert_return,
      assert_trap,
      assert_exhaustion,
      assert_uninstantiable,
      assert_unlinkable,
    });
  });
});

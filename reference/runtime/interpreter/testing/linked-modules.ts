// Runs functions of linked modules without a guest ABI around them, for tests.
import { decodeModule } from "../../wasm/decode-module.js";
import { type FunctionType, ValueType } from "../../wasm/types.js";
import { validateModule } from "../../wasm/validate-module.js";
import { Exit, trapName } from "../exits.js";
import { StackPool } from "../guest-stack.js";
import { Machine } from "../machine.js";
import type { External, FunctionValue } from "../module-instance.js";
import { ModuleInstance, Store } from "../module-instance.js";
import { TranslatedModule } from "../translated-module.js";
import { linkImports, typeOf } from "./link.js";

/** The bits of a value: two words, low first. */
export type Bits = readonly [low: number, high: number];

/** How a call ended. */
export type Outcome =
  | { readonly kind: "returned"; readonly values: readonly Bits[] }
  | { readonly kind: "trapped"; readonly trap: string };

const LARGEST = 2 ** 50;

/** Instances that are linked to each other. */
export class LinkedModules {
  readonly store = new Store();
  readonly #pool = new StackPool();
  /** Fuel that the last call used. */
  fuelUsed = 0;
  /** Most fuel of a slice. */
  slice = 100_000;
  /** Called each time a call stands still because its slice is over. */
  onStop: ((machine: Machine) => void) | undefined;

  /** An instance of a module, without what happens at its start. Throws LinkFault. */
  allocate(bytes: Uint8Array, imported: (module: string, name: string) => External | undefined): ModuleInstance {
    const validated = validateModule(decodeModule(bytes));
    const imports = validated.module.imports.map(({ module, name }) => imported(module, name));
    return new ModuleInstance(new TranslatedModule(validated), this.store, linkImports(validated.module, imports));
  }

  /** Lay out segments and call the start function. */
  start(instance: ModuleInstance): Outcome {
    const trap = instance.layOut();
    if (trap !== 0) return { kind: "trapped", trap: trapName(trap) };
    const { start } = instance.module;
    return start === undefined
      ? { kind: "returned", values: [] }
      : this.invoke(instance.functionValue(start.functionIndex), []);
  }

  /** Call a function with all the fuel it needs, in slices. */
  invoke(value: FunctionValue, args: readonly Bits[]): Outcome {
    const home = "host" in value ? undefined : value.instance;
    const type = typeOf(value);
    if (home === undefined) {
      if ("host" in value) value.host.call(new Int32Array(16), 0);
      return { kind: "returned", values: [] };
    }
    const machine = new Machine(home, this.#pool);
    this.fuelUsed = 0;
    try {
      if (!machine.begin(value)) return { kind: "trapped", trap: "stack_exhausted" };
      args.forEach(([low, high], at) => {
        machine.stack.words[2 * at] = low;
        machine.stack.words[2 * at + 1] = high;
      });
      let need = this.slice;
      for (;;) {
        machine.fuel = need;
        machine.budget = LARGEST;
        machine.effort = 0;
        const exit = machine.run();
        this.fuelUsed += need + LARGEST - machine.fuel - machine.budget;
        if (exit === Exit.Midway) continue;
        if (exit === Exit.OutOfFuel) {
          // A block that is larger than a slice gets what it needs.
          const cost = machine.instance.translated.code[machine.pc]!;
          need = Math.max(this.slice, machine.fuel === need ? cost : 0);
          this.onStop?.(machine);
          continue;
        }
        if (exit === Exit.Trapped) return { kind: "trapped", trap: trapName(machine.trap) };
        if (exit !== Exit.Returned) throw new Error(`exit ${exit}`);
        return { kind: "returned", values: type.results.map((_, at) => bitsAt(machine.stack.words, at, type)) };
      }
    } finally {
      machine.release();
    }
  }
}

function bitsAt(words: Int32Array, at: number, { results }: FunctionType): Bits {
  const type = results[at];
  const long = type === ValueType.I64 || type === ValueType.F64;
  return [words[2 * at]!, long ? words[2 * at + 1]! : 0];
}

// Links modules to each other as the WebAssembly core specification says: its tests do, no program of an artifact can.
import { type FunctionType, type Limits, valueTypeName, type WasmImport, type WasmModule } from "../../wasm/types.js";
import { typeKey } from "../frame-layout.js";
import { PAGE } from "../linear-memory.js";
import type { External, FunctionValue } from "../module-instance.js";

/** What an instance needs is not there, or of another type. */
export class LinkFault extends Error {
  override readonly name = "LinkFault";
}

/**
 * Look whether everything is what a module wants to import.
 *
 * @param found one for each import, in their order
 * @throws LinkFault
 */
export function linkImports(module: WasmModule, found: readonly (External | undefined)[]): External[] {
  return module.imports.map((wanted, position) => {
    const external = found[position];
    const fault = importFault(module, wanted, external);
    if (external === undefined || fault !== undefined)
      throw new LinkFault(`import ${position}: ${fault ?? "nothing to import"}`);
    return external;
  });
}

/** Why something cannot be imported where it is wanted; `undefined` where it can. */
function importFault(module: WasmModule, wanted: WasmImport, external: External | undefined): string | undefined {
  if (external === undefined) return "nothing to import";
  if (external.kind !== wanted.kind) return `a ${wanted.kind} is wanted, not a ${external.kind}`;
  const { index } = wanted;
  switch (external.kind) {
    case "function": {
      const type = module.types[module.functions[index]!.typeIndex]!;
      return typeKey(type) === typeKey(typeOf(external.value)) ? undefined : "a function of another type";
    }
    case "global": {
      const { value, mutable } = module.globals[index]!.type;
      const found = external.value.type;
      return value === found.value && mutable === found.mutable
        ? undefined
        : `a global that is no ${valueTypeName(value)}`;
    }
    case "table": {
      const { element, limits } = module.tables[index]!.type;
      const { type, length } = external.value;
      if (element !== type.element) return `a table without ${valueTypeName(element)}`;
      return limitsFault(limits, length, type.limits.maximum);
    }
    case "memory": {
      const { limits } = module.memories[index]!;
      return limitsFault(limits, external.value.byteLength / PAGE, external.value.maximum);
    }
  }
}

/** The type of a function. */
export function typeOf(value: FunctionValue): FunctionType {
  return "host" in value ? value.host.type : value.instance.translated.typeOf(value.functionIndex);
}

function limitsFault({ minimum, maximum }: Limits, size: number, most: number | undefined): string | undefined {
  if (size < minimum) return `a size of ${minimum} at least, not ${size}`;
  if (maximum === undefined || (most !== undefined && most <= maximum)) return undefined;
  return `a maximum of ${maximum} at most`;
}

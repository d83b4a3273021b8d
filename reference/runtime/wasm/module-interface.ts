import type { ExternalKind, FunctionType, GlobalType, Limits, TableType, WasmModule } from "./types.js";
import type { ValidatedModule } from "./validate-module.js";

/** The type of something imported or exported. */
export type ExternalType =
  | { readonly kind: "function"; readonly type: FunctionType }
  | { readonly kind: "table"; readonly type: TableType }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly type: GlobalType };

/** An import with its type. */
export interface TypedImport {
  readonly module: string;
  readonly name: string;
  readonly external: ExternalType;
  /** Where the import stands in the module, for errors about it. */
  readonly offset: number;
}

/** An export with its type. */
export interface TypedExport {
  readonly name: string;
  readonly external: ExternalType;
  /** Where the export stands in the module, for errors about it. */
  readonly offset: number;
}

/**
 * What a validated module asks for and offers, with types, in the order of the module.
 * What guest code may import and must export is for the guest ABI to check.
 *
 * @spec guest-abi.code.interface
 */
export function readImportsAndExports(validated: ValidatedModule): {
  readonly imports: readonly TypedImport[];
  readonly exports: readonly TypedExport[];
} {
  const { module } = validated;
  return {
    imports: module.imports.map((entry) => ({
      module: entry.module,
      name: entry.name,
      external: externalType(module, entry.kind, entry.index),
      offset: entry.offset,
    })),
    exports: module.exports.map((entry) => ({
      name: entry.name,
      external: externalType(module, entry.kind, entry.index),
      offset: entry.offset,
    })),
  };
}

function externalType(module: WasmModule, kind: ExternalKind, index: number): ExternalType {
  switch (kind) {
    case "function":
      return { kind, type: entryAt(module.types, entryAt(module.functions, index).typeIndex) };
    case "table":
      return { kind, type: entryAt(module.tables, index).type };
    case "memory":
      return { kind, limits: entryAt(module.memories, index).limits };
    case "global":
      return { kind, type: entryAt(module.globals, index).type };
  }
}

/** Validation made sure of every index, so a hole here is a mistake of the caller. */
function entryAt<T>(entries: readonly T[], index: number): T {
  const entry = entries[index];
  if (entry === undefined) throw new TypeError("readImportsAndExports needs the result of validateModule");
  return entry;
}

import type { WasmModule } from "./types.js";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

/** A {@link WasmModule} whose lists are still being filled. */
export type ModuleBuilder = Mutable<WasmModule>;

/** A module without any section. */
export function emptyModule(bytes: Uint8Array): ModuleBuilder {
  return {
    bytes,
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    exports: [],
    start: undefined,
    elementSegments: [],
    dataCount: undefined,
    dataSegments: [],
    customSections: [],
  };
}

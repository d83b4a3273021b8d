import { STEP_BYTES } from "../wasm/steps.js";
import type { FunctionType, WasmExport } from "../wasm/types.js";
import type { ValidatedModule } from "../wasm/validate-module.js";
import { CodeBuffer } from "./code-buffer.js";
import { typeKey } from "./frame-layout.js";
import { CODE_PROLOGUE, RegisterOp } from "./register-code.js";
import { FunctionTranslator } from "./translate-function.js";

/**
 * A module and the register code of those of its functions that were called so far. All instances of a module share
 * it: nothing in it depends on an instance, and translating a function later gives the same code as earlier.
 */
export class TranslatedModule {
  readonly validated: ValidatedModule;
  /** For each type the first one of the module that is equal. */
  readonly canonicalTypes: Int32Array;
  /** For each function the canonical index of its type. */
  readonly functionTypes: Int32Array;
  readonly #code = new CodeBuffer();
  /** For each function the position of its entry; 0 where it is not translated, and for imported ones. */
  readonly entries: Int32Array;

  #exports: ReadonlyMap<string, WasmExport> | undefined;
  /** How much was translated so far: bytes of functions, and their locals. */
  work = 0;
  /** The function that is not translated to its end yet. */
  #unfinished: { readonly functionIndex: number; readonly translator: FunctionTranslator } | undefined;

  /** @param validated a module that passed validation */
  constructor(validated: ValidatedModule) {
    this.validated = validated;
    const { types, functions } = validated.module;
    const firsts = new Map<string, number>();
    this.canonicalTypes = Int32Array.from(types, (type, index) => {
      const key = typeKey(type);
      const first = firsts.get(key) ?? index;
      firsts.set(key, first);
      return first;
    });
    this.functionTypes = Int32Array.from(functions, ({ typeIndex }) => this.canonicalTypes[typeIndex] as number);
    this.entries = new Int32Array(functions.length);
    this.append(CODE_PROLOGUE);
  }

  /** Append register code as it is; returns its position. */
  append(words: readonly number[]): number {
    const position = this.#code.length;
    for (const word of words) this.#code.word(word);
    return position;
  }

  /** The register code. Another array when functions were translated since. */
  get code(): Int32Array {
    return this.#code.words;
  }

  /** What the module exports under a name. */
  exportNamed(name: string): WasmExport | undefined {
    this.#exports ??= new Map(this.validated.module.exports.map((entry) => [entry.name, entry]));
    return this.#exports.get(name);
  }

  /** The type of a function. */
  typeOf(functionIndex: number): FunctionType {
    const { types, functions } = this.validated.module;
    return types[functions[functionIndex]!.typeIndex]!;
  }

  /** The stack charge of a function that the module defines. @spec guest-abi.stack.charge */
  chargeOf(functionIndex: number): number {
    return this.validated.profiles[functionIndex - this.validated.importedFunctions]!.stackCharge;
  }

  /** The position of a function's entry; translates it where it was not called before. */
  entryOf(functionIndex: number): number {
    while (!this.translateSome(functionIndex));
    return this.entries[functionIndex] as number;
  }

  /**
   * Translate a function a little further, where it was not called before. One function is translated at a time, so it
   * may be another one that is brought to its end first.
   *
   * @returns whether the function is ready
   * @spec runtime.turns.pieces
   */
  translateSome(functionIndex: number): boolean {
    if (this.entries[functionIndex] !== 0) return true;
    this.#unfinished ??= this.#begin(functionIndex);
    const { functionIndex: current, translator } = this.#unfinished;
    const before = translator.done;
    let isDone: boolean;
    try {
      isDone = translator.run(STEP_BYTES);
    } catch (error) {
      // For want of memory. What was appended stays where it is, and nothing goes there.
      this.#unfinished = undefined;
      throw error;
    }
    this.work += translator.done - before;
    if (!isDone) return false;
    this.#unfinished = undefined;
    this.entries[current] = translator.entry;
    return current === functionIndex;
  }

  #begin(functionIndex: number): { readonly functionIndex: number; readonly translator: FunctionTranslator } {
    this.work += this.validated.module.functions[functionIndex]!.body!.localCount;
    const translator = new FunctionTranslator(this.validated, functionIndex, this.#code, this.canonicalTypes);
    return { functionIndex, translator };
  }

  /** The entry for the call at a position, which from now on goes there directly. */
  resolveCall(position: number): number {
    const entry = this.entryOf(this.#code.words[position + 1] as number);
    const { words } = this.#code;
    words[position] = ((words[position] as number) & ~0xff) | RegisterOp.Call;
    words[position + 1] = entry;
    return entry;
  }

  /** The function whose code holds a position; -1 before the first. */
  functionAt(position: number): number {
    let [found, begin] = [-1, -1];
    this.entries.forEach((entry, index) => {
      if (entry !== 0 && entry <= position && entry > begin) [found, begin] = [index, entry];
    });
    return found;
  }
}

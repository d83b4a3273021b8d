import type { BlockedCall } from "../guest-functions.js";
import { BinaryReader } from "../wasm/binary-reader.js";
import { InstructionReader } from "../wasm/instruction-reader.js";
import { Opcode } from "../wasm/opcodes.js";
import type { ConstantExpression, FunctionType, GlobalType, WasmModule } from "../wasm/types.js";
import { TrapNumber } from "./exits.js";
import { typeKey } from "./frame-layout.js";
import { LinearMemory, type Reach } from "./linear-memory.js";
import { Table } from "./table.js";
import type { TranslatedModule } from "./translated-module.js";

const NO_MEMORY = new LinearMemory({ minimum: 0, maximum: 0 }).reach;
const NO_ELEMENTS = new Int32Array(0);

/** A function of the host that instances may import. */
export interface HostFunction {
  readonly type: FunctionType;
  /**
   * Called with its arguments at `words[at]`, two words for each, where it leaves its results.
   *
   * @returns what it waits for where it cannot answer yet; `finish` then gives its one i32 result
   */
  call(words: Int32Array, at: number): BlockedCall | undefined;
}

/** A function as it is imported or exported: one of the host, or one that a module defines. */
export type FunctionValue =
  | { readonly host: HostFunction }
  | { readonly instance: ModuleInstance; readonly functionIndex: number };

/** A global that several instances may share: two words of somebody's values. */
export interface GlobalCell {
  readonly type: GlobalType;
  readonly values: Int32Array;
  /** Position of the low word. */
  readonly at: number;
}

/** Anything that can be imported. */
export type External =
  | { readonly kind: "function"; readonly value: FunctionValue }
  | { readonly kind: "table"; readonly value: Table }
  | { readonly kind: "memory"; readonly value: LinearMemory }
  | { readonly kind: "global"; readonly value: GlobalCell };

/**
 * What instances that are linked to each other share: the numbers by which functions are referred to, and the quotas.
 * A guest has one of its own.
 */
export class Store {
  /** Most bytes of each memory. */
  memoryQuota = Number.POSITIVE_INFINITY;
  /** Most elements of all tables together. */
  tableQuota = Number.POSITIVE_INFINITY;
  /** Asked behind each call of the host: whether the program shall stop. */
  stopRequested: () => boolean = () => false;
  /** Told where only a quota is in the way of growing. */
  onDenied: (quota: "memory_bytes" | "table_elements") => void = () => undefined;
  readonly tables: Table[] = [];
  readonly #instances: ModuleInstance[] = [];
  #functions = 0;

  /** Elements of all tables. */
  get tableElements(): number {
    return this.tables.reduce((sum, table) => sum + table.length, 0);
  }

  /** Give numbers to the functions of an instance: those from the result on, in order. Null is 0. */
  add(instance: ModuleInstance, functions: number): number {
    this.#instances.push(instance);
    const first = this.#functions + 1;
    this.#functions += functions;
    return first;
  }

  /** The instance whose function has a number. */
  ownerOf(address: number): ModuleInstance | undefined {
    for (let at = this.#instances.length - 1; at >= 0; at--) {
      const instance = this.#instances[at]!;
      if (instance.firstAddress <= address) return instance;
    }
    return undefined;
  }
}

/** One instance of a module: what it shares with no other instance, and what it imports. */
export class ModuleInstance {
  readonly translated: TranslatedModule;
  readonly store: Store;
  readonly memory: LinearMemory | undefined;
  readonly tables: readonly Table[];
  /** Two words for each global; those of imported globals are not used. */
  readonly globals: Int32Array;
  /** Number by which function 0 is referred to; the others follow. */
  readonly firstAddress: number;
  /** 1 for each data segment and each element segment that was dropped. */
  readonly droppedData: Uint8Array;
  readonly droppedElements: Uint8Array;
  readonly #functionImports: readonly FunctionValue[];
  readonly #globalImports: readonly GlobalCell[];

  /**
   * Allocate what a module defines. Nothing is written to what it imports.
   *
   * @param imports one for each import, in their order and of the right types
   * @throws HostMemoryExhausted
   */
  constructor(translated: TranslatedModule, store: Store, imports: readonly External[]) {
    const { module } = translated.validated;
    this.translated = translated;
    this.store = store;
    this.#functionImports = imports.flatMap((external) => (external.kind === "function" ? [external.value] : []));
    this.#globalImports = imports.flatMap((external) => (external.kind === "global" ? [external.value] : []));
    const memories = imports.flatMap((external) => (external.kind === "memory" ? [external.value] : []));
    const [defined] = module.memories.slice(memories.length);
    this.memory = memories[0] ?? (defined === undefined ? undefined : new LinearMemory(defined.limits));
    const tables = imports.flatMap((external) => (external.kind === "table" ? [external.value] : []));
    const ownTables = module.tables.slice(tables.length).map((table) => new Table(table.type));
    // One by one: not every engine takes so many arguments as a module may have tables.
    for (const table of ownTables) store.tables.push(table);
    this.tables = [...tables, ...ownTables];
    this.firstAddress = store.add(this, module.functions.length);
    this.globals = new Int32Array(2 * module.globals.length);
    this.droppedData = new Uint8Array(module.dataSegments.length);
    this.droppedElements = new Uint8Array(module.elementSegments.length);
    module.globals.forEach(({ initial }, index) => {
      if (initial === undefined) return;
      const { low, high } = this.constant(initial);
      this.globals[2 * index] = low;
      this.globals[2 * index + 1] = high;
    });
  }

  get module(): WasmModule {
    return this.translated.validated.module;
  }

  /** The memory as the loop reaches it. */
  reach(): Reach {
    return this.memory?.reach ?? NO_MEMORY;
  }

  /** The elements of the first table. */
  get elements(): Int32Array {
    return this.tables[0]?.elements ?? NO_ELEMENTS;
  }

  /** The value of a constant expression. */
  constant({ start, end }: ConstantExpression): { readonly low: number; readonly high: number } {
    const reader = new InstructionReader(new BinaryReader(this.module.bytes, start, end));
    reader.next();
    const { first, second } = reader;
    switch (reader.opcode) {
      case Opcode.GlobalGet: {
        const { values, at } = this.globalCell(first);
        return { low: values[at]!, high: values[at + 1]! };
      }
      case Opcode.RefFunc:
        return { low: this.functionAddress(first), high: 0 };
      case Opcode.RefNull:
        return { low: 0, high: 0 };
      case Opcode.I64Const:
      case Opcode.F64Const:
        return { low: first, high: second };
      default:
        return { low: first, high: 0 };
    }
  }

  /** The number by which a function is referred to. */
  functionAddress(functionIndex: number): number {
    return this.firstAddress + functionIndex;
  }

  /** A function as it can be imported elsewhere: one that is imported itself is passed on. */
  functionValue(functionIndex: number): FunctionValue {
    return this.#functionImports[functionIndex] ?? { instance: this, functionIndex };
  }

  /** Where the words of a global are. */
  globalCell(globalIndex: number): GlobalCell {
    const imported = this.#globalImports[globalIndex];
    if (imported !== undefined) return imported;
    return { type: this.module.globals[globalIndex]!.type, values: this.globals, at: 2 * globalIndex };
  }

  /**
   * Look up the function for an indirect call.
   *
   * @param element signed, as it stands in a register
   * @param type canonical index of the type that is expected
   * @returns the number of the function; minus the number of a trap
   */
  indirect(element: number, type: number, tableIndex: number): number {
    const table = this.tables[tableIndex]!;
    const index = element >>> 0;
    if (index >= table.length) return -TrapNumber.TableOutOfBounds;
    const address = table.elements[index]!;
    if (address === 0) return -TrapNumber.UninitializedElement;
    const owner = this.store.ownerOf(address)!;
    const found = typeKey(owner.translated.typeOf(address - owner.firstAddress));
    return found === typeKey(this.module.types[type]!) ? address : -TrapNumber.IndirectCallTypeMismatch;
  }

  /** The references of an element segment, from one item up to below another. */
  references(segmentIndex: number, from: number, to: number): Int32Array {
    const { items } = this.module.elementSegments[segmentIndex]!;
    const references = new Int32Array(to - from);
    for (let at = from; at < to; at++) {
      references[at - from] =
        items.form === "functions"
          ? this.functionAddress(items.indices[at]!)
          : this.constant(items.expressions[at]!).low;
    }
    return references;
  }

  /** How many items an element segment has: none when it was dropped. */
  elementCount(segmentIndex: number): number {
    if (this.droppedElements[segmentIndex] === 1) return 0;
    const { items } = this.module.elementSegments[segmentIndex]!;
    return items.form === "functions" ? items.indices.length : items.expressions.length;
  }

  /** The bytes of a data segment: none when it was dropped. */
  dataBytes(segmentIndex: number): Uint8Array {
    const { start, end } = this.module.dataSegments[segmentIndex]!.bytes;
    return this.module.bytes.subarray(start, this.droppedData[segmentIndex] === 1 ? start : end);
  }

  /**
   * Lay active segments where they belong, one after another. What was laid before a fault stays.
   *
   * @returns 0, or the number of a trap
   */
  layOut(): number {
    for (const [index, { mode, target }] of this.module.elementSegments.entries()) {
      if (target !== undefined) {
        const table = this.tables[target.index]!;
        const at = this.constant(target.position).low >>> 0;
        const count = this.elementCount(index);
        if (at + count > table.length) return TrapNumber.TableOutOfBounds;
        table.elements.set(this.references(index, 0, count), at);
      }
      if (mode !== "passive") this.droppedElements[index] = 1;
    }
    for (const [index, { target }] of this.module.dataSegments.entries()) {
      if (target === undefined) continue;
      const at = this.constant(target.position).low >>> 0;
      const bytes = this.dataBytes(index);
      const memory = this.memory!;
      if (at + bytes.length > memory.byteLength) return TrapNumber.MemoryOutOfBounds;
      memory.bytes.set(bytes, at);
      this.droppedData[index] = 1;
    }
    return 0;
  }

  /** What an export stands for; `undefined` where there is none of that name. */
  exported(name: string): External | undefined {
    const found = this.translated.exportNamed(name);
    if (found === undefined) return undefined;
    const { kind, index } = found;
    switch (kind) {
      case "function":
        return { kind, value: this.functionValue(index) };
      case "table":
        return { kind, value: this.tables[index]! };
      case "memory":
        return { kind, value: this.memory! };
      case "global":
        return { kind, value: this.globalCell(index) };
    }
  }
}

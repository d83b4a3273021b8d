import { STEP_BYTES, type Steps } from "../../wasm/steps.js";
import { type FunctionType, ValueType, type WasmModule } from "../../wasm/types.js";
import type { ValidatedModule } from "../../wasm/validate-module.js";
import { addedBodies, MOST_PAGES } from "./added-code.js";
import { type AddedGlobal, Additions } from "./additions.js";
import { ByteWriter } from "./byte-writer.js";
import { FunctionRewriter } from "./rewrite-function.js";

/** How a module is to be rewritten. */
export interface RewriteOptions {
  /** Whether fuel is charged. */
  readonly metered: boolean;
  /** Whether the memory becomes an import that several threads can see. */
  readonly sharedMemory: boolean;
  /**
   * Bytes of the longest function body that gets inline code; a longer one gets calls, which are shorter and slower.
   * Engines bound how long a body is. Default: 1,000,000.
   */
  readonly longestInline?: number;
}

/** The memory a rewritten module imports, in pages. */
export interface SharedMemory {
  readonly minimum: number;
  readonly maximum: number;
}

/** A copy of a module for the host's engine. */
export interface RewrittenModule {
  /** The copy. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * What every name begins with that the copy exports beyond the original: the added globals and the table `host`, each
   * by its name; the start function as `start`, where there is one; and as `table` with its number each table that
   * calls go through. An imported memory has this as the name of its module, and the name `memory`.
   */
  readonly prefix: string;
  /** Whether there is a start function to be called. */
  readonly hasStart: boolean;
  /** The memory to import, where one is. */
  readonly memory: SharedMemory | undefined;
  /** Tables that calls go through. */
  readonly calledTables: readonly number[];
}

const TYPE = 1;
const IMPORT = 2;
const FUNCTION = 3;
const TABLE = 4;
const MEMORY = 5;
const GLOBAL = 6;
const EXPORT = 7;
const CODE = 10;
/** Sections of a copy in their order; custom sections and the start section are left out. */
const SECTION_ORDER = [TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, 9, 12, CODE, 11];
const PREAMBLE_BYTES = 8;
const LONGEST_INLINE = 1_000_000;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const SHARED_WITH_MAXIMUM = 3;

/** Type and initial value, as an instruction, of each added global. */
const GLOBALS: Readonly<Record<AddedGlobal, readonly number[]>> = {
  fuel: i32Global(0),
  stack: i32Global(0),
  reason: i32Global(0),
  pages: i32Global(MOST_PAGES),
  elements: f64Global(0),
  element_limit: f64Global(Number.POSITIVE_INFINITY),
  index: i32Global(0),
  table: i32Global(0),
};

/**
 * Copy a module for the host's engine so that it behaves as this specification says and is bounded by quotas, which a
 * program cannot notice in any other way. Nothing the module defines gets another index: what is added stands behind it.
 *
 * The start function becomes an export: the engine would run it before anybody can reach the memory that its imports
 * have to fill. Custom sections are left out; some speak of places in the code, which have moved.
 *
 * @spec runtime.host-engine.rewrite, runtime.implementations-agree
 */
export function* rewriteInSteps(validated: ValidatedModule, options: RewriteOptions): Steps<RewrittenModule> {
  const { module } = validated;
  const added = new Additions(module, options.metered);
  const code = yield* rewriteCode(validated, added, options.longestInline ?? LONGEST_INLINE);
  const prefix = unusedPrefix(module);
  const memory = options.sharedMemory ? sharedMemory(module) : undefined;
  const ranges = sectionRanges(module.bytes);
  const out = new ByteWriter();
  out.range(module.bytes, 0, PREAMBLE_BYTES);
  const contents = new ByteWriter();
  for (const id of SECTION_ORDER) {
    const range = ranges.get(id);
    contents.clear();
    if (id === CODE) contents.bytes(code);
    else if (id === MEMORY && memory !== undefined) continue;
    else writeSection(contents, id, module, added, range, prefix, memory);
    if (contents.length === 0) continue;
    out.byte(id);
    out.sized(contents.written);
  }
  return {
    bytes: out.toBytes(),
    prefix,
    hasStart: module.start !== undefined,
    memory,
    calledTables: [...added.calledTables],
  };
}

/** The new code section: each body rewritten, the added functions behind them. */
function* rewriteCode(
  { module, profiles, importedFunctions }: ValidatedModule,
  added: Additions,
  longestInline: number,
): Steps<Uint8Array> {
  const bodies = new ByteWriter();
  const rewriter = new FunctionRewriter(added, longestInline);
  let read = 0;
  for (const [position, { stackCharge }] of profiles.entries()) {
    const definition = module.functions[importedFunctions + position];
    if (definition?.body === undefined) throw new TypeError("a profile belongs to a function the module defines");
    bodies.sized(yield* rewriter.rewrite(definition, definition.body, stackCharge));
    read += definition.body.end - definition.body.start;
    if (read < STEP_BYTES) continue;
    read = 0;
    yield;
  }
  const more = addedBodies(added);
  for (const body of more) bodies.sized(body);
  const section = new ByteWriter();
  section.u32(profiles.length + more.length);
  section.bytes(bodies.written);
  return section.toBytes();
}

function writeSection(
  out: ByteWriter,
  id: number,
  module: WasmModule,
  added: Additions,
  range: SectionRange | undefined,
  prefix: string,
  memory: SharedMemory | undefined,
): void {
  const more = new ByteWriter();
  let count = 0;
  const add = (write: () => void): void => {
    write();
    count += 1;
  };
  switch (id) {
    case TYPE: {
      added.functionTypes();
      for (const type of added.types) add(() => writeType(more, type));
      break;
    }
    case IMPORT:
      if (memory !== undefined) {
        add(() => {
          more.name(prefix);
          more.name("memory");
          more.bytes([KIND.memory, SHARED_WITH_MAXIMUM]);
          more.u32(memory.minimum);
          more.u32(memory.maximum);
        });
      }
      break;
    case FUNCTION:
      for (const type of added.functionTypes()) add(() => more.u32(type));
      break;
    case TABLE:
      // One element: the function of the host.
      add(() => more.bytes([ValueType.FuncRef, 1, 1, 1]));
      break;
    case GLOBAL:
      for (const name of added.globals) {
        add(() => more.bytes(name === "elements" ? f64Global(initialElements(module)) : GLOBALS[name]));
      }
      break;
    case EXPORT: {
      const publish = (name: string, kind: number, index: number): void =>
        add(() => {
          more.name(prefix + name);
          more.byte(kind);
          more.u32(index);
        });
      for (const name of added.globals) publish(name, KIND.global, added.global(name));
      publish("host", KIND.table, added.hostTable);
      for (const table of added.calledTables) publish(`table${table}`, KIND.table, table);
      if (module.start !== undefined) publish("start", KIND.function, module.start.functionIndex);
      break;
    }
    default:
      if (range !== undefined) out.range(module.bytes, range.start, range.end);
      return;
  }
  if (range === undefined && count === 0) return;
  const known = range === undefined ? { value: 0, end: 0 } : readU32(module.bytes, range.start);
  out.u32(known.value + count);
  if (range !== undefined) out.range(module.bytes, known.end, range.end);
  out.bytes(more.written);
}

function writeType(out: ByteWriter, { params, results }: FunctionType): void {
  out.byte(0x60);
  for (const types of [params, results]) {
    out.u32(types.length);
    out.bytes(types);
  }
}

/** Elements of all tables to begin with. */
export function initialElements({ tables }: WasmModule): number {
  return tables.reduce((sum, { type }) => sum + type.limits.minimum, 0);
}

function sharedMemory({ memories }: WasmModule): SharedMemory | undefined {
  const limits = memories[0]?.limits;
  // Its maximum stays the module's own: the quota may rise while the program runs, and is checked on each growth.
  return limits && { minimum: limits.minimum, maximum: limits.maximum ?? MOST_PAGES };
}

/** A prefix that no export has: `fayger.` and one underscore more than any export has there. */
function unusedPrefix({ exports }: WasmModule): string {
  const begin = "fayger.";
  let longest = 0;
  for (const { name } of exports) {
    if (!name.startsWith(begin)) continue;
    let end = begin.length;
    while (name[end] === "_") end += 1;
    longest = Math.max(longest, end - begin.length + 1);
  }
  return begin + "_".repeat(longest);
}

interface SectionRange {
  readonly start: number;
  readonly end: number;
}

/** Where the contents of each section lie, custom ones left out. */
function sectionRanges(bytes: Uint8Array): ReadonlyMap<number, SectionRange> {
  const ranges = new Map<number, SectionRange>();
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    const id = bytes[at] as number;
    const size = readU32(bytes, at + 1);
    const end = size.end + size.value;
    if (id !== 0) ranges.set(id, { start: size.end, end });
    at = end;
  }
  return ranges;
}

/** Read a u32 of a module whose encoding was checked before. */
function readU32(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  let end = at;
  for (;;) {
    const byte = bytes[end] ?? 0;
    end += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end };
    factor *= 0x80;
  }
}

function i32Global(value: number): readonly number[] {
  const out = new ByteWriter();
  out.bytes([ValueType.I32, 1, 0x41]);
  out.s32(value);
  out.byte(0x0b);
  return [...out.written];
}

function f64Global(value: number): readonly number[] {
  return [ValueType.F64, 1, 0x44, ...new Uint8Array(new Float64Array([value]).buffer), 0x0b];
}

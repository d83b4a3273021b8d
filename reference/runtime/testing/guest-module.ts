// Assembles small guest programs for tests out of the parts in wasm/testing.
import { GUEST_IMPORT_MODULE, GUEST_IMPORTS, type GuestImport } from "../guest-abi.js";
import {
  body,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  sized,
  u32,
  vectorOf,
} from "../wasm/testing/module-bytes.js";
import type { FunctionType, ValueType } from "../wasm/types.js";

const IMPORT_NAMES = Object.keys(GUEST_IMPORTS) as GuestImport[];

/** One function of a guest; parameters and results are all i32 unless a type is given. */
export interface GuestFunctionSource {
  readonly params?: readonly ValueType[];
  readonly results?: readonly ValueType[];
  readonly locals?: readonly (readonly [count: number, type: ValueType])[];
  /** Instructions without the closing end. `call` gives the instruction that calls an import or a function by name. */
  readonly code: readonly Part[] | ((call: (target: string) => Part) => readonly Part[]);
  /** Whether it stays inside the module. */
  readonly internal?: boolean;
}

/** A guest program. */
export interface GuestSource {
  /** Functions by name; exported under it unless internal. */
  readonly functions: Readonly<Record<string, GuestFunctionSource>>;
  /** Smallest and largest number of pages; 1 and none unless given. `null`: no memory at all. */
  readonly memory?: readonly [minimum: number, maximum?: number] | null;
  /** Whether the memory is exported. */
  readonly exportMemory?: boolean;
  /** Bytes to lay at an address at first. */
  readonly data?: readonly (readonly [address: number, bytes: Uint8Array | readonly number[]])[];
  /** Name of the start function. */
  readonly start?: string;
  /** Imports beside or in place of those of the ABI. */
  readonly imports?: readonly { readonly module: string; readonly name: string; readonly description: Part }[];
  /** A table of so many function references. */
  readonly table?: number;
}

/** The bytes of a guest program. */
export function guestModule(source: GuestSource): Uint8Array {
  const types: FunctionType[] = [];
  const typeIndex = (type: FunctionType): number => {
    const found = types.findIndex((known) => sameType(known, type));
    return found >= 0 ? found : types.push(type) - 1;
  };
  const names = Object.keys(source.functions);
  const imported = IMPORT_NAMES.map((item) => [
    name(GUEST_IMPORT_MODULE),
    name(item),
    0,
    u32(typeIndex(GUEST_IMPORTS[item])),
  ]);
  const others = (source.imports ?? []).map((item) => [name(item.module), name(item.name), item.description]);
  const indexOf = (target: string): number => {
    const known = IMPORT_NAMES.indexOf(target as GuestImport);
    return known >= 0 ? known : IMPORT_NAMES.length + names.indexOf(target);
  };
  const call = (target: string): Part => [0x10, u32(indexOf(target))];
  const declared = names.map((key) => {
    const { params = [], results = [] } = source.functions[key] as GuestFunctionSource;
    return u32(typeIndex({ params, results }));
  });
  const bodies = names.map((key) => {
    const { locals = [], code } = source.functions[key] as GuestFunctionSource;
    return body(locals, ...(typeof code === "function" ? code(call) : code));
  });
  const exported: Part[] = names
    .filter((key) => source.functions[key]?.internal !== true)
    .map((key) => [name(key), 0, u32(indexOf(key))]);
  const memory = source.memory === undefined ? [1] : source.memory;
  if (memory !== null && source.exportMemory !== false) exported.push([name("memory"), 2, 0]);
  return moduleOf(
    section(1, vectorOf(types.map((type) => functionType([...type.params], [...type.results])))),
    section(2, vectorOf([...imported, ...others])),
    section(3, vectorOf(declared)),
    ...(source.table === undefined ? [] : [section(4, vectorOf([[0x70, 0, u32(source.table)]]))]),
    ...(memory === null ? [] : [section(5, vectorOf([limits(memory)]))]),
    section(7, vectorOf(exported)),
    ...(source.start === undefined ? [] : [section(8, u32(indexOf(source.start)))]),
    section(10, vectorOf(bodies)),
    ...(source.data === undefined ? [] : [section(11, vectorOf(source.data.map(dataSegment)))]),
  );
}

/** `i32.const`, from -2^31 to 2^32-1. */
export function i32(value: number): Part {
  return [0x41, signed(BigInt(value | 0))];
}

/** `i64.const`. */
export function i64(value: bigint): Part {
  return [0x42, signed(BigInt.asIntN(64, value))];
}

/** `local.get`. */
export function local(index: number): Part {
  return [0x20, u32(index)];
}

/** Instructions without an immediate. */
export const op = { unreachable: 0x00, drop: 0x1a, add: 0x6a, divide: 0x6d, end: 0x0b } as const;

/** `i32.store`, `i32.load` and `memory.grow`, aligned to nothing. */
export const memory = { store: [0x36, 0, 0], load: [0x28, 0, 0], grow: [0x40, 0], size: [0x3f, 0] } as const;

/** A loop without end. */
export const forever: Part = [0x03, 0x40, 0x0c, 0x00, 0x0b];

/** An entry that emits the bytes laid at `address` and does nothing with the reply. */
export function emitAt(
  call: (target: string) => Part,
  address: number,
  length: number,
  replyAt = 0,
  capacity = 0,
): Part {
  return [i32(address), i32(length), i32(replyAt), i32(capacity), call("emit")];
}

function sameType(left: FunctionType, right: FunctionType): boolean {
  return left.params.join() === right.params.join() && left.results.join() === right.results.join();
}

function limits([minimum, maximum]: readonly [minimum: number, maximum?: number] | readonly number[]): Part {
  return maximum === undefined ? [0, u32(minimum as number)] : [1, u32(minimum as number), u32(maximum)];
}

function dataSegment([address, bytes]: readonly [address: number, bytes: Uint8Array | readonly number[]]): Part {
  return [0, i32(address), op.end, sized(Uint8Array.from(bytes))];
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

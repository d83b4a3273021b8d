import type { Limits } from "../../wasm/types.js";
import { type AddedFunction, type Additions, HostCall, StopReason } from "./additions.js";
import { ByteWriter } from "./byte-writer.js";

/** Bound of the stack charges of all active frames. @spec guest-abi.stack */
export const STACK_BOUND = 65_536;
/** Pages of a 32-bit address space. */
export const MOST_PAGES = 65_536;
/**
 * Elements of all tables of one guest together: above it the host has no room for them, whatever the quota says. An
 * engine keeps tables on its own heap, which is the host's.
 */
export const MOST_TABLE_ELEMENTS = 10_000_000;

/** Opcodes the added code is made of. */
export const Code = {
  Unreachable: 0x00,
  Block: 0x02,
  If: 0x04,
  End: 0x0b,
  Br: 0x0c,
  Return: 0x0f,
  Call: 0x10,
  CallIndirect: 0x11,
  Select: 0x1b,
  LocalGet: 0x20,
  LocalSet: 0x21,
  LocalTee: 0x22,
  GlobalGet: 0x23,
  GlobalSet: 0x24,
  MemorySize: 0x3f,
  MemoryGrow: 0x40,
  I32Const: 0x41,
  F32Const: 0x43,
  F64Const: 0x44,
  I32Eq: 0x46,
  I32LtS: 0x48,
  I32GtU: 0x4b,
  F32Eq: 0x5b,
  F32Ne: 0x5c,
  F64Eq: 0x61,
  F64Ne: 0x62,
  F64Gt: 0x64,
  I32Add: 0x6a,
  I32Sub: 0x6b,
  I32ShrU: 0x76,
  F64Add: 0xa0,
  F64ConvertI32U: 0xb8,
} as const;
/** Block type of a block without a result. */
export const NO_RESULT = 0x40;
const F64 = 0x7c;

/** The canonical NaN of an f32, as a constant instruction. @spec guest-abi.nan */
export const CANONICAL_F32: readonly number[] = [Code.F32Const, 0, 0, 0xc0, 0x7f];
/** The canonical NaN of an f64, as a constant instruction. @spec guest-abi.nan */
export const CANONICAL_F64: readonly number[] = [Code.F64Const, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f];

/** Writes instructions with indices of what was added. */
export class CodeWriter extends ByteWriter {
  readonly #added: Additions;

  constructor(added: Additions) {
    super();
    this.#added = added;
  }

  /** An opcode and one unsigned immediate. */
  op(opcode: number, immediate: number): void {
    this.byte(opcode);
    this.u32(immediate);
  }

  /** `i32.const`. */
  i32(value: number): void {
    this.byte(Code.I32Const);
    this.s32(value | 0);
  }

  /** `f64.const`. */
  f64(value: number): void {
    this.byte(Code.F64Const);
    this.bytes(new Uint8Array(new Float64Array([value]).buffer));
  }

  /** `global.get` of an added global. */
  get(name: Parameters<Additions["global"]>[0]): void {
    this.op(Code.GlobalGet, this.#added.global(name));
  }

  /** `global.set` of an added global. */
  set(name: Parameters<Additions["global"]>[0]): void {
    this.op(Code.GlobalSet, this.#added.global(name));
  }

  /** `call` of an added function. */
  call(name: AddedFunction): void {
    this.op(Code.Call, this.#added.function(name));
  }

  /** An `if` without result around what `then` writes. */
  when(then: () => void): void {
    this.byte(Code.If);
    this.byte(NO_RESULT);
    then();
    this.byte(Code.End);
  }
}

/** Bodies of the added functions, each with its size, in the order of their indices. */
export function addedBodies(added: Additions): Uint8Array[] {
  const bodies = added.functions.map((name) => body(added, [], (code) => FUNCTIONS[name](code, added)));
  return [
    ...bodies,
    ...added.grownTables.map((table) => body(added, [[1, F64]], (code) => growTable(code, added, table))),
  ];
}

function body(
  added: Additions,
  locals: readonly (readonly [count: number, type: number])[],
  write: (code: CodeWriter) => void,
): Uint8Array {
  const code = new CodeWriter(added);
  code.u32(locals.length);
  for (const [count, type] of locals) code.bytes([count, type]);
  write(code);
  code.byte(Code.End);
  return code.toBytes();
}

const FUNCTIONS: Readonly<Record<AddedFunction, (code: CodeWriter, added: Additions) => void>> = {
  exhausted: (code) => stop(code, StopReason.StackExhausted),
  not_a_number: (code) => stop(code, StopReason.InvalidConversion),
  no_memory: (code) => stop(code, StopReason.OutOfMemory),
  no_elements: (code) => stop(code, StopReason.OutOfTableElements),
  out_of_fuel: (code, added) => callHost(code, added, HostCall.OutOfFuel, () => code.op(Code.LocalGet, 0)),
  charge: (code) => charge(code, () => code.op(Code.LocalGet, 0)),
  // @spec guest-abi.fuel: one unit more for every full 64 bytes or elements.
  charge_bulk: (code) => {
    code.op(Code.LocalGet, 0);
    code.i32(6);
    code.byte(Code.I32ShrU);
    code.call("charge");
    code.op(Code.LocalGet, 0);
  },
  canonical_f32: (code) => canonical(code, Code.F32Eq, CANONICAL_F32),
  canonical_f64: (code) => canonical(code, Code.F64Eq, CANONICAL_F64),
  number_f32: (code) => number(code, Code.F32Ne),
  number_f64: (code) => number(code, Code.F64Ne),
  note_index: (code) => {
    code.op(Code.LocalGet, 0);
    code.set("index");
    code.op(Code.LocalGet, 0);
  },
  grow_memory: (code, added) => {
    const limits = added.module.memories[0]?.limits;
    if (limits === undefined) code.i32(-1);
    else growMemory(code, added, limits);
  },
};

/** End the program for a reason that the host finds in the global. */
function stop(code: CodeWriter, reason: number): void {
  code.i32(reason);
  code.set("reason");
  code.byte(Code.Unreachable);
}

function callHost(code: CodeWriter, added: Additions, what: number, argument: () => void): void {
  code.i32(what);
  argument();
  code.i32(0);
  code.byte(Code.CallIndirect);
  code.u32(added.hostType);
  code.u32(added.hostTable);
}

/** Take from the fuel, and ask for more where there is too little. */
function charge(code: CodeWriter, amount: () => void): void {
  code.get("fuel");
  amount();
  code.byte(Code.I32Sub);
  code.set("fuel");
  code.get("fuel");
  code.i32(0);
  code.byte(Code.I32LtS);
  code.when(() => {
    amount();
    code.call("out_of_fuel");
  });
}

function canonical(code: CodeWriter, equal: number, nan: readonly number[]): void {
  code.op(Code.LocalGet, 0);
  code.bytes(nan);
  code.op(Code.LocalGet, 0);
  code.op(Code.LocalGet, 0);
  code.byte(equal);
  code.byte(Code.Select);
}

function number(code: CodeWriter, unequal: number): void {
  code.op(Code.LocalGet, 0);
  code.op(Code.LocalGet, 0);
  code.byte(unequal);
  code.when(() => code.call("not_a_number"));
  code.op(Code.LocalGet, 0);
}

/**
 * `memory.grow` within the bounds of the module, then of the quota. What the engine refuses below both is a failure of
 * the host.
 *
 * @spec guest-abi.memory-grow, guest-abi.host-memory, quotas.memory
 */
function growMemory(code: CodeWriter, added: Additions, limits: Limits): void {
  const room = (bound: () => void, otherwise: () => void): void => {
    // delta > bound - size. The size never exceeds the bound of the module; that of the quota may have been lowered.
    code.op(Code.LocalGet, 0);
    code.byte(Code.F64ConvertI32U);
    code.op(Code.MemorySize, 0);
    code.byte(Code.F64ConvertI32U);
    code.byte(Code.F64Add);
    bound();
    code.byte(Code.F64Gt);
    code.when(otherwise);
  };
  room(
    () => code.f64(Math.min(limits.maximum ?? MOST_PAGES, MOST_PAGES)),
    () => refuse(code),
  );
  const withinQuota = (otherwise: () => void): void =>
    room(() => {
      code.get("pages");
      code.byte(Code.F64ConvertI32U);
    }, otherwise);
  withinQuota(() => {
    callHost(code, added, HostCall.MemoryDenied, () => code.op(Code.LocalGet, 0));
    withinQuota(() => refuse(code));
  });
  code.op(Code.LocalGet, 0);
  code.op(Code.MemoryGrow, 0);
  code.op(Code.LocalTee, 0);
  code.i32(-1);
  code.byte(Code.I32Eq);
  code.when(() => code.call("no_memory"));
  code.op(Code.LocalGet, 0);
}

/** `table.grow` of one table, bounded by the elements of all of them. @spec guest-abi.memory-grow, quotas.memory */
function growTable(code: CodeWriter, added: Additions, table: number): void {
  const [element, delta, total] = [0, 1, 2];
  const above = (bound: () => void, otherwise: () => void): void => {
    bound();
    code.byte(Code.F64Gt);
    code.when(otherwise);
  };
  const grown = (size: () => void): void => {
    code.op(Code.LocalGet, delta);
    code.byte(Code.F64ConvertI32U);
    size();
    code.byte(Code.F64Add);
  };
  grown(() => {
    code.bytes([0xfc, 0x10]);
    code.u32(table);
    code.byte(Code.F64ConvertI32U);
  });
  const maximum = added.module.tables[table]?.type.limits.maximum ?? 0xffff_ffff;
  above(
    () => code.f64(maximum),
    () => refuse(code),
  );
  grown(() => code.get("elements"));
  code.op(Code.LocalSet, total);
  const withinQuota = (otherwise: () => void): void => {
    code.op(Code.LocalGet, total);
    above(() => code.get("element_limit"), otherwise);
  };
  withinQuota(() => {
    callHost(code, added, HostCall.TableDenied, () => code.op(Code.LocalGet, delta));
    withinQuota(() => refuse(code));
  });
  code.op(Code.LocalGet, total);
  above(
    () => code.f64(MOST_TABLE_ELEMENTS),
    () => code.call("no_elements"),
  );
  code.op(Code.LocalGet, element);
  code.op(Code.LocalGet, delta);
  code.bytes([0xfc, 0x0f]);
  code.u32(table);
  code.op(Code.LocalTee, delta);
  code.i32(-1);
  code.byte(Code.I32Eq);
  code.when(() => code.call("no_elements"));
  code.op(Code.LocalGet, total);
  code.set("elements");
  code.op(Code.LocalGet, delta);
}

function refuse(code: CodeWriter): void {
  code.i32(-1);
  code.byte(Code.Return);
}

/**
 * The value types of `wasm-core-2`, as the byte that stands for each in the binary format.
 *
 * @spec guest-abi.code.module
 */
export const ValueType = {
  /** 32-bit integer. */
  I32: 0x7f,
  /** 64-bit integer. */
  I64: 0x7e,
  /** 32-bit IEEE 754 number. */
  F32: 0x7d,
  /** 64-bit IEEE 754 number. */
  F64: 0x7c,
  /** Nullable reference to a function. */
  FuncRef: 0x70,
  /** Nullable reference to something of the host. */
  ExternRef: 0x6f,
} as const;
/** A value type byte. */
export type ValueType = (typeof ValueType)[keyof typeof ValueType];
/** A value type that is a reference. */
export type ReferenceType = typeof ValueType.FuncRef | typeof ValueType.ExternRef;

const valueTypeNames: Readonly<Record<ValueType, string>> = {
  [ValueType.I32]: "i32",
  [ValueType.I64]: "i64",
  [ValueType.F32]: "f32",
  [ValueType.F64]: "f64",
  [ValueType.FuncRef]: "funcref",
  [ValueType.ExternRef]: "externref",
};

/** Whether a byte is one of the four number types. */
function isNumberType(byte: number): byte is Exclude<ValueType, ReferenceType> {
  return byte >= ValueType.F64 && byte <= ValueType.I32;
}

/** Whether a byte is one of the two reference types. */
export function isReferenceType(byte: number): byte is ReferenceType {
  return byte === ValueType.FuncRef || byte === ValueType.ExternRef;
}

/** Whether a byte is a value type of `wasm-core-2`. */
export function isValueType(byte: number): byte is ValueType {
  return isNumberType(byte) || isReferenceType(byte);
}

/** The text-format name of a value type: `i32`, `funcref`. */
export function valueTypeName(type: ValueType): string {
  return valueTypeNames[type];
}

/** Parameter and result types of a function or of a block. */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function type as messages show it: `[i32 i64] -> [f32]`. */
export function functionTypeName(type: FunctionType): string {
  return `[${type.params.map(valueTypeName).join(" ")}] -> [${type.results.map(valueTypeName).join(" ")}]`;
}

/** Smallest and, where declared, largest size; 64 KiB pages for a memory, elements for a table; each 0 to 2^32-1. */
export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** What a table holds and how large it may be. */
export interface TableType {
  readonly element: ReferenceType;
  readonly limits: Limits;
}

/** Type of a global's value and whether code may change it. */
export interface GlobalType {
  readonly value: ValueType;
  readonly mutable: boolean;
}

/** A range of bytes of the module: `start` inclusive, `end` exclusive, both counted from its first byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** An initial value or offset: the byte range of its instructions, the closing `end` included. */
export type ConstantExpression = ByteRange;

/** A run of declared locals of one type. `count` is at least 1 and is only a number: nothing of that size is stored. */
export interface LocalGroup {
  readonly count: number;
  readonly type: ValueType;
}

/** The code of a function the module defines. */
export interface FunctionBody {
  /** First byte of the local declarations, which the instructions follow. */
  readonly start: number;
  /** First byte of the instructions. */
  readonly codeStart: number;
  /** The byte after the closing `end`. */
  readonly end: number;
  /** Declared locals in order, after the parameters; runs of length 0 are left out. */
  readonly localGroups: readonly LocalGroup[];
  /** Sum of the counts of `localGroups`. */
  readonly localCount: number;
}

/** One function of the index space. */
export interface WasmFunction {
  /** Index into {@link WasmModule.types}. */
  readonly typeIndex: number;
  /** Where its import or its entry in the function section stands. */
  readonly offset: number;
  /** Its code; `undefined` for an imported function. */
  readonly body: FunctionBody | undefined;
}

/** One table of the index space. */
export interface WasmTable {
  readonly type: TableType;
  readonly offset: number;
  readonly imported: boolean;
}

/** One memory of the index space; its limits are in pages of 64 KiB. */
export interface WasmMemory {
  readonly limits: Limits;
  readonly offset: number;
  readonly imported: boolean;
}

/** One global of the index space. */
export interface WasmGlobal {
  readonly type: GlobalType;
  readonly offset: number;
  /** Its initial value; `undefined` for an imported global. */
  readonly initial: ConstantExpression | undefined;
}

/** The four kinds of things a module imports and exports. */
export type ExternalKind = "function" | "table" | "memory" | "global";

/** An import: two names, and which entry of which index space it fills. */
export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
  readonly offset: number;
}

/** An export: a name, and which entry of which index space it publishes. */
export interface WasmExport {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
  readonly offset: number;
}

/** Where an active segment is copied on instantiation: which table or memory, and the offset in it. */
export interface SegmentTarget {
  readonly index: number;
  readonly position: ConstantExpression;
}

/** The items of an element segment, in whichever of its two forms they were written. */
export type ElementItems =
  | { readonly form: "functions"; readonly indices: readonly number[] }
  | { readonly form: "expressions"; readonly expressions: readonly ConstantExpression[] };

/** An element segment. Declarative ones only declare that functions may be referred to. */
export interface ElementSegment {
  readonly mode: "active" | "passive" | "declarative";
  readonly type: ReferenceType;
  /** Defined for active segments only. */
  readonly target: SegmentTarget | undefined;
  readonly items: ElementItems;
  readonly offset: number;
}

/** A data segment. */
export interface DataSegment {
  readonly mode: "active" | "passive";
  /** Defined for active segments only. */
  readonly target: SegmentTarget | undefined;
  readonly bytes: ByteRange;
  readonly offset: number;
}

/** A custom section: ignored by the semantics, kept for tools. */
export interface CustomSection {
  readonly name: string;
  /** Its contents after the name. */
  readonly bytes: ByteRange;
}

/**
 * A decoded module. The index spaces `functions`, `tables`, `memories` and `globals` hold the imported
 * entries first, so an index of the binary format is an index of the array.
 *
 * @spec guest-abi.code.module
 */
export interface WasmModule {
  /** The bytes every range and offset refers to; not copied, so the caller must not change them. */
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  readonly imports: readonly WasmImport[];
  readonly functions: readonly WasmFunction[];
  readonly tables: readonly WasmTable[];
  readonly memories: readonly WasmMemory[];
  readonly globals: readonly WasmGlobal[];
  readonly exports: readonly WasmExport[];
  /** The start function, if there is one. */
  readonly start: { readonly functionIndex: number; readonly offset: number } | undefined;
  readonly elementSegments: readonly ElementSegment[];
  /** What the data count section announces, if there is one. */
  readonly dataCount: number | undefined;
  readonly dataSegments: readonly DataSegment[];
  readonly customSections: readonly CustomSection[];
}

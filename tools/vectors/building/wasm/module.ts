import { type Code, TYPES, type Type, written } from "./instructions.js";
import { join, nameOf, type Part, type Piece, place, sized, unsigned, vector } from "./piece.js";

/** Numbers of the sections, in the order in which they stand. */
const SECTIONS = {
  types: 1,
  imports: 2,
  functions: 3,
  tables: 4,
  memories: 5,
  globals: 6,
  exports: 7,
  start: 8,
  elements: 9,
  dataCount: 12,
  code: 10,
  data: 11,
} as const;

/** Name of a section. */
export type SectionName = keyof typeof SECTIONS;

/** The contents of sections by their names; those that are absent are not written. */
export type Sections = Readonly<Partial<Record<SectionName, Part>>>;

const MAGIC: readonly number[] = [0x00, 0x61, 0x73, 0x6d];
const VERSION: readonly number[] = [0x01, 0x00, 0x00, 0x00];

/** A section as it is told. */
export function section(id: number, ...content: readonly Part[]): Piece {
  return join([id], sized(...content));
}

/** A module. Each section is a place by its name, its contents one by `in NAME`. */
export function writeModule(sections: Sections, customs: readonly Part[] = []): Piece {
  const names = Object.keys(SECTIONS) as SectionName[];
  const parts = names.flatMap((name) => {
    const content = sections[name];
    return content === undefined ? [] : [place(name, section(SECTIONS[name], place(`in ${name}`, content)))];
  });
  return join(MAGIC, VERSION, ...parts, ...customs);
}

/** An entry of the type section. */
export function functionType(params: readonly Type[], results: readonly Type[]): Piece {
  return join([0x60], vector(params.map((type) => [TYPES[type]])), vector(results.map((type) => [TYPES[type]])));
}

/** Sizes of a memory or table. */
export function limits(minimum: number, maximum?: number): Piece {
  if (maximum === undefined) return join([0], unsigned(minimum));
  return join([1], unsigned(minimum), unsigned(maximum));
}

export const tableType = (type: "funcref" | "externref", minimum: number, maximum?: number): Piece =>
  join([TYPES[type]], limits(minimum, maximum));

export const globalType = (type: Type, mutable: boolean): readonly number[] => [TYPES[type], mutable ? 1 : 0];

/** A global that the module defines. */
export const global = (type: Type, mutable: boolean, initial: Code): Piece =>
  join(globalType(type, mutable), expression(initial));

/** Instructions with the `end` behind them. */
const expression = (code: Code): Piece => join(written(code), [0x0b]);

const KINDS = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** What is imported or exported. */
export type Kind = keyof typeof KINDS;

/** An import of a function by the number of its type, or of something else by its type. */
export const importOf = (module: string, name: string, kind: Kind, type: Part): Piece =>
  join(nameOf(module), nameOf(name), [KINDS[kind]], type);

export const exportOf = (name: string, kind: Kind, index: number): Piece =>
  join(nameOf(name), [KINDS[kind]], unsigned(index));

/** Locals of one type behind each other. */
export type Locals = readonly (readonly [count: number, type: Type])[];

/** An entry of the code section: locals and instructions with the last `end`. */
export function body(locals: Locals, code: Code): Piece {
  const groups = locals.map(([count, type]) => [...unsigned(count), TYPES[type]]);
  return sized(place("body", vector(groups)), expression(code));
}

/** Bytes that lie in memory from the beginning. */
export const activeData = (at: Code, bytes: readonly number[]): Piece => join([0], expression(at), sized(bytes));

/** Bytes that `memory.init` copies. */
export const passiveData = (bytes: readonly number[]): Piece => join([1], sized(bytes));

/** Functions that stand in table 0 from the beginning. */
export const activeElements = (at: Code, functions: readonly number[]): Piece =>
  join([0], expression(at), vector(functions.map(unsigned)));

/** Functions that `table.init` copies. */
export const passiveElements = (functions: readonly number[]): Piece => join([1, 0], vector(functions.map(unsigned)));

/** Functions that `ref.func` may name. */
export const declaredElements = (functions: readonly number[]): Piece => join([3, 0], vector(functions.map(unsigned)));

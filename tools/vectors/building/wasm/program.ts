import { type Code, i32, type Type } from "./instructions.js";
import {
  activeData,
  body,
  exportOf,
  functionType,
  importOf,
  type Kind,
  type Locals,
  limits,
  type Sections,
  writeModule,
} from "./module.js";
import { join, type Part, type Piece, place, unsigned, vector } from "./piece.js";

/** The functions of guest ABI 1 with their types. @spec guest-abi.imports */
const ABI_IMPORTS = {
  emit: [["i32", "i32", "i32", "i32"], ["i32"]],
  reply_read: [["i32", "i32"], ["i32"]],
  section_read: [["i32", "i32", "i64", "i32", "i32"], ["i32"]],
  exit: [["i32"], []],
  abort: [[], []],
} as const satisfies Readonly<Record<string, readonly [readonly Type[], readonly Type[]]>>;

/** Name of a function of the ABI. */
export type AbiImport = keyof typeof ABI_IMPORTS;

/** Types of the exports that have them. @spec guest-abi.exports */
const ABI_EXPORTS: Readonly<Record<string, readonly [readonly Type[], readonly Type[]]>> = {
  fayger_init: [[], []],
  fayger_alloc: [["i32"], ["i32"]],
  fayger_on_event: [["i32", "i32"], []],
};

/** Numbers of functions and types by what they are. */
export interface Numbers {
  /** Number of an import or function by its name. */
  readonly fn: (name: string) => number;
  /** Number of a function type. */
  readonly type: (params: readonly Type[], results: readonly Type[]) => number;
}

/** A function of a program. One whose name is that of an export of the ABI, or `main`, is exported. */
export interface FunctionText {
  readonly params?: readonly Type[];
  readonly results?: readonly Type[];
  readonly locals?: Locals;
  readonly code: Code | ((numbers: Numbers) => Code);
}

/** A program as it is told. */
export interface ProgramText {
  readonly imports?: readonly AbiImport[];
  readonly functions: Readonly<Record<string, FunctionText>>;
  /** Pages at the beginning, and at most. */
  readonly memory?: readonly [minimum: number] | readonly [minimum: number, maximum: number];
  readonly tables?: readonly Part[];
  readonly globals?: readonly Part[];
  readonly elements?: (numbers: Numbers) => readonly Part[];
  /** Bytes that lie in memory from the beginning. */
  readonly data?: Readonly<Record<number, readonly number[]>>;
  readonly passive?: readonly Part[];
  readonly start?: string;
  /** Exports beside those of the ABI. */
  readonly exports?: readonly (readonly [name: string, kind: Kind, index: number])[];
}

const EXPORTED = ["main", ...Object.keys(ABI_EXPORTS)];

/** The sections of a program, for who wants to write some of them otherwise. */
export function sectionsOf(text: ProgramText): Sections {
  const types: { readonly key: string; readonly piece: Piece }[] = [];
  const type: Numbers["type"] = (params, results) => {
    const key = `${params.join()}>${results.join()}`;
    const known = types.findIndex((each) => each.key === key);
    return known >= 0 ? known : types.push({ key, piece: functionType(params, results) }) - 1;
  };
  const imports = text.imports ?? [];
  const named = Object.entries(text.functions);
  const names = [...imports, ...named.map(([name]) => name)];
  const fn = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw new RangeError(`no function is called ${name}`);
    return index;
  };
  const numbers: Numbers = { fn, type };
  const imported = imports.map((name) => {
    const [params, results] = ABI_IMPORTS[name];
    return place(`import ${name}`, importOf("fayger_1", name, "function", unsigned(type(params, results))));
  });
  const declared = named.map(([, { params = [], results = [] }]) => unsigned(type(params, results)));
  const bodies = named.map(([name, { locals = [], code }]) =>
    place(`function ${name}`, body(locals, typeof code === "function" ? code(numbers) : code)),
  );
  const exported: Piece[] = [
    place("export memory", exportOf("memory", "memory", 0)),
    ...EXPORTED.filter((name) => name in text.functions).map((name) =>
      place(`export ${name}`, exportOf(name, "function", fn(name))),
    ),
    ...(text.exports ?? []).map(([name, kind, index]) => place(`export ${name}`, exportOf(name, kind, index))),
  ];
  const elements = text.elements?.(numbers);
  const data = [
    ...(text.passive ?? []),
    ...Object.entries(text.data ?? {}).map(([at, bytes]) => activeData([i32(Number(at))], bytes)),
  ];
  return {
    types: vector(types.map(({ piece }) => piece)),
    ...(imported.length > 0 && { imports: vector(imported) }),
    functions: vector(declared),
    ...(text.tables !== undefined && { tables: vector(text.tables) }),
    memories: vector([limits(text.memory?.[0] ?? 1, text.memory?.[1])]),
    ...(text.globals !== undefined && { globals: vector(text.globals) }),
    exports: vector(exported),
    ...(text.start !== undefined && { start: join(unsigned(fn(text.start))) }),
    ...(elements !== undefined && { elements: vector(elements) }),
    ...(text.passive !== undefined && { dataCount: join(unsigned(data.length)) }),
    code: vector(bodies),
    ...(data.length > 0 && { data: vector(data) }),
  };
}

/** A program of guest ABI 1 with the entry `main`. */
export function writeProgram(text: ProgramText): Piece {
  return writeModule(sectionsOf(text));
}

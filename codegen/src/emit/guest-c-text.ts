import type { Operand } from "../model/table-fields.js";
import type { TableRow } from "../model/table-model.js";
import type { GeneratedFile } from "./generated-file.js";
import { preamble } from "./project.js";
import { docLines } from "./structures.js";

/** One header before it is printed. */
export interface CHeader {
  /** File name below `generated/guest/c/`. */
  readonly file: string;
  /** Where the content comes from. */
  readonly origin: string;
  /** What a person edits to change the file. */
  readonly edit: string;
  /** The emitter's file name. */
  readonly emitter: string;
  /** What the header holds, before anything else in it. */
  readonly about: string;
  /** Headers it includes: `<stdint.h>` or a file beside it. */
  readonly includes: readonly string[];
  /** Whole declarations, in order. */
  readonly parts: readonly string[];
}

const widestLine = 120;

/** A header as a file of `generated/`. */
export function printHeader(header: CHeader): GeneratedFile {
  const guard = header.file.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  const includes = header.includes.map((name) => `#include ${name.startsWith("<") ? name : `"${name}"`}`);
  const lines = [
    header.about.trim(),
    "",
    `#ifndef ${guard}`,
    `#define ${guard}`,
    "",
    ...includes,
    "",
    ...header.parts.flatMap((part) => [part.trim(), ""]),
    `#endif /* ${guard} */`,
  ];
  const text = `${preamble(header)}\n${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
  const broken = /[^\n\x20-\x7e]/.exec(text);
  if (broken !== null) throw new Error(`${header.file}: character ${JSON.stringify(broken[0])} is not ASCII`);
  return { path: `guest/c/${header.file}`, text };
}

/** A docblock. */
export function cDocs(text: string, spec?: string, indent = ""): string {
  return docLines({ text, spec }, indent).join("\n");
}

/** A struct and its type of the same name. */
export function cStruct(name: string, docs: string, members: readonly { docs: string; declaration: string }[]): string {
  const lines = members.flatMap((member) => [cDocs(member.docs, undefined, "  "), `  ${member.declaration};`]);
  return [docs, `typedef struct ${name} {`, ...lines, `} ${name};`].join("\n");
}

/** A `static inline` function; its parameters on one line where they fit. */
export function cFunction(options: {
  readonly docs: string;
  readonly returns: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: readonly string[];
}): string {
  const begin = `static inline ${options.returns}${options.returns.endsWith("*") ? "" : " "}${options.name}(`;
  const line = `${begin}${options.parameters.join(", ")}) {`;
  const heading =
    line.length <= widestLine
      ? [line]
      : [
          begin.trimEnd(),
          ...options.parameters.map((text, at, all) => `  ${text}${at === all.length - 1 ? ") {" : ","}`),
        ];
  return [options.docs, ...heading, ...options.body.map((text) => `  ${text}`), "}"].join("\n");
}

/** Words a C or C++ program cannot use as a name. */
const KEYWORDS = new Set(
  (
    "alignas alignof and asm auto bool break case catch char class const constexpr continue default delete do double " +
    "else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept " +
    "not nullptr operator or private protected public register restrict return short signed sizeof static struct " +
    "switch template this throw true try typedef typeid typename typeof union unsigned using virtual void volatile " +
    // Parameters that every function of the bindings has.
    "while xor room results writer reader later call_id"
  ).split(" "),
);

/** A name of the specification as the name of a parameter or member. */
export function cName(name: string): string {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

/** The C type of each operand type. */
export const C_TYPES: Readonly<Record<Operand["type"], string>> = {
  u32: "uint32_t",
  u64: "uint64_t",
  i64: "int64_t",
  f64: "double",
  bool: "bool",
  bytes: "fayger_bytes",
  text: "fayger_bytes",
  handle: "uint32_t",
  list: "fayger_list",
};

/** Members of a struct of results or of a payload. */
export function cMembers(items: readonly Operand[]): { docs: string; declaration: string }[] {
  return items.map((item) => ({
    docs: `\`${item.name}: ${item.type}\``,
    declaration: `${C_TYPES[item.type]} ${cName(item.name)}`,
  }));
}

/** Lines that take the items of a struct from a reader. */
export function cTakes(items: readonly Operand[], target: string): string[] {
  return items.map((item) => `${target}->${cName(item.name)} = fayger_take_${item.type}(reader);`);
}

/** The constant that names the completion of an instruction. */
export function doneName(row: TableRow<"instructions">): string {
  return `FAYGER_DONE_${row.category}_${row.name}`.toUpperCase();
}

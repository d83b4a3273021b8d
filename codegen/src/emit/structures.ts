import {
  type FunctionDeclarationStructure,
  type InterfaceDeclarationStructure,
  type JSDocStructure,
  type OptionalKind,
  StructureKind,
} from "ts-morph";

/** Short constructors for the ts-morph structures that the emitters use. Everything they make is exported and documented. */

/** One docblock: a sentence or more, then the anchor of the requirement, where there is one. */
export interface Documentation {
  /** Paragraphs parted by an empty line. */
  readonly text: string;
  /** Anchor id for `@spec`. */
  readonly spec?: string | undefined;
  /** Further tag lines, for instance `@throws RangeError ...`. */
  readonly tags?: readonly string[];
}

const widestLine = 118;

/** A member of an interface. */
export interface MemberOptions {
  readonly name: string;
  readonly type: string;
  readonly optional?: boolean;
  readonly docs?: Documentation;
}

/** A docblock structure; one line where the text fits, else a block with wrapped lines. */
function docs(documentation: Documentation, indent = 0): OptionalKind<JSDocStructure>[] {
  const text = escapeComment(documentation.text.trim());
  const tags = [
    ...(documentation.tags ?? []).map(escapeComment),
    ...(documentation.spec === undefined ? [] : [`@spec ${documentation.spec}`]),
  ];
  const single = [text, ...tags].join(" ");
  if (tags.length < 2 && !text.includes("\n") && single.length + indent + 7 <= widestLine)
    return [{ description: single }];
  const paragraphs = text.split("\n").flatMap((line) => wrap(line, widestLine - indent - 3));
  return [{ description: `\n${[...paragraphs, ...(tags.length > 0 ? ["", ...tags] : [])].join("\n")}` }];
}

/** Comment lines of the same form as {@link docs}, for members that are printed as text. */
export function docLines(documentation: Documentation, indent: string): string[] {
  const description = docs(documentation, indent.length)[0]?.description;
  const text = typeof description === "string" ? description : "";
  if (!text.startsWith("\n")) return [`${indent}/** ${text} */`];
  return [
    `${indent}/**`,
    ...text
      .slice(1)
      .split("\n")
      .map((line) => `${indent} * ${line}`.trimEnd()),
    `${indent} */`,
  ];
}

/** `export const NAME: type = value;`, as text: ts-morph would indent the lines of the value once more. */
export function constant(options: {
  readonly name: string;
  readonly docs: Documentation;
  readonly type?: string;
  readonly value: string;
  readonly exported?: boolean;
}): string {
  const keyword = options.exported === false ? "const" : "export const";
  const type = options.type === undefined ? "" : `: ${options.type}`;
  return statement([...docLines(options.docs, ""), `${keyword} ${options.name}${type} = ${options.value};`]);
}

/** `export type Name = ...;` */
export function typeAlias(name: string, documentation: Documentation, type: string): string {
  return statement([
    ...docLines(documentation, ""),
    `export type ${name} =${type.startsWith("\n") ? "" : " "}${type};`,
  ]);
}

/** A statement as text, with the empty line above it that ts-morph gives structures but not texts. */
export function statement(lines: readonly string[]): string {
  return `\n${lines.join("\n")}`;
}

/** `export interface Name { readonly member: type; }` */
export function interfaceOf(
  name: string,
  documentation: Documentation,
  members: readonly MemberOptions[],
  base?: string,
): InterfaceDeclarationStructure {
  return {
    kind: StructureKind.Interface,
    name,
    isExported: true,
    docs: docs(documentation),
    ...(base === undefined ? {} : { extends: [base] }),
    properties: members.map((member) => ({
      name: propertyName(member.name),
      type: member.type,
      isReadonly: true,
      hasQuestionToken: member.optional ?? false,
      ...(member.docs === undefined ? {} : { docs: docs(member.docs, 2) }),
    })),
  };
}

/** `export function name(parameters): type { body }`; the body's lines carry no indentation of the function. */
export function functionOf(options: {
  readonly name: string;
  readonly docs?: Documentation;
  readonly parameters: readonly string[];
  readonly returns: string;
  readonly body: readonly string[];
  readonly exported?: boolean;
}): FunctionDeclarationStructure {
  return {
    kind: StructureKind.Function,
    name: options.name,
    isExported: options.exported ?? true,
    ...(options.docs === undefined ? {} : { docs: docs(options.docs) }),
    parameters: options.parameters.map(parameter),
    returnType: options.returns,
    statements: options.body.join("\n"),
  };
}

/** A literal object printed over several lines: one entry a line, optional docblock above each. */
export function objectLiteral(
  entries: readonly { readonly key: string; readonly value: string; readonly docs?: Documentation }[],
  suffix = "",
): string {
  if (entries.length === 0) return `{}${suffix}`;
  const lines = entries.flatMap((entry) => [
    ...(entry.docs === undefined ? [] : docLines(entry.docs, "  ")),
    `  ${propertyName(entry.key)}: ${entry.value},`,
  ]);
  return `{\n${lines.join("\n")}\n}${suffix}`;
}

/** `{ a: 1, b: 2 }` on one line where it fits behind `indent` blanks and `before` characters, else one entry a line. */
export function inlineObject(entries: readonly string[], indent: number, before = 0): string {
  if (entries.length === 0) return "{}";
  const line = `{ ${entries.join(", ")} }`;
  if (line.length + indent + before < widestLine) return line;
  const blanks = " ".repeat(indent);
  return `{\n${entries.map((entry) => `${blanks}  ${entry},\n`).join("")}${blanks}}`;
}

/** A literal list printed over several lines, one item a line. */
export function arrayLiteral(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `  ${item},`).join("\n")}\n]`;
}

/** A text as a double-quoted literal. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

function parameter(
  text: string,
): { name: string; type: string; hasQuestionToken: boolean } | { name: string; initializer: string } {
  const match = /^(\w+)(\??): ([\s\S]+)$/.exec(text);
  if (match?.[1] !== undefined && match[3] !== undefined) {
    return { name: match[1], hasQuestionToken: match[2] === "?", type: match[3] };
  }
  const [name = "", initializer = ""] = text.split(" = ");
  return { name, initializer };
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) || name.startsWith('"') || name.startsWith("[") ? name : quote(name);
}

function escapeComment(text: string): string {
  return text.replaceAll("*/", "*\\/");
}

function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

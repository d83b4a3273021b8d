import type {
  BytesLiteral,
  CddlFile,
  Group,
  GroupEntry,
  Literal,
  MajorType,
  MemberKey,
  Occurrence,
  ReferenceType,
  Rule,
  TagType,
  Type,
  TypeExpression,
} from "./syntax.js";

/** Writes a tree as canonical CDDL: one rule per line, no comments. Parsing the result gives the same tree again. */
export function printCddl(file: CddlFile): string {
  return file.rules.map((rule) => `${printRule(rule)}\n`).join("");
}

/** One rule on one line. */
export function printRule(rule: Rule): string {
  const parameters = rule.genericParameters.map((parameter) => parameter.name).join(", ");
  const name = parameters === "" ? rule.name.name : `${rule.name.name}<${parameters}>`;
  const body = rule.body.kind === "type" ? printType(rule.body) : printEntry(rule.body);
  return `${name} ${rule.assignment} ${body}`;
}

/** Alternatives separated by `/`. */
export function printType(type: Type): string {
  return type.alternatives.map(printTypeExpression).join(" / ");
}

/** One alternative of a type. */
function printTypeExpression(type: TypeExpression): string {
  switch (type.kind) {
    case "range":
      return `${printTypeExpression(type.low)} ${type.inclusive ? ".." : "..."} ${printTypeExpression(type.high)}`;
    case "control":
      return `${printTypeExpression(type.target)} .${type.operator.name} ${printTypeExpression(type.argument)}`;
    case "integer":
    case "float":
    case "text":
    case "bytes":
      return printLiteral(type);
    case "reference":
      return printReference(type);
    case "parenthesized":
      return `(${printType(type.type)})`;
    case "map":
      return `{ ${printGroup(type.group)} }`;
    case "array":
      return `[ ${printGroup(type.group)} ]`;
    case "unwrap":
      return `~${printReference(type.reference)}`;
    case "enumeration":
      return type.group.kind === "group" ? `&(${printGroup(type.group)})` : `&${printReference(type.group)}`;
    case "tag":
      return `#6${printHeadArgument(type.number)}(${printType(type.type)})`;
    case "major":
      return `#${type.major}${printHeadArgument(type.argument)}`;
    case "any":
      return "#";
    case "error":
      return "";
  }
}

/** Choices separated by `//`, entries by commas. */
function printGroup(group: Group): string {
  return group.choices
    .map((choice) => {
      const entries = choice.entries.map(printEntry);
      // A comma behind a lone type keeps `( int, )` a group.
      const trailing = entries.length === 1 && choice.end !== choice.entries[0]?.end ? "," : "";
      return entries.join(", ") + trailing;
    })
    .join(" // ");
}

/** One entry with its occurrence and key. */
export function printEntry(entry: GroupEntry): string {
  const occurrence = entry.occurrence === undefined ? "" : `${printOccurrence(entry.occurrence)} `;
  switch (entry.kind) {
    case "member":
      return `${occurrence}${entry.key === undefined ? "" : `${printKey(entry.key)} `}${printType(entry.type)}`;
    case "reference-entry":
      return `${occurrence}${printReference(entry.reference)}`;
    case "inline-group":
      return `${occurrence}(${printGroup(entry.group)})`;
  }
}

/** `?`, `*`, `+` or `n*m`. */
export function printOccurrence({ minimum, maximum }: Occurrence): string {
  if (minimum === 0n && maximum === 1n) return "?";
  if (minimum === 1n && maximum === undefined) return "+";
  return `${minimum === 0n ? "" : minimum}*${maximum ?? ""}`;
}

function printKey(key: MemberKey): string {
  switch (key.kind) {
    case "bareword-key":
      return `${key.name}:`;
    case "value-key":
      return `${printLiteral(key.literal)}:`;
    case "type-key":
      return `${printTypeExpression(key.type)} ${key.cut ? "^ =>" : "=>"}`;
  }
}

function printReference(reference: ReferenceType): string {
  if (reference.genericArguments.length === 0) return reference.name.name;
  return `${reference.name.name}<${reference.genericArguments.map(printTypeExpression).join(", ")}>`;
}

function printHeadArgument(argument: TagType["number"] | MajorType["argument"]): string {
  if (argument === undefined) return "";
  return argument.kind === "integer" ? `.${argument.raw}` : `.<${printType(argument)}>`;
}

function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case "integer":
    case "float":
      return literal.raw;
    case "text":
      return `"${escapeText(literal.value, '"')}"`;
    case "bytes":
      return printBytes(literal);
  }
}

function printBytes(literal: BytesLiteral): string {
  const hex = Array.from(literal.value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `h'${hex}'`;
}

function escapeText(text: string, quote: string): string {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === quote || character === "\\") return `\\${character}`;
    return codePoint >= 0x20 && codePoint < 0x7f ? character : `\\u{${codePoint.toString(16)}}`;
  }).join("");
}

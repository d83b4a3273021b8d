import type { StatementStructures } from "ts-morph";
import type { CodecMember, CodecRule, RowBody, Shape, TupleBody } from "../model/cddl-model.js";
import type { CodecParts } from "./codec-map.js";
import { type CodecFile, typeName } from "./codec-module.js";
import { bound, readCall, typeOf, writeCall } from "./codec-shapes.js";
import { camelCase } from "./names.js";
import { functionOf, interfaceOf, quote, statement, typeAlias } from "./structures.js";

/** An array of fixed members of mixed types. */
export function rowParts(file: CodecFile, body: RowBody): CodecParts {
  file.kernel("type CborReader", "type CborWriter");
  const type = typeName(file.rule.name);
  const late = isKeptAsNumbers(body) ? body.members.filter(isLate) : [];
  return {
    head: [rowInterface(file, body, type, late), ...(late.length > 0 ? decodedClasses(file, body, type) : [])],
    reader: [late.length > 0 ? readDecodedRow(file, type) : readRow(file, body, type), ...file.readers],
    writer: [writeRow(file, body, type), ...file.writers],
  };
}

/** The class that holds decoded rows of a rule, where a list of them is not read as an array of objects. */
export function rowsClassOf(rule: CodecRule | undefined): string | undefined {
  if (rule?.body.kind !== "row" || !isKeptAsNumbers(rule.body)) return undefined;
  return rule.body.members.some(isLate) ? rowsName(typeName(rule.name)) : undefined;
}

function rowsName(type: string): string {
  return `${type}Rows`;
}

/** An array of unsigned integers: a labelled tuple. */
export function tupleParts(file: CodecFile, body: TupleBody): CodecParts {
  file.kernel("type CborReader", "type CborWriter");
  const type = typeName(file.rule.name);
  const labels = body.members.map((member) => `${camelCase(member.name)}: number`).join(", ");
  const count = body.members.length;
  const names = body.members.map((member) => camelCase(member.name));
  const reads = body.members.map((member) => `const ${camelCase(member.name)} = ${readCall(file, member.shape, "")};`);
  const writes = body.members.map((member, index) => writeCall(file, member.shape, `value[${index}]`, ""));
  return {
    head: [
      typeAlias(type, { text: file.rule.description.text, spec: file.rule.description.spec }, `readonly [${labels}]`),
    ],
    reader: [
      functionOf({
        name: `read${file.name}`,
        docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
        parameters: ["r: CborReader"],
        returns: type,
        body: [
          `r.beginRow(${quote(file.rule.name)}, ${count});`,
          ...reads,
          "r.endRow();",
          `return [${names.join(", ")}];`,
        ],
      }),
    ],
    writer: [
      functionOf({
        name: `write${file.name}`,
        docs: { text: `Writes one \`${file.rule.name}\` inside a document.` },
        parameters: ["w: CborWriter", `value: ${type}`],
        returns: "void",
        body: [
          `w.requireTuple(value, ${count});`,
          `w.beginRow(${quote(file.rule.name)}, ${count});`,
          ...writes,
          "w.endRow();",
        ],
      }),
    ],
  };
}

/**
 * Byte strings of one length, and texts that are ASCII because of their regular expression, are kept as a position:
 * making a string and a view for each row would take longer than everything else together.
 */
function isLate({ shape }: CodecMember): boolean {
  return (
    (shape.kind === "bytes" && shape.minimum === shape.maximum) ||
    (shape.kind === "text" && shape.pattern !== undefined)
  );
}

/** Numbers are kept as they are. */
function isNumber({ shape }: CodecMember): boolean {
  return shape.kind === "uint" || shape.kind === "int" || (shape.kind === "enumeration" && shape.base === "integer");
}

/** Whether rows can be kept as numbers: of a member that has a rule of its own, as the position of its value. */
function isKeptAsNumbers({ members }: RowBody): boolean {
  return members.every((member) => isLate(member) || isNumber(member) || member.shape.kind === "reference");
}

function rowInterface(file: CodecFile, body: RowBody, type: string, late: readonly CodecMember[]): StatementStructures {
  const names = late.map((member) => `\`${camelCase(member.name)}\``).join(", ");
  const warning = `\nA decoded row makes ${names} when it is asked for: copy such a row member by member, not by spreading it.`;
  return interfaceOf(
    type,
    { text: file.rule.description.text + (late.length > 0 ? warning : ""), spec: file.rule.description.spec },
    body.members.map((member) => ({
      name: camelCase(member.name),
      type: typeOf(file, member.shape),
      docs: { text: `${member.description.text} \`${member.source}\``, spec: member.description.spec },
    })),
  );
}

/** What a list of rows is decoded to: columns of numbers, the rows that show them, and the list. */
function decodedClasses(file: CodecFile, body: RowBody, type: string): string[] {
  file.kernel("type Column", "column", "DecodedRows", "type LateValues");
  return [columnsClass(file, body, type), rowClass(file, body, type), rowsClass(file, body, type)];
}

function columnsClass(file: CodecFile, { members }: RowBody, type: string): string {
  return statement([
    "/** What decoded rows are made of: numbers, one column for each member. */",
    `class ${type}Columns {`,
    "  readonly late: LateValues;",
    ...members.flatMap((member) => columnFields(file, member)),
    "",
    "  constructor(late: LateValues, capacity: number) {",
    "    this.late = late;",
    ...members.map((member) => `    this.${columnName(member)} = column(capacity, ${greatest(member)});`),
    "  }",
    "}",
  ]);
}

function columnFields(file: CodecFile, member: CodecMember): string[] {
  const field = `  readonly ${columnName(member)}: Column;`;
  if (member.shape.kind !== "reference") return [field];
  return [
    field,
    "  /** What those are positions in: many rows share one value. */",
    `  readonly ${valuesName(member)}: ${typeOf(file, member.shape)}[] = [];`,
  ];
}

function rowClass(file: CodecFile, { members }: RowBody, type: string): string {
  return statement([
    "/** A decoded row: texts and byte strings stay in the document until they are asked for. */",
    `class Decoded${type} implements ${type} {`,
    `  private readonly columns: ${type}Columns;`,
    "  private readonly row: number;",
    "",
    `  constructor(columns: ${type}Columns, row: number) {`,
    "    this.columns = columns;",
    "    this.row = row;",
    "  }",
    ...members.flatMap((member) => ["", ...getter(file, member)]),
    "}",
  ]);
}

function getter(file: CodecFile, member: CodecMember): string[] {
  const type = typeOf(file, member.shape);
  const number = `columns.${columnName(member)}[row]`;
  return [
    `  get ${camelCase(member.name)}(): ${type} {`,
    "    const { columns, row } = this;",
    `    return ${numberAs(member, number, type)};`,
    "  }",
  ];
}

/** What the number of a member stands for. */
function numberAs(member: CodecMember, number: string, type: string): string {
  const { shape } = member;
  if (shape.kind === "reference") return `columns.${valuesName(member)}[${number} as number] as ${type}`;
  if (!isLate(member)) return `${number} as ${type}`;
  return shape.kind === "text"
    ? `columns.late.asciiText(${number} as number)`
    : `columns.late.bytes(${number} as number, ${lengthOf(member)})`;
}

/** The list, and the one way to read a row. */
function rowsClass(file: CodecFile, body: RowBody, type: string): string {
  const { members } = body;
  return statement([
    "/** Decoded rows. Each is made when it is asked for. */",
    `export class ${rowsName(type)} extends DecodedRows<${type}> {`,
    `  private readonly columns: ${type}Columns;`,
    "",
    "  /** @param count rows that the document promises */",
    "  constructor(r: CborReader, count: number) {",
    "    super();",
    `    // No row has fewer than ${leastBytes(body)} bytes.`,
    `    this.columns = new ${type}Columns(r.late, r.countThatFits(count, ${leastBytes(body)}));`,
    "  }",
    "",
    "  /** Reads one more row. */",
    `  read(r: CborReader${orderParameter(file).map((order) => `, ${order}`)}): void {`,
    "    const { columns } = this;",
    "    const row = this.addRow();",
    `    r.beginRow(${quote(file.rule.name)}, ${members.length});`,
    ...members.flatMap((member) => [
      `    columns.${columnName(member)}[row] = ${numberCall(file, member)};`,
      ...(isLate(member) && member.shape.kind === "text"
        ? []
        : orderCheck(file, member, "r").map((line) => `    ${line}`)),
    ]),
    "    r.endRow();",
    "  }",
    "",
    `  protected override row(at: number): ${type} {`,
    `    return new Decoded${type}(this.columns, at);`,
    "  }",
    "}",
  ]);
}

function columnName(member: CodecMember): string {
  return `${camelCase(member.name)}${isLate(member) || member.shape.kind === "reference" ? "At" : ""}`;
}

function valuesName(member: CodecMember): string {
  return `${camelCase(member.name)}Values`;
}

/** The greatest number in the column of a member. */
function greatest(member: CodecMember): string {
  if (isLate(member)) return "late.length";
  if (member.shape.kind === "reference") return "capacity";
  return member.shape.kind === "uint" ? bound(member.shape.maximum) : "Number.MAX_SAFE_INTEGER";
}

/** The call that reads the number of a member. */
function numberCall(file: CodecFile, member: CodecMember): string {
  if (isLate(member)) return lateCall(file, member);
  const call = readCall(file, member.shape, file.helperName(member));
  if (member.shape.kind !== "reference") return call;
  return `r.recall(columns.${valuesName(member)}, ${call.replace("(r)", "")})`;
}

/** The call that reads over a member which is made later. */
function lateCall(file: CodecFile, member: CodecMember): string {
  if (member.shape.kind === "text") {
    const call = readCall(file, member.shape, "").replace("r.patternText(", "r.patternTextAt(");
    if (file.context.elementOrder(file.rule.name)?.member !== member.name) return call;
    const ordered = call.replace("r.patternTextAt(", "r.orderedTextAt(").replace(/\)$/, ", order)");
    return `order === undefined ? ${call} : ${ordered}`;
  }
  const length = lengthOf(member);
  return length >= 24 && length < 256 ? `r.digestAt(${length})` : `r.bytesAt(${length}, ${length})`;
}

function lengthOf(member: CodecMember): number {
  return member.shape.kind === "bytes" ? member.shape.minimum : 0;
}

/** Bytes that the shortest row takes: what has arrived of a document holds no more rows than these fit into it. */
function leastBytes(body: RowBody): number {
  return body.members.reduce((sum, { shape }) => sum + leastBytesOf(shape), headBytes(body.members.length));
}

function leastBytesOf(shape: Shape): number {
  return shape.kind === "text" || shape.kind === "bytes" ? headBytes(shape.minimum) + shape.minimum : 1;
}

function headBytes(argument: number): number {
  if (argument < 24) return 1;
  return argument < 256 ? 2 : 3;
}

function orderParameter(file: CodecFile): string[] {
  const order = file.context.elementOrder(file.rule.name);
  if (order === undefined) return [];
  file.kernel(`type ${order.judge}`);
  return [`order?: ${order.judge}`];
}

function orderCheck(file: CodecFile, member: CodecMember, reader: "r" | "w"): string[] {
  const order = file.context.elementOrder(file.rule.name);
  return order?.member === member.name ? [`if (order !== undefined) ${reader}.requireOrder(order);`] : [];
}

function readDecodedRow(file: CodecFile, type: string): StatementStructures {
  const order = orderParameter(file);
  return functionOf({
    name: `read${file.name}`,
    docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
    parameters: ["r: CborReader", ...order],
    returns: type,
    body: [
      `const rows = new ${rowsName(type)}(r, 1);`,
      `rows.read(r${order.length > 0 ? ", order" : ""});`,
      `return rows.at(0) as ${type};`,
    ],
  });
}

function readRow(file: CodecFile, body: RowBody, type: string): StatementStructures {
  const names = body.members.map((member) => camelCase(member.name));
  return functionOf({
    name: `read${file.name}`,
    docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
    parameters: ["r: CborReader", ...orderParameter(file)],
    returns: type,
    body: [
      `r.beginRow(${quote(file.rule.name)}, ${names.length});`,
      ...body.members.flatMap((member) => [
        `const ${camelCase(member.name)} = ${readCall(file, member.shape, file.helperName(member))};`,
        ...orderCheck(file, member, "r"),
      ]),
      "r.endRow();",
      `return { ${names.join(", ")} };`,
    ],
  });
}

function writeRow(file: CodecFile, body: RowBody, type: string): StatementStructures {
  return functionOf({
    name: `write${file.name}`,
    docs: { text: `Writes one \`${file.rule.name}\` inside a document.` },
    parameters: ["w: CborWriter", `value: ${type}`, ...orderParameter(file)],
    returns: "void",
    body: [
      `w.requireObject(value, ${quote(file.rule.name)});`,
      `w.beginRow(${quote(file.rule.name)}, ${body.members.length});`,
      ...body.members.flatMap((member) => [
        writeCall(file, member.shape, `value.${camelCase(member.name)}`, file.helperName(member)),
        ...orderCheck(file, member, "w"),
      ]),
      "w.endRow();",
    ],
  });
}

import type { StatementStructures } from "ts-morph";
import type { CodecMember, RowBody, TupleBody } from "../model/cddl-model.js";
import type { CodecParts } from "./codec-map.js";
import { type CodecFile, typeName } from "./codec-module.js";
import { readCall, typeOf, writeCall } from "./codec-shapes.js";
import { camelCase, pascalCase } from "./names.js";
import { functionOf, interfaceOf, quote, statement, typeAlias } from "./structures.js";

/** An array of fixed members of mixed types. */
export function rowParts(file: CodecFile, body: RowBody): CodecParts {
  file.kernel("type CborReader", "type CborWriter");
  const type = typeName(file.rule.name);
  const late = body.members.filter(isLate);
  return {
    head: [rowInterface(file, body, type, late), ...(late.length > 0 ? [decodedClass(file, body, type)] : [])],
    reader: [readRow(file, body, type, late.length > 0), ...file.readers],
    writer: [writeRow(file, body, type), ...file.writers],
  };
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

function decodedClass(file: CodecFile, body: RowBody, type: string): string {
  file.kernel("type LateValues");
  const fields = body.members.map((member) => {
    return isLate(member)
      ? {
          name: `${camelCase(member.name)}At`,
          declaration: `private declare readonly ${camelCase(member.name)}At: number;`,
          type: "number",
        }
      : {
          name: camelCase(member.name),
          declaration: `declare readonly ${camelCase(member.name)}: ${typeOf(file, member.shape)};`,
          type: typeOf(file, member.shape),
        };
  });
  return statement([
    "/** A row as it was decoded: texts and byte strings stay in the document until they are asked for. */",
    `class Decoded${type} implements ${type} {`,
    "  private declare readonly late: LateValues;",
    ...fields.map((field) => `  ${field.declaration}`),
    "",
    "  constructor(",
    "    late: LateValues,",
    ...fields.map((field) => `    ${field.name}: ${field.type},`),
    "  ) {",
    "    this.late = late;",
    ...fields.map((field) => `    this.${field.name} = ${field.name};`),
    "  }",
    ...body.members.filter(isLate).flatMap((member) => ["", ...getter(member)]),
    "}",
  ]);
}

function getter(member: CodecMember): string[] {
  const name = camelCase(member.name);
  const isText = member.shape.kind === "text";
  const value = isText ? `this.late.asciiText(this.${name}At)` : `this.late.bytes(this.${name}At, ${lengthOf(member)})`;
  return [`  get ${name}(): ${isText ? "string" : "Uint8Array"} {`, `    return ${value};`, "  }"];
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

/** Rows often repeat the maps of the rows before them. */
function readMember(file: CodecFile, member: CodecMember): string {
  const call = readCall(file, member.shape, pascalCase(member.name));
  const repeats =
    member.shape.kind === "reference" && file.context.model.byName.get(member.shape.rule)?.body.kind === "map";
  return repeats ? `r.recall(${call.replace("(r)", "")})` : call;
}

function readRow(file: CodecFile, body: RowBody, type: string, late: boolean): StatementStructures {
  const names = body.members.map((member) => camelCase(member.name));
  const results = body.members.map((member) => `${camelCase(member.name)}${isLate(member) ? "At" : ""}`);
  const made = `new Decoded${type}(r.late, ${results.join(", ")})`;
  const result =
    made.length < 100 ? made : `new Decoded${type}(\n  r.late,\n${results.map((name) => `  ${name},\n`).join("")})`;
  return functionOf({
    name: `read${file.name}`,
    docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
    parameters: ["r: CborReader", ...orderParameter(file)],
    returns: type,
    body: [
      `r.beginRow(${quote(file.rule.name)}, ${names.length});`,
      ...body.members.flatMap((member) => [
        isLate(member)
          ? `const ${camelCase(member.name)}At = ${lateCall(file, member)};`
          : `const ${camelCase(member.name)} = ${readMember(file, member)};`,
        ...(isLate(member) && member.shape.kind === "text" ? [] : orderCheck(file, member, "r")),
      ]),
      "r.endRow();",
      late ? `return ${result};` : `return { ${names.join(", ")} };`,
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
        writeCall(file, member.shape, `value.${camelCase(member.name)}`, pascalCase(member.name)),
        ...orderCheck(file, member, "w"),
      ]),
      "w.endRow();",
    ],
  });
}

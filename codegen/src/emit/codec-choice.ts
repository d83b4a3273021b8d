import type { StatementStructures } from "ts-morph";
import { itemKind } from "../model/cddl-build.js";
import type { ChoiceBody, Shape } from "../model/cddl-model.js";
import type { CodecParts } from "./codec-map.js";
import { type CodecFile, typeName } from "./codec-module.js";
import { readCall, typeOf, writeCall } from "./codec-shapes.js";
import { functionOf, quote, typeAlias } from "./structures.js";

/** A choice between types that the first byte of the item tells apart. */
export function choiceParts(file: CodecFile, body: ChoiceBody): CodecParts {
  file.kernel("type CborReader", "type CborWriter");
  const type = typeName(file.rule.name);
  return {
    head: [
      typeAlias(
        type,
        { text: file.rule.description.text, spec: file.rule.description.spec },
        body.alternatives.map((shape) => `\n  | ${alternativeType(file, shape)}`).join(""),
      ),
    ],
    reader: [readChoice(file, body, type), ...file.readers],
    writer: [writeChoice(file, body, type), ...file.writers],
  };
}

/** As {@link typeOf}; maps as an index signature, through which a type may name itself. */
function alternativeType(file: CodecFile, shape: Shape): string {
  return shape.kind === "table" ? `{ readonly [key: string]: ${typeOf(file, shape.value)} }` : typeOf(file, shape);
}

function helperName(file: CodecFile, shape: Shape): string {
  return `${file.name}${shape.kind === "array" ? "List" : "Map"}`;
}

function readChoice(file: CodecFile, body: ChoiceBody, type: string): StatementStructures {
  return functionOf({
    name: `read${file.name}`,
    docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
    parameters: ["r: CborReader"],
    returns: type,
    body: [
      `switch (r.kind(${quote(file.rule.name)})) {`,
      ...body.alternatives.flatMap((shape) => [
        `  case ${quote(itemKind(shape) ?? "")}:`,
        `    return ${readCall(file, shape, helperName(file, shape))};`,
      ]),
      ...(body.alternatives.length < 6
        ? ["  default:", `    r.refuse("wrong_type", ${quote(file.rule.name)}, r.at);`]
        : []),
      "}",
    ],
  });
}

/** The condition under which a JavaScript value belongs to an alternative; the last alternative takes the rest. */
function test(shape: Shape): string {
  switch (itemKind(shape)) {
    case "integer":
      return 'typeof value === "number" || typeof value === "bigint"';
    case "boolean":
      return 'typeof value === "boolean"';
    case "text":
      return 'typeof value === "string"';
    case "bytes":
      return "value instanceof Uint8Array";
    case "array":
      return "Array.isArray(value)";
    default:
      return 'typeof value === "object"';
  }
}

function writeChoice(file: CodecFile, body: ChoiceBody, type: string): StatementStructures {
  return functionOf({
    name: `write${file.name}`,
    docs: { text: `Writes one \`${file.rule.name}\` inside a document.` },
    parameters: ["w: CborWriter", `value: ${type}`],
    returns: "void",
    body: [
      ...body.alternatives.map((shape, index) => {
        const write = writeCall(file, shape, cast(file, shape), helperName(file, shape));
        return `${index === 0 ? "" : "else "}if (${test(shape)}) ${write}`;
      }),
      `else w.refuseType(${quote(file.rule.name)}, value);`,
    ],
  });
}

/** `Array.isArray` does not narrow read-only arrays, so containers are cast. */
function cast(file: CodecFile, shape: Shape): string {
  return shape.kind === "array" || shape.kind === "table" ? `value as ${alternativeType(file, shape)}` : "value";
}

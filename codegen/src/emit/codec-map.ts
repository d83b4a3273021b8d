import type { StatementStructures } from "ts-morph";
import { type CodecMember, encodedKeyOrder, type MapBody } from "../model/cddl-model.js";
import { type CodecFile, keyConstant, typeName } from "./codec-module.js";
import { readCall, typeOf, writeCall } from "./codec-shapes.js";
import { camelCase } from "./names.js";
import { arrayLiteral, constant, functionOf, interfaceOf, type MemberOptions, quote, statement } from "./structures.js";

/** What an emitter gives for one rule: the parts of its file, in order. */
export interface CodecParts {
  /** Constants and the type. */
  readonly head: readonly (StatementStructures | string)[];
  readonly reader: readonly StatementStructures[];
  readonly writer: readonly StatementStructures[];
}

/** A map with named members. */
export function mapParts(file: CodecFile, body: MapBody): CodecParts {
  file.kernel("memberKey", "type CborReader", "type CborWriter");
  const inOrder = [...body.members].sort(encodedKeyOrder);
  const type = typeName(file.rule.name);
  const allOptional = body.members.every((member) => member.optional);
  return {
    head: [
      keyConstants(inOrder),
      ...(body.grows ? [knownKeys(file, inOrder)] : []),
      ...(allOptional ? [emptyConstant(file, type)] : []),
      mapInterface(file, body, type),
      ...(body.frozen.length > 0 ? [headInterface(file, body, type)] : []),
    ],
    reader: [
      allOptional ? readOptionalMap(file, body, inOrder, type) : readMap(file, body, inOrder, type),
      ...file.readers,
      ...(body.frozen.length > 0 ? [readHead(file, body, inOrder, type)] : []),
    ],
    writer: [writeMap(file, body, inOrder, type), ...file.writers],
  };
}

/** The keys in the order of the encoding. */
function keyConstants(inOrder: readonly CodecMember[]): string {
  return statement([
    "// Keys in the order of the encoding.",
    ...inOrder.map((member) => `const ${keyConstant(member.name)} = memberKey(${quote(member.name)});`),
  ]);
}

function knownKeys(file: CodecFile, inOrder: readonly CodecMember[]): string {
  file.kernel("type MemberKey");
  return constant({
    name: "KNOWN_KEYS",
    docs: { text: "What is no unknown member." },
    type: "readonly MemberKey[]",
    value: arrayLiteral(inOrder.map((member) => keyConstant(member.name))),
    exported: false,
  });
}

function emptyConstant(file: CodecFile, type: string): string {
  return constant({
    name: "EMPTY",
    docs: { text: `The value of an empty \`${file.rule.name}\`, shared because most are.` },
    type,
    value: "Object.freeze({})",
    exported: false,
  });
}

function memberOptions(file: CodecFile, member: CodecMember): MemberOptions {
  return {
    name: camelCase(member.name),
    type: typeOf(file, member.shape),
    optional: member.optional,
    docs: { text: `${member.description.text} \`${member.source}\``, spec: member.description.spec },
  };
}

function mapInterface(file: CodecFile, body: MapBody, type: string): StatementStructures {
  const members = body.members.map((member) => memberOptions(file, member));
  if (body.grows) {
    file.kernel("type UnknownField");
    members.push({
      name: "unknownFields",
      type: "readonly UnknownField[]",
      optional: true,
      docs: {
        text: "Members of later minor versions, in the order of their encoded keys; never empty.",
        spec: "encoding.growth.higher",
      },
    });
  }
  return interfaceOf(type, { text: file.rule.description.text, spec: file.rule.description.spec }, members);
}

function headInterface(file: CodecFile, body: MapBody, type: string): StatementStructures {
  const members = body.members.filter((member) => body.frozen.includes(member.name));
  return interfaceOf(
    `${type}Head`,
    {
      text: `The members of {@link ${type}} that every major version of the schema has.`,
      spec: "encoding.growth.major",
    },
    members.map((member) => memberOptions(file, member)),
  );
}

/** The call that asks for the key of an optional member. */
function askFor(member: CodecMember): string {
  const key = keyConstant(member.name);
  return member.since > 0 ? `r.optionalMemberSince(${key}, ${member.since})` : `r.optionalMember(${key})`;
}

function readMember(file: CodecFile, member: CodecMember): string {
  const { shape } = member;
  const other = shape.kind === "array" ? shape.order.disjointFrom : undefined;
  return readCall(file, shape, file.helperName(member), other === undefined ? "" : camelCase(other));
}

function orderCheck(file: CodecFile, member: CodecMember, reader: "r" | "w"): string[] {
  const order = file.context.elementOrder(file.rule.name);
  return order?.member === member.name ? [`if (order !== undefined) ${reader}.requireOrder(order);`] : [];
}

function orderParameter(file: CodecFile): string[] {
  const order = file.context.elementOrder(file.rule.name);
  if (order === undefined) return [];
  file.kernel(`type ${order.judge}`);
  return [`order?: ${order.judge}`];
}

/** Docblock of the functions that read and write inside a larger document. */
function inside(file: CodecFile, verb: string) {
  return { text: `${verb} one \`${file.rule.name}\` inside a document.` };
}

function readMap(file: CodecFile, body: MapBody, inOrder: readonly CodecMember[], type: string): StatementStructures {
  const optional = body.members.filter((member) => member.optional);
  const mutable = optional.length > 0 || body.grows;
  if (mutable) file.kernel("type Mutable");
  const required = body.members.filter((member) => !member.optional).map((member) => camelCase(member.name));
  const literal = `{ ${required.join(", ")} }`;
  const made = madeName(body);
  return functionOf({
    name: `read${file.name}`,
    docs: inside(file, "Reads"),
    parameters: ["r: CborReader", ...orderParameter(file)],
    returns: type,
    body: [
      `r.${body.grows ? "beginGrowingMap" : "beginMap"}(${quote(file.rule.name)});`,
      ...inOrder.flatMap((member) => readStatements(file, member)),
      ...(body.grows ? ["const unknownFields = r.endGrowingMap();"] : ["r.endMap();"]),
      ...(mutable
        ? [
            `const ${made}: Mutable<${type}> = ${wrapped(literal)};`,
            ...optional
              .map((member) => camelCase(member.name))
              .map((name) => `if (${name} !== undefined) ${made}.${name} = ${name};`),
            ...(body.grows ? [`if (unknownFields !== undefined) ${made}.unknownFields = unknownFields;`] : []),
            `return ${made};`,
          ]
        : [`return ${wrapped(literal)};`]),
    ],
  });
}

/** The variable that holds the object being made, beside one for each member. */
function madeName(body: MapBody): string {
  return body.members.some((member) => camelCase(member.name) === "value") ? "wholeValue" : "value";
}

/** A long literal, one name a line. */
function wrapped(literal: string): string {
  if (literal.length < 80) return literal;
  return `{\n${literal
    .slice(2, -2)
    .split(", ")
    .map((name) => `  ${name},\n`)
    .join("")}}`;
}

function readStatements(file: CodecFile, member: CodecMember): string[] {
  const name = camelCase(member.name);
  const read = readMember(file, member);
  if (member.optional) return [`const ${name} = ${askFor(member)} ? ${read} : undefined;`];
  return [`r.member(${keyConstant(member.name)});`, `const ${name} = ${read};`, ...orderCheck(file, member, "r")];
}

/** A map whose members are all optional: nothing to collect before the value is made. */
function readOptionalMap(
  file: CodecFile,
  body: MapBody,
  inOrder: readonly CodecMember[],
  type: string,
): StatementStructures {
  file.kernel("type Mutable");
  return functionOf({
    name: `read${file.name}`,
    docs: inside(file, "Reads"),
    parameters: ["r: CborReader"],
    returns: type,
    body: [
      "if (r.emptyMap()) return EMPTY;",
      `r.${body.grows ? "beginGrowingMap" : "beginMap"}(${quote(file.rule.name)});`,
      `const value: Mutable<${type}> = {};`,
      ...inOrder.map(
        (member) => `if (${askFor(member)}) value.${camelCase(member.name)} = ${readMember(file, member)};`,
      ),
      ...(body.grows
        ? [
            "const unknownFields = r.endGrowingMap();",
            "if (unknownFields !== undefined) value.unknownFields = unknownFields;",
          ]
        : ["r.endMap();"]),
      "return value;",
    ],
  });
}

/** The members that are the same in every major version; all others are read over. */
function readHead(file: CodecFile, body: MapBody, inOrder: readonly CodecMember[], type: string): StatementStructures {
  const members = inOrder.filter((member) => body.frozen.includes(member.name));
  const required = members.filter((member) => !member.optional).map((member) => camelCase(member.name));
  const optional = members.filter((member) => member.optional).map((member) => camelCase(member.name));
  const made = madeName(body);
  return functionOf({
    name: `read${file.name}Head`,
    parameters: ["r: CborReader"],
    returns: `${type}Head`,
    exported: false,
    body: [
      `r.beginGrowingMap(${quote(file.rule.name)});`,
      ...members.flatMap((member) => readStatements(file, member)),
      "r.endGrowingMap();",
      ...(optional.length === 0
        ? [`return { ${required.join(", ")} };`]
        : [
            `const ${made}: Mutable<${type}Head> = { ${required.join(", ")} };`,
            ...optional.map((name) => `if (${name} !== undefined) ${made}.${name} = ${name};`),
            `return ${made};`,
          ]),
    ],
  });
}

function writeMap(file: CodecFile, body: MapBody, inOrder: readonly CodecMember[], type: string): StatementStructures {
  const optional = inOrder.filter((member) => member.optional);
  const required = inOrder.length - optional.length;
  const rule = quote(file.rule.name);
  const lines = [
    `w.requireObject(value, ${rule});`,
    ...(optional.length === 0
      ? []
      : [
          `let count = ${required};`,
          ...optional.map((member) => `if (value.${camelCase(member.name)} !== undefined) count++;`),
        ]),
    body.grows
      ? `w.beginGrowingMap(${rule}, ${optional.length === 0 ? required : "count"}, value.unknownFields, KNOWN_KEYS);`
      : `w.beginMap(${rule}, ${optional.length === 0 ? required : "count"});`,
    ...inOrder.flatMap((member) => writeStatements(file, member)),
    "w.endMap();",
  ];
  return functionOf({
    name: `write${file.name}`,
    docs: inside(file, "Writes"),
    parameters: ["w: CborWriter", `value: ${type}`, ...orderParameter(file)],
    returns: "void",
    body: lines,
  });
}

function writeStatements(file: CodecFile, member: CodecMember): string[] {
  const value = `value.${camelCase(member.name)}`;
  const key = keyConstant(member.name);
  const other = member.shape.kind === "array" ? member.shape.order.disjointFrom : undefined;
  const argument = other === undefined ? "" : `value.${camelCase(other)}`;
  const statements = [
    member.since > 0 ? `w.memberSince(${key}, ${member.since});` : `w.member(${key});`,
    writeCall(file, member.shape, value, file.helperName(member), argument),
    ...orderCheck(file, member, "w"),
  ];
  if (!member.optional) return statements;
  return [`if (${value} !== undefined) {`, ...statements.map((line) => `  ${line}`), "}"];
}

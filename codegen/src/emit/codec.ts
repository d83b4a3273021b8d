import type { StatementStructures } from "ts-morph";
import type { ArrayShape, CodecModel, CodecRule, ListBody, PatternBody } from "../model/cddl-model.js";
import { automatonOf, characterList } from "../model/pattern-automaton.js";
import { parsePattern } from "../model/pattern-syntax.js";
import { choiceParts } from "./codec-choice.js";
import { type CodecParts, mapParts } from "./codec-map.js";
import { CodecContext, CodecFile, typeName } from "./codec-module.js";
import { nameListOf } from "./codec-names.js";
import { rowParts, rowsClassOf, tupleParts } from "./codec-row.js";
import { judgeOf, readElements, typeOf, writeElements } from "./codec-shapes.js";
import type { TypeScriptModule } from "./generated-file.js";
import { camelCase, constantCase, kebabCase } from "./names.js";
import { constant, type Documentation, functionOf, quote, typeAlias } from "./structures.js";

/** One module for each rule of domain `cbor` that has a codec of its own, in the order of the rules' names. */
export function emitCodecs(model: CodecModel): TypeScriptModule[] {
  const context = new CodecContext(model);
  return model.rules.map((rule) => emitCodec(new CodecFile(rule, context)));
}

function emitCodec(file: CodecFile): TypeScriptModule {
  const { rule } = file;
  const statements = rule.body.kind === "pattern" ? patternStatements(file, rule.body) : codecStatements(file, rule);
  return {
    path: `codecs/${kebabCase(rule.name)}.ts`,
    origin: `rule \`${rule.name}\` in ${rule.path}`,
    edit: "that rule",
    emitter: "codec.ts",
    imports: file.imports(),
    statements,
  };
}

function codecStatements(file: CodecFile, rule: CodecRule): (StatementStructures | string)[] {
  const parts = partsOf(file, rule);
  const outer = outerFunctions(file, rule);
  return [...file.constants.values(), ...parts.head, ...outer, ...parts.reader, ...parts.writer];
}

function partsOf(file: CodecFile, { body }: CodecRule): CodecParts {
  switch (body.kind) {
    case "map":
      return mapParts(file, body);
    case "row":
      return rowParts(file, body);
    case "tuple":
      return tupleParts(file, body);
    case "choice":
      return choiceParts(file, body);
    case "list":
      return listParts(file, body);
    case "pattern":
      return { head: [], reader: [], writer: [] };
  }
}

function listParts(file: CodecFile, body: ListBody): CodecParts {
  file.kernel("type CborReader", "type CborWriter");
  const type = typeName(file.rule.name);
  const { text, spec } = file.rule.description;
  const rows = rowsOfList(file, body);
  const reader = functionOf({
    name: `read${file.name}`,
    docs: { text: `Reads one \`${file.rule.name}\` inside a document.` },
    parameters: ["r: CborReader"],
    returns: type,
    body: rows === undefined ? readElements(file, body.array, file.name) : readRows(file, body.array, rows),
  });
  const writer = functionOf({
    name: `write${file.name}`,
    docs: { text: `Writes one \`${file.rule.name}\` inside a document.` },
    parameters: ["w: CborWriter", `items: ${type}`],
    returns: "void",
    body: writeElements(file, body.array, file.name),
  });
  return {
    head: [
      rows === undefined
        ? typeAlias(type, { text, spec }, typeOf(file, body.array))
        : typeAlias(type, { text: `${text}\n${ROWS_NOTE}`, spec }, `Rows<${typeOf(file, body.array.item)}>`),
    ],
    reader: [reader, ...file.readers],
    writer: [writer, ...file.writers],
  };
}

const ROWS_NOTE =
  "A decoder makes each row when it is asked for, by `at` or by going over them; an encoder takes that or a plain array.";

/** The class that holds the rows of a list, where they are kept as numbers. */
function rowsOfList(file: CodecFile, { array: { item } }: ListBody): string | undefined {
  if (item.kind !== "reference") return undefined;
  const rows = rowsClassOf(file.context.model.byName.get(item.rule));
  if (rows === undefined) return undefined;
  file.kernel("type Rows");
  file.useRule(item.rule, rows);
  return rows;
}

function readRows(file: CodecFile, array: ArrayShape, rows: string): string[] {
  const judge = judgeOf(array);
  if (judge !== undefined) file.kernel(judge);
  return [
    `const count = r.beginArray(${array.minimum});`,
    `const rows = new ${rows}(r, count);`,
    ...(judge === undefined ? [] : [`const order = new ${judge}();`]),
    `for (let left = count; left > 0; left--) rows.read(r${judge === undefined ? "" : ", order"});`,
    "r.endContainer();",
    "return rows;",
  ];
}

/** `decodeX` and `encodeX`: whole documents. */
function outerFunctions(file: CodecFile, rule: CodecRule): StatementStructures[] {
  file.kernel("CborWriter", "type DecodeOptions");
  const version = rule.body.kind === "map" ? rule.body.versionMember : undefined;
  if (version !== undefined) return versionedFunctions(file, rule, version);
  const type = typeName(rule.name);
  const name = quote(rule.name);
  const grows = file.context.grows(rule.name);
  if (grows) {
    file.use("../versions.js", "SCHEMA_VERSION");
    file.kernel("decodeGrowingDocument", "growthOf", "type EncodeOptions");
  } else file.kernel("decodeDocument");
  return [
    functionOf({
      name: `decode${file.name}`,
      docs: decodeDocs(rule),
      parameters: ["bytes: Uint8Array", "options: DecodeOptions = {}"],
      returns: type,
      body: grows
        ? [`return decodeGrowingDocument(bytes, options, ${name}, SCHEMA_VERSION, read${file.name});`]
        : [`return decodeDocument(bytes, options, ${name}, read${file.name});`],
    }),
    functionOf({
      name: `encode${file.name}`,
      docs: encodeDocs(rule),
      parameters: [`value: ${type}`, ...(grows ? ["options: EncodeOptions = {}"] : [])],
      returns: "Uint8Array",
      body: [
        grows
          ? `const w = new CborWriter(${name}, growthOf(options, SCHEMA_VERSION));`
          : `const w = new CborWriter(${name});`,
        `write${file.name}(w, value);`,
        "return w.finish();",
      ],
    }),
  ];
}

/** The same for a map that declares its version itself. */
function versionedFunctions(file: CodecFile, rule: CodecRule, member: string): StatementStructures[] {
  file.use("../versions.js", "SCHEMA_VERSION");
  file.kernel("declaredGrowth", "decodeVersionedDocument", "declaredVersion", "type VersionPair");
  const type = typeName(rule.name);
  const name = quote(rule.name);
  const version = camelCase(member);
  const frozen = rule.body.kind === "map" && rule.body.frozen.length > 0;
  const decodeLines = `return decodeVersionedDocument(\n  bytes,\n  options,\n  ${name},\n  SCHEMA_VERSION,\n  ${quote(member)},\n  read${file.name},\n  (value) => value.${version},\n);`;
  return [
    functionOf({
      name: `decode${file.name}`,
      docs: {
        text: `${decodeDocs(rule).text}\nA document that declares another major version is refused with \`value_out_of_range\`${frozen ? `: {@link decode${file.name}Head} reads what it has in common with this one` : ""}.`,
        spec: "encoding.growth.version",
        tags: THROWS,
      },
      parameters: ["bytes: Uint8Array", "options: DecodeOptions = {}"],
      returns: type,
      body: [decodeLines],
    }),
    functionOf({
      name: `declared${file.name}Version`,
      docs: {
        text: `The version that the \`${rule.name}\` in \`bytes\` declares, or \`undefined\` where it cannot be read; it is then judged as version 1.0. Nothing else is checked.`,
        spec: "encoding.growth.version",
      },
      parameters: ["bytes: Uint8Array"],
      returns: "VersionPair | undefined",
      body: [`return declaredVersion(bytes, ${quote(member)});`],
    }),
    ...(frozen ? [decodeHead(file, rule)] : []),
    functionOf({
      name: `encode${file.name}`,
      docs: encodeDocs(rule),
      parameters: [`value: ${type}`],
      returns: "Uint8Array",
      body: [
        `const w = new CborWriter(${name}, declaredGrowth(value.${version}, SCHEMA_VERSION));`,
        `write${file.name}(w, value);`,
        `w.requireMajor(value.${version}, SCHEMA_VERSION, ${quote(member)});`,
        "return w.finish();",
      ],
    }),
  ];
}

function decodeHead(file: CodecFile, rule: CodecRule): StatementStructures {
  file.kernel("decodeGrowingDocument");
  return functionOf({
    name: `decode${file.name}Head`,
    docs: {
      text: `Decodes the members that every major version of \`${rule.name}\` has. The rest of the document is checked for its form only.`,
      spec: "encoding.growth.major",
      tags: THROWS,
    },
    parameters: ["bytes: Uint8Array", "options: DecodeOptions = {}"],
    returns: `${typeName(rule.name)}Head`,
    body: [
      'const open: DecodeOptions = { ...options, growth: "open" };',
      `return decodeGrowingDocument(bytes, open, ${quote(rule.name)}, SCHEMA_VERSION, read${file.name}Head);`,
    ],
  });
}

const THROWS = ["@throws CodecError with reason, path and offset of the one fault that decides."];

function decodeDocs(rule: CodecRule): Documentation {
  return {
    text: `Decodes one \`${rule.name}\`. Byte strings are views into \`bytes\`, which must not change afterwards.`,
    tags: THROWS,
  };
}

function encodeDocs(rule: CodecRule): Documentation {
  return {
    text: `Encodes one \`${rule.name}\` as deterministic CBOR.`,
    tags: ["@throws CodecError where a decoder would refuse the result."],
  };
}

/** A regular expression as an automaton. */
function patternStatements(file: CodecFile, body: PatternBody): (StatementStructures | string)[] {
  file.kernel("pattern", "type Pattern");
  const source = body.text.pattern?.source ?? "";
  const name = constantCase(file.rule.name);
  const { text, spec } = file.rule.description;
  const known = body.text.table === undefined ? undefined : nameListOf(body.text.table);
  if (known !== undefined) file.use(known.from, known.list);
  return [
    constant({
      name,
      docs: { text: `${text} The rows are the states of the expression, the first one the start.`, spec },
      type: "Pattern",
      value: `pattern(\n  ${quote(source)},\n  [\n${rowsOf(source)
        .map((row) => `    ${row},\n`)
        .join("")}  ],\n${known === undefined ? "" : `  ${known.list},\n`})`,
    }),
  ];
}

function rowsOf(source: string): string[] {
  const parsed = parsePattern(source);
  const automaton = "node" in parsed ? automatonOf(parsed.node) : undefined;
  return (automaton ?? []).map((state) => {
    const byTarget = new Map<number, number[]>();
    for (const [code, to] of state.next) byTarget.set(to, [...(byTarget.get(to) ?? []), code]);
    const entries = [...byTarget].map(([to, codes]) => `${quote(characterList(codes))}: ${to}`);
    const to = entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
    return `{ to: ${to}${state.accepts ? ", accepts: true" : ""} }`;
  });
}

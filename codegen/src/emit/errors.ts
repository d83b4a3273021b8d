import { enumModule, type Field, fieldsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { hex, pascalCase } from "./names.js";
import {
  constant,
  functionOf,
  inlineObject,
  interfaceOf,
  type MemberOptions,
  objectLiteral,
  quote,
  typeAlias,
} from "./structures.js";

/** `errors/error-code.ts`: the codes, what each means, and the way back from its number. */
export function emitErrorCodes(tables: SpecTables): TypeScriptModule {
  const table = tables["error-codes"];
  return {
    path: "errors/error-code.ts",
    origin: table.path,
    edit: "the table",
    emitter: "errors.ts",
    imports: [{ from: "../enums/source-layer.js", names: ["type SourceLayer"] }],
    statements: [
      constant({
        name: "ErrorCode",
        docs: {
          text: "Every error code. A released code never changes its number, its meaning or its context.",
          spec: table.spec,
        },
        value: objectLiteral(
          table.rows.map((row) => ({ key: row.code, value: quote(row.code), docs: { text: row.meaning } })),
          " as const",
        ),
      }),
      typeAlias(
        "ErrorCode",
        { text: "One of the codes in {@link ErrorCode}." },
        "(typeof ErrorCode)[keyof typeof ErrorCode]",
      ),
      interfaceOf("ErrorCodeRow", { text: "What the table says of a code." }, [
        {
          name: "number",
          type: "number",
          docs: { text: "The number that stands for the code in a UniversalReply, 16 bits." },
        },
        { name: "layer", type: "SourceLayer", docs: { text: "The layer that makes the error." } },
        { name: "meaning", type: "string", docs: { text: "What happened, for people." } },
        { name: "spec", type: "string", docs: { text: "Anchor id of the requirement." } },
      ]),
      constant({
        name: "ERROR_CODES",
        docs: { text: "Number, layer and meaning of each code.", spec: table.spec },
        type: "Readonly<Record<ErrorCode, ErrorCodeRow>>",
        value: objectLiteral(table.rows.map((row) => ({ key: row.code, value: codeRow(row, table.spec) }))),
      }),
      constant({
        name: "CODES_BY_NUMBER",
        docs: { text: "The code of each number." },
        type: "Readonly<Record<number, ErrorCode>>",
        value: objectLiteral(table.rows.map((row) => ({ key: hexKey(row.number), value: quote(row.code) }))),
        exported: false,
      }),
      functionOf({
        name: "isErrorCode",
        docs: { text: "Whether a text is one of the codes in {@link ErrorCode}." },
        parameters: ["text: string"],
        returns: "text is ErrorCode",
        body: ["return Object.hasOwn(ERROR_CODES, text);"],
      }),
      functionOf({
        name: "errorCodeOfNumber",
        docs: { text: "The code that has a number; undefined where none has." },
        parameters: ["number: number"],
        returns: "ErrorCode | undefined",
        body: ["return Object.hasOwn(CODES_BY_NUMBER, number) ? CODES_BY_NUMBER[number] : undefined;"],
      }),
    ],
  };
}

/** `errors/error-context.ts`: the typed context of each code. */
export function emitErrorContexts(tables: SpecTables): TypeScriptModule {
  const table = tables["error-codes"];
  const contexts = table.rows.map((row) => ({ row, fields: fieldsOf(row.context) }));
  return {
    path: "errors/error-context.ts",
    origin: table.path,
    edit: "the table",
    emitter: "errors.ts",
    imports: [
      { from: "./error-code.js", names: ["type ErrorCode"] },
      ...enumImports(contexts.flatMap((context) => context.fields)),
    ],
    statements: [
      typeAlias(
        "FieldType",
        {
          text: "Type of a field in an error's context or an event. A u32 is a number in JSON, a safe_uint (0 to 2^53-1) a decimal string, bytes are lower-case hexadecimal.",
        },
        '"text" | "text_list" | "bytes" | "bool" | "u32" | "safe_uint"',
      ),
      ...contexts.map(({ row, fields }) =>
        interfaceOf(
          `${pascalCase(row.code)}Context`,
          { text: `Context of \`${row.code}\`: ${row.meaning}`, spec: table.spec },
          fields.map(fieldMember),
        ),
      ),
      interfaceOf(
        "ErrorContexts",
        { text: "The context of each code, by the code." },
        table.rows.map((row) => ({
          name: row.code,
          type: `${pascalCase(row.code)}Context`,
          docs: { text: row.meaning },
        })),
      ),
      constant({
        name: "ERROR_CONTEXT_TYPES",
        docs: { text: "The type of each field of each code's context, for JSON forms and checks." },
        type: "Readonly<Record<ErrorCode, Readonly<Record<string, FieldType>>>>",
        value: objectLiteral(
          contexts.map(({ row, fields }) => ({ key: row.code, value: fieldTypes(fields, 2, row.code.length) })),
        ),
      }),
      constant({
        name: "ERROR_CONTEXT_OPTIONAL",
        docs: { text: "The fields that may be absent, of each code that has such; every other field is always there." },
        type: "Readonly<Partial<Record<ErrorCode, readonly string[]>>>",
        value: objectLiteral(
          contexts
            .map(({ row, fields }) => ({ key: row.code, optional: fields.filter((field) => field.optional) }))
            .filter(({ optional }) => optional.length > 0)
            .map(({ key, optional }) => ({ key, value: `[${optional.map((field) => quote(field.name)).join(", ")}]` })),
        ),
      }),
    ],
  };
}

/** A field as a member of an interface, under its wire name. */
export function fieldMember(field: Field): MemberOptions {
  const scalar = {
    text: "string",
    text_list: "readonly string[]",
    bytes: "Uint8Array",
    bool: "boolean",
    u32: "number",
    safe_uint: "number",
  };
  const { name, type, tables, optional } = field;
  const named = tables.flatMap((table) => enumModule(table)?.type ?? []).join(" | ");
  const sources = tables.map((table) => `the table \`${table}\``).join(" or ");
  const text = tables.length === 0 ? VALUES[type] : `A name of ${sources}.`;
  return { name, type: named || scalar[type], optional, docs: { text } };
}

/** What a value of each type may be. */
const VALUES: Readonly<Record<Field["type"], string>> = {
  text: "A text.",
  text_list: "Texts, in an order that the requirement gives.",
  bytes: "Bytes.",
  bool: "True or false.",
  u32: "0 to 2^32-1.",
  safe_uint: "0 to 2^53-1.",
};

/** `{ phase: "text", offset: "safe_uint" }` for a line with `indent` blanks and a key of `key` characters. */
export function fieldTypes(fields: readonly Field[], indent: number, key: number): string {
  return inlineObject(
    fields.map((field) => `${field.name}: ${quote(field.type)}`),
    indent,
    key + 3,
  );
}

/** Imports of the enums that fields name, for a module one folder below `generated/`. */
export function enumImports(fields: readonly Field[]): ImportLine[] {
  const modules = new Map<string, string>();
  for (const table of fields.flatMap(({ tables }) => tables)) {
    const found = enumModule(table);
    if (found !== undefined) modules.set(`../${found.module}`, found.type);
  }
  return [...modules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, type]) => ({ from, names: [`type ${type}`] }));
}

function codeRow(row: TableRow<"error-codes">, spec: string): string {
  return (
    `{\n    number: ${hex(row.number, 4)},\n    layer: ${quote(row.layer)},\n` +
    `    meaning: ${quote(row.meaning)},\n    spec: ${quote(spec)},\n  }`
  );
}

function hexKey(number: number): string {
  return `[${hex(number, 4)}]`;
}

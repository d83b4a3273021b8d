// biome-ignore-all lint/suspicious/noTemplateCurlyInString: emitted code holds template strings of its own.
import type { JsonDocument, JsonMember, JsonObject, JsonType } from "../model/json-schema.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { camelCase, kebabCase, pascalCase } from "./names.js";
import { functionOf, interfaceOf, typeAlias } from "./structures.js";

/** Where the types of a document's open map come from: which member holds it, and how its row is found. */
const openMaps: Readonly<Record<string, { readonly types: string; readonly imports: readonly ImportLine[] }>> = {
  "fayger-error": {
    types: "isErrorCode(value.code) ? ERROR_CONTEXT_TYPES[value.code] : {}",
    imports: [
      { from: "../errors/error-code.js", names: ["isErrorCode"] },
      { from: "../errors/error-context.js", names: ["ERROR_CONTEXT_TYPES"] },
    ],
  },
  "fayger-event": {
    types: "isEventName(name) ? EVENT_ROWS[name].fieldTypes : {}",
    imports: [{ from: "../events/event-fields.js", names: ["EVENT_ROWS", "isEventName"] }],
  },
};

/** `json/*.ts` of documents that have a CBOR form too: how an object is written as JSON. */
export function emitJsonForms(documents: readonly JsonDocument[]): TypeScriptModule[] {
  const forms = documents.filter((document) => document.alsoCbor).map(emitForm);
  return forms.length === 0 ? [] : [contextValues, ...forms];
}

function emitForm(document: JsonDocument): TypeScriptModule {
  const open = openMaps[document.name];
  return {
    path: `json/${kebabCase(document.name)}.ts`,
    origin: document.path,
    edit: "that file",
    emitter: "json-forms.ts",
    imports: [...importsOf(document), ...(open?.imports ?? [])],
    statements: document.objects.flatMap((object) => [
      sourceInterface(object),
      jsonInterface(object),
      toJson(document, object),
    ]),
  };
}

/** The object as a program holds it: members named as in the codec. */
function sourceInterface(object: JsonObject) {
  return interfaceOf(
    `${pascalCase(object.rule)}Source`,
    {
      text: `What a JSON form of ${object.rule} is made from; the decoded object and the class both fit.`,
      spec: object.spec,
    },
    object.members.map((member) => ({
      name: camelCase(member.key),
      type: sourceType(member.type),
      optional: member.optional,
      docs: { text: member.meaning },
    })),
  );
}

function jsonInterface(object: JsonObject) {
  return interfaceOf(
    `${pascalCase(object.rule)}Json`,
    {
      text: `${object.meaning} As JSON: bytes in lower-case hexadecimal, integers that may exceed 32 bits as decimal strings.`,
      spec: object.spec,
    },
    object.members.map((member) => ({
      name: member.key,
      type: jsonType(member.type),
      optional: member.optional,
      docs: { text: `${member.meaning} \`${member.written}\`` },
    })),
  );
}

function toJson(document: JsonDocument, object: JsonObject) {
  const name = pascalCase(object.rule);
  const isEvent = document.name === "fayger-event" && object.rule === document.name;
  return functionOf({
    name: `${camelCase(object.rule)}ToJson`,
    docs: { text: `The JSON form of a ${object.rule}.`, spec: object.spec },
    parameters: [`value: ${name}Source`],
    returns: `${name}Json`,
    body: [
      ...(isEvent ? ["const name = `${value.category}.${value.name}`;"] : []),
      `return {\n${object.members.map((member) => memberLine(document, member)).join("\n")}\n};`,
    ],
  });
}

function memberLine(document: JsonDocument, member: JsonMember): string {
  const source = `value.${camelCase(member.key)}`;
  const written = jsonExpression(document, member.type, source);
  if (!member.optional) return `  ${member.key}: ${written},`;
  return `  ...(${source} === undefined ? {} : { ${member.key}: ${written} }),`;
}

function jsonExpression(document: JsonDocument, type: JsonType, source: string): string {
  if (type.kind === "bytes") return `hexText(${source})`;
  if (type.kind === "integer") return isWide(type) ? `String(${source})` : source;
  if (type.kind === "object") return `${camelCase(type.rule)}ToJson(${source})`;
  if (type.kind === "map") return `contextToJson(${source}, ${openMaps[document.name]?.types ?? "{}"})`;
  return source;
}

function sourceType(type: JsonType): string {
  switch (type.kind) {
    case "bytes":
      return "Uint8Array";
    case "integer":
      return isWide(type) ? "number | bigint" : "number";
    case "object":
      return `${pascalCase(type.rule)}Source`;
    case "map":
      return "object";
    case "choice":
      return type.rule === undefined ? "string" : pascalCase(type.rule);
    case "bool":
      return "boolean";
    default:
      return "string";
  }
}

function jsonType(type: JsonType): string {
  switch (type.kind) {
    case "integer":
      return isWide(type) ? "string" : "number";
    case "object":
      return `${pascalCase(type.rule)}Json`;
    case "map":
      return "JsonContext";
    case "choice":
      return type.rule === undefined ? "string" : pascalCase(type.rule);
    case "bool":
      return "boolean";
    default:
      return "string";
  }
}

function isWide(type: Extract<JsonType, { kind: "integer" }>): boolean {
  return type.maximum > 0xffff_ffffn || type.minimum < -0x8000_0000n;
}

function importsOf(document: JsonDocument): ImportLine[] {
  const types = document.objects.flatMap((object) => object.members.map((member) => member.type));
  const rules = types.flatMap((type) => (type.kind === "choice" && type.rule !== undefined ? [type.rule] : []));
  return [
    ...(types.some((type) => type.kind === "bytes")
      ? [{ from: "../../reference/codec/codegen-v1.js", names: ["hexText"] }]
      : []),
    { from: "./context-value.js", names: ["contextToJson", "type JsonContext"] },
    ...rules.map((rule) => ({ from: `../enums/${kebabCase(rule)}.js`, names: [`type ${pascalCase(rule)}`] })),
  ];
}

const contextValues: TypeScriptModule = {
  path: "json/context-value.ts",
  origin: "rule `context-value` in spec/cddl/common.cddl",
  edit: "that rule",
  emitter: "json-forms.ts",
  imports: [
    { from: "../../reference/codec/codegen-v1.js", names: ["hexText"] },
    { from: "../errors/error-context.js", names: ["type FieldType"] },
  ],
  statements: [
    typeAlias(
      "JsonContextValue",
      // @spec events.json
      { text: "A context value in JSON.", spec: "errors.context-values" },
      "\n  | string\n  | number\n  | boolean\n  | readonly JsonContextValue[]\n  | { readonly [key: string]: JsonContextValue }",
    ),
    typeAlias(
      "JsonContext",
      { text: "An error's context or an event's fields in JSON." },
      "{ readonly [key: string]: JsonContextValue }",
    ),
    functionOf({
      name: "contextToJson",
      docs: {
        text:
          "The JSON form of an error's context or an event's fields. A u32 is a number, every other integer a decimal " +
          "string. Members that are undefined are left out.",
        spec: "errors.json",
      },
      parameters: ["values: object", "types: Readonly<Record<string, FieldType>>"],
      returns: "JsonContext",
      body: [
        "const entries = Object.entries(values).filter(([, value]) => value !== undefined);",
        "return Object.fromEntries(",
        // @spec errors.json.integers
        '  entries.map(([key, value]) => [key, types[key] === "u32" ? (value as number) : valueToJson(value)]),',
        ");",
      ],
    }),
    functionOf({
      name: "valueToJson",
      parameters: ["value: unknown"],
      returns: "JsonContextValue",
      exported: false,
      body: [
        'if (typeof value === "string" || typeof value === "boolean") return value;',
        'if (typeof value === "number" || typeof value === "bigint") return String(value);',
        "if (value instanceof Uint8Array) return hexText(value);",
        "if (Array.isArray(value)) return value.map(valueToJson);",
        "if (value instanceof Map) return contextToJson(Object.fromEntries(value), {});",
        'if (typeof value === "object" && value !== null) return contextToJson(value, {});',
        "throw new TypeError(`${typeof value} is no context value`);",
      ],
    }),
  ],
};

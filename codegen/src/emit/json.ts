import type { JsonDocument, JsonMember, JsonObject, JsonText, JsonType } from "../model/json-schema.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { constantCase, kebabCase, pascalCase } from "./names.js";
import { constant, functionOf, interfaceOf, quote } from "./structures.js";

/** `json/*.ts`: for each JSON document its interfaces and a validator that is read member by member. */
export function emitJsonDocuments(documents: readonly JsonDocument[]): TypeScriptModule[] {
  const owners = new Map(
    documents.flatMap((document) => document.objects.map(({ rule }) => [rule, document] as const)),
  );
  const lent = new Set(documents.flatMap((document) => foreignObjects(document)));
  return documents.filter((document) => !document.alsoCbor).map((document) => emitDocument(document, { owners, lent }));
}

/** How the documents hold objects of one another. */
interface Lending {
  /** The document whose module declares an object. */
  readonly owners: ReadonlyMap<string, JsonDocument>;
  /** Objects that another document holds as well. */
  readonly lent: ReadonlySet<string>;
}

/** The rules of objects that a document holds and another one declares. */
function foreignObjects(document: JsonDocument): string[] {
  const own = new Set([...document.objects, ...document.borrowed].map(({ rule }) => rule));
  const rules = new Set<string>();
  const visit = (type: JsonType): void => {
    if (type.kind === "object" && !own.has(type.rule)) rules.add(type.rule);
    if (type.kind === "text-or") visit(type.other);
    if (type.kind === "list") visit(type.item);
    if (type.kind === "map") visit(type.value);
  };
  for (const object of document.objects) for (const member of object.members) visit(member.type);
  return [...rules];
}

function emitDocument(document: JsonDocument, lending: Lending): TypeScriptModule {
  const name = typeName(document, document.name);
  const patterns = new Patterns();
  const objects = [...document.objects, ...document.borrowed];
  const types = objects.map((object) =>
    interfaceOf(
      typeName(document, object.rule),
      { text: object.meaning, spec: object.spec },
      object.members.map((member) => ({
        name: member.key,
        type: typeScriptType(document, member.type),
        optional: member.optional,
        docs: { text: `${member.meaning} \`${member.written}\`` },
      })),
    ),
  );
  const checks = objects.map((object) => checkFunction(document, object, patterns, lending.lent.has(object.rule)));
  return {
    path: `json/${kebabCase(document.name)}.ts`,
    origin: document.path,
    edit: "that file",
    emitter: "json.ts",
    imports: [...importsOf(objects), ...foreignImports(document, lending)],
    statements: [
      'export type { JsonProblem } from "../../reference/codec/codegen-v1.js";',
      ...types,
      ...patterns.statements(),
      functionOf({
        name: `validate${name}`,
        docs: {
          text: `Everything that is wrong with a value as a ${document.name}, in document order; empty where nothing is. Never throws. With a \`check\` of their own, callers bound what is told.`,
        },
        parameters: ["value: unknown", "check = new JsonCheck()"],
        returns: "JsonProblem[]",
        body: [`check${name}(check, value);`, "return check.problems;"],
      }),
      functionOf({
        name: `is${name}`,
        docs: { text: `Whether a value is a ${document.name}.` },
        parameters: ["value: unknown"],
        returns: `value is ${name}`,
        body: [`return validate${name}(value, new JsonCheck(1)).length === 0;`],
      }),
      ...checks,
    ],
  };
}

function checkFunction(document: JsonDocument, object: JsonObject, patterns: Patterns, exported: boolean) {
  const members = object.members.map((member) => memberCheck(document, member, patterns));
  const keys = object.members.map((member) => quote(member.key));
  const oneLine = `check.closed(object, [${keys.join(", ")}]);`;
  const closed =
    oneLine.length < 116 ? oneLine : `check.closed(object, [\n${keys.map((key) => `  ${key},\n`).join("")}]);`;
  return functionOf({
    name: `check${typeName(document, object.rule)}`,
    ...(exported && {
      docs: { text: `Notes what is wrong with a value as a ${object.rule} inside another document.` },
    }),
    parameters: ["check: JsonCheck", "value: unknown"],
    returns: "void",
    exported,
    body: ["const object = check.object(value);", "if (object === undefined) return;", ...members, closed],
  });
}

function memberCheck(document: JsonDocument, member: JsonMember, patterns: Patterns): string {
  const call = member.optional ? "optional" : "required";
  // A member of type any is there or not; nothing is asked of its value.
  if (member.type.kind === "any") return `check.${call}(object, ${quote(member.key)}, () => {});`;
  const head = `check.${call}(object, ${quote(member.key)}, (item) =>`;
  const body = valueCheck(document, member.type, "item", patterns);
  const line = `${head} ${body});`;
  return line.length < 118 ? line : `${head}\n  ${body},\n);`;
}

function valueCheck(document: JsonDocument, type: JsonType, value: string, patterns: Patterns): string {
  switch (type.kind) {
    case "text":
      return textCheck(type, value, patterns);
    case "integer":
      return `check.integer(${value}, ${exact(type.minimum)}, ${exact(type.maximum)})`;
    case "bool":
      return `check.bool(${value})`;
    case "choice":
      return type.rule === undefined
        ? `check.choice(${value}, [${type.values.map(quote).join(", ")}])`
        : `check.choice(${value}, ${constantCase(type.rule)}S)`;
    case "text-or": {
      const text = valueCheck(document, type.text, value, patterns);
      return `typeof ${value} === "string" ? ${text} : ${valueCheck(document, type.other, value, patterns)}`;
    }
    case "list": {
      const item = valueCheck(document, type.item, "entry", patterns);
      return `check.list(${value}, ${type.minimum}, (entry) => ${item})`;
    }
    case "map":
      if (type.value.kind === "any") return `check.object(${value})`;
      return `check.map(${value}, (entry) => ${valueCheck(document, type.value, "entry", patterns)})`;
    case "object":
      return `check${typeName(document, type.rule)}(check, ${value})`;
    case "any":
    case "bytes":
    case "context-value":
      // Any JSON value will do; bytes and context values stand only in documents that are written, never read.
      return "{}";
  }
}

function textCheck(type: JsonText, value: string, patterns: Patterns): string {
  const parameters = [value];
  const bounded = type.minimum > 0 || type.maximum !== undefined;
  if (bounded || type.pattern !== undefined) parameters.push(String(type.minimum), String(type.maximum));
  if (type.pattern !== undefined) parameters.push(patterns.nameOf(type.pattern, type.rule));
  return `check.text(${parameters.join(", ")})`;
}

/** A bound as a JavaScript number: JSON numbers are exact only up to 2^53-1. */
function exact(bound: bigint): string {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return String(bound > limit ? limit : bound < -limit ? -limit : bound);
}

function typeScriptType(document: JsonDocument, type: JsonType): string {
  switch (type.kind) {
    case "text":
    case "bytes":
      return "string";
    case "integer":
      return "number";
    case "bool":
      return "boolean";
    case "any":
    case "context-value":
      return "unknown";
    case "choice":
      return type.rule === undefined ? type.values.map(quote).join(" | ") : pascalCase(type.rule);
    case "text-or":
      return `${typeScriptType(document, type.text)} | ${typeScriptType(document, type.other)}`;
    case "list": {
      const item = typeScriptType(document, type.item);
      return item.includes("|") ? `readonly (${item})[]` : `readonly ${item}[]`;
    }
    case "map":
      return `Readonly<Record<string, ${typeScriptType(document, type.value)}>>`;
    case "object":
      return typeName(document, type.rule);
  }
}

/** A borrowed rule has a CBOR form under the plain name, with other member names. */
function typeName(document: JsonDocument, rule: string): string {
  const borrowed = document.borrowed.some((object) => object.rule === rule);
  return borrowed ? `Json${pascalCase(rule)}` : pascalCase(rule);
}

function importsOf(objects: readonly JsonObject[]): ImportLine[] {
  const rules = new Set<string>();
  const visit = (type: JsonType): void => {
    if (type.kind === "choice" && type.rule !== undefined) rules.add(type.rule);
    if (type.kind === "text-or") visit(type.other);
    if (type.kind === "list") visit(type.item);
    if (type.kind === "map") visit(type.value);
  };
  for (const object of objects) for (const member of object.members) visit(member.type);
  return [
    { from: "../../reference/codec/codegen-v1.js", names: ["JsonCheck", "type JsonProblem"] },
    ...[...rules].map((rule) => ({
      from: `../enums/${kebabCase(rule)}.js`,
      names: [`type ${pascalCase(rule)}`, `${constantCase(rule)}S`],
    })),
  ];
}

/** Objects that another document's module declares, with their checks. */
function foreignImports(document: JsonDocument, { owners }: Lending): ImportLine[] {
  const names = new Map<string, string[]>();
  for (const rule of foreignObjects(document)) {
    const owner = owners.get(rule);
    if (owner === undefined) continue;
    const module = names.get(owner.name) ?? [];
    names.set(owner.name, [...module, `type ${pascalCase(rule)}`, `check${pascalCase(rule)}`]);
  }
  return [...names].map(([name, lent]) => ({ from: `./${kebabCase(name)}.js`, names: lent }));
}

/** The patterns a module uses, each a constant of its own. */
class Patterns {
  readonly #names = new Map<string, string>();

  nameOf(pattern: string, rule: string | undefined): string {
    const known = this.#names.get(pattern);
    if (known !== undefined) return known;
    const name = rule === undefined ? `PATTERN_${this.#names.size + 1}` : `${constantCase(rule)}_PATTERN`;
    this.#names.set(pattern, name);
    return name;
  }

  statements(): string[] {
    return [...this.#names].map(([pattern, name]) =>
      constant({
        name,
        docs: { text: "The whole text matches." },
        value: `/^(?:${pattern.replaceAll("/", "\\/")})$/u`,
        exported: false,
      }),
    );
  }
}

/** A JSON Schema as it is read from a file. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** One place at which a value does not meet a schema. */
export interface Violation {
  /** RFC 9535 path of the value. */
  readonly path: string;
  /** The keyword that is not met. */
  readonly keyword: string;
}

type Rule = (operand: unknown, value: unknown, at: Context) => boolean;

interface Context {
  readonly root: Schema;
  readonly schema: Schema;
  readonly path: string;
  readonly found: Violation[];
}

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a keyword asserts; annotations assert nothing. Keywords of the draft that no emitted schema has are left out. */
const rules: Readonly<Record<string, Rule>> = {
  type: (type, value) => typeOf(value).includes(String(type)),
  enum: (values, value) => (values as unknown[]).includes(value),
  const: (constant, value) => constant === value,
  minLength: (bound, value) => !isText(value) || [...value].length >= Number(bound),
  maxLength: (bound, value) => !isText(value) || [...value].length <= Number(bound),
  pattern: (source, value) => !isText(value) || new RegExp(String(source), "u").test(value),
  minimum: (bound, value) => typeof value !== "number" || value >= Number(bound),
  maximum: (bound, value) => typeof value !== "number" || value <= Number(bound),
  minItems: (bound, value) => !Array.isArray(value) || value.length >= Number(bound),
  required: (keys, value) => !isObject(value) || (keys as string[]).every((key) => Object.hasOwn(value, key)),
  items: (schema, value, at) => {
    if (Array.isArray(value)) value.forEach((item, index) => descend(schema, item, `[${index}]`, at));
    return true;
  },
  properties: (schemas, value, at) => {
    for (const [key, schema] of Object.entries(schemas as Schema))
      if (isObject(value) && Object.hasOwn(value, key)) descend(schema, value[key], `.${key}`, at);
    return true;
  },
  additionalProperties: (schema, value, at) => {
    if (!isObject(value)) return true;
    const named = (at.schema["properties"] ?? {}) as Schema;
    const others = Object.keys(value).filter((key) => !Object.hasOwn(named, key));
    if (schema === false) return others.length === 0;
    for (const key of others) descend(schema, value[key], `.${key}`, at);
    return true;
  },
  anyOf: (schemas, value, at) => matching(schemas, value, at) > 0,
  oneOf: (schemas, value, at) => matching(schemas, value, at) === 1,
  $ref: (reference, value, at) => {
    descend(resolve(String(reference), at.root), value, "", at);
    return true;
  },
};

const annotations = ["$schema", "$comment", "$id", "$defs", "title", "description", "deprecated"];

/** Keywords that this evaluator understands. */
export const knownKeywords: readonly string[] = [...Object.keys(rules), ...annotations];

/** Everything in a value that does not meet a schema of the emitted kind. */
export function violations(schema: Schema, value: unknown): Violation[] {
  const found: Violation[] = [];
  evaluate({ root: schema, schema, path: "$", found }, value);
  return found;
}

/** What a `$ref` within the same document leads to; undefined where it leads nowhere. */
export function resolve(reference: string, root: Schema): Schema | undefined {
  if (reference === "#") return root;
  const name = /^#\/\$defs\/([a-z0-9-]+)$/.exec(reference)?.[1] ?? "";
  const definitions = (root["$defs"] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined;
}

function evaluate(at: Context, value: unknown): void {
  for (const [keyword, operand] of Object.entries(at.schema)) {
    const rule = rules[keyword];
    if (rule !== undefined && !rule(operand, value, at)) at.found.push({ path: at.path, keyword });
  }
}

function descend(schema: unknown, value: unknown, step: string, at: Context): void {
  if (!isObject(schema)) throw new Error(`no schema at ${at.path}`);
  evaluate({ ...at, schema, path: at.path + step }, value);
}

function matching(schemas: unknown, value: unknown, at: Context): number {
  return (schemas as Schema[]).filter((schema) => {
    const found: Violation[] = [];
    evaluate({ ...at, schema, found }, value);
    return found.length === 0;
  }).length;
}

function typeOf(value: unknown): string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value];
}

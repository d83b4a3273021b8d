import type { StatementStructures } from "ts-morph";
import type {
  ArrayShape,
  CodecMember,
  CodecModel,
  CodecRule,
  MapBody,
  RuleBody,
  Shape,
  TextShape,
} from "../model/cddl-model.js";
import { arbitrarySupport } from "./arbitrary-support.js";
import { CodecContext, typeName } from "./codec-module.js";
import { nameListOf } from "./codec-names.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { camelCase, constantCase, kebabCase, pascalCase, plural } from "./names.js";
import { functionOf, quote } from "./structures.js";

/** What the option means where a value declares its version itself. */
const DECLARED = " Of the known version for `closed`, of a later one for `open`, of either where nothing is said.";

/** How deep arbitraries of rules that hold themselves go. */
const RECURSION = 2;

/** One module of fast-check arbitraries for each rule of domain `cbor`, and what they share. */
export function emitArbitraries(model: CodecModel): TypeScriptModule[] {
  const context = new CodecContext(model);
  return [arbitrarySupport(), ...model.rules.map((rule) => new ArbitraryEmitter(rule, context).module())];
}

class ArbitraryEmitter {
  readonly #rule: CodecRule;
  readonly #context: CodecContext;
  readonly #imports = new Map<string, Set<string>>();
  readonly #recursive: boolean;

  constructor(rule: CodecRule, context: CodecContext) {
    this.#rule = rule;
    this.#context = context;
    this.#recursive = holdsItself(rule);
  }

  module(): TypeScriptModule {
    const { name, path, body } = this.#rule;
    this.#use("fast-check", "type default as fc");
    const statements = body.kind === "pattern" ? [this.#pattern(body)] : [this.#function(body)];
    return {
      path: `testing/arbitraries/${kebabCase(name)}.ts`,
      origin: `rule \`${name}\` in ${path}`,
      edit: "that rule",
      emitter: "arbitrary.ts",
      imports: this.#importLines(),
      statements,
    };
  }

  #use(from: string, ...names: readonly string[]): void {
    const set = this.#imports.get(from) ?? new Set();
    for (const name of names) set.add(name);
    this.#imports.set(from, set);
  }

  #support(...names: readonly string[]): void {
    this.#use("./support.js", ...names);
  }

  #importLines(): ImportLine[] {
    const check = this.#imports.get("fast-check");
    if (check?.has("default as fc")) check.delete("type default as fc");
    return [...this.#imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([from, names]) => ({ from, names: [...names] }));
  }

  #pattern(body: Extract<RuleBody, { kind: "pattern" }>): StatementStructures {
    return functionOf({
      name: `arbitrary${pascalCase(this.#rule.name)}`,
      docs: { text: `Texts that are a \`${this.#rule.name}\`.` },
      parameters: [],
      returns: "fc.Arbitrary<string>",
      body: [`return ${this.#shape(body.text)};`],
    });
  }

  #function(body: Exclude<RuleBody, { kind: "pattern" }>): StatementStructures {
    const { name } = this.#rule;
    this.#use(`../../codecs/${kebabCase(name)}.js`, `type ${typeName(name)}`);
    const grows = this.#context.grows(name);
    const versioned = body.kind === "map" && body.versionMember !== undefined;
    if (grows) this.#support("type GrowthOptions");
    return functionOf({
      name: `arbitrary${pascalCase(name)}`,
      docs: { text: `Values of \`${name}\`: everything its encoder accepts.${versioned ? DECLARED : ""}` },
      parameters: [
        ...(grows ? ["options: GrowthOptions = {}"] : []),
        ...(this.#recursive ? [`depth = ${RECURSION}`] : []),
      ],
      returns: `fc.Arbitrary<${typeName(name)}>`,
      body: this.#lines(body),
    });
  }

  #lines(body: Exclude<RuleBody, { kind: "pattern" }>): string[] {
    switch (body.kind) {
      case "map":
        return this.#map(body);
      case "row":
        this.#use("fast-check", "default as fc");
        return [`return fc.record({`, ...body.members.map((member) => this.#member(member)), "});"];
      case "tuple":
        this.#use("fast-check", "default as fc");
        return [`return fc.tuple(${body.members.map((member) => this.#shape(member.shape)).join(", ")});`];
      case "list":
        return [`return ${this.#array(body.array)};`];
      case "choice":
        return this.#choice(body.alternatives);
    }
  }

  #member(member: CodecMember): string {
    return `  ${camelCase(member.name)}: ${this.#shape(member.shape)},`;
  }

  #text(shape: TextShape): string {
    const { pattern } = shape;
    if (pattern !== undefined && pattern.rule !== this.#rule.name) return this.#call(pattern.rule);
    const sizes = bounds(shape.minimum, shape.maximum);
    this.#support(pattern === undefined ? "texts" : "matching");
    const any =
      pattern === undefined ? `texts(${sizes})` : `matching(\n  ${quote(pattern.source)},\n  ${sizes || "0"},\n)`;
    const names = shape.table === undefined ? undefined : nameListOf(shape.table);
    if (names === undefined) return any;
    this.#use("fast-check", "default as fc");
    this.#use(`../${names.from}`, names.list);
    return `fc.oneof(fc.constantFrom(...${names.list}), ${any})`;
  }

  #choice(alternatives: readonly Shape[]): string[] {
    this.#use("fast-check", "default as fc");
    const leaves = alternatives.filter((shape) => !mentions(shape, this.#rule.name));
    const branches = alternatives.filter((shape) => mentions(shape, this.#rule.name));
    return [
      `const leaf = fc.oneof(${leaves.map((shape) => this.#shape(shape)).join(", ")});`,
      ...(branches.length === 0
        ? ["return leaf;"]
        : [
            "if (depth === 0) return leaf;",
            `return fc.oneof(leaf, ${branches.map((shape) => this.#shape(shape)).join(", ")});`,
          ]),
    ];
  }

  #map(body: MapBody): string[] {
    this.#use("fast-check", "default as fc");
    const recursive = body.members.filter((member) => mentions(member.shape, this.#rule.name));
    const plain = body.members.filter((member) => !recursive.includes(member));
    const required = body.members.filter((member) => !member.optional).map((member) => quote(camelCase(member.name)));
    const version = body.versionMember;
    const lines = [...(version === undefined ? [] : ['const record = (growth: "closed" | "open") => {'])];
    const indent = version === undefined ? "" : "  ";
    const members = [
      ...plain.map((member) => (member.name === version ? this.#version(member) : this.#member(member))),
      ...recursive.map((member) => `  ...(depth > 0 && { ${camelCase(member.name)}: ${this.#shape(member.shape)} }),`),
      ...(body.grows ? [this.#unknown(body)] : []),
    ];
    const type = typeName(this.#rule.name);
    const steps = body.members.flatMap((member) => this.#disjoint(member));
    lines.push(
      `${indent}return fc`,
      `${indent}  .record(`,
      `${indent}    {`,
      ...members.map((line) => `${indent}    ${line}`),
      `${indent}    },`,
      `${indent}    { requiredKeys: [${required.join(", ")}] },`,
      `${indent}  )`,
      `${indent}  .map((value): ${type} => value as ${type})${steps.length === 0 ? ";" : ""}`,
      ...steps.map((step, index) => `${indent}  ${step}${index === steps.length - 1 ? ";" : ""}`),
    );
    if (version !== undefined) {
      lines.push(
        "};",
        "const { growth } = options;",
        'return growth === undefined ? fc.oneof(record("closed"), record("open")) : record(growth);',
      );
    }
    return lines;
  }

  /** The known version where nothing is unknown, and a higher minor where something is. */
  #version(member: CodecMember): string {
    this.#use("../../versions.js", "SCHEMA_VERSION");
    this.#support("integers");
    const higher = "integers(SCHEMA_VERSION[1] + 1, 65_535).map((minor) => [SCHEMA_VERSION[0], minor] as const)";
    return `  ${camelCase(member.name)}:\n${" ".repeat(10)}growth === "closed"\n${" ".repeat(12)}? fc.constant(SCHEMA_VERSION)\n${" ".repeat(12)}: ${higher},`;
  }

  #unknown(body: MapBody): string {
    this.#support("unknownFields");
    const known = body.members.map((member) => quote(member.name)).join(", ");
    return `  ...(${body.versionMember === undefined ? "options.growth" : "growth"} === "open" && { unknownFields: unknownFields([${known}]) }),`;
  }

  /** Takes out of one array what stands in the other. */
  #disjoint(member: CodecMember): string[] {
    const { shape } = member;
    const other = shape.kind === "array" ? shape.order.disjointFrom : undefined;
    if (shape.kind !== "array" || other === undefined) return [];
    const name = camelCase(member.name);
    const filtered = `value.${name}.filter((item) => !value.${camelCase(other)}?.includes(item))`;
    return [`.map((value) => ({ ...value, ${name}: ${filtered} }))`];
  }

  #array(array: ArrayShape): string {
    const { item, minimum, order } = array;
    const inner = this.#shape(item);
    const key = order.ascendingBy;
    if (key === undefined) {
      this.#use("fast-check", "default as fc");
      return `fc.array(${inner}, { minLength: ${minimum}, maxLength: 4 })`;
    }
    this.#support("ascending");
    const keyOf = key === "" ? "(item) => item" : `(item) => item.${camelCase(key)}`;
    const sorted = `ascending(${inner}, ${keyOf}, ${minimum})`;
    if (!order.prefixFree) return sorted;
    this.#support("withoutNested");
    return `${sorted}.map((items) => withoutNested(items, ${keyOf}))`;
  }

  #shape(shape: Shape): string {
    switch (shape.kind) {
      case "uint":
      case "int":
        this.#support("integers");
        return `integers(${shape.minimum}, ${shape.maximum === Number.MAX_SAFE_INTEGER ? "Number.MAX_SAFE_INTEGER" : shape.maximum})`;
      case "big-uint":
        this.#support("bigUnsigned");
        return "bigUnsigned()";
      case "integer":
        this.#support("anyInteger");
        return "anyInteger()";
      case "bool":
        this.#use("fast-check", "default as fc");
        return "fc.boolean()";
      case "bytes":
        this.#support("byteStrings");
        return `byteStrings(${bounds(shape.minimum, shape.maximum)})`;
      case "text":
        return this.#text(shape);
      case "enumeration": {
        const list = plural(constantCase(shape.rule));
        this.#use("fast-check", "default as fc");
        this.#use(`../../enums/${kebabCase(shape.rule)}.js`, list);
        return `fc.constantFrom(...${list})`;
      }
      case "reference":
        return this.#call(shape.rule);
      case "array":
        return this.#array(shape);
      case "table":
        this.#support("tables");
        return `tables(${this.#shape(shape.value)}, ${shape.minimum})`;
    }
  }

  #call(rule: string): string {
    const name = `arbitrary${pascalCase(rule)}`;
    if (rule !== this.#rule.name) this.#use(`./${kebabCase(rule)}.js`, name);
    if (rule === this.#rule.name) return `${name}(depth - 1)`;
    const { body } = this.#rule;
    const options = body.kind === "map" && body.versionMember !== undefined ? "{ growth }" : "options";
    return `${name}(${this.#context.grows(rule) ? options : ""})`;
  }
}

function bounds(minimum: number, maximum: number | undefined): string {
  if (maximum !== undefined) return `${minimum}, ${maximum}`;
  return minimum === 0 ? "" : String(minimum);
}

function mentions(shape: Shape, rule: string): boolean {
  if (shape.kind === "reference") return shape.rule === rule;
  if (shape.kind === "array") return mentions(shape.item, rule);
  return shape.kind === "table" && mentions(shape.value, rule);
}

function holdsItself({ name, body }: CodecRule): boolean {
  if (body.kind === "choice") return body.alternatives.some((shape) => mentions(shape, name));
  if (body.kind === "map") return body.members.some((member) => mentions(member.shape, name));
  return false;
}

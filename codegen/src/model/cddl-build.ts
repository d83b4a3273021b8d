import type { Diagnostic, DiagnosticDetails } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import type { ArrayType, CddlFile, GroupEntry, MapType, Member, Rule, Type } from "../parse/syntax.js";
import { type Directive, domainsOf, readComment } from "./cddl-directives.js";
import type {
  ArrayOrder,
  CodecMember,
  CodecModel,
  CodecRule,
  Description,
  MapBody,
  NamedShape,
  RuleBody,
  Shape,
} from "./cddl-model.js";
import { isFileRule, NO_ORDER, type RuleOf, type ShapeContext, ShapeReader } from "./cddl-shapes.js";
import { enumRules } from "./enum-rules.js";
import { RESERVED_WORDS, TAKEN_NAMES } from "./reserved-words.js";

/**
 * Builds the model of all rules that files of domain `cbor` define, and reports what the generator does not implement.
 * The files must have been resolved without errors.
 */
export function buildCodecModel(files: readonly CddlFile[]): readonly [CodecModel, readonly Diagnostic[]] {
  const builder = new Builder(files);
  const rules: CodecRule[] = [];
  for (const file of files) {
    if (!domainsOf(file).includes("cbor")) continue;
    for (const rule of file.rules) {
      const built = builder.rule(file, rule);
      if (built !== undefined) rules.push(built);
    }
  }
  rules.sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = [...builder.names].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [{ rules, byName: new Map(rules.map((rule) => [rule.name, rule])), names }, builder.diagnostics];
}

class Builder implements ShapeContext {
  readonly diagnostics: Diagnostic[] = [];
  readonly names: NamedShape[] = [];
  readonly rules: ReadonlyMap<string, RuleOf>;
  readonly enumerations: ReadonlyMap<string, "text" | "integer">;

  constructor(files: readonly CddlFile[]) {
    this.rules = new Map(files.flatMap((file) => file.rules.map((rule) => [rule.name.name, { file, rule }])));
    this.enumerations = new Map(
      enumRules(files).map((rule) => [rule.name, typeof rule.members[0]?.value === "number" ? "integer" : "text"]),
    );
  }

  unsupported(
    file: CddlFile,
    node: { readonly start: number; readonly end: number },
    what: string,
    details: DiagnosticDetails = {},
  ): void {
    const span = spanOf(file.source, node.start, node.end);
    this.diagnostics.push(createDiagnostic("schema/unsupported", span, { what }, details));
  }

  /** The codec of a rule; `undefined` where it has none of its own, or where something was reported. */
  rule(file: CddlFile, rule: Rule): CodecRule | undefined {
    const extended = extensionOf(rule);
    if (extended !== undefined) {
      this.unsupported(file, rule.name, extended[0], { help: [extended[1]] });
      return undefined;
    }
    if (rule.body.kind !== "type") {
      this.unsupported(file, rule.name, "a group rule");
      return undefined;
    }
    const { text, directives } = readComment(rule, file);
    const body = this.#body(file, rule, rule.body, directives);
    if (body === undefined) return undefined;
    this.#documented(file, rule.name, `rule \`${rule.name.name}\``, text);
    const description = describe(text, directives);
    return { name: rule.name.name, path: file.source.path, place: { file, node: rule.name }, description, body };
  }

  #body(file: CddlFile, rule: Rule, type: Type, directives: readonly Directive[]): RuleBody | undefined {
    const name = rule.name.name;
    if (this.enumerations.has(name)) return undefined;
    const reader = new ShapeReader(this, file, [name]);
    const [only] = type.alternatives;
    if (type.alternatives.length > 1) return this.#choice(file, type, reader);
    if (only?.kind === "map" && !isTable(only)) return this.#map(file, only, directives);
    if (only?.kind === "array") return this.#array(file, only, directives, reader);
    if (isFileRule(rule)) {
      this.unsupported(file, type, "a rule that is a map without named members", {
        help: ["write the map where it is used"],
      });
      return undefined;
    }
    const shape = reader.type(type);
    if (shape?.kind === "text" && shape.pattern?.rule === "") {
      const text = { ...shape, pattern: { ...shape.pattern, rule: name } };
      return { kind: "pattern", text: withTable(text, argumentOf(directives, "table")) };
    }
    if (shape !== undefined) {
      const { text } = readComment(rule, file);
      this.#documented(file, rule.name, `rule \`${name}\``, text);
      this.names.push({ name, path: file.source.path, description: describe(text, directives), shape });
    }
    return undefined;
  }

  #choice(file: CddlFile, type: Type, reader: ShapeReader): RuleBody | undefined {
    const alternatives = type.alternatives.map((alternative) => reader.expression(alternative));
    const shapes = alternatives.flatMap((shape) => shape ?? []);
    if (shapes.length < alternatives.length) return undefined;
    const kinds = shapes.map(itemKind);
    if (kinds.includes(undefined) || new Set(kinds).size < kinds.length) {
      this.unsupported(file, type, "a choice between types that the first byte does not tell apart");
      return undefined;
    }
    return { kind: "choice", alternatives: shapes };
  }

  #map(file: CddlFile, type: MapType, directives: readonly Directive[]): MapBody | undefined {
    const members = this.#members(file, type);
    const grows = argumentOf(directives, "grows");
    return (
      members && {
        kind: "map",
        members,
        grows: grows !== undefined,
        growsBy: grows ?? "",
        versionMember: members.some((member) => member.name === grows) ? grows : undefined,
        frozen: directives.find((directive) => directive.name === "frozen")?.arguments ?? [],
      }
    );
  }

  #array(file: CddlFile, type: ArrayType, directives: readonly Directive[], reader: ShapeReader): RuleBody | undefined {
    const entries = type.group.choices.flatMap((choice) => choice.entries);
    const named = entries.some((entry) => entry.kind === "member" && entry.key !== undefined);
    if (!named) {
      const array = reader.array(type, orderOf(directives));
      return array && { kind: "list", array };
    }
    const members = this.#members(file, type);
    if (members === undefined) return undefined;
    if (members.some((member) => member.optional)) {
      this.unsupported(file, type, "an optional member of an array");
      return undefined;
    }
    return { kind: members.every((member) => member.shape.kind === "uint") ? "tuple" : "row", members };
  }

  #members(file: CddlFile, type: MapType | ArrayType): CodecMember[] | undefined {
    const [choice, second] = type.group.choices;
    if (choice === undefined || second !== undefined) {
      this.unsupported(file, type, "a choice between groups");
      return undefined;
    }
    const members = choice.entries.map((entry) => this.#member(file, entry, type.kind === "array"));
    const found = members.flatMap((member) => member ?? []);
    return found.length < members.length ? undefined : found;
  }

  #member(file: CddlFile, entry: GroupEntry, inArray: boolean): CodecMember | undefined {
    if (entry.kind !== "member" || entry.key?.kind !== "bareword-key") {
      this.unsupported(file, entry, "an entry that is not `name: type`");
      return undefined;
    }
    // Decoders hold each member in a variable of its name.
    if (RESERVED_WORDS.has(entry.key.name)) {
      this.unsupported(file, entry.key, `a member named \`${entry.key.name}\`, which is a word of TypeScript`);
      return undefined;
    }
    if (TAKEN_NAMES.has(entry.key.name)) {
      this.unsupported(file, entry.key, `a member named \`${entry.key.name}\`, which generated code uses itself`);
      return undefined;
    }
    const { occurrence } = entry;
    const optional = occurrence !== undefined;
    if (optional && (occurrence.minimum !== 0n || occurrence.maximum !== 1n)) {
      this.unsupported(file, occurrence, "an occurrence of a named member other than `?`");
      return undefined;
    }
    const { text, directives } = readComment(entry, file);
    const ordered = this.#memberShape(file, entry, orderOf(directives));
    const shape = ordered && withTable(ordered, argumentOf(directives, "table"));
    if (shape === undefined) return undefined;
    // The parts of a version need no words: their row has some.
    if (shape.kind !== "uint" || !inArray) this.#documented(file, entry.key, `member \`${entry.key.name}\``, text);
    return {
      name: entry.key.name,
      optional,
      shape,
      description: describe(text, directives),
      source: sourceOf(file, entry),
      since: Number(/^1\.(\d+)$/.exec(argumentOf(directives, "since") ?? "1.0")?.[1] ?? -1),
      place: { file, node: entry.key },
    };
  }

  #memberShape(file: CddlFile, entry: Member, order: ArrayOrder): Shape | undefined {
    const shape = new ShapeReader(this, file).type(entry.type);
    if (shape?.kind === "array") return { ...shape, order };
    if (shape !== undefined && order !== NO_ORDER) {
      this.unsupported(file, entry.type, "an order of something that is no array");
      return undefined;
    }
    return shape;
  }

  #documented(
    file: CddlFile,
    node: { readonly start: number; readonly end: number },
    what: string,
    text: string,
  ): void {
    if (text !== "") return;
    this.diagnostics.push(createDiagnostic("schema/undocumented", spanOf(file.source, node.start, node.end), { what }));
  }
}

/** The same shape, its texts named by a table. */
function withTable<T extends Shape>(shape: T, table: string | undefined): T {
  if (table === undefined) return shape;
  if (shape.kind === "array") return { ...shape, item: withTable(shape.item, table) };
  return shape.kind === "text" ? { ...shape, table } : shape;
}

/** What of CDDL's means of extension a rule uses, and what to write instead; `undefined` where it uses none. */
function extensionOf(rule: Rule): readonly [what: string, help: string] | undefined {
  if (rule.genericParameters.length > 0) return ["a generic rule", "write a rule of its own for each use"];
  if (rule.name.name.startsWith("$")) return ["a socket", "write the alternatives as one rule: `name = a / b`"];
  if (rule.assignment === "=") return undefined;
  return [`a rule extended with \`${rule.assignment}\``, "write the alternatives as one rule: `name = a / b`"];
}

function describe(text: string, directives: readonly Directive[]): Description {
  const of = (name: Directive["name"]): string | undefined => argumentOf(directives, name);
  return { text, spec: of("spec"), part: of("part"), table: of("table"), deprecated: of("deprecated") };
}

function argumentOf(directives: readonly Directive[], name: Directive["name"]): string | undefined {
  return directives.find((directive) => directive.name === name)?.arguments[0];
}

function orderOf(directives: readonly Directive[]): ArrayOrder {
  const ascending = directives.some((directive) => directive.name === "ascending");
  const ascendingBy = argumentOf(directives, "ascending-by") ?? (ascending ? "" : undefined);
  const prefixFree = directives.some((directive) => directive.name === "prefix-free");
  const disjointFrom = argumentOf(directives, "disjoint-from");
  if (ascendingBy === undefined && !prefixFree && disjointFrom === undefined) return NO_ORDER;
  return { ascendingBy, prefixFree, disjointFrom };
}

/** A map without named members. */
function isTable(type: MapType): boolean {
  return type.group.choices.some((choice) =>
    choice.entries.some((entry) => entry.kind === "member" && entry.key?.kind === "type-key"),
  );
}

/** The member as it is written, on one line and without comments. */
function sourceOf(file: CddlFile, entry: Member): string {
  const text = file.source.text.slice(entry.start, entry.end);
  return text
    .replace(/;[^\n]*/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The kind of item a shape begins with, as a reader sees it. */
export function itemKind(shape: Shape): "integer" | "boolean" | "text" | "bytes" | "array" | "map" | undefined {
  switch (shape.kind) {
    case "uint":
    case "int":
    case "big-uint":
    case "integer":
      return "integer";
    case "bool":
      return "boolean";
    case "text":
    case "bytes":
    case "array":
      return shape.kind;
    case "table":
      return "map";
    case "enumeration":
      return shape.base;
    default:
      return undefined;
  }
}

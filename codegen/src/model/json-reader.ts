import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import type { CddlFile, GroupEntry, MapType, Member, Type, TypeExpression } from "../parse/syntax.js";
import { type Directive, domainsOf, readComment } from "./cddl-directives.js";
import {
  documentationOf,
  type JsonDocument,
  type JsonMember,
  type JsonObject,
  type JsonType,
  type PlacedRule,
} from "./json-schema.js";

/** Reads every CDDL file of `@domain json` into documents; what JSON validators cannot express is refused. */
export function readJsonDocuments(
  files: readonly CddlFile[],
): readonly [readonly JsonDocument[], readonly Diagnostic[]] {
  const reader = new JsonReader(files);
  const documents = files
    .filter((file) => domainsOf(file).includes("json"))
    .flatMap((file) => reader.document(file) ?? []);
  return [documents, reader.diagnostics];
}

class JsonReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #rules = new Map<string, PlacedRule>();
  readonly #borrowed = new Set<string>();

  constructor(files: readonly CddlFile[]) {
    for (const file of files) for (const rule of file.rules) this.#rules.set(rule.name.name, { file, rule });
  }

  document(file: CddlFile): JsonDocument | undefined {
    this.#borrowed.clear();
    const objects = file.rules.flatMap((rule) => this.#object({ file, rule }) ?? []);
    const [first] = objects;
    if (first === undefined) return undefined;
    const borrowed: JsonObject[] = [];
    for (const name of this.#borrowed) {
      const rule = this.#rules.get(name);
      const object = rule === undefined ? undefined : this.#object(rule);
      if (object !== undefined) borrowed.push(object);
    }
    return { path: file.source.path, name: first.rule, alsoCbor: domainsOf(file).includes("cbor"), objects, borrowed };
  }

  #object(placed: PlacedRule): JsonObject | undefined {
    const map = mapOf(placed);
    if (map === undefined) return undefined;
    const { file, rule } = placed;
    const [choice, another] = map.group.choices;
    if (choice === undefined || another !== undefined) return this.#refuse(file, map, "a choice between groups");
    const members = choice.entries.flatMap((entry) => this.#member(file, entry) ?? []);
    return { rule: rule.name.name, ...documentationOf(file, rule), members };
  }

  #member(file: CddlFile, entry: GroupEntry): JsonMember | undefined {
    if (entry.kind !== "member" || entry.key === undefined) return this.#refuse(file, entry, "a member without a key");
    const key = keyOf(entry);
    if (key === undefined) return this.#refuse(file, entry.key, "a key that is not a text");
    const { occurrence } = entry;
    const optional = occurrence !== undefined && occurrence.minimum === 0n && occurrence.maximum === 1n;
    if (occurrence !== undefined && !optional) return this.#refuse(file, occurrence, "a member that repeats");
    const type = this.#type(file, entry.type);
    if (type === undefined) return undefined;
    const written = file.source.text.slice(entry.type.start, entry.type.end).replace(/\s+/g, " ");
    const { directives } = readComment(entry, file);
    const names = directives.find(({ name }) => name === "names");
    const [table = "", column, ...values] = names?.arguments ?? [];
    const item = type.kind === "list" ? type.item : type;
    if (names !== undefined && item.kind !== "text") return this.#misplaced(file, names);
    return {
      key,
      type,
      optional,
      meaning: documentationOf(file, entry).meaning,
      written,
      names: names === undefined ? undefined : { table, column, values },
      deprecated: directives.find(({ name }) => name === "deprecated")?.arguments[0],
    };
  }

  #type(file: CddlFile, type: Type): JsonType | undefined {
    const [only, second] = type.alternatives;
    if (only !== undefined && second === undefined) return this.#expression(file, only);
    const values = type.alternatives.flatMap((alternative) => (alternative.kind === "text" ? [alternative.value] : []));
    if (values.length === type.alternatives.length) return { kind: "choice", values, rule: undefined };
    return this.#textOr(file, type);
  }

  #textOr(file: CddlFile, type: Type): JsonType | undefined {
    const types = type.alternatives.map((alternative) => this.#expression(file, alternative));
    const text = types.find((candidate) => candidate?.kind === "text");
    const other = types.find((candidate) => candidate?.kind !== "text");
    if (text !== undefined && other !== undefined && types.length === 2) return { kind: "text-or", text, other };
    return this.#refuse(file, type, "a choice that is neither between texts nor between a text and one other type");
  }

  #expression(file: CddlFile, type: TypeExpression): JsonType | undefined {
    switch (type.kind) {
      case "parenthesized":
        return this.#type(file, type.type);
      case "reference":
        return this.#reference(file, type, type.name.name);
      case "range": {
        if (type.low.kind !== "integer" || type.high.kind !== "integer")
          return this.#refuse(file, type, "a range of anything but integers");
        const maximum = type.inclusive ? type.high.value : type.high.value - 1n;
        return { kind: "integer", minimum: type.low.value, maximum };
      }
      case "text":
        return { kind: "choice", values: [type.value], rule: undefined };
      case "control":
        return this.#control(file, type);
      case "array":
        return this.#list(file, type);
      case "map":
        return this.#openMap(file, type);
      default:
        return this.#refuse(file, type, "a type of this form");
    }
  }

  #reference(file: CddlFile, node: TypeExpression, name: string): JsonType | undefined {
    switch (name) {
      case "tstr":
      case "text":
        return { kind: "text", minimum: 0, maximum: undefined, pattern: undefined, rule: undefined };
      case "bstr":
      case "bytes":
        return { kind: "bytes" };
      case "bool":
        return { kind: "bool" };
      case "any":
        return { kind: "any" };
      case "uint":
        return { kind: "integer", minimum: 0n, maximum: 0xffff_ffff_ffff_ffffn };
      case "context-value":
        return { kind: "context-value" };
    }
    const placed = this.#rules.get(name);
    if (placed === undefined) return this.#refuse(file, node, `\`${name}\``);
    if (mapOf(placed) !== undefined) {
      if (!domainsOf(placed.file).includes("json")) this.#borrowed.add(name);
      return { kind: "object", rule: name };
    }
    if (placed.rule.body.kind !== "type") return this.#refuse(file, node, "a group");
    const type = this.#type(placed.file, placed.rule.body);
    if (type?.kind === "text") return { ...type, rule: type.rule ?? name };
    return type?.kind === "choice" ? { ...type, rule: name } : type;
  }

  #control(file: CddlFile, type: Extract<TypeExpression, { kind: "control" }>): JsonType | undefined {
    const target = this.#expression(file, type.target);
    if (target === undefined) return undefined;
    const argument = unwrap(type.argument);
    const operator = type.operator.name;
    if (target.kind === "bytes" && operator === "size") {
      // Of a file that also has a CBOR form JSON is only written; a validator would have to count.
      return domainsOf(file).includes("cbor") ? target : this.#refuse(file, type, "`.size` on bytes");
    }
    if (target.kind !== "text") return this.#refuse(file, type, `\`.${operator}\` on anything but a text`);
    if (operator === "regexp" && argument?.kind === "text") {
      // A text has to match both, and a type holds one.
      if (target.pattern !== undefined) return this.#refuse(file, type, "a second `.regexp` on one text");
      return { ...target, pattern: argument.value };
    }
    const bounds = operator === "size" && argument !== undefined ? sizeBounds(argument) : undefined;
    if (bounds !== undefined) {
      const minimum = Math.max(bounds[0], target.minimum);
      const maximum = Math.min(bounds[1], target.maximum ?? bounds[1]);
      if (minimum > maximum) return this.#refuse(file, type, "a `.size` that leaves no length its target allows");
      return { ...target, minimum, maximum };
    }
    return this.#refuse(file, type, `\`.${operator}\` with this argument`);
  }

  #list(file: CddlFile, type: Extract<TypeExpression, { kind: "array" }>): JsonType | undefined {
    const entry = onlyEntry(type);
    const occurrence = entry?.kind === "inline-group" ? undefined : entry?.occurrence;
    if (
      entry === undefined ||
      entry.kind === "inline-group" ||
      occurrence === undefined ||
      occurrence.maximum !== undefined
    ) {
      return this.#refuse(file, type, "an array that is not a list of one type");
    }
    const item =
      entry.kind === "reference-entry" ? this.#expression(file, entry.reference) : this.#type(file, entry.type);
    return item === undefined ? undefined : { kind: "list", item, minimum: Number(occurrence.minimum) };
  }

  #openMap(file: CddlFile, type: MapType): JsonType | undefined {
    const entry = onlyEntry(type);
    if (entry?.kind !== "member" || entry.key?.kind !== "type-key") {
      return this.#refuse(file, type, "a map inside a member; give it a rule of its own");
    }
    const { key, occurrence } = entry;
    const textKey = key.type.kind === "reference" && ["tstr", "text"].includes(key.type.name.name);
    if (!textKey || occurrence?.minimum !== 0n || occurrence.maximum !== undefined) {
      return this.#refuse(file, type, "a map that is not `{ * tstr => type }`");
    }
    const value = this.#type(file, entry.type);
    return value === undefined ? undefined : { kind: "map", value };
  }

  #misplaced(file: CddlFile, { comment, name }: Directive): undefined {
    const reason = "the member is neither a text nor a list of texts";
    const span = spanOf(file.source, comment.start, comment.end);
    this.diagnostics.push(createDiagnostic("schema/invalid-directive", span, { name, reason }));
    return undefined;
  }

  #refuse(file: CddlFile, node: { readonly start: number; readonly end: number }, what: string): undefined {
    this.diagnostics.push(
      createDiagnostic("schema/unsupported-json", spanOf(file.source, node.start, node.end), { what }),
    );
    return undefined;
  }
}

function mapOf({ rule }: PlacedRule): MapType | undefined {
  if (rule.body.kind !== "type" || rule.body.alternatives.length !== 1) return undefined;
  const [only] = rule.body.alternatives;
  return only?.kind === "map" ? only : undefined;
}

function onlyEntry(type: Extract<TypeExpression, { kind: "array" | "map" }>): GroupEntry | undefined {
  const [choice, another] = type.group.choices;
  return another === undefined && choice?.entries.length === 1 ? choice.entries[0] : undefined;
}

function keyOf(member: Member): string | undefined {
  if (member.key?.kind === "bareword-key") return member.key.name;
  return member.key?.kind === "value-key" && member.key.literal.kind === "text" ? member.key.literal.value : undefined;
}

/** `32` or `1..128`, both bounds included. */
function sizeBounds(argument: TypeExpression): readonly [number, number] | undefined {
  if (argument.kind === "integer") return [Number(argument.value), Number(argument.value)];
  if (argument.kind !== "range" || argument.low.kind !== "integer" || argument.high.kind !== "integer")
    return undefined;
  return [Number(argument.low.value), Number(argument.high.value) - (argument.inclusive ? 0 : 1)];
}

function unwrap(type: TypeExpression): TypeExpression | undefined {
  if (type.kind !== "parenthesized") return type;
  const [only, second] = type.type.alternatives;
  return only === undefined || second !== undefined ? undefined : unwrap(only);
}

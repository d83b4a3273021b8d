import type { DiagnosticDetails } from "../diagnostics/diagnostic.js";
import type {
  ArrayType,
  CddlFile,
  ControlType,
  GroupEntry,
  IntegerLiteral,
  MapType,
  PrimaryType,
  RangeType,
  Rule,
  Type,
  TypeExpression,
} from "../parse/syntax.js";
import type { ArrayOrder, ArrayShape, Shape, TextShape } from "./cddl-model.js";

/** A rule and the file it stands in. */
export interface RuleOf {
  readonly file: CddlFile;
  readonly rule: Rule;
}

/** What the reading of types needs to know of the schema, and where it reports what the subset refuses. */
export interface ShapeContext {
  readonly rules: ReadonlyMap<string, RuleOf>;
  /** Names of rules that list their values, with the type of the values. */
  readonly enumerations: ReadonlyMap<string, "text" | "integer">;
  /** Reports a construct that the generator does not implement. */
  unsupported(
    file: CddlFile,
    node: { readonly start: number; readonly end: number },
    what: string,
    details?: DiagnosticDetails,
  ): void;
}

/** Order of an array without directives. */
export const NO_ORDER: ArrayOrder = { ascendingBy: undefined, prefixFree: false, disjointFrom: undefined };

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Reads types of one file; `undefined` where a construct was reported. */
export class ShapeReader {
  readonly #context: ShapeContext;
  readonly #file: CddlFile;
  /** Rules being followed, against aliases in a circle. */
  readonly #following: readonly string[];

  constructor(context: ShapeContext, file: CddlFile, following: readonly string[] = []) {
    this.#context = context;
    this.#file = file;
    this.#following = following;
  }

  /** The shape of a type with one alternative. */
  type(type: Type): Shape | undefined {
    const [only, second] = type.alternatives;
    if (only === undefined) return undefined;
    if (second !== undefined)
      return this.#refuse(type, "a choice inside another type", "give the choice a rule of its own");
    return this.expression(only);
  }

  /** The shape of one alternative. */
  expression(type: TypeExpression): Shape | undefined {
    switch (type.kind) {
      case "range":
        return this.#range(type);
      case "control":
        return this.#control(type);
      case "reference":
        return this.#reference(type);
      case "parenthesized":
        return this.type(type.type);
      case "array":
        return this.array(type, NO_ORDER);
      case "map":
        return this.#table(type);
      case "enumeration":
        return this.#refuse(type, "an enumeration inside another type", "give the enumeration a rule of its own");
      default:
        return this.#refuse(type, describe(type));
    }
  }

  /** `[* T]` or `[+ T]`. */
  array(type: ArrayType, order: ArrayOrder): ArrayShape | undefined {
    const entry = this.#onlyEntry(
      type.group.choices.map((choice) => choice.entries),
      type,
    );
    if (entry === undefined) return undefined;
    const occurrence = entry.kind === "inline-group" ? undefined : entry.occurrence;
    const minimum = occurrence === undefined ? -1 : Number(occurrence.minimum);
    if (minimum < 0 || minimum > 1 || occurrence?.maximum !== undefined) {
      return this.#refuse(
        type,
        "an array that is neither `[* type]` nor `[+ type]`",
        "give a row of fixed members a rule of its own",
      );
    }
    const item = this.#entryType(entry);
    return item === undefined ? undefined : { kind: "array", item, minimum, order };
  }

  #table(type: MapType): Shape | undefined {
    const entry = this.#onlyEntry(
      type.group.choices.map((choice) => choice.entries),
      type,
    );
    if (entry === undefined) return undefined;
    if (entry.kind !== "member" || entry.key?.kind !== "type-key") {
      return this.#refuse(type, "a map with named members inside another type", "give the map a rule of its own");
    }
    const { key, occurrence } = entry;
    const textKey = key.type.kind === "reference" && ["tstr", "text"].includes(key.type.name.name);
    const minimum = occurrence === undefined ? -1 : Number(occurrence.minimum);
    if (!textKey || minimum < 0 || minimum > 1 || occurrence?.maximum !== undefined) {
      return this.#refuse(type, "a map that is neither `{ * tstr => type }` nor `{ + tstr => type }`");
    }
    const value = this.type(entry.type);
    return value === undefined ? undefined : { kind: "table", value, minimum };
  }

  #onlyEntry(choices: readonly (readonly GroupEntry[])[], type: PrimaryType): GroupEntry | undefined {
    const [entries = []] = choices;
    const [only] = entries;
    if (choices.length === 1 && entries.length === 1 && only !== undefined) return only;
    return this.#refuse(type, "a container of several entries inside another type", "give it a rule of its own");
  }

  #entryType(entry: GroupEntry): Shape | undefined {
    if (entry.kind === "reference-entry") return this.expression(entry.reference);
    if (entry.kind === "member" && entry.key === undefined) return this.type(entry.type);
    return this.#refuse(entry, "a named or grouped element of an array");
  }

  #range(type: RangeType): Shape | undefined {
    const { low, high, inclusive } = type;
    if (low.kind !== "integer" || high.kind !== "integer" || !inclusive) {
      return this.#refuse(type, "a range that is not between two integers with `..`");
    }
    return this.#integers(type, low, high);
  }

  #integers(type: RangeType, low: IntegerLiteral, high: IntegerLiteral): Shape | undefined {
    if (low.value < -MAX_SAFE || high.value > MAX_SAFE) {
      return this.#refuse(type, "a range with a bound beyond 2^53-1", "use `uint` or `int`, which become `bigint`");
    }
    const [minimum, maximum] = [Number(low.value), Number(high.value)];
    return { kind: minimum < 0 ? "int" : "uint", minimum, maximum };
  }

  #reference(type: Extract<TypeExpression, { kind: "reference" }>): Shape | undefined {
    const name = type.name.name;
    if (type.genericArguments.length > 0) return this.#refuse(type, "a generic rule");
    const prelude = preludeShape(name);
    if (prelude !== undefined) return prelude;
    const base = this.#context.enumerations.get(name);
    if (base !== undefined) return { kind: "enumeration", rule: name, base };
    const target = this.#context.rules.get(name);
    // A missing rule has been reported by the resolver, a standard type outside the subset has not.
    if (target === undefined) return this.#refuse(type, `the standard type \`${name}\``);
    if (isFileRule(target.rule)) return { kind: "reference", rule: name };
    // The resolver has reported a rule that is only another name for itself.
    if (this.#following.includes(name)) return undefined;
    if (target.rule.body.kind !== "type") return this.#refuse(type, "a group rule");
    const reader = new ShapeReader(this.#context, target.file, [...this.#following, name]);
    const shape = reader.type(target.rule.body);
    if (shape === undefined) return undefined;
    return shape.kind === "text" && shape.pattern?.rule === ""
      ? { ...shape, pattern: { ...shape.pattern, rule: name }, named: name }
      : { ...shape, named: name };
  }

  #control(type: ControlType): Shape | undefined {
    const operator = type.operator.name;
    const whole = this.expression(type.target);
    if (whole === undefined) return undefined;
    // What is narrowed is no longer what its name stands for.
    const { named: _, ...target } = whole;
    if (operator === "size" && (target.kind === "text" || target.kind === "bytes")) return this.#size(type, target);
    if (operator === "regexp" && target.kind === "text" && type.argument.kind === "text") {
      // A text has to match both, and a shape holds one.
      if (target.pattern !== undefined)
        return this.#refuse(type, "a second `.regexp` on one text", "write one expression that asks for both");
      return { ...target, pattern: { rule: "", source: type.argument.value } };
    }
    return this.#refuse(
      type,
      `the control operator \`.${operator}\` here`,
      "`.size` on tstr and bstr, and `.regexp` on tstr are",
    );
  }

  #size(type: ControlType, target: TextShape | Extract<Shape, { kind: "bytes" }>): Shape | undefined {
    const bounds = sizeBounds(type.argument);
    if (bounds === undefined)
      return this.#refuse(type.argument, "a `.size` that is neither a number nor a range of numbers");
    if (bounds[1] > Number.MAX_SAFE_INTEGER) return this.#refuse(type.argument, "a `.size` beyond 2^53-1");
    const minimum = Math.max(bounds[0], target.minimum);
    const maximum = Math.min(bounds[1], target.maximum ?? bounds[1]);
    if (minimum > maximum) return this.#refuse(type, "a `.size` that leaves no length its target allows");
    return { ...target, minimum, maximum };
  }

  #refuse(node: { readonly start: number; readonly end: number }, what: string, help?: string): undefined {
    this.#context.unsupported(this.#file, node, what, help === undefined ? {} : { help: [help] });
    return undefined;
  }
}

/** `32`, `(1..128)` or `1..128`. */
function sizeBounds(argument: TypeExpression): readonly [number, number] | undefined {
  if (argument.kind === "integer") return [Number(argument.value), Number(argument.value)];
  if (argument.kind === "parenthesized") {
    const [only, second] = argument.type.alternatives;
    return only === undefined || second !== undefined ? undefined : sizeBounds(only);
  }
  if (argument.kind !== "range" || !argument.inclusive) return undefined;
  const { low, high } = argument;
  return low.kind === "integer" && high.kind === "integer" ? [Number(low.value), Number(high.value)] : undefined;
}

function preludeShape(name: string): Shape | undefined {
  switch (name) {
    case "uint":
      return { kind: "big-uint" };
    case "int":
      return { kind: "integer" };
    case "bool":
      return { kind: "bool" };
    case "bstr":
    case "bytes":
      return { kind: "bytes", minimum: 0, maximum: undefined };
    case "tstr":
    case "text":
      return { kind: "text", minimum: 0, maximum: undefined, pattern: undefined };
    default:
      return undefined;
  }
}

/** Whether a rule becomes a codec of its own: a map or row of named members, an array, or a choice of types. */
export function isFileRule(rule: Rule): boolean {
  if (rule.body.kind !== "type") return false;
  const [only, second] = rule.body.alternatives;
  if (second !== undefined) return true;
  return only?.kind === "map" || only?.kind === "array";
}

function describe(type: TypeExpression): string {
  switch (type.kind) {
    case "integer":
    case "text":
    case "bytes":
      return "a literal as a type";
    case "float":
      return "a floating-point number";
    case "unwrap":
      return "unwrapping with `~`";
    case "tag":
      return "a tag";
    case "major":
    case "any":
      return "`#`";
    default:
      return "this type";
  }
}

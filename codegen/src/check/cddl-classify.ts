import type {
  Group,
  GroupEntry,
  Literal,
  MajorType,
  ReferenceType,
  Rule,
  Type,
  TypeExpression,
} from "../parse/syntax.js";
import { isParameter, type ResolvedRule } from "./cddl-rules.js";
import { anyKind, type DataKinds, dataKind, integerKind, numberKind } from "./control-operators.js";

/** How far chains of rules are followed. Beyond it a type counts as able to match anything, which reports nothing. */
const followLimit = 64;

/** How deep expressions are followed in total, so that deep rules behind deep rules cannot exhaust the stack. */
const depthLimit = 400;

/**
 * Says which kinds of data items a type can match. The answer is never too small: where nothing certain is known
 * (generic parameters, empty sockets, deep chains, cycles) it is {@link anyKind}.
 */
export class Classifier {
  readonly #rules: ReadonlyMap<string, ResolvedRule>;
  readonly #known = new Map<string, DataKinds>();
  readonly #underway = new Set<string>();
  #depth = 0;

  constructor(rules: ReadonlyMap<string, ResolvedRule>) {
    this.#rules = rules;
  }

  /** The kinds a type matches inside `rule`, whose generic parameters are unknown. */
  kindsOf(type: TypeExpression, rule: Rule): DataKinds {
    switch (type.kind) {
      case "integer":
      case "float":
      case "text":
      case "bytes":
        return literalKind(type);
      case "map":
        return dataKind.map;
      case "array":
        return dataKind.array;
      case "tag":
        return dataKind.tag;
      case "major":
        return majorKinds(type);
      case "range":
        return this.kindsOf(type.low, rule) | this.kindsOf(type.high, rule);
      case "parenthesized":
        return this.#kindsOfType(type.type, rule);
      case "control":
        return type.operator.name === "plus" ? numberKind : this.kindsOf(type.target, rule);
      case "reference":
        return this.#kindsOfReference(type, rule);
      case "enumeration":
        return type.group.kind === "group" ? this.#kindsOfValues(type.group, rule) : anyKind;
      case "unwrap":
      case "any":
      case "error":
        return anyKind;
    }
  }

  /**
   * The single value a type stands for, followed through names and parentheses; `"several"` when it certainly is no
   * single value; `undefined` when that is not known here.
   */
  valueOf(type: TypeExpression, rule: Rule): Literal | "several" | undefined {
    let current = type;
    let within = rule;
    for (let step = 0; step < followLimit; step++) {
      if (current.kind === "parenthesized") {
        const [only, second] = current.type.alternatives;
        if (only === undefined || second !== undefined) return "several";
        current = only;
      } else if (current.kind === "reference") {
        const target = isParameter(within, current.name) ? undefined : this.#rules.get(current.name.name);
        const [definition, another] = target?.definitions ?? [];
        if (definition === undefined) return undefined;
        const body = definition.rule.body;
        const [only, second] = body.kind === "type" ? body.alternatives : [];
        if (only === undefined) return undefined;
        if (another !== undefined || second !== undefined) return "several";
        current = only;
        within = definition.rule;
      } else if (isLiteral(current)) {
        return current;
      } else {
        const unclear = current.kind === "control" || current.kind === "enumeration" || current.kind === "unwrap";
        return unclear || current.kind === "error" ? undefined : "several";
      }
    }
    return undefined;
  }

  #kindsOfType(type: Type, rule: Rule): DataKinds {
    if (this.#depth >= depthLimit) return anyKind;
    this.#depth++;
    const kinds = type.alternatives.reduce((union, alternative) => union | this.kindsOf(alternative, rule), 0);
    this.#depth--;
    return kinds;
  }

  #kindsOfReference(reference: ReferenceType, rule: Rule): DataKinds {
    const name = reference.name.name;
    const target = isParameter(rule, reference.name) ? undefined : this.#rules.get(name);
    if (target === undefined || target.kind === "group") return anyKind;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#underway.has(name) || this.#underway.size >= followLimit) return anyKind;
    this.#underway.add(name);
    let kinds: DataKinds = 0;
    for (const definition of target.definitions) {
      const body = definition.rule.body;
      kinds |= body.kind === "type" ? this.#kindsOfType(body, definition.rule) : anyKind;
    }
    this.#underway.delete(name);
    this.#known.set(name, kinds);
    return kinds;
  }

  /** The values that `&(...)` chooses from. */
  #kindsOfValues(group: Group, rule: Rule): DataKinds {
    const entries: readonly GroupEntry[] = group.choices.flatMap((choice) => choice.entries);
    if (entries.length === 0) return anyKind;
    return entries.reduce((kinds, entry) => {
      if (entry.kind === "member") return kinds | this.#kindsOfType(entry.type, rule);
      if (entry.kind === "reference-entry") return kinds | this.#kindsOfReference(entry.reference, rule);
      return kinds | this.#kindsOfValues(entry.group, rule);
    }, 0);
  }
}

function isLiteral(type: TypeExpression): type is Literal {
  return type.kind === "integer" || type.kind === "float" || type.kind === "text" || type.kind === "bytes";
}

function literalKind(literal: Literal): DataKinds {
  switch (literal.kind) {
    case "integer":
      return literal.value < 0n ? dataKind.negative : dataKind.unsigned;
    case "float":
      return dataKind.float;
    case "text":
      return dataKind.text;
    case "bytes":
      return dataKind.bytes;
  }
}

function majorKinds({ major, argument }: MajorType): DataKinds {
  switch (major) {
    case 0:
      return dataKind.unsigned;
    case 1:
      return dataKind.negative;
    case 2:
      return dataKind.bytes;
    case 3:
      return dataKind.text;
    case 4:
      return dataKind.array;
    case 5:
      return dataKind.map;
    case 6:
      return dataKind.tag;
    default:
      return simpleKinds(argument?.kind === "integer" ? argument.value : undefined);
  }
}

function simpleKinds(value: bigint | undefined): DataKinds {
  if (value === undefined)
    return anyKind & ~(integerKind | dataKind.bytes | dataKind.text | dataKind.array | dataKind.map);
  if (value === 20n || value === 21n) return dataKind.boolean;
  if (value === 22n) return dataKind.null;
  if (value === 23n) return dataKind.undefined;
  return value >= 25n && value <= 27n ? dataKind.float : dataKind.simple;
}

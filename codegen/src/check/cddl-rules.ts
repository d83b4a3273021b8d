import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CddlFile, Identifier, ReferenceType, Rule, TypeExpression } from "../parse/syntax.js";

/** What a rule defines. */
export type RuleKind = "type" | "group";

/** One definition of a rule and the file it stands in. */
export interface RuleDefinition {
  readonly file: CddlFile;
  readonly rule: Rule;
}

/** Where a rule comes from: the resolved files, files they only refer to, or the standard prelude. */
export type RuleOrigin = "schema" | "library" | "prelude";

/** A name with everything that defines it. */
export interface ResolvedRule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly origin: RuleOrigin;
  /** One or more. The first gives the meaning; `/=` and `//=` definitions behind it add alternatives. */
  readonly definitions: readonly [RuleDefinition, ...RuleDefinition[]];
  readonly genericParameters: readonly string[];
}

/** The result of resolving. */
export interface ResolvedSchema {
  /**
   * Every rule by name: those of the files in source order, then those of libraries and the prelude. A socket that
   * nothing fills is not in the map.
   */
  readonly rules: ReadonlyMap<string, ResolvedRule>;
  readonly diagnostics: readonly Diagnostic[];
}

/** True for names that a schema may leave undefined: `$type-socket` and `$$group-socket`. */
export function isSocket(name: string): boolean {
  return name.startsWith("$");
}

/** The kind that a socket name promises. */
export function socketKind(name: string): RuleKind {
  return name.startsWith("$$") ? "group" : "type";
}

/** The reference that a type expression consists of, whatever the parentheses around it. */
function loneReferenceOf(type: TypeExpression): ReferenceType | undefined {
  if (type.kind === "reference") return type;
  if (type.kind !== "parenthesized") return undefined;
  const [only, second] = type.type.alternatives;
  return only === undefined || second !== undefined ? undefined : loneReferenceOf(only);
}

/** The reference that a rule is only another name for: `a = b` or `a = (b)`. */
export function aliasOf(rule: Rule): ReferenceType | undefined {
  if (rule.assignment !== "=" || rule.body.kind !== "type") return undefined;
  const [only, second] = rule.body.alternatives;
  return only === undefined || second !== undefined ? undefined : loneReferenceOf(only);
}

/** True when `name` is one of the generic parameters of a rule. */
export function isParameter(rule: Rule, name: Identifier): boolean {
  return rule.genericParameters.some((parameter) => parameter.name === name.name);
}

import { lineAt, type SourceFile } from "../diagnostics/source.js";
import { docComment } from "../parse/comments.js";
import type { CddlFile, Commented, Group, ReferenceType, Rule, SyntaxNode, Type } from "../parse/syntax.js";

/** A rule whose values are listed one by one: `"a" / "b"` or `&(a: 0, b: 1)`. */
export interface EnumRule {
  /** The rule's name. */
  readonly name: string;
  /** Path of its file. */
  readonly path: string;
  /** The comment above the rule, directives left out. */
  readonly meaning: string;
  /** Anchor id of its `@spec` directive. */
  readonly spec: string | undefined;
  readonly members: readonly EnumMember[];
}

/** One value of an {@link EnumRule}. */
export interface EnumMember {
  readonly name: string;
  readonly value: string | number;
  /** The comment at the member; empty where it has none. */
  readonly meaning: string;
}

/** The rules of some files that list their values. */
export function enumRules(files: readonly CddlFile[]): EnumRule[] {
  return files.flatMap((file) => file.rules.flatMap((rule) => enumRule(file, rule) ?? []));
}

function enumRule(file: CddlFile, rule: Rule): EnumRule | undefined {
  if (rule.body.kind !== "type") return undefined;
  const members = textMembers(file.source, rule.body) ?? numberMembers(file.source, rule.body);
  if (members === undefined) return undefined;
  const { above } = docComment(rule, lineAt(file.source, rule.start));
  const meaning = above.filter((line) => !line.startsWith("@")).join(" ");
  const spec = above
    .find((line) => line.startsWith("@spec "))
    ?.slice(6)
    .trim();
  return { name: rule.name.name, path: file.source.path, meaning, spec, members };
}

function textMembers(source: SourceFile, type: Type): EnumMember[] | undefined {
  if (type.alternatives.length < 2) return undefined;
  const members: EnumMember[] = [];
  for (const alternative of type.alternatives) {
    if (alternative.kind !== "text") return undefined;
    members.push({ name: alternative.value, value: alternative.value, meaning: meaningOf(source, alternative) });
  }
  return members;
}

function numberMembers(source: SourceFile, type: Type): EnumMember[] | undefined {
  const [only, another] = type.alternatives;
  if (only?.kind !== "enumeration" || another !== undefined) return undefined;
  const group: Group | ReferenceType = only.group;
  if (group.kind !== "group" || group.choices.length !== 1) return undefined;
  const members: EnumMember[] = [];
  for (const entry of group.choices[0]?.entries ?? []) {
    if (entry.kind !== "member" || entry.key?.kind !== "bareword-key") return undefined;
    const value = entry.type.alternatives[0];
    if (value?.kind !== "integer") return undefined;
    members.push({ name: entry.key.name, value: Number(value.value), meaning: meaningOf(source, entry) });
  }
  return members;
}

function meaningOf(source: SourceFile, node: SyntaxNode & Commented): string {
  const { above, beside } = docComment(node, lineAt(source, node.start));
  return above.length > 0 ? above.filter((line) => !line.startsWith("@")).join(" ") : (beside ?? "");
}

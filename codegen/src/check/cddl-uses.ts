import type { GroupEntry, MemberKey, ReferenceType, Rule, Type, TypeExpression } from "../parse/syntax.js";
import { aliasOf } from "./cddl-rules.js";

/**
 * How a rule uses a name:
 * - `alias`: the whole rule is this name, so it takes over the kind of what it names;
 * - `type`: only a type fits;
 * - `entry`: an entry of a group, where a type and a group fit;
 * - `map-entry`: an entry directly between braces and without a key, where only a group fits;
 * - `argument`: a generic argument, which fits when it fits where the parameter is used;
 * - `enumeration`: behind `&`, where only a group fits;
 * - `unwrap`: behind `~`.
 */
export type UsePosition = "alias" | "type" | "entry" | "map-entry" | "argument" | "enumeration" | "unwrap";

/** One use of a name. */
export interface Use {
  readonly reference: ReferenceType;
  readonly position: UsePosition;
}

/** All uses of names in a rule, in source order. */
export function usesOf(rule: Rule): readonly Use[] {
  const uses: Use[] = [];
  const alias = aliasOf(rule);
  if (alias !== undefined) useOf(alias, "alias", uses);
  else if (rule.body.kind === "type") collectFromType(rule.body, uses);
  else collectFromEntry(rule.body, false, uses);
  return uses;
}

function collectFromType(type: Type, uses: Use[]): void {
  for (const alternative of type.alternatives) collectFromExpression(alternative, "type", uses);
}

function collectFromExpression(type: TypeExpression, position: "type" | "argument", uses: Use[]): void {
  switch (type.kind) {
    case "reference":
      useOf(type, position, uses);
      return;
    case "range":
      collectFromExpression(type.low, "type", uses);
      collectFromExpression(type.high, "type", uses);
      return;
    case "control":
      collectFromExpression(type.target, "type", uses);
      collectFromExpression(type.argument, "type", uses);
      return;
    case "parenthesized":
      collectFromType(type.type, uses);
      return;
    case "map":
    case "array":
      for (const entry of type.group.choices.flatMap((choice) => choice.entries)) {
        collectFromEntry(entry, type.kind === "map", uses);
      }
      return;
    case "unwrap":
      useOf(type.reference, "unwrap", uses);
      return;
    case "enumeration":
      if (type.group.kind === "reference") useOf(type.group, "enumeration", uses);
      else
        for (const choice of type.group.choices)
          for (const entry of choice.entries) collectFromEntry(entry, false, uses);
      return;
    case "tag":
      if (type.number?.kind === "type") collectFromType(type.number, uses);
      collectFromType(type.type, uses);
      return;
    case "major":
      if (type.argument?.kind === "type") collectFromType(type.argument, uses);
      return;
    default:
      return;
  }
}

function collectFromEntry(entry: GroupEntry, directlyInMap: boolean, uses: Use[]): void {
  switch (entry.kind) {
    case "member":
      if (entry.key !== undefined) collectFromKey(entry.key, uses);
      collectFromType(entry.type, uses);
      return;
    case "reference-entry":
      useOf(entry.reference, directlyInMap ? "map-entry" : "entry", uses);
      return;
    case "inline-group":
      for (const choice of entry.group.choices) {
        for (const inner of choice.entries) collectFromEntry(inner, directlyInMap, uses);
      }
      return;
  }
}

function collectFromKey(key: MemberKey, uses: Use[]): void {
  if (key.kind === "type-key") collectFromExpression(key.type, "type", uses);
}

function useOf(reference: ReferenceType, position: UsePosition, uses: Use[]): void {
  uses.push({ reference, position });
  for (const argument of reference.genericArguments) collectFromExpression(argument, "argument", uses);
}

import type { AnyNode } from "./syntax.js";

/** The direct children of a node in source order. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  switch (node.kind) {
    case "file":
      return node.rules;
    case "rule":
      return [node.name, ...node.genericParameters, node.body];
    case "type":
      return node.alternatives;
    case "range":
      return [node.low, node.high];
    case "control":
      return [node.target, node.operator, node.argument];
    case "reference":
      return [node.name, ...node.genericArguments];
    case "parenthesized":
      return [node.type];
    case "map":
    case "array":
    case "enumeration":
      return [node.group];
    case "unwrap":
      return [node.reference];
    case "tag":
      return node.number === undefined ? [node.type] : [node.number, node.type];
    case "major":
      return node.argument === undefined ? [] : [node.argument];
    case "group":
      return node.choices;
    case "group-choice":
      return node.entries;
    case "member":
      return [node.occurrence, node.key, node.type].filter((child) => child !== undefined);
    case "reference-entry":
      return [node.occurrence, node.reference].filter((child) => child !== undefined);
    case "inline-group":
      return [node.occurrence, node.group].filter((child) => child !== undefined);
    case "value-key":
      return [node.literal];
    case "type-key":
      return [node.type];
    default:
      return [];
  }
}

/** Calls `visit` for a node and everything below it, parents first, in source order. */
export function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

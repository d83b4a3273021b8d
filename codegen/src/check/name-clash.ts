import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import type { CddlFile, SyntaxNode } from "../parse/syntax.js";

/** A name of the schema, and what it becomes. */
export interface NamedNode {
  readonly name: string;
  readonly typescript: string;
  readonly node: Pick<SyntaxNode, "start" | "end">;
}

/** One `schema/name-clash` for each name that becomes what an earlier one has become. */
export function findClashes({ source }: CddlFile, all: readonly NamedNode[]): Diagnostic[] {
  const first = new Map<string, NamedNode>();
  return all.flatMap((one) => {
    const { name, typescript, node } = one;
    const other = first.get(typescript);
    if (other === undefined) {
      first.set(typescript, one);
      return [];
    }
    const span = spanOf(source, other.node.start, other.node.end);
    const message = name === other.name ? "the first one" : `\`${other.name}\``;
    return createDiagnostic(
      "schema/name-clash",
      spanOf(source, node.start, node.end),
      { name, other: other.name, typescript },
      { related: [{ span, message }] },
    );
  });
}

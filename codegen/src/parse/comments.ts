import type { Comment, Commented, SyntaxNode } from "./syntax.js";

/** The comment text around a node, ready to become documentation. */
export interface DocComment {
  /** The comment lines directly above the node, without `;` and one blank behind it; no blank line may stand between. */
  readonly above: readonly string[];
  /** The comment at the end of the node's line. */
  readonly beside: string | undefined;
}

/** Reads the documentation of a node out of its comments. `line` is the 1-based line on which the node starts. */
export function docComment(node: SyntaxNode & Commented, line: number): DocComment {
  const above: string[] = [];
  let expected = line - 1;
  for (const comment of [...node.leading].reverse()) {
    if (comment.line !== expected) break;
    above.unshift(commentText(comment));
    expected--;
  }
  return { above, beside: node.trailing === undefined ? undefined : commentText(node.trailing) };
}

/** The text of a comment without its `;` signs, the blank behind them and blanks at the end. */
export function commentText(comment: Comment): string {
  return comment.text.replace(/^;* ?/, "").trimEnd();
}

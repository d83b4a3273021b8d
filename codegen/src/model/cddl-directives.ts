import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { closestName } from "../diagnostics/suggest.js";
import { commentText } from "../parse/comments.js";
import type { CddlFile, Comment, Commented } from "../parse/syntax.js";

/** One `@name arguments` line of a comment. */
export interface Directive {
  readonly name: DirectiveName;
  readonly arguments: readonly string[];
  readonly comment: Comment;
}

/** Directives by name, with the number of arguments each takes. */
const DIRECTIVES = {
  domain: [1, 2],
  spec: [1, 1],
  grows: [1, 1],
  frozen: [1, 20],
  ascending: [0, 0],
  "ascending-by": [1, 1],
  "disjoint-from": [1, 1],
  "prefix-free": [0, 1],
  part: [1, 1],
  table: [1, 1],
  since: [1, 1],
  names: [1, 20],
  deprecated: [1, 1],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** A directive the compiler knows. */
export type DirectiveName = keyof typeof DIRECTIVES;

/** What a comment says: documentation, and directives. */
export interface CommentContent {
  readonly text: string;
  readonly directives: readonly Directive[];
}

/** Reads the comment of a node: lines of its own directly above it, and the one behind it. */
export function readComment(node: Commented & { readonly start: number }, file: CddlFile): CommentContent {
  const lines: string[] = [];
  const directives: Directive[] = [];
  const above = adjacent(node, file);
  for (const comment of above) {
    const directive = directiveOf(comment);
    if (directive !== undefined) directives.push(directive);
    else if (!commentText(comment).startsWith("@")) lines.push(commentText(comment).trim());
  }
  const beside = node.trailing === undefined ? "" : commentText(node.trailing);
  const text = lines.filter((line) => line !== "").join(" ");
  return { text: text === "" ? beside : text, directives };
}

/** The comment lines above a node with no empty line between them and the node. */
function adjacent(node: Commented & { readonly start: number }, file: CddlFile): Comment[] {
  const found: Comment[] = [];
  let line = lineOf(file, node.start) - 1;
  for (const comment of [...node.leading].reverse()) {
    if (comment.line !== line) break;
    found.unshift(comment);
    line--;
  }
  return found;
}

function lineOf(file: CddlFile, offset: number): number {
  let low = 0;
  let high = file.source.lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((file.source.lineStarts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function directiveOf(comment: Comment): Directive | undefined {
  const [word = "", ...rest] = commentText(comment).trim().split(/\s+/);
  const name = word.slice(1);
  return word.startsWith("@") && isDirective(name) ? { name, arguments: rest, comment } : undefined;
}

function isDirective(name: string): name is DirectiveName {
  return Object.hasOwn(DIRECTIVES, name);
}

/** Every comment line that begins with `@` must be a directive with the right number of arguments. */
export function checkDirectives(file: CddlFile): Diagnostic[] {
  return file.comments.flatMap((comment) => {
    const [word = "", ...rest] = commentText(comment).trim().split(/\s+/);
    if (!word.startsWith("@")) return [];
    const span = spanOf(file.source, comment.start, comment.end);
    const name = word.slice(1);
    if (!isDirective(name)) {
      const near = closestName(name, Object.keys(DIRECTIVES));
      return [
        createDiagnostic(
          "schema/unknown-directive",
          span,
          { name },
          near === undefined ? {} : { help: [`did you mean \`@${near}\`?`] },
        ),
      ];
    }
    const [least, most] = DIRECTIVES[name];
    if (rest.length >= least && rest.length <= most) return [];
    const count = least === most ? `${least}` : `${least} to ${most}`;
    return [createDiagnostic("schema/invalid-directive", span, { name, reason: `it takes ${count} arguments` })];
  });
}

/** Every directive of a file, in source order. */
export function directivesOf(file: CddlFile): Directive[] {
  return file.comments.flatMap((comment) => directiveOf(comment) ?? []);
}

/** The domains of a file: `cbor`, `json` or both; empty where it names none. */
export function domainsOf(file: CddlFile): readonly string[] {
  for (const comment of file.comments) {
    const directive = directiveOf(comment);
    if (directive?.name === "domain") return directive.arguments;
  }
  return [];
}

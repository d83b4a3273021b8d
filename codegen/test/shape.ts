import { createSourceFile } from "../src/diagnostics/source.js";
import { parseCddl } from "../src/parse/parse.js";
import type { CddlFile, Rule } from "../src/parse/syntax.js";

/** What a node means: everything but positions and comments, with byte strings as hexadecimal text. */
export function shapeOf(node: unknown): unknown {
  if (node instanceof Uint8Array) return `bytes ${Buffer.from(node).toString("hex")}`;
  if (Array.isArray(node)) return node.map(shapeOf);
  if (typeof node === "bigint") return `${node}n`;
  if (typeof node !== "object" || node === null) return node;
  const ignored = new Set(["start", "end", "leading", "trailing", "source", "comments", "raw", "notation"]);
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !ignored.has(key))
      .map(([key, value]) => [key, shapeOf(value)]),
  );
}

/** Parses a text that must be free of errors. */
export function parseClean(text: string): CddlFile {
  const { tree, diagnostics } = parseCddl(createSourceFile("test.cddl", text));
  if (diagnostics.length > 0) {
    throw new Error(`${JSON.stringify(text)}: ${diagnostics.map((diagnostic) => diagnostic.message).join("; ")}`);
  }
  return tree;
}

/** The only rule of a text that must be free of errors. */
export function parseOneRule(text: string): Rule {
  const [rule, another] = parseClean(text).rules;
  if (rule === undefined || another !== undefined) throw new Error(`not one rule: ${text}`);
  return rule;
}

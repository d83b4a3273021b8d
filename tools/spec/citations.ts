import { type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";
import type { Citation, CitationKind, Coverage, SpecTree } from "./model.js";

const id = "[a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+";
/** `@spec ID, ID` in comments and titles; `spec: "ID"` in code. */
const inCode = new RegExp(`@spec\\s+(${id}(?:\\s*,\\s*${id})*)|\\bspec(?:: | = )"(${id})"`, "g");
/** `spec: ID` in tables. */
const inTable = new RegExp(`@spec\\s+(${id}(?:\\s*,\\s*${id})*)|\\bspec: (${id})`, "g");
const coverage = /@covers\s+(spec\/[A-Za-z0-9_./-]+)/g;

/** Every citation of a requirement, in the order of the files. */
export function readCitations(tree: SpecTree): readonly Citation[] {
  return [
    ...tree.specification.flatMap((file) => citationsIn(file, "specification")),
    ...tree.implementation.flatMap((file) => citationsIn(file, "implementation")),
    ...tree.helpers.flatMap((file) => citationsIn(file, "helper")),
    ...tree.tests.flatMap((file) => citationsIn(file, "test")),
  ];
}

function citationsIn(file: SourceFile, kind: CitationKind): Citation[] {
  const citations: Citation[] = [];
  for (const match of file.text.matchAll(file.path.endsWith(".yaml") ? inTable : inCode)) {
    const listed = match[1] ?? match[2] ?? "";
    if (kind === "test" && !isComment(file.text, match.index)) continue;
    let start = match.index + match[0].indexOf(listed);
    for (const part of listed.split(",")) {
      const name = part.trim();
      const at = start + part.indexOf(name);
      citations.push({ id: name, kind, span: spanOf(file, at, at + name.length) });
      start += part.length + 1;
    }
  }
  return citations;
}

/**
 * Whether a place of a test stands in a comment or in the title of a test. Tests also hold made-up citations inside
 * quoted input, which cite nothing.
 */
function isComment(text: string, offset: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return (
    /^\s*(\/\/|\/?\*)/.test(before) || /\s\/\/ /.test(before) || /\b(describe|test|it|prop)\b.*\(\s*["'`]/.test(before)
  );
}

/** Every statement of a test that it covers a whole schema or table. */
export function readCoverage(tests: readonly SourceFile[]): readonly Coverage[] {
  return tests.flatMap((file) =>
    [...file.text.matchAll(coverage)]
      .filter((match) => isComment(file.text, match.index))
      .map((match) => {
        const path = match[1] ?? "";
        const start = match.index + match[0].indexOf(path);
        return { path: path.replace(/\.$/, ""), span: spanOf(file, start, start + path.length) };
      }),
  );
}

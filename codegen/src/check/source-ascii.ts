import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { type SourceFile, spanOf } from "../diagnostics/source.js";

/** Comments and meanings become docblocks, so sources are ASCII: one diagnostic at the first other character of a file. */
export function checkAscii(sources: readonly SourceFile[]): Diagnostic[] {
  return sources.flatMap((source) => {
    const match = /[^\t\n\r\x20-\x7e]/u.exec(source.text);
    if (match === null) return [];
    const character = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    const span = spanOf(source, match.index, match.index + match[0].length);
    const help = match[0] === "\ufeff" ? ["it is a byte order mark: save the file as UTF-8 without one"] : [];
    return [createDiagnostic("generate/not-ascii", span, { character }, { help })];
  });
}

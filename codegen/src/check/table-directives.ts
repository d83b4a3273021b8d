import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { closestName } from "../diagnostics/suggest.js";
import type { SpecTables } from "../model/table-model.js";
import type { CddlFile } from "../parse/syntax.js";

/** Every `@table` directive of a CDDL comment names a table. */
export function checkTableDirectives(tables: SpecTables, files: readonly CddlFile[]): Diagnostic[] {
  return files.flatMap((file) =>
    file.comments.flatMap((comment) => {
      const name = /^\s*@table\s+(\S+)/.exec(comment.text)?.[1];
      if (name === undefined || Object.hasOwn(tables, name)) return [];
      const start = comment.end - comment.text.length + comment.text.indexOf(name);
      const near = closestName(name, Object.keys(tables));
      const details = near === undefined ? {} : { help: [`did you mean \`${near}\`?`] };
      return [
        createDiagnostic("table/unknown-table", spanOf(file.source, start, start + name.length), { name }, details),
      ];
    }),
  );
}

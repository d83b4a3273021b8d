import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constantCase } from "./names.js";
import { constant } from "./structures.js";

/** `versions.ts`: a tuple for each version, a plain number where the version has one part. */
export function emitVersions(tables: SpecTables): TypeScriptModule {
  const table = tables.versions;
  return {
    path: "versions.ts",
    origin: table.path,
    edit: "the table",
    emitter: "versions.ts",
    imports: [],
    statements: table.rows.map((row) => {
      const parts = row.version.split(".").map(Number);
      const tuple = `readonly [${["major", "minor", "patch"]
        .slice(0, parts.length)
        .map((part) => `${part}: number`)
        .join(", ")}]`;
      return constant({
        name: `${constantCase(row.name)}_VERSION`,
        docs: { text: row.meaning, spec: table.spec },
        type: parts.length === 1 ? "number" : tuple,
        value: parts.length === 1 ? String(parts[0]) : `[${parts.join(", ")}]`,
      });
    }),
  };
}

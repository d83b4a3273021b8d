import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { type CHeader, cDocs } from "./guest-c-text.js";
import { pascalCase } from "./names.js";
import { docLines, statement } from "./structures.js";

/** Tables whose numbers are operands and results of instructions, and what programs call their rows. */
const TABLES = [
  { table: "ui-nodes", enumeration: "UiNodeKind", prefix: "FAYGER_UI_NODE" },
  { table: "ui-attributes", enumeration: "UiAttribute", prefix: "FAYGER_UI_ATTRIBUTE" },
  { table: "signals", enumeration: "Signal", prefix: "FAYGER_SIGNAL" },
  { table: "crypto-algorithms", enumeration: "CryptoAlgorithm", prefix: "FAYGER_CRYPTO" },
] as const;

/** Names that programs in AssemblyScript import. */
export const CONSTANT_ENUMS: readonly string[] = TABLES.map(({ enumeration }) => enumeration);

const originOf = (tables: SpecTables): string => TABLES.map(({ table }) => tables[table].path).join(", ");

/** `constants.ts`: numbers that operands and results have names for. */
export function guestConstants(tables: SpecTables): TypeScriptModule {
  return {
    path: "guest/assemblyscript/constants.ts",
    origin: originOf(tables),
    edit: "the tables",
    emitter: "guest-constants.ts",
    imports: [],
    statements: TABLES.map(({ table, enumeration }) =>
      statement([
        ...docLines({ text: tables[table].comment, spec: tables[table].spec }, ""),
        `export enum ${enumeration} {`,
        ...tables[table].rows.flatMap((row) => [
          ...docLines({ text: row.meaning }, "  "),
          `  ${pascalCase(row.name)} = ${row.number},`,
        ]),
        "}",
      ]),
    ),
  };
}

/** `fayger-constants.h`: the same for programs in C. */
export function cConstants(tables: SpecTables): CHeader {
  return {
    file: "fayger-constants.h",
    origin: originOf(tables),
    edit: "the tables",
    emitter: "guest-constants.ts",
    about: cDocs("Numbers that operands and results have names for. Include fayger.h, which tells how to use them."),
    includes: [],
    parts: TABLES.map(({ table, prefix }) => {
      const { comment, spec, rows } = tables[table];
      const members = rows.flatMap((row) => [
        cDocs(row.meaning, undefined, "  "),
        `  ${prefix}_${row.name.toUpperCase()} = ${row.number},`,
      ]);
      return `${cDocs(comment, spec)}\nenum {\n${members.join("\n")}\n};`;
    }),
  };
}

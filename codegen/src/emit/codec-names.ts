import { type NameTable, nameTables } from "../model/table-enums.js";
import type { CodecFile } from "./codec-module.js";
import { listNameOf } from "./enum-names.js";
import { constantCase, kebabCase } from "./names.js";
import { constant } from "./structures.js";

/** A list of names that another generated file exports. */
export interface NameList {
  /** The file, as the files of a folder beside it import it. */
  readonly from: string;
  readonly list: string;
  /** What one of the names is called in names of constants: `TERMINAL`. */
  readonly singular: string;
}

/** The list of a table's names, where a generated file exports one. */
export function nameListOf(table: string): NameList | undefined {
  if (table === "capabilities") return { from: "../capabilities.js", list: "CAPABILITY_NAMES", singular: "CAPABILITY" };
  if (!isNameTable(table)) return undefined;
  const type = nameTables[table];
  return { from: `../enums/${kebabCase(type)}.js`, list: listNameOf(table), singular: constantCase(type) };
}

function isNameTable(table: string): table is NameTable {
  return Object.hasOwn(nameTables, table);
}

/**
 * The constant that holds a table's names for reading, defined in the file once.
 *
 * @returns its name, or `undefined` where the names of the table are in no generated file
 */
export function knownTexts(file: CodecFile, table: string | undefined): string | undefined {
  const names = table === undefined ? undefined : nameListOf(table);
  if (names === undefined) return undefined;
  const name = `${names.singular}_TEXTS`;
  file.kernel("KnownTexts");
  file.use(names.from, names.list);
  file.constants.set(
    name,
    constant({
      name,
      docs: { text: `Texts of the table \`${table}\`, which most documents hold.` },
      value: `new KnownTexts(${names.list})`,
      exported: false,
    }),
  );
  return name;
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSourceFile, type SourceFile } from "../src/diagnostics/source.js";
import { codegenFolder } from "./golden.js";

const folder = join(process.env["FAYGER_EXTERNAL"] ?? join(codegenFolder, "..", "..", "shared", "external"), "rfc-cddl");

/** How many files the collection holds when it is there: an empty run must not look like a green one. */
export const rfcFileCount = 41;

/** The CDDL files of published RFCs, or `undefined` where the collection is not installed. */
export function rfcFiles(): readonly SourceFile[] | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.endsWith(".cddl"));
  return names.sort().map((name) => createSourceFile(name, readFileSync(join(folder, name), "utf8")));
}

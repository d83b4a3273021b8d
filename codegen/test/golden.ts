import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { DiagnosticNamespace } from "../src/diagnostics/define.js";

/** The folder `codegen/`. */
export const codegenFolder = join(dirname(fileURLToPath(import.meta.url)), "..");

/** True when expected texts are to be rewritten instead of compared: `FAYGER_BLESS=1`. */
export const blessing = process.env["FAYGER_BLESS"] === "1";

/** One input below `codegen/test/diagnostics/<namespace>/<code>/`. */
export interface GoldenCase {
  /** `namespace/code`, the diagnostic the case must produce. */
  readonly code: string;
  /** File name of the input; the expected output lies beside it with the extension `.stderr`. */
  readonly name: string;
  /** Folder of the input. */
  readonly folder: string;
}

/** The golden cases of a namespace: every file with the extension whose name does not start with `lib-`. */
export function goldenCases(namespace: DiagnosticNamespace, extension: string): readonly GoldenCase[] {
  const root = join(codegenFolder, "test", "diagnostics", namespace);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const folder = join(root, entry.name);
      const names = readdirSync(folder).filter((name) => name.endsWith(extension) && !name.startsWith("lib-"));
      return names.sort().map((name) => ({ code: `${namespace}/${entry.name}`, name, folder }));
    });
}

/** Compares a text with the expected file beside the input, or rewrites that file when blessing. */
export function expectGolden(input: GoldenCase, actual: string): void {
  const path = join(input.folder, input.name.replace(/\.[^.]+$/, ".stderr"));
  if (blessing) writeFileSync(path, actual);
  expect(actual, `${path}; run with FAYGER_BLESS=1 to accept a wanted change`).toBe(readFileSync(path, "utf8"));
}

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders in which tests stand. */
const FOLDERS = ["codegen", "generated", "reference", "tools", "conformance-vectors"];

/** Every test file of the repository that states a property. @param root folder of the repository */
export function propertyTests(root: string): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
    .filter(
      (file) =>
        file.endsWith(".test.ts") &&
        /from "(@fast-check\/vitest|fast-check)"/.test(readFileSync(join(root, file), "utf8")),
    )
    .sort();
}

/** What one round came to. */
export interface PropertyRound {
  readonly seed: number;
  readonly isGood: boolean;
  /** What the test runner printed, where a property failed. */
  readonly output: string;
}

/** Run property tests once. @param seed of every property @param runs cases of a property that names no number */
export function runProperties(root: string, files: readonly string[], seed: number, runs: number): PropertyRound {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "tools/config/vitest.properties.config.ts",
      "--reporter=verbose",
      ...files,
    ],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      env: { ...process.env, FAYGER_FUZZ_SEED: String(seed), FAYGER_FUZZ_RUNS: String(runs), NO_COLOR: "1" },
    },
  );
  return { seed, isGood: status === 0, output: `${stdout}${stderr}` };
}

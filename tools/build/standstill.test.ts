import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "dist/.standstill");
const report = join(folder, "report.json");

const FILES = {
  "stands.test.ts": `import { test } from "vitest";
test("is done", () => {});
test("waits for itself", () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });
test("stands behind it", () => {});
`,
  "moves.test.ts": `import { test } from "vitest";
test("takes longer than the limit", () => new Promise((resolve) => setTimeout(resolve, 4000)));
`,
  "vitest.config.ts": `import shared from "../../tools/config/vitest.config.js";
export default { test: { ...shared.test, root: ${JSON.stringify(folder)}, include: ["*.test.ts"] } };
`,
};

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failedTests(...args: string[]): string {
  return spawnSync(process.execPath, ["--import", "tsx", "tools/build/failed-tests.ts", ...args, report], {
    cwd: root,
    encoding: "utf8",
  }).stdout;
}

test("a test that holds its thread is ended and named, and the other files are run", () => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(folder, "vitest.config.ts");
  const { status, stderr } = spawnSync(
    process.execPath,
    [vitest, "run", "--config", config, "--reporter=json", `--outputFile=${report}`],
    { cwd: root, encoding: "utf8", env: { ...process.env, FAYGER_STANDSTILL_MS: "3000" }, timeout: 100_000 },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/^standing still for 3 s, and ended: stands\.test\.ts: waits for itself \(.+\)$/m);

  expect(failedTests("--count")).toBe("1 3\n");
  const named = failedTests();
  expect(named).toContain("stands.test.ts: waits for itself\n    did not end");
  expect(named).not.toContain("moves.test.ts");
});

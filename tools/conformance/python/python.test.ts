import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { findPython } from "../testing/find-python.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };

it("the second implementation, in Python, passes its own tests", { timeout: 240_000 }, (context) => {
  const python = findPython();
  if (python === undefined) {
    const note = "no Python 3.9 or later on this host: the tests of the second implementation are skipped";
    process.stderr.write(`${note}\n`);
    return context.skip(note);
  }
  const done = spawnSync(python, ["-W", "error::ResourceWarning", "-m", "unittest", "discover"], {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  });
  const output = `${done.stdout}${done.stderr}`;
  expect(done.status, output).toBe(0);
  expect(Number(/^Ran (\d+) tests/m.exec(output)?.[1]), output).toBeGreaterThan(100);
  const skipped = /skipped=(\d+)/.exec(output)?.[1];
  if (skipped !== undefined) {
    process.stderr.write(`${skipped} Python tests are skipped: public test data is absent (FAYGER_EXTERNAL)\n`);
  }
});

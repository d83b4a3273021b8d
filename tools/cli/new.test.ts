import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONTROL_MODES } from "../../generated/enums/control-mode.js";
import { claimStage, readFayManifest, resolveFayManifest } from "../../reference/assembly/index.js";
import { readRegistries } from "./assembly/registries.js";
import { templateOf } from "./assembly/template.js";
import { faygerHere, type Outcome, fayger as runFayger } from "./testing.js";

// `fayger new` as people use it. @spec tools.new

let folder: string;
const fayger = (...args: string[]): Outcome => runFayger(args, { folder });
const here = (...args: string[]): Promise<Outcome> => faygerHere(args);
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-new-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("is written where nobody wrote before, and assembles as it stands", async () => {
  const made = fayger("new");
  expect(made.code).toBe(0);
  expect(made.stdout).toContain("fayger assemble fay.json");
  const text = readFileSync(join(folder, "fay.json"), "utf8");
  expect(text.split("\n").filter((line) => line.includes("//")).length).toBeGreaterThan(10);
  const again = await here("new", at("fay.json"), "--stage", "3");
  expect(again.code).toBe(4);
  expect(again.stderr).toContain("--force");
  expect(readFileSync(join(folder, "fay.json"), "utf8")).toBe(text);
  const forced = fayger("new", "--stage", "3", "--mode", "autonomous", "--name", "acme/scout", "--force", "--json");
  expect(JSON.parse(forced.stdout)).toEqual({
    file: "fay.json",
    name: "acme/scout",
    control_mode: "autonomous",
    stage: 3,
  });
  const assembled = fayger("assemble", "fay.json", "--claim", "3", "-o", "scout.buf");
  expect([assembled.code, assembled.stderr]).toEqual([0, ""]);
  expect(assembled.stdout).toMatch(/^holds {2}stage 3, virtual world interface\n/);
});

test("every combination of control mode and stage has no finding, implementations for all of it, and its stage", async () => {
  const { registry } = await readRegistries([]);
  for (const controlMode of CONTROL_MODES) {
    for (const stage of [undefined, 1, 2, 3, 4, 5]) {
      const text = templateOf({ name: "my-ifay", controlMode, ...(stage !== undefined && { stage }) });
      const { manifest, errors, warnings } = readFayManifest(text, { comments: true });
      expect([...errors, ...warnings]).toEqual([]);
      if (manifest === undefined) continue;
      const resolution = resolveFayManifest(manifest);
      expect(registry.choose(manifest, resolution).missing).toEqual([]);
      if (stage !== undefined) expect(claimStage(resolution, stage).complete).toBe(true);
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  }
});

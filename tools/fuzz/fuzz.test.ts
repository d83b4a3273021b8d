import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { makeBases } from "./bases.js";
import { CHUNK_CASES, runChunk, smallestCase } from "./campaign.js";
import { checkCase, makeCase } from "./case.js";
import { replayCounterexample, storeCounterexample } from "./counterexample.js";
import { makePlan, type Plan, Repairs } from "./damage.js";
import { HELP, readOptions } from "./options.js";
import { propertyTests, runProperties } from "./properties.js";
import { RandomNumbers } from "./random.js";

// The bounded share of `npm run fuzz`: new artifacts and new damage in every run.

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Processes that start processes take their time on a busy machine. */
const PATIENCE = 300_000;
const NOTHING: Plan = { steps: [], repairs: 0 };

beforeAll(() => {
  Error.stackTraceLimit = 4;
});

describe("damaged artifacts", () => {
  const seed = 20_261_121;
  const verdicts = new Map<string, number>();

  // @spec loader.coded-errors, loader.checks.order, loader.phase-context, format.round-trip.bytes
  // @spec loader.read-sections.verified-first, loader.strategy, encoding.verdict
  test.each([0, 1, 2, 3])(`get the oracle's verdict, eagerly and lazily (seed ${seed}, chunk %i)`, async (chunk) => {
    const report = await runChunk(seed, chunk);
    const told = report.failures.slice(0, 2).map(({ difference, plan }) => ({ difference, plan }));
    expect(told).toEqual([]);
    expect(report.cases).toBe(CHUNK_CASES);
    for (const [name, count] of Object.entries(report.verdicts)) verdicts.set(name, (verdicts.get(name) ?? 0) + count);
  });

  test("and the damage reaches every phase from the first to the last", () => {
    const phases = new Set([...verdicts.keys()].map((name) => name.split(" ")[0]));
    for (const phase of ["read_head", "parse", "verify_structure", "verify_signature", "read_sections", "accepted"]) {
      expect(phases).toContain(phase);
    }
  });
});

describe("the campaign itself", () => {
  test("gives the same cases for the same seed", async () => {
    const [once, again] = [await makeBases(77, 2), await makeBases(77, 2)];
    expect(again).toEqual(once);
    for (let at = 0; at < 50; at += 1) {
      const plan = makePlan(new RandomNumbers(1, 2, at));
      expect(makePlan(new RandomNumbers(1, 2, at))).toEqual(plan);
      for (const base of once) expect(makeCase(base, plan)).toEqual(makeCase(base, plan));
    }
  });

  test("leaves an artifact as it is where nothing is done to it, also with everything made right again", async () => {
    for (const base of await makeBases(5, 6)) {
      expect(makeCase(base, NOTHING).bytes).toEqual(base.bytes);
      const without = Repairs.All & ~Repairs.Signature;
      expect(makeCase(base, { steps: [], repairs: without }).bytes).toEqual(base.bytes);
      expect((await checkCase(makeCase(base, { steps: [], repairs: Repairs.All }), 0)).difference).toBeUndefined();
    }
  });

  test("notices an artifact that gets another verdict than the oracle's, and stores it so that it can be replayed", async () => {
    // An oracle that does not know what was signed is wrong about every genuine signature.
    const cases = (await makeBases(11, 40)).map((base) => makeCase(base, NOTHING));
    const wronged = cases.filter(({ genuine }) => genuine.length > 0).map((fuzz) => ({ ...fuzz, genuine: [] }));
    const found = await Promise.all(wronged.map((fuzz) => checkCase(fuzz, 0)));
    expect(found.length).toBeGreaterThan(0);
    for (const { name, difference } of found) {
      expect(name).toBe("verify_signature LDR_SIGNATURE_FAIL");
      expect(difference).toContain("expected LDR_SIGNATURE_FAIL");
    }
    const minimal = wronged[0] as (typeof wronged)[number];
    const failure = { seed: 1, chunk: 2, case: 3, plan: NOTHING, difference: "x", reader: 0, minimal };
    const file = storeCounterexample(failure);
    expect((await replayCounterexample(file)).difference).toContain("expected LDR_SIGNATURE_FAIL");
    expect(new Uint8Array(readFileSync(file.replace(/json$/, "buf")))).toEqual(minimal.bytes);
    for (const each of [file, file.replace(/json$/, "buf")]) rmSync(each);
  });

  test("makes a counterexample as small as it can be", async () => {
    const bytes = new Uint8Array(300).map((_, at) => at);
    const found = {
      bytes,
      profile: { terminal: "server", capabilities: [], features: [] },
      enforce: false,
      genuine: [],
    };
    const isFailing = async (fuzz: { readonly bytes: Uint8Array }): Promise<boolean> =>
      fuzz.bytes.includes(77) && fuzz.bytes.lastIndexOf(200) > fuzz.bytes.indexOf(77);
    expect([...(await smallestCase(found, isFailing)).bytes]).toEqual([77, 200]);
  });
});

describe("npm run fuzz", () => {
  function fuzz(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const main = join(root, "tools/fuzz/main.ts");
    return spawnSync(process.execPath, ["--import", "tsx", main, ...args], { encoding: "utf8", cwd: root });
  }

  test(
    "prints its seed and how to go on, and runs chunks in processes of their own",
    () => {
      const { status, stdout, stderr } = fuzz("--cases", "1000", "--seed", "9", "--from", "4");
      expect(status === 0 ? "" : stderr).toBe("");
      expect(stdout).toMatch(/^seed 9, 1024 cases from chunk 4\n/);
      expect(stdout).toMatch(/seed 9: 1024 cases in \d+ s, \d+ a second, 0 found\n$/);
    },
    PATIENCE,
  );

  test(
    "refuses what it does not understand, and explains itself",
    () => {
      const refused = fuzz("--cases", "many");
      expect([refused.status, refused.stderr.split("\n")[0]]).toEqual([2, "--cases takes an integer of at least 1"]);
      expect(fuzz("--help")).toMatchObject({ status: 0, stdout: HELP });
      expect(readOptions(["--minutes", "0"])).toEqual({ problem: "--minutes takes a number above 0" });
      expect(readOptions(["--seed", "5", "--properties", "3"])).toMatchObject({ seed: 5, properties: 3, workers: 2 });
      expect(readOptions(["--properties", "0"])).toMatchObject({ problem: expect.stringContaining("--properties") });
    },
    PATIENCE,
  );

  test(
    "finds the property tests, this repository's own among them, and gives each the seed it says",
    () => {
      const files = propertyTests(root);
      expect(files).toContain(join("reference", "errors", "fayger-error.test.ts"));
      expect(files.length).toBeGreaterThan(30);
      const round = runProperties(root, ["reference/errors/fayger-error.test.ts"], 4711, 3);
      expect(round).toMatchObject({ isGood: true, seed: 4711 });
      expect(round.output).toContain("seed=4711");
      expect(runProperties(root, ["no/such/file.test.ts"], 1, 1).isGood).toBe(false);
    },
    PATIENCE,
  );
});

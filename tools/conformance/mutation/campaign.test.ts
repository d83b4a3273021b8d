import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DryRunFailure, type JudgedMutant, runCampaign } from "./campaign.js";
import { instrumentFiles, type Mutant } from "./instrument.js";
import type { JudgedCase } from "./judged-cases.js";

/** A program of which every mutant's fate is known. */
const PROGRAM = `
const LIMITS = { low: [3] };
const known = new Map();

export async function answer(operation, { name: text, count }) {
  if (operation === "sum") return accepted(sum(count));
  if (operation === "limit") return accepted(LIMITS.low.length);
  if (operation === "remember") return accepted(remember(text));
  return accepted(0);
}

function accepted(value) {
  return { verdict: "accept", result: { value } };
}

function sum(count) {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += i;
  return total;
}

function remember(text) {
  const before = known.get(text);
  if (before !== undefined) return before;
  const length = text.length > 2 ? 1 : 0;
  known.set(text, length);
  return length;
}

export function nobody() {
  return true;
}
`;
const FILE = "tools/conformance/testee/index.ts";

function judged(name: string, operation: string, inputs: object, value: number): JudgedCase {
  return { name, question: { operation, inputs }, expect: { verdict: "accept", result: { value } } } as JudgedCase;
}

const CASES = [
  judged("sum of four", "sum", { count: 4 }, 6),
  judged("limit", "limit", {}, 1),
  judged("long", "remember", { name: "long" }, 1),
  judged("long again", "remember", { name: "long" }, 1),
  judged("nothing", "other", {}, 0),
];

describe("a campaign over a small program", () => {
  const root = mkdtempSync(join(tmpdir(), "mutants-"));
  const target = join(root, "target");
  let mutants: Mutant[];

  beforeAll(async () => {
    for (const folder of [root, target]) mkdirSync(dirname(join(folder, FILE)), { recursive: true });
    writeFileSync(join(target, "package.json"), `{ "type": "module" }`);
    writeFileSync(join(root, FILE), PROGRAM);
    mutants = await instrumentFiles(root, [FILE], target);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const run = (cases: readonly JudgedCase[] = CASES, among: readonly Mutant[] = mutants) =>
    runCampaign(among, { program: target, cases, jobs: 2, patience: 10_000 });

  let judging: Promise<JudgedMutant[]> | undefined;
  /** What became of each, judged once for all that look at it. */
  const judgedMutants = (): Promise<JudgedMutant[]> => {
    judging ??= run();
    return judging;
  };

  it("tells each mutant's fate, and whose case told it", async () => {
    const all = await judgedMutants();
    expect(all.map(({ id }) => id)).toEqual(mutants.map(({ id }) => id));
    const fate = (original: string, replacement: string): Partial<JudgedMutant> => {
      const found = all.find((each) => each.original === original && each.replacement === replacement);
      return { outcome: found?.outcome as JudgedMutant["outcome"], ...(found?.by !== undefined && { by: found.by }) };
    };
    expect(fate("total += i", "total -= i")).toEqual({ outcome: "killed", by: "sum of four" });
    expect(fate("i < count", "i <= count")).toEqual({ outcome: "killed", by: "sum of four" });
    // It goes on for ever, and comes by itself each time.
    expect(fate("i += 1", "i -= 1").outcome).toBe("timed out");
    // Only loading comes by it.
    expect(fate("[3]", "[]")).toEqual({ outcome: "killed", by: "limit" });
    // What a mutant put into the cache stays there for the cases after it, of this mutant or another.
    expect(fate("text.length > 2", "false")).toEqual({ outcome: "killed", by: "long" });
    expect(fate("text.length > 2", "true").outcome).toBe("survived");
    expect(fate("text.length > 2", "text.length >= 2").outcome).toBe("survived");
    expect(fate("before !== undefined", "false").outcome).toBe("survived");
    expect(fate("true", "false").outcome).toBe("unreached");
  });

  it("says the same whatever comes before", async () => {
    const [forwards, backwards] = [await judgedMutants(), await run(CASES, [...mutants].reverse())];
    const fates = (all: readonly JudgedMutant[]) => all.map(({ id, outcome, reached }) => ({ id, outcome, reached }));
    expect(fates(backwards)).toEqual(fates(forwards));
  });

  it("has nothing to say where the program fails without a mutant", async () => {
    const wrong = judged("five", "sum", { count: 4 }, 5);
    await expect(run([...CASES, wrong])).rejects.toThrow(DryRunFailure);
  });

  it("takes a mutant that is never answered for one that does not end", async () => {
    const file = "tools/conformance/testee/index.ts";
    const [silent, into] = [join(root, "silent"), join(root, "silent-target")];
    for (const folder of [silent, into]) mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(into, "package.json"), `{ "type": "module" }`);
    writeFileSync(
      join(silent, file),
      `export function answer() { return new Promise((resolve) => { resolve({ verdict: "accept" }); }); }`,
    );
    const found = await instrumentFiles(silent, [file], into);
    const body = found.filter(({ original }) => original === `{ resolve({ verdict: "accept" }); }`);
    const cases: JudgedCase[] = [
      { name: "one", question: { operation: "echo", inputs: {} }, expect: { verdict: "accept" } },
    ];
    const all = await runCampaign(body, { program: into, cases, jobs: 1, patience: 3000 });
    expect(all.map(({ outcome }) => outcome)).toEqual(["timed out"]);
  });
});

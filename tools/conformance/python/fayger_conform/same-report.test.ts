import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConformanceReport } from "../../../../generated/json/conformance-report.js";
import { ownCorpusFolder } from "../../corpus/corpus-folder.js";
import { openCorpus } from "../../corpus/open.js";
import { readReport } from "../../reports/read-report.js";
import type { Grade } from "../../run/grade.js";
import { runVectors } from "../../run/run.js";
import { DEFAULT_BOUNDS } from "../../session/entrance.js";
import { noTranscript } from "../../session/transcript.js";
import { findPython } from "../../testing/find-python.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
const found = findPython();
const python = found ?? "python3";
const seconds = 120;
/** After each a process begins anew, in either runner. */
const MOST_CRASHES = 3;

beforeEach((context) => {
  if (found !== undefined) return;
  const note = "no Python 3.9 or later on this host: the runner in Python is not run";
  process.stderr.write(`${note}\n`);
  context.skip(note);
});

async function here(command: string, families: readonly string[], grade: Grade): Promise<ConformanceReport> {
  const { report } = await runVectors({
    corpus: openCorpus(ownCorpusFolder()),
    filter: { families },
    grade,
    command,
    entrance: "session",
    bounds: { ...DEFAULT_BOUNDS, answerMs: seconds * 1000, startMs: seconds * 1000 },
    jobs: 1,
    mostCrashes: MOST_CRASHES,
    failFast: false,
    knownFailures: [],
    transcript: noTranscript,
    runner: { name: "test", version: "0" },
    now: () => new Date(0),
    signal: new AbortController().signal,
  });
  return report;
}

function inPython(command: string, families: readonly string[], grade: Grade): ConformanceReport {
  const scratch = mkdtempSync(join(tmpdir(), "report-"));
  try {
    const file = join(scratch, "report.json");
    const chosen = families.flatMap((family) => ["--family", family]);
    const options = ["--impl", command, "--grade", grade, "--timeout", `${seconds}`, "--report", file];
    options.push("--max-crashes", `${MOST_CRASHES}`);
    const done = spawnSync(python, [folder, ...options, ...chosen], { encoding: "utf8", env: environment });
    expect(done.stderr).toBe("");
    const report = readReport(file);
    expect(done.status).toBe(report.passed ? 0 : 1);
    return report;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** What both runners must say alike: all but names, times and the wording of details. */
function comparable({
  families,
  findings,
  runner: _runner,
  started: _started,
  duration_ms: _ms,
  ...rest
}: ConformanceReport) {
  return {
    ...rest,
    families: families.map(({ duration_ms: _duration, ...family }) => family),
    findings: findings.map(({ detail: _detail, ...finding }) => finding),
  };
}

describe("the runner in Python comes to the report of the other one", () => {
  const check = `'${python}' -B "${join(folder, "..", "fayger_check")}" session`;
  const zoo = (member: string): string => `'${python}' -B "${join(folder, "..", "..", "zoo", "session.py")}" ${member}`;
  it.each([
    ["a right implementation", check, ["smoke", "codec-index", "version-range", "lifecycle", "reads"], "effects"],
    ["wrong verdicts", zoo("adapter/always-accept"), ["smoke", "lifecycle", "capabilities"], "phase"],
    ["wrong codes", zoo("adapter/always-reject"), ["smoke", "lifecycle"], "phase"],
    ["wrong places", zoo("encoding.path/counts-from-one"), ["codec-index"], "locus"],
    ["wrong effects", zoo("lifecycle.events/first-is-silent"), ["lifecycle"], "effects"],
    ["reads that are forbidden", zoo("loader.reads.bodies/whole-file"), ["reads"], "effects"],
    ["crashes", zoo("instructions.bus/throws-on-malformed"), ["instruction-bus"], "phase"],
    ["nothing that is declared", zoo("adapter/empty"), ["smoke"], "phase"],
    ["too much that is declared", zoo("adapter/declares-too-much"), ["smoke"], "phase"],
  ] as const)("of %s", { timeout: 300_000 }, async (_what, command, families, grade) => {
    const [one, other] = [await here(command, families, grade), inPython(command, families, grade)];
    expect(comparable(other)).toEqual(comparable(one));
    expect(one.totals.cases).toBeGreaterThan(0);
  });
});

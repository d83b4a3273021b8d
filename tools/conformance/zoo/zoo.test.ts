import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import type { Grade } from "../run/grade.js";
import { runVectors } from "../run/run.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript } from "../session/transcript.js";
import { diagnose, faultsToldBy, readDiagnosis } from "./diagnosis.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
const check = "import sys; sys.exit(0 if sys.version_info >= (3, 9) else 1)";
const python = ["python3", "python"].find(
  (command) => spawnSync(command, ["-c", check], { env: environment }).status === 0,
);
const corpus = openCorpus(ownCorpusFolder());
const diagnosis = readDiagnosis(corpus);

function pythonOf(context: TestContext): string {
  if (python !== undefined) return python;
  const note = "no Python 3.9 or later on this host: the faulty implementations are not run";
  process.stderr.write(`${note}\n`);
  return context.skip(note);
}

/** The report of the real runner about a member or an adapter in a session of its own. */
async function reportOf(
  command: string,
  member: string,
  families: readonly string[],
  grade: Grade = "phase",
): Promise<ConformanceReport> {
  const { report } = await runVectors({
    corpus,
    filter: { families },
    grade,
    command: `${command} -B "${folder}session.py" ${member}`,
    entrance: "session",
    bounds: { ...DEFAULT_BOUNDS, answerMs: 120_000, startMs: 120_000 },
    jobs: 1,
    mostCrashes: 200,
    failFast: false,
    knownFailures: [],
    transcript: noTranscript,
    runner: { name: "test", version: "0" },
    now: () => new Date(0),
    signal: new AbortController().signal,
  });
  return report;
}

describe("the museum of faulty implementations", () => {
  it("has at least two vectors for every member, and each answers as it is recorded", { timeout: 240_000 }, (context) => {
    const done = spawnSync(pythonOf(context), [`${folder}matrix.py`, "--recorded"], {
      encoding: "utf8",
      env: environment,
    });
    expect(done.stderr).toBe("");
    expect(done.stdout).toMatch(/^\d{3,} members\n$/);
    expect(done.status).toBe(0);
  });

  it.each([
    ["encoding.key-order/duplicates-pass", ["codec-form", "codec-manifest"], "phase"],
    ["manifest.version-range/caret-of-zero", ["version-range"], "phase"],
    ["instructions.tlv.length/longer-forms", ["instruction-codec"], "effects"],
    ["instructions.tlv.bool/any-byte", ["instruction-codec", "instruction-bus"], "effects"],
    ["lifecycle.transitions/no-end-after-failure", ["lifecycle"], "effects"],
    ["loader.verify-structure.crc/not-checked", ["artifact-structure", "artifact-precedence"], "locus"],
    ["instructions.bus/throws-on-malformed", ["instruction-bus"], "phase"],
  ] as const)("names %s when it meets it", { timeout: 240_000 }, async (member, families, grade) => {
    if (diagnosis === undefined) throw new Error("the corpus has no diagnosis");
    const context = { skip: (note: string): never => { throw new Error(note); } };
    const report = await reportOf(python ?? context.skip("no Python"), member, families, grade);
    expect(report.passed).toBe(false);
    const { suspects, wrong, unexplained } = diagnose(report, diagnosis);
    const [first] = suspects;
    expect([first?.fault.id, ...(first?.alike.map(({ id }) => id) ?? [])]).toContain(member);
    expect(first?.identical).toHaveLength(first?.discriminating ?? -1);
    expect(unexplained).toBe(0);
    expect(wrong).toBe(report.findings.length);
  });
});

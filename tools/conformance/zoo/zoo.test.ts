import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { createTerminal } from "../../cli/output/terminal.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import type { Grade } from "../run/grade.js";
import { runVectors } from "../run/run.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript } from "../session/transcript.js";
import { findPython } from "../testing/find-python.js";
import { diagnose, faultsToldBy, readDiagnosis } from "./diagnosis.js";
import { diagnosisLines, toldLines } from "./diagnosis-lines.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
const found = findPython();
const python = found ?? "python3";
const corpus = openCorpus(ownCorpusFolder());
const diagnosis = readDiagnosis(corpus);
const terminal = createTerminal({ write: () => true }, { write: () => true }, {}, false);

beforeEach((context) => {
  if (found !== undefined) return;
  const note = "no Python 3.9 or later on this host: the faulty implementations are not run";
  process.stderr.write(`${note}\n`);
  context.skip(note);
});

/** The report of the runner about a member or an adapter in a session of its own. */
async function reportOf(
  member: string,
  families: readonly string[],
  grade: Grade = "phase",
): Promise<ConformanceReport> {
  const { report } = await runVectors({
    corpus,
    filter: { families },
    grade,
    command: `'${python}' -B "${folder}session.py" ${member}`,
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
  it("is told apart by the corpus, member by member, as it is recorded", { timeout: 240_000 }, () => {
    const done = spawnSync(python, [`${folder}matrix.py`, "--recorded"], { encoding: "utf8", env: environment });
    expect(done.stderr).toBe("");
    expect(done.stdout).toMatch(/^\d{3,} members\r?\n$/);
    expect(done.status).toBe(0);
  });

  it.each([
    ["encoding.key-order/duplicates-pass", ["codec-form"], "phase"],
    ["encoding.path/counts-from-one", ["codec-index"], "locus"],
    ["manifest.version-range/caret-of-zero", ["version-range"], "phase"],
    ["instructions.tlv.length/longer-forms", ["instruction-codec"], "effects"],
    ["lifecycle.transitions/no-end-after-failure", ["lifecycle"], "effects"],
    ["loader.verify-structure.crc/not-checked", ["artifact-structure", "artifact-precedence"], "locus"],
    ["instructions.bus/throws-on-malformed", ["instruction-bus"], "phase"],
  ] as const)("is recognised: %s", { timeout: 240_000 }, async (member, families, grade) => {
    if (diagnosis === undefined) throw new Error("the corpus has no diagnosis");
    const report = await reportOf(member, families, grade);
    expect(report.passed).toBe(false);
    const { suspects, wrong, unexplained } = diagnose(report, diagnosis);
    const [first] = suspects;
    expect([first?.fault.id, ...(first?.alike.map(({ id }) => id) ?? [])]).toContain(member);
    expect(first?.identical).toHaveLength(first?.discriminating ?? -1);
    expect([wrong, unexplained, suspects.length]).toEqual([report.findings.length, 0, 1]);
    expect(diagnosisLines(terminal, corpus, report).join("\n")).toContain(
      `identical in ${wrong} of ${wrong} discriminating case`,
    );
  });

  it("says nothing of an implementation that is right", { timeout: 240_000 }, async () => {
    const { report } = { report: await reportOf("adapter/answer-key", ["smoke", "lifecycle"]) };
    expect(report.findings).toEqual([]);
    expect(diagnosisLines(terminal, corpus, report)).toEqual([]);
  });

  it("says of a vector which members it tells apart", () => {
    if (diagnosis === undefined) throw new Error("the corpus has no diagnosis");
    const [id = ""] = diagnosis.cases[0]?.split("#") ?? [];
    const told = faultsToldBy(diagnosis, id);
    expect(told.length).toBeGreaterThan(0);
    expect(toldLines(terminal, corpus, id, undefined).join("\n")).toContain(told[0]?.id ?? "?");
    expect(faultsToldBy(diagnosis, "codec-form/nothing/of-the-kind")).toEqual([]);
  });
});

describe("adapters that implement nothing", () => {
  it.each([
    ["always-accept", ["smoke", "lifecycle"]],
    ["always-reject", ["smoke", "lifecycle"]],
    ["echo", ["smoke", "codec-index"]],
    ["by-token", ["smoke", "lifecycle", "capabilities"]],
    ["empty", ["smoke"]],
    ["declares-but-misses", ["smoke", "codec-error"]],
    ["declares-too-much", ["smoke"]],
  ] as const)("%s does not pass (@spec conformance.no-vacuous-pass)", { timeout: 240_000 }, async (name, families) => {
    const report = await reportOf(`adapter/${name}`, families);
    expect(report.passed).toBe(false);
    expect(report.ladder).toBeLessThan(1);
    expect(report.problems.length + report.findings.length).toBeGreaterThan(0);
  });
});

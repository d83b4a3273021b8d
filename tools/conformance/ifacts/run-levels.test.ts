import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { openCorpus } from "../corpus/open.js";
import { RunStopped } from "../run/run.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { NoIntroduction } from "../session/no-introduction.js";
import { noTranscript } from "../session/transcript.js";
import { echoTestee, writeIfactsCorpus } from "../testing/ifacts-corpus.js";
import { vector } from "../testing/small-corpus.js";
import { testee } from "../testing/testees.js";
import { certificateOf, NoCertificate } from "./certificate.js";
import { LEVELS, type Level } from "./level.js";
import type { IfactsReport } from "./report.js";
import { determineTests, scopeOfManifest, scopeOfStage } from "./required-tests.js";
import { type EarlierCertificate, LevelRefused, type LevelRun, type LevelRunOptions, runLevels } from "./run-levels.js";

// Whole runs over a corpus with one case for each family, and real processes that answer it.

let folder: string;
/** A run of everything that passes whole. */
let whole: LevelRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ifacts-levels-"));
  writeIfactsCorpus(join(folder, "whole"));
  whole = await runLevels(optionsOf(echoTestee(folder)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = new Date("2026-06-01T12:00:00.250Z");
const signs = { runner: { name: "test", version: "0" }, issued: NOW };

const optionsOf = (command: string, more: Partial<LevelRunOptions> = {}): LevelRunOptions => ({
  corpus: openCorpus(join(folder, "whole")),
  command,
  bounds: DEFAULT_BOUNDS,
  jobs: 1,
  mostCrashes: 50,
  transcript: noTranscript,
  runner: signs.runner,
  now: () => NOW,
  signal: new AbortController().signal,
  scope: scopeOfStage(2),
  levels: LEVELS,
  earlier: [],
  ...more,
});

const resultsOf = ({ levels }: IfactsReport): readonly string[] =>
  levels.map(({ level, result }) => `${level} ${result}`);
const testOf = ({ levels }: IfactsReport, id: string) =>
  levels.flatMap(({ details }) => details).find(({ testId }) => testId === id);
const certificateFor = (report: IfactsReport, level: Level): EarlierCertificate => ({
  file: `L${level}.buf`,
  certificate: certificateOf(report, level, signs),
});
const missingOf = async (options: LevelRunOptions): Promise<readonly string[]> => {
  try {
    await runLevels(options);
  } catch (error) {
    if (error instanceof LevelRefused) return error.missing;
    throw error;
  }
  throw new Error("the request was not refused");
};

// @spec ifacts.levels, ifacts.levels.report
describe("levels", () => {
  test("are run one after the other, each with a report of its own", async () => {
    const { report, runs, passed } = whole;
    expect(resultsOf(report)).toEqual(["L1 pass", "L2 pass", "L3 pass", "L4 pass"]);
    expect(passed).toEqual([1, 2, 3, 4]);
    expect([...runs.keys()]).toEqual([1, 2, 3, 4]);
    const asked = [...runs.values()].flatMap(({ families }) => families.map(({ name }) => name));
    const owed = determineTests(scopeOfStage(2)).flatMap(({ families }) => families);
    expect(asked.sort()).toEqual(owed.sort());
    expect(report.compliance).toMatchObject({ overallResult: "pass", passRate: 1 });
    expect(report.certification).toEqual({
      certified: true,
      level: "full",
      levels: ["L1", "L2", "L3", "L4"],
      failedCategories: [],
    });
    for (const level of report.levels) {
      expect(level).toMatchObject({ prerequisiteMet: true, passed: level.totalTests, failed: 0, skipped: 0 });
      expect(level.details.map(({ level: own }) => own)).toEqual(level.details.map(() => level.level));
    }
  });

  test("end with the first that does not pass: nothing behind it is asked, and it alone has the certificates before", async () => {
    const { report, runs, passed } = await runLevels(optionsOf(echoTestee(folder, { wrong: ["artifact-head"] })));
    expect(resultsOf(report)).toEqual(["L1 pass", "L2 fail", "L3 skip", "L4 skip"]);
    expect(passed).toEqual([1]);
    expect([...runs.keys()]).toEqual([1, 2]);
    expect(testOf(report, "artifact_form")).toMatchObject({ result: "fail", reason: "failed" });
    expect(testOf(report, "bus")).toMatchObject({
      result: "skip",
      reason: "level_not_run",
      message: "L2 did not pass",
    });
    expect(report.levels.map(({ prerequisiteMet }) => prerequisiteMet)).toEqual([true, true, false, false]);
    expect(report.certification).toMatchObject({ certified: false, level: "partial", levels: ["L1"] });
    expect(certificateOf(report, 1, signs).level).toBe(1);
    // @spec ifacts.certificate.refused
    for (const level of [2, 3, 4] as const) expect(() => certificateOf(report, level, signs)).toThrow(NoCertificate);
  });

  // @spec ifacts.tests.vacuous
  test("do not pass by having nothing to ask", async () => {
    const withdrawn = vector(
      "version-range/echo/name",
      "echo",
      { bytes: "" },
      { verdict: "accept" },
      {
        status: "withdrawn",
        withdrawn: { reason: "It was wrong.", since: "1.0.0" },
      },
    );
    for (const [name, changed, id] of [
      ["lacking", { "faymanifest-validation": undefined }, "declaration"],
      ["withdrawn", { "version-range": [withdrawn] }, "messages"],
      ["empty", { smoke: [] }, "codecs"],
    ] as const) {
      writeIfactsCorpus(join(folder, name), changed);
      const corpus = openCorpus(join(folder, name));
      const { report } = await runLevels(optionsOf(echoTestee(folder), { corpus, levels: [1] }));
      expect(resultsOf(report)[0]).toBe("L1 fail");
      expect(testOf(report, id)).toMatchObject({ result: "fail", reason: "vacuous" });
      expect(testOf(report, id)?.message).toContain(Object.keys(changed)[0]);
    }
  });

  test("do not pass by leaving operations out, nor by not starting", async () => {
    const { report } = await runLevels(optionsOf(echoTestee(folder, { operations: ["decode"] })));
    expect(resultsOf(report)).toEqual(["L1 fail", "L2 skip", "L3 skip", "L4 skip"]);
    expect(testOf(report, "codecs")).toMatchObject({ result: "fail", reason: "unsupported" });
    await expect(runLevels(optionsOf(testee(folder, "crashes-on-start"), { levels: [1] }))).rejects.toThrow(
      new NoIntroduction("it ended with status 3 before its `hello`; standard error: cannot find my library"),
    );
    // Every answer is right, and its end is not.
    const impolite = await runLevels(optionsOf(testee(folder, "ends-with-an-error"), { levels: [1] }));
    expect(impolite.report.levels[0]).toMatchObject({ passed: 4, result: "fail" });
    expect(impolite.report.levels[0]?.problems.join()).toContain("ended with status 9");
  });

  test("of one who changes between them are not one's own", async () => {
    const marker = join(folder, "started");
    const path = /'([^']*\.mjs)'$/.exec(echoTestee(folder, { version: "2" }))?.[1] ?? "";
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(
        'version: "2"',
        `version: (() => { const n = require_fs.existsSync(${JSON.stringify(marker)}) ? "3" : "2"; require_fs.writeFileSync(${JSON.stringify(marker)}, ""); return n; })()`,
      ),
    );
    const { report } = await runLevels(optionsOf(`'${process.execPath}' '${path}'`));
    expect(resultsOf(report).slice(0, 2)).toEqual(["L1 pass", "L2 fail"]);
    expect(report.levels[1]?.problems).toEqual(["introduces itself as small 3, and before as small 2"]);
  });
});

describe("a FayManifest", () => {
  const manifest: FayManifest = {
    name: "sensing",
    version: "1.0.0",
    description: "",
    vendor: "v",
    modules: [{ id: "sensor" }],
    protocols: [],
    controlMode: "command",
  };

  test("is asked what applies to it, and what does not is told and never counted as passed", async () => {
    // It is wrong in families of tests that do not apply, which nobody asks it.
    const command = echoTestee(folder, { wrong: ["assembly-devices", "assembly-skills", "assembly-boundaries"] });
    const { report } = await runLevels(optionsOf(command, { scope: scopeOfManifest(manifest) }));
    expect(report.stage).toBe(2);
    expect(testOf(report, "devices")).toMatchObject({
      result: "skip",
      reason: "not_applicable",
      missing: ["device_driver_hub", "cap_protocol", "dtp_protocol"],
    });
    expect(resultsOf(report)).toEqual(["L1 pass", "L2 pass", "L3 pass", "L4 pass"]);
    const [, , third, fourth] = report.levels;
    expect(third).toMatchObject({ totalTests: 7, passed: 5, skipped: 2, notApplicable: 2 });
    expect(fourth).toMatchObject({ totalTests: 5, passed: 4, notApplicable: 1 });
    expect(report.compliance.passRate).toBe(1);
    const { tests } = certificateOf(
      { ...report, manifest: { name: manifest.name, version: manifest.version, vendor: "v", digest: "0".repeat(64) } },
      3,
      signs,
    );
    expect(tests.filter(({ result }) => result === "not_applicable").map(({ test }) => test)).toEqual([
      "devices",
      "skills",
    ]);
  });
});

test("a run that was stopped gives no report", async () => {
  const signal = AbortSignal.abort();
  await expect(runLevels(optionsOf(echoTestee(folder), { signal }))).rejects.toThrow(RunStopped);
  const earlier = [certificateFor(whole.report, 1)];
  const later = optionsOf(echoTestee(folder), { signal, earlier, levels: [2] });
  await expect(runLevels(later)).rejects.toThrow(RunStopped);
});

// @spec ifacts.levels.skip
describe("a request for a later level", () => {
  test("is refused where the levels before it are not shown, with what is missing", async () => {
    expect(await missingOf(optionsOf(echoTestee(folder), { levels: [3] }))).toEqual([
      "L1 (single component): neither asked for here nor shown by a certificate",
      "L2 (interface): neither asked for here nor shown by a certificate",
    ]);
    expect(
      await missingOf(optionsOf(echoTestee(folder), { levels: [3, 4], earlier: [certificateFor(whole.report, 1)] })),
    ).toEqual(["L2 (interface): neither asked for here nor shown by a certificate"]);
  });

  // @spec ifacts.levels.shown
  test("is granted by certificates of the same implementation, suite and stage", async () => {
    const earlier = [certificateFor(whole.report, 1), certificateFor(whole.report, 2)];
    const { report, runs, passed } = await runLevels(optionsOf(echoTestee(folder), { levels: [3], earlier }));
    expect(resultsOf(report)).toEqual(["L1 pass", "L2 pass", "L3 pass", "L4 skip"]);
    expect(report.levels.map(({ certificate }) => certificate)).toEqual(["L1.buf", "L2.buf", undefined, undefined]);
    expect([...runs.keys()]).toEqual([3]);
    expect(report.levels.map(({ prerequisiteMet }) => prerequisiteMet)).toEqual([true, true, true, true]);
    expect(passed).toEqual([3]);
    expect(testOf(report, "ego_boundaries")).toMatchObject({ result: "skip", reason: "not_asked" });
    // What was shown before and asked for now make up the whole.
    const more = await runLevels(
      optionsOf(echoTestee(folder), { levels: [4], earlier: [...earlier, certificateFor(report, 3)] }),
    );
    expect(more.report.certification.level).toBe("full");
  });

  test("is refused with certificates of anything else, and says of what", async () => {
    const { file, certificate } = certificateFor(whole.report, 1);
    const withOne = (changed: Partial<typeof certificate>, more: Partial<LevelRunOptions> = {}) =>
      missingOf(
        optionsOf(echoTestee(folder), {
          levels: [2],
          earlier: [{ file, certificate: { ...certificate, ...changed } }],
          ...more,
        }),
      );
    expect(await withOne({ implementation: { name: "small", version: "0.2.0" } })).toEqual([
      "L1 (single component): L1.buf: certifies small 0.2.0, and this is small 0.1.0",
    ]);
    expect((await withOne({ suite: { ...certificate.suite, digest: "0".repeat(64) } })).join()).toContain(
      "is of the corpus 1.0.0",
    );
    for (const stage of [1, 3])
      expect(await withOne({}, { scope: scopeOfStage(stage) })).toEqual([
        `L1 (single component): L1.buf: is of stage 2, and stage ${stage} is asked for`,
      ]);
    expect(await withOne({ validUntil: "2026-06-01T12:00:00Z" })).toEqual([
      "L1 (single component): L1.buf: was valid until 2026-06-01T12:00:00Z",
    ]);
    expect((await withOne({ tests: certificate.tests.slice(1) })).join()).toContain(
      "does not hold the tests of level L1",
    );
    await expect(
      runLevels(optionsOf(testee(folder, "crashes-on-start"), { levels: [2], earlier: [{ file, certificate }] })),
    ).rejects.toThrow(NoIntroduction);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCorpus } from "../corpus/open.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript } from "../session/transcript.js";
import { writeSmallCorpus } from "../testing/small-corpus.js";
import { type Mistake, testee } from "../testing/testees.js";
import { rangeText, readKnownFailures, writeKnownFailures } from "./known-failures.js";
import { type RunResult, runVectors } from "./run.js";
import { readToml, tomlText } from "./toml.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conform-known-"));
  writeSmallCorpus(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(mistake: Mistake, list: string, ids?: readonly string[]): Promise<RunResult> {
  return runVectors({
    corpus: openCorpus(folder),
    filter: ids === undefined ? {} : { ids },
    grade: "phase",
    command: testee(folder, mistake),
    entrance: "session",
    bounds: DEFAULT_BOUNDS,
    jobs: 1,
    mostCrashes: 50,
    failFast: false,
    knownFailures: readKnownFailures(list),
    transcript: noTranscript,
    runner: { name: "test", version: "0" },
    now: () => new Date("2026-06-01T12:00:00Z"),
    signal: new AbortController().signal,
  });
}

const entry = (id: string, more = ""): string =>
  `[[known]]\nid = "${id}"\nreason = "The table was read wrongly."\ngot = { verdict = "reject", code = "CODEC" }\n${more}\n`;
// What `wrong-reason` fails: both reasons of every-bit, and empty-map.
const WRONG_REASON = entry("codec-form/manifest/empty-map") + entry("codec-form/manifest/every-bit");

// @spec conformance.known-failures
describe("known failures", () => {
  test("do not fail the run, and never count as passed", async () => {
    const { report } = await run("wrong-reason", WRONG_REASON);
    expect(report).toMatchObject({
      passed: true,
      problems: [],
      ladder: 0,
      totals: { cases: 16, passed: 7, failed: 0, known: 9 },
    });
    expect(report.findings).toHaveLength(9);
    expect(report.findings.every(({ status }) => status === "known")).toBe(true);
  });

  test("that pass now fail the run", async () => {
    const { report } = await run("honest", WRONG_REASON);
    expect(report).toMatchObject({ passed: false, totals: { passed: 16 } });
    expect(report.problems.join("\n")).toMatch(/empty-map: passes now.*\n.*every-bit: passes now/);
  });

  test("that fail otherwise are failures, and the run says how", async () => {
    const { report } = await run("wrong-reason", WRONG_REASON.replace('"CODEC"', '"LDR_TRUNCATED"'));
    expect(report).toMatchObject({ passed: false, totals: { failed: 1, known: 8 } });
    expect(report.problems.join()).toContain("code CODEC instead of LDR_TRUNCATED");
  });

  test("that match nothing fail the run", async () => {
    const { report } = await run("wrong-reason", WRONG_REASON + entry("codec-form/no/such"));
    expect(report.problems).toEqual(["known failure codec-form/no/such: matches no vector"]);
    expect(report.passed).toBe(false);
  });

  test("that have expired fail the run from that day on", async () => {
    const until = (day: string): string =>
      WRONG_REASON.replace('code = "CODEC" }\n', `code = "CODEC" }\nuntil = ${day}\n`);
    expect((await run("wrong-reason", until("2026-06-02"))).report.passed).toBe(true);
    const { report } = await run("wrong-reason", until("2026-06-01"));
    expect(report).toMatchObject({
      passed: false,
      problems: ["known failure codec-form/manifest/empty-map: expired on 2026-06-01"],
    });
  });

  test("outside of what was asked for say nothing", async () => {
    const { report } = await run("wrong-reason", WRONG_REASON, ["smoke/"]);
    expect(report).toMatchObject({ passed: true, problems: [], totals: { cases: 3, passed: 3 } });
  });

  test("may name cases, and a star within a segment", async () => {
    const list = entry("codec-form/manifest/empty-*") + entry("codec-form/manifest/every-bit", 'cases = "0-5, 7"');
    const { report } = await run("wrong-reason", list);
    expect(report).toMatchObject({ passed: false, totals: { known: 8, failed: 1 } });
    expect(report.findings.find(({ status }) => status === "failed")).toMatchObject({ case: 6 });
  });

  test("a crash is known as a crash only", async () => {
    const list = entry("smoke/echo/file").replace('{ verdict = "reject", code = "CODEC" }', '{ status = "crashed" }');
    const crashed = await run("crashes-on-case-3", list, ["smoke/"]);
    expect(crashed.report).toMatchObject({ passed: true, totals: { known: 1, crashed: 0 } });
    const refused = await run("always-reject", list, ["smoke/"]);
    expect(refused.report.problems.join()).toContain("status (none) instead of crashed");
  });

  test("that are written are taken back, and hold the very answers", async () => {
    for (const mistake of ["wrong-reason", "always-accept", "crashes-on-case-3", "echoes-the-token"] as const) {
      const { report, failures } = await run(mistake, "");
      const list = writeKnownFailures(failures, []);
      expect(readKnownFailures(list).length).toBeGreaterThan(0);
      if (mistake === "echoes-the-token") continue;
      const again = await run(mistake, list);
      const { failed, crashed } = report.totals;
      expect(again.report.totals).toMatchObject({
        failed: 0,
        crashed: 0,
        known: failed + crashed,
        passed: report.totals.passed,
      });
      const other = await run("honest", list);
      expect(other.report.passed).toBe(false);
    }
  });

  test("that are written again keep their reasons", async () => {
    const { failures } = await run("wrong-reason", "");
    const before = readKnownFailures(
      entry("codec-form/manifest/empty-map", 'issue = "https://example.org/7"\nuntil = 2027-01-01'),
    );
    const [first] = readKnownFailures(writeKnownFailures(failures, before));
    expect(first).toMatchObject({
      reason: "The table was read wrongly.",
      issue: "https://example.org/7",
      until: "2027-01-01",
    });
    expect(first?.got).toMatchObject({ verdict: "reject", code: "CODEC", reason: "missing_field_", grade: "code" });
  });

  test.each([
    ["", "reason", "`reason` is missing"],
    ["", "got", "`got` is missing"],
    ["", "id", "`id` is missing"],
    ['why = "x"', undefined, "no member `why`"],
    ['until = "soon"', undefined, "no day"],
    ["until = 2026-02-30", undefined, "no day"],
    ['cases = "7-3"', undefined, "ends before it begins"],
    ['cases = "all"', undefined, "numbers and ranges"],
  ])("an entry with %s without %s is refused", (more, without, message) => {
    const text = entry("codec-form/a", more)
      .split("\n")
      .filter((line) => without === undefined || !line.startsWith(`${without} =`))
      .join("\n");
    expect(() => readKnownFailures(text)).toThrow(message);
  });

  test.each([
    [entry("codec-*/a"), "its family in full"],
    [entry("smoke"), "its family in full"],
    [entry("smoke/a") + entry("smoke/a"), "listed twice"],
    [entry("smoke/a", 'cases = "0-4"') + entry("smoke/a", 'cases = "4"'), "listed twice"],
    ['[[unknown]]\nid = "a/b"', "`unknown`"],
    ["version = 1", "`version`"],
    [entry("smoke/a").replace('verdict = "reject", ', ""), "either `verdict` or `status`"],
    [entry("smoke/a").replace('"reject"', '"refuse"'), "accept or reject"],
    [entry("smoke/a").replace("got = {", 'got = { status = "crashed",'), "either `verdict` or `status`"],
  ])("a list is refused: %s", (text, message) => {
    expect(() => readKnownFailures(text)).toThrow(message);
  });
});

describe("TOML", () => {
  test("texts are read as they were written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(readToml(`text = ${tomlText(text)} # a "comment"`)[""]?.[0]).toEqual({ text });
      }),
    );
  });

  test("every kind of value is read", () => {
    expect(
      readToml(
        `# first\na = 'C:\\path' # x\nb = [1, -2, true,]\nc = { d = "e", f = [] }\nday = 2026-01-31\n\n[[list]]\nx = 0\n[[ list ]]\nx = "\\u00e9\\n"`,
      ),
    ).toEqual({
      "": [{ a: "C:\\path", b: [1, -2, true], c: { d: "e", f: [] }, day: "2026-01-31" }],
      list: [{ x: 0 }, { x: "é\n" }],
    });
  });

  test("keys of objects mean nothing but themselves", () => {
    const [root] = readToml("__proto__ = 1\nconstructor = 2")[""] ?? [];
    expect(Object.keys(root ?? {})).toEqual(["__proto__", "constructor"]);
  });

  test.each([
    "a",
    "a =",
    "= 1",
    "a = 1 2",
    "a = 01",
    "a = 1.5",
    "a = 1e3",
    'a = "',
    "a = 'x",
    'a = "\\x"',
    'a = "\\u12"',
    "[table]",
    "[[list]",
    "a.b = 1",
    'a = """x"""',
    "a = 2026-01-31T00:00:00Z",
    "a = {",
    "a = { b = 1,, }",
    "a = [1",
    "a = 1\na = 2",
    "a = yes",
    "[[l]] x = 1",
  ])("%j is refused with its line", (text) => {
    expect(() => readToml(`# one\n${text}`)).toThrow(/^line [23]: /);
  });

  test("ranges of numbers hold exactly the numbers", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40), { minLength: 1 }), (numbers) => {
        const all = rangeText(numbers)
          .split(", ")
          .flatMap((range) => {
            const [first = 0, last = first] = range.split("-").map(Number);
            return Array.from({ length: last - first + 1 }, (_, index) => first + index);
          });
        expect(all).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });
});

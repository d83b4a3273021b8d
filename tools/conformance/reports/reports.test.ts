import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IFACTS_TEST_NAMES, IFACTS_TESTS } from "../../../generated/enums/ifacts-test.js";
import { VECTOR_FAMILIES, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import type { ConformanceReport, ReportFinding } from "../../../generated/json/conformance-report.js";
import { openCorpus } from "../corpus/open.js";
import { Counts } from "../run/counts.js";
import { runVectors } from "../run/run.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript } from "../session/transcript.js";
import { writeSmallCorpus } from "../testing/small-corpus.js";
import { type Mistake, testee } from "../testing/testees.js";
import { compareReports, comparisonMarkdown } from "./compare.js";
import { differences } from "./differences.js";
import { formOf, REPORT_FORMS } from "./forms.js";
import { groupFindings } from "./groups.js";
import { comparisonPage } from "./html/compare.js";
import { ifacts } from "./ifacts.js";
import { ReportFault, readReport } from "./read-report.js";
import { lookup } from "./vector-lookup.js";

let folder: string;
const reports = new Map<Mistake, ConformanceReport>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "conform-reports-"));
  writeSmallCorpus(folder);
  for (const mistake of ["honest", "crashes-on-case-3", "wrong-reason", "has-echo-only"] as const) {
    const { report } = await runVectors({
      corpus: openCorpus(folder),
      filter: {},
      grade: "phase",
      command: testee(folder, mistake),
      entrance: "session",
      bounds: DEFAULT_BOUNDS,
      jobs: 1,
      mostCrashes: 50,
      failFast: false,
      knownFailures: [],
      transcript: noTranscript,
      runner: { name: "test", version: "0" },
      now: () => new Date("2026-06-01T12:00:00Z"),
      signal: new AbortController().signal,
    });
    reports.set(mistake, report);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportOf = (mistake: Mistake): ConformanceReport => reports.get(mistake) as ConformanceReport;
const make = (form: string, report: ConformanceReport): string => {
  const found = REPORT_FORMS.find(({ name }) => name === form);
  if (found === undefined) throw new Error(form);
  return found.make(report, lookup(openCorpus(folder)));
};

/** A report in which every text is made to break out of where it is put. */
function hostile(text: string): ConformanceReport {
  const report = reportOf("crashes-on-case-3");
  return {
    ...report,
    command: text,
    implementation: { ...report.implementation, name: text, language: text, operations: [text] },
    problems: [text],
    findings: report.findings.map((finding) => ({
      ...finding,
      detail: text,
      expected: { code: text },
      found: { [text]: text },
    })),
  };
}

/** Whether XML is well-formed, as far as this reports' kind of it goes: tags nest, and text holds no bare markup. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const all: string[] = [];
  const rest = xml
    .replace(/^<\?xml[^>]*\?>/, "")
    .replace(
      /<(\/?)([A-Za-z]+)((?: [A-Za-z-]+="[^"<&]*(?:&#?\w+;[^"<&]*)*")*)(\/?)>/g,
      (_all, close, name, _attributes, empty) => {
        if (close === "/") expect(open.pop()).toBe(name);
        else {
          all.push(name as string);
          if (empty !== "/") open.push(name as string);
        }
        return "";
      },
    );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!#\d+;)/);
  return all;
}

// @spec conformance.report
describe("every form", () => {
  test("follows from the name of its file", () => {
    const names = ["a.json", "a.ifacts.json", "a.xml", "a.html", "a.md", "a.svg", "a.txt"].map(
      (file) => formOf(file)?.name,
    );
    expect(names).toEqual(["json", "ifacts", "junit", "html", "markdown", "badge", undefined]);
    expect(formOf("a.txt", "markdown")?.name).toBe("markdown");
  });

  test.each(["html", "markdown", "junit"])(
    "%s names corpus, implementation and command, and every count with what it is of",
    (form) => {
      for (const report of reports.values()) {
        const text = make(form, report);
        expect(text).toContain(report.corpus.digest);
        expect(text).toContain(report.implementation.name);
        if (form === "junit") continue;
        expect(text).toContain(`${report.totals.passed} of ${report.totals.cases}`);
        for (const { counts } of report.families) expect(text).toContain(`${counts.passed} of ${counts.cases}`);
        for (const { met, of } of report.totals.grades) expect(text).toContain(`${met} of ${of}`);
        expect(text).toContain(report.started.slice(0, 10));
      }
    },
  );

  test("shows no pass where there is none", () => {
    for (const [mistake, report] of reports) {
      const isPass = mistake === "honest" || mistake === "has-echo-only";
      expect(report.passed).toBe(isPass);
      expect(make("html", report).includes("✗ did not pass")).toBe(!isPass);
      expect(make("markdown", report).includes("did not pass")).toBe(!isPass);
      expect(/<(failure|error) /.test(make("junit", report))).toBe(!isPass);
    }
  });

  test("takes no text of an implementation for its own markup", () => {
    const texts = [
      "</script><script>alert(1)</script>",
      "<b>&amp;\"'",
      "`|*_[x](javascript:y)",
      "\u0000\u0007\ud800]]>",
      "-->",
    ];
    for (const text of texts) {
      const html = make("html", hostile(text));
      expect(html.match(/<script>/g)).toHaveLength(1);
      expect(html).not.toContain('<b>&amp;"');
      elementsOf(make("junit", hostile(text)));
      const table = make("markdown", hostile(text))
        .split("\n")
        .filter((line) => line.startsWith("| "));
      expect(new Set(table.slice(0, 5).map((line) => line.split(/(?<!\\)\|/).length))).toEqual(new Set([6]));
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => void elementsOf(make("junit", hostile(text)))),
      { numRuns: 50 },
    );
  });
});

test("a page loads nothing", () => {
  const pages = [...reports.values()].map((report) => make("html", report));
  pages.push(comparisonPage(compareReports([...reports.values()])));
  for (const page of pages) {
    expect(page).not.toMatch(/\b(src|href)=|url\(|@import|https?:/);
    expect(page).toContain("default-src 'none'");
  }
});

test("JUnit holds each vector once, with its sums", () => {
  for (const report of reports.values()) {
    const xml = make("junit", report);
    const names = elementsOf(xml);
    expect(names.filter((name) => name === "testcase")).toHaveLength(9 + report.problems.length);
    const sums = [
      ...xml.matchAll(/<testsuite name="([^"]+)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
    ];
    const total = (place: number): number => sums.reduce((sum, found) => sum + Number(found[place]), 0);
    expect(total(2)).toBe(9 + report.problems.length);
    expect(total(5)).toBe((report.vectors_unsupported ?? []).length);
    expect(total(3) + total(4)).toBe(names.filter((name) => name === "failure" || name === "error").length);
  }
});

test("a badge shows counts, and its colour the whole truth", () => {
  expect(make("badge", reportOf("honest"))).toMatch(/16 of 16.*fill="#1a7f4b"|fill="#1a7f4b".*16 of 16/s);
  expect(make("badge", reportOf("has-echo-only"))).not.toContain("#1a7f4b");
  expect(make("badge", reportOf("wrong-reason"))).toMatch(/7 of 16/);
  elementsOf(make("badge", reportOf("wrong-reason")));
});

// @spec ifacts.levels.report
describe("the form of iFACTS", () => {
  const details = (report: ConformanceReport) => ifacts(report).levels.flatMap((level) => level.details);
  /** A report of a run that asked every family there is, in which each passed but those that are named. */
  const asked = (others: Readonly<Record<string, "failed" | "unsupported">> = {}): ConformanceReport => {
    const report = reportOf("honest");
    const families = VECTOR_FAMILIES.map((name) => {
      const counts = new Counts();
      counts.add(others[name] ?? "passed");
      return { name, ladder: 0, ifacts_level: 0, ifacts_category: "", counts: counts.toJSON() };
    });
    return { ...report, families };
  };

  test("has every test once, with its families and their cases, and takes level and category from the table", () => {
    for (const report of [...reports.values(), asked()]) {
      const rows = details(report);
      expect(new Set(rows.map(({ testId }) => testId))).toEqual(new Set(IFACTS_TEST_NAMES));
      expect(rows).toHaveLength(IFACTS_TEST_NAMES.length);
      for (const { testId, category, level } of rows)
        expect(IFACTS_TESTS.find(({ name }) => name === testId)).toMatchObject({ category, level: Number(level[1]) });
      const { levels, compliance, suite } = ifacts(report);
      for (const parts of [levels, compliance.categories]) {
        expect(parts.reduce((sum, { totalTests }) => sum + totalTests, 0)).toBe(suite.totalTests);
        for (const { totalTests, passed, failed, skipped } of parts) expect(passed + failed + skipped).toBe(totalTests);
      }
      const cases = rows.flatMap(({ families }) => families).reduce((sum, each) => sum + each.cases, 0);
      expect(cases).toBe(report.families.reduce((sum, { counts }) => sum + counts.cases, 0));
    }
  });

  test("tells what failed from what shows nothing and from what was not asked", () => {
    const of = (report: ConformanceReport, id: string) => details(report).find(({ testId }) => testId === id);
    expect(of(reportOf("wrong-reason"), "codecs")).toMatchObject({ result: "fail", reason: "failed" });
    expect(of(reportOf("honest"), "codecs")).toMatchObject({ result: "fail", reason: "vacuous" });
    const narrow = (filter: ConformanceReport["filter"]) => ({ ...asked(), filter });
    expect(of(narrow({ grade: "phase", ids: ["smoke/"] }), "codecs")).toMatchObject({
      result: "skip",
      reason: "not_asked",
    });
    expect(of(narrow({ grade: "code" }), "codecs")).toMatchObject({ result: "skip", reason: "not_asked" });
    expect(of(asked({ smoke: "unsupported" }), "codecs")).toMatchObject({ result: "fail", reason: "unsupported" });
    const ladder = { ...reportOf("honest"), filter: { grade: "phase", ladder: 1 } } as const;
    expect(of(ladder, "codecs")).toMatchObject({ result: "skip", reason: "not_asked" });
  });

  // @spec ifacts.levels
  test("counts a level only behind those before it", () => {
    expect(ifacts(asked())).toMatchObject({
      compliance: { overallResult: "pass", passRate: 1 },
      certification: { certified: true, level: "full", levels: ["L1", "L2", "L3", "L4"], failedCategories: [] },
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...VECTOR_FAMILIES), { minLength: 1, maxLength: 3 }), (wrong) => {
        const { levels, compliance, certification } = ifacts(
          asked(Object.fromEntries(wrong.map((name) => [name, "failed"]))),
        );
        const first = Math.min(...wrong.map((name) => VECTOR_FAMILY_ROWS[name].ifactsLevel));
        expect(levels.map(({ result }) => result)).toEqual(
          [1, 2, 3, 4].map((level) => (level < first ? "pass" : level === first ? "fail" : "skip")),
        );
        expect(new Set(certification.failedCategories)).toEqual(
          new Set(wrong.map((name) => VECTOR_FAMILY_ROWS[name].ifactsCategory)),
        );
        expect(compliance).toMatchObject({ overallResult: "partial" });
        expect(certification).toMatchObject({ certified: false, level: first === 1 ? "none" : "partial" });
      }),
    );
    // A run that did not pass besides its cases shows no level either.
    expect(ifacts({ ...asked(), problems: ["ended with status 9"] }).certification.level).toBe("none");
  });
});

describe("reports side by side", () => {
  test("show what differs, and only that", () => {
    const one = compareReports([reportOf("honest"), reportOf("honest")]);
    expect(one.differing).toEqual([]);
    expect(one.columns.map(({ title }) => title)).toEqual([
      "small 0.1.0 (javascript) #1",
      "small 0.1.0 (javascript) #2",
    ]);
    const two = compareReports([reportOf("honest"), reportOf("wrong-reason"), reportOf("has-echo-only")]);
    expect(two.differing.map(({ id, statuses }) => [id, ...statuses])).toContainEqual([
      "codec-form/manifest/every-bit",
      "passed",
      "8 cases: wrong code",
      "unsupported",
    ]);
    expect(two.differing.map(({ id }) => id)).not.toContain("smoke/echo/bytes");
    expect(comparisonMarkdown(two)).toContain("| codec-form | 1 | 10 of 10 | 1 of 10 | 0 of 10 |");
    expect(comparisonPage(two)).toContain("wrong code");
  });

  test("say where they cannot be compared number by number", () => {
    const other = { ...reportOf("honest"), corpus: { ...reportOf("honest").corpus, digest: "f".repeat(64) } };
    expect(compareReports([reportOf("honest"), other]).warnings[0]).toContain("different corpora");
  });
});

describe("findings", () => {
  test("stand together where they differ in nothing but their vector, and none is lost", () => {
    const findings = fc.array(
      fc.record({
        id: fc.constantFrom("a/x", "a/y", "b/x"),
        case: fc.nat(3),
        status: fc.constant("failed" as const),
        grade: fc.constantFrom("code" as const, "phase" as const),
      }),
    );
    fc.assert(
      fc.property(findings, (list: ReportFinding[]) => {
        const groups = groupFindings(list);
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        expect(groups.flatMap(({ ids }) => ids).reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        expect(new Set(groups.map(({ family, first }) => `${family} ${first.grade}`)).size).toBe(groups.length);
      }),
    );
  });

  test("show long bytes around the first that differs", () => {
    const [line] = differences(
      { bytes: `${"00".repeat(200)}ff${"00".repeat(200)}` },
      { bytes: `${"00".repeat(200)}fe${"00".repeat(200)}` },
    );
    expect(line?.expected).toContain("ff00");
    expect(line?.found).toContain("fe00");
    expect(line?.expected?.length).toBeLessThan(160);
  });

  test("differ exactly where values do", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(differences(value, JSON.parse(JSON.stringify(value)))).toEqual([]);
      }),
    );
    expect(differences({ a: [1, 2], b: "x" }, { a: [1, 3], b: "x" })).toEqual([
      { path: "a[1]", expected: "2", found: "3" },
    ]);
  });
});

test("a file that is no report is refused with what is wrong", () => {
  const path = join(folder, "no.json");
  for (const [text, message] of [
    ["{", /no JSON/],
    ["{}", /\$\.report/],
    [JSON.stringify({ ...reportOf("honest"), passed: "yes" }), /passed/],
  ] as const) {
    writeFileSync(path, text);
    expect(() => readReport(path)).toThrow(ReportFault);
    expect(() => readReport(path)).toThrow(message);
  }
  writeFileSync(path, make("json", reportOf("honest")));
  expect(readReport(path)).toEqual(reportOf("honest"));
});

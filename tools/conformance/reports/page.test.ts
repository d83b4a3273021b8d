import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConformanceReport, ReportCounts } from "../../../generated/json/conformance-report.js";
import { findChromium, launchChromium, NO_CHROMIUM } from "../../browser/chromium.js";
import { reportPage } from "./html/report.js";

// The page of a report in a real browser: what its filters show, and that it asks nobody for anything.

const counts = (cases: number, failed: number): ReportCounts => ({
  cases,
  passed: cases - failed,
  failed,
  crashed: 0,
  timed_out: 0,
  unsupported: 0,
  known: 0,
  grades: [{ grade: "verdict", met: cases - failed, of: cases }],
});
const family = (name: string, failed: number): ConformanceReport["families"][number] => ({
  name,
  ladder: 1,
  ifacts_level: 1,
  ifacts_category: "data_integrity",
  counts: counts(10, failed),
});
const REPORT: ConformanceReport = {
  report: 1,
  corpus: { version: "1.0.0", digest: "0".repeat(64), specification: "1.0" },
  implementation: {
    name: "<img src=x onerror=alert(1)>",
    version: "1",
    language: "js",
    operations: ["echo"],
    features: [],
  },
  runner: { name: "test", version: "0" },
  started: "2026-06-01T12:00:00.000Z",
  duration_ms: 1,
  command: "node x",
  entrance: "session",
  filter: { grade: "phase" },
  passed: false,
  problems: [],
  totals: counts(20, 3),
  families: [family("smoke", 1), family("codec-form", 2)],
  ladder: -1,
  findings: [
    { id: "smoke/a", status: "failed", grade: "code", expected: { code: "CODEC" }, found: { code: "LDR_TRUNCATED" } },
    { id: "codec-form/b", status: "crashed", cause: "ended", detail: "ended with status 3" },
    { id: "codec-form/c", status: "known", grade: "phase", expected: { phase: "read" }, found: { phase: "parse" } },
  ],
};

const executable = findChromium();
if (executable === undefined) process.stderr.write(`5 tests skipped, ${NO_CHROMIUM}\n`);

describe.skipIf(executable === undefined)("the page of a report", () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium(executable ?? "");
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => complaints.push(request.url()));
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.setContent(reportPage(REPORT, () => undefined));
  }, 180_000);
  afterAll(async () => browser?.close());

  const shown = async (): Promise<string[]> =>
    page
      .locator("details.finding:visible > summary .id")
      .evaluateAll((items) => items.map((item) => item.textContent ?? ""));

  test("shows everything at first", async () => {
    expect(await shown()).toEqual(["smoke/a", "codec-form/b", "codec-form/c"]);
    expect(await page.locator("h1").textContent()).toContain("<img src=x onerror=alert(1)>");
  });

  test("shows the findings of a family, of a status, and with a word", async () => {
    await page.selectOption("#family", "codec-form");
    expect(await shown()).toEqual(["codec-form/b", "codec-form/c"]);
    await page.uncheck(".status[value=known]");
    expect(await shown()).toEqual(["codec-form/b"]);
    expect(await page.locator("#shown").textContent()).toBe("1 of 3 shown");
    await page.check(".status[value=known]");
    await page.selectOption("#family", "");
    await page.fill("#text", "truncated code");
    expect(await shown()).toEqual(["smoke/a"]);
    await page.fill("#text", "");
    await page.click("tr[data-family=smoke]");
    expect(await shown()).toEqual(["smoke/a"]);
    await page.click("tr[data-family=smoke]");
    expect(await shown()).toHaveLength(3);
  });

  test("is no wider than a telephone, in light and dark", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const [wide, colours] = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        return [document.documentElement.scrollWidth, [color, backgroundColor]] as const;
      });
      expect(wide).toBeLessThanOrEqual(390);
      expect(colours[0]).not.toBe(colours[1]);
    }
  });

  test("opens every finding on paper", async () => {
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await page.locator("details.finding:not([open])").count()).toBe(0);
  });

  test("asks nobody for anything and runs no text of an implementation", () => {
    expect(complaints).toEqual([]);
  });
});

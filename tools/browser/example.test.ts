import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { type DemoFiles, writeDemo } from "./demo.js";
import { compilePages, type Harness, startHarness } from "./harness.js";
import { type NetworkServer, startNetworkServer } from "./network-server.js";
import { ROOT } from "./page-server.js";

// The example page, as somebody uses it.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";
const EXAMPLE = "reference/examples/browser";

test("the policy of the example page has the hash of its import map", () => {
  const html = readFileSync(join(ROOT, EXAMPLE, "index.html"), "utf8");
  const [, map = ""] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html) ?? [];
  expect(Object.keys((JSON.parse(map) as { imports: object }).imports)).toContain("fayger/web");
  expect(html).toContain(`'sha256-${createHash("sha256").update(map).digest("base64")}'`);
});

describe.skipIf(chromium === undefined)(`the example page${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let page: Page;
  let demo: DemoFiles;
  let folder: string;
  let network: NetworkServer;
  const complaints: string[] = [];

  beforeAll(async () => {
    compilePages();
    folder = mkdtempSync(join(tmpdir(), "fayger-example-"));
    [harness, network] = await Promise.all([startHarness(chromium ?? ""), startNetworkServer()]);
    demo = await writeDemo(folder, network);
    page = await harness.browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => message.type() !== "log" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${harness.pages.origin}/${EXAMPLE}/`);
  }, 180_000);
  afterAll(async () => {
    await harness?.close();
    await network?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (name: keyof DemoFiles["artifacts"]): Promise<void> => {
    await page.fill("#url", harness.artifacts.put(`${name}.buf`, demo.artifacts[name]));
    await page.click("#open button[type=submit]");
    await page.waitForSelector("#failure:not([hidden]), #artifact:not([hidden])");
  };
  const textOf = async (selector: string): Promise<string> => (await page.textContent(selector)) ?? "";

  test("refuses an author nobody trusts, and says what to do about it", async () => {
    await open("good");
    expect(await textOf("#failure")).toMatch(/LDR_SIGNATURE_FAIL.*UntrustedKey.*trust store/s);
    expect(await page.isHidden("#artifact")).toBe(true);
  });

  test("shows a signed artifact whose author is trusted, and verifies a body when it is read", async () => {
    await page.setInputFiles("#trust", demo.trustStorePath);
    await open("good");
    expect(await page.isHidden("#failure")).toBe(true);
    expect(await textOf("#trust-level")).toContain("Signed by a key you trust");
    expect(await textOf("#name")).toBe("acme/tools/letter 1.2.3");
    // What an author says of it is not told as if it had been found out.
    expect(await page.locator("#manifest dt").allTextContents()).toEqual([
      ...["Entry", "Code format", "Needs", "Would like", "Runtime", "Signed with", "Key", "Digest"],
      ...["It says: summary", "It says: homepage"],
    ]);
    expect(await page.locator("#phases .good").count()).toBe(10);
    // A screen reader says so, and where the button was the keyboard goes on.
    expect(await page.getByRole("status").filter({ hasText: "Opened." }).count()).toBe(1);
    await page.focus("button[aria-label='Read data/greeting']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#sections .good");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("✓ verified");
    expect(await textOf("#sections")).toContain("Every byte of this was checked");
    expect(await textOf("#sections")).toContain("left out: terminal");
  });

  test("says of a damaged artifact which byte is wrong, in which phase, and what was expected", async () => {
    await open("damaged");
    const text = await textOf("#failure");
    expect(text).toMatch(/LDR_MANIFEST_INVALID.*Phaseparse.*Offset\d+.*Expected.*Found/s);
    expect(await textOf("#phases .bad")).toContain("refused");
  });

  test("opens a file, also one that nobody signed where that is allowed", async () => {
    await page.setInputFiles("#file", join(folder, "unsigned.buf"));
    await page.waitForSelector("#failure:has-text('MissingSignature')");
    await page.evaluate("document.querySelector('details').open = true");
    await page.uncheck("#enforce");
    await page.setInputFiles("#file", join(folder, "unsigned.buf"));
    await page.waitForSelector("#artifact:not([hidden])");
    expect(await textOf("#trust-level")).toContain("Not signed");
  });

  test("says of a key in the place of a trust store what makes one", async () => {
    await page.setInputFiles("#trust", { name: "author.pub", mimeType: "", buffer: Buffer.from("a key") });
    await open("good");
    expect(await textOf("#failure")).toMatch(/LDR_TRUST_STORE_INVALID.*fayger trust add/s);
    await page.setInputFiles("#trust", demo.trustStorePath);
  });

  test("shows where the keyboard is, also where a person's own colours are forced", async () => {
    for (const forcedColors of ["none", "active"] as const) {
      await page.emulateMedia({ forcedColors });
      await page.focus("#open button[type=submit]");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.id")).toBe("file");
      expect(await page.evaluate("getComputedStyle(document.querySelector('#drop')).outlineStyle")).toBe("solid");
    }
    await page.emulateMedia({ forcedColors: "none" });
  });

  describe("runs a program", () => {
    const surface = () => page.locator(".fayger-surface");
    const run = async (): Promise<void> => {
      await page.click("#consent button[type=submit]");
      await page.waitForSelector("#running:not([hidden])");
    };

    test("with what was allowed, shows what it did, and lets a person end it", async () => {
      await open("program");
      expect(await textOf("#capabilities")).toMatch(/draw on this page.*ui[.]dom.*needed/s);
      await page.fill("#reach", `${network.http} ${network.ws}`);
      await run();
      await surface().getByText("WebSocket open").waitFor();
      await surface().getByRole("textbox").fill("Good morning");
      await page.keyboard.press("Enter");
      await surface().getByRole("listitem").getByText("Good morning").waitFor();
      await surface().getByText("From the server").click();
      await surface().getByText("The server answered 200.").waitFor();
      expect(await textOf("#negotiated")).toMatch(
        /Granted: .*net[.]websocket.*As far as a browser lets it: net[.]http/,
      );
      await page.click("#running summary");
      await page.waitForSelector("#instructions:has-text('net.http_request')");
      // On a telephone the page is as wide as its window; what is wider scrolls in a place of its own.
      const usual = page.viewportSize();
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      if (usual !== null) await page.setViewportSize(usual);
      await page.focus("#stop");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#state:has-text('Terminated')");
      await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("state");
      expect(await surface().count()).toBe(0);
    });

    test("on the engine of the browser, until the person closes its surface", async () => {
      await open("program");
      await page.check("#engine");
      await run();
      await page.getByRole("button", { name: "Close Within bounds" }).click();
      await page.waitForSelector("#state:has-text('Terminated')");
      await page.evaluate("document.querySelector('#engine').checked = false");
    });

    test("only with what it needs, and denies the rest", async () => {
      await open("program");
      await page.uncheck("#capabilities input[value='net.http']");
      await page.fill("#reach", "");
      await run();
      await surface().getByText("ADP_POLICY_DENIED", { exact: false }).first().waitFor();
      await surface().getByText("From the server").click();
      await surface().getByText("Refused: ADP_CAPABILITY_DENIED").waitFor();
      expect(await textOf("#negotiated")).toContain("Denied: net.http.");
      // Opening another artifact ends it.
      await open("program");
      expect(await surface().count()).toBe(0);
      await page.uncheck("#capabilities input[value='ui.dom']");
      await run();
      await page.waitForSelector("#failure:not([hidden])");
      expect(await textOf("#failure")).toMatch(/RT_CAPABILITY_INSUFFICIENT.*ui[.]dom/s);
    });

    test("whose rules are none only when they are some", async () => {
      await open("program");
      await page.fill("#reach", "everything");
      await run();
      await page.waitForSelector("#failure:not([hidden])");
      expect(await textOf("#failure")).toMatch(/host policy: .*network/);
    });
  });

  test("keeps its console silent under its own strict policy", () => {
    expect(complaints).toEqual([]);
  });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { type ArtifactServer, startArtifactServer } from "./artifact-server.js";
import { launchChromium } from "./chromium.js";
import type { Probe } from "./page/probe.js";
import { type PageServer, type ProbePage, ROOT, startPageServer } from "./page-server.js";

/** A page with the probe on it. */
export interface OpenedProbe {
  readonly page: Page;
  /** What the page complained about: errors on its console and errors nobody caught. */
  readonly complaints: string[];
  /** Call the probe in the page. Arguments and results travel as JSON. */
  call<N extends keyof Probe>(
    name: N,
    ...args: Parameters<Probe[N]>
  ): Promise<Awaited<ReturnType<Extract<Probe[N], (...args: never[]) => unknown>>>>;
}

/** A browser and the two servers its pages live from. */
export interface Harness {
  readonly browser: Browser;
  /** Serves modules and pages. */
  readonly pages: PageServer;
  /** Serves artifacts from another origin. */
  readonly artifacts: ArtifactServer;
  /** Open a page with the probe. */
  openProbe(path?: ProbePage, origin?: string): Promise<OpenedProbe>;
  /** Stop all of it. */
  close(): Promise<void>;
}

let arePagesCompiled = false;

/**
 * Compile what pages load, where it is not up to date: once for each process, as looking alone takes seconds.
 *
 * @throws Error with the compiler's words
 */
export function compilePages(): void {
  if (arePagesCompiled) return;
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const built = spawnSync(process.execPath, [compiler, "-b", join(ROOT, "tools/browser/page")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the modules for pages do not compile:\n${built.stdout}${built.stderr}`);
  arePagesCompiled = true;
}

/**
 * Compile the guests of the examples, where they are not up to date.
 *
 * @throws Error with the compiler's words
 */
export function compileGuests(): void {
  const tsx = join(ROOT, "node_modules/tsx/dist/cli.mjs");
  const built = spawnSync(process.execPath, [tsx, join(ROOT, "tools/build/guests.ts")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the guests of the examples do not compile:\n${built.stdout}${built.stderr}`);
}

/** Start servers and browser. */
export async function startHarness(chromium: string): Promise<Harness> {
  const [pages, artifacts] = await Promise.all([startPageServer(), startArtifactServer()]);
  const stopServers = async (): Promise<void> => {
    await Promise.all([pages.close(), artifacts.close()]);
  };
  const browser = await launchChromium(chromium).catch(async (error: unknown) => {
    await stopServers();
    throw error;
  });
  return {
    browser,
    pages,
    artifacts,
    openProbe: (path = "/probe.html", origin = pages.origin) => openProbe(browser, `${origin}${path}`),
    async close() {
      await browser.close();
      await stopServers();
    },
  };
}

async function openProbe(browser: Browser, url: string): Promise<OpenedProbe> {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  // Not a script that waits: a page's policy may forbid those.
  await page.waitForSelector("html[data-probe=ready]");
  return {
    page,
    complaints,
    call: (name, ...args) =>
      page.evaluate(
        ([method, given]) =>
          (globalThis as unknown as { probe: Record<string, (...given: unknown[]) => never> }).probe[
            method as string
          ]?.(...(given as unknown[])) as never,
        [name, args] as const,
      ),
  };
}

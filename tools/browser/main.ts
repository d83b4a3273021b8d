import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { startArtifactServer } from "./artifact-server.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { type DemoFiles, writeDemo } from "./demo.js";
import { compileGuests, compilePages, type Harness, startHarness } from "./harness.js";
import { type NetworkServer, startNetworkServer } from "./network-server.js";
import { ROOT, startPageServer } from "./page-server.js";

const HELP = `Runs Fayger in a real browser.

usage: npx tsx tools/browser/main.ts serve [--port N]
       npx tsx tools/browser/main.ts bench [--rounds N]
       npx tsx tools/browser/main.ts shots [--out FOLDER]

  serve   serve the example page, artifacts to open and run with it, and the server they talk to, until Ctrl-C
  bench   how fast Chromium reads and verifies sections, as a ratio to its bare digest
  shots   pictures of the example page, light, dark and narrow, with artifacts that are good and not, and with programs

  --port N       port of the page (8080; 0 for a free one)
  --rounds N     rounds of each length (15)
  --out FOLDER   where pictures go (dist/browser)

bench and shots need Chromium: FAYGER_CHROMIUM, or \`chromium\` on the path.
`;

const EXAMPLE = "/reference/examples/browser/";

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function serve(port: number): Promise<void> {
  compilePages();
  compileGuests();
  const [pages, artifacts, network] = await Promise.all([
    startPageServer(port),
    startArtifactServer(),
    startNetworkServer(),
  ]);
  const demo = await writeDemo(join(ROOT, "dist/browser"), network);
  const page = `${pages.origin}${EXAMPLE}`;
  const reach = encodeURIComponent(`${network.http} ${network.ws}`);
  say(`the page       ${page}`);
  for (const [name, bytes] of Object.entries({ ...demo.artifacts, ...demo.examples })) {
    const url = encodeURIComponent(artifacts.put(`${name}.buf`, bytes));
    say(`${name.padEnd(14)} ${page}?url=${url}${name === "program" ? `&reach=${reach}` : ""}`);
  }
  say(`trust store    ${demo.trustStorePath}  (choose it under "Whom to trust", then open "good" or "program" again)`);
  say("Ctrl-C ends this.");
}

async function bench(chromium: string, rounds: number): Promise<void> {
  await withHarness(chromium, async (harness) => {
    const { call } = await harness.openProbe();
    const lengths = [1, 2, 4, 8].map((mebibytes) => mebibytes * 2 ** 20);
    say("section      bare digest   read and verified   ratio");
    for (const { bytes, bare, section, ratio } of await call("measureDigests", lengths, rounds)) {
      const cells = [`${bare.toFixed(0)} MB/s`, `${section.toFixed(0)} MB/s`];
      say(`${bytes / 2 ** 20} MiB        ${cells[0]?.padEnd(13)} ${cells[1]?.padEnd(19)} ${ratio.toFixed(2)}`);
    }
  });
}

async function shots(chromium: string, folder: string): Promise<void> {
  compileGuests();
  mkdirSync(folder, { recursive: true });
  const network = await startNetworkServer();
  try {
    await withHarness(chromium, async (harness) => {
      const demo = await writeDemo(folder, network);
      for (const look of LOOKS) {
        for (const [name, bytes] of Object.entries({ ...demo.artifacts, ...demo.examples })) {
          const page = await harness.browser.newPage(look);
          for (const { step, bytes: picture } of await pictures(page, harness, demo, { name, bytes, network })) {
            const path = join(folder, `${name}${step}-${look.name}.png`);
            writeFileSync(path, picture);
            say(path);
          }
          await page.close();
        }
      }
    });
  } finally {
    await network.close();
  }
}

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 900, height: 700 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 900, height: 700 } },
  { name: "narrow", colorScheme: "light", viewport: { width: 360, height: 700 } },
] as const;

interface Pictured {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly network: NetworkServer;
}

/** What somebody sees who opens an artifact, and runs it where it is a program. */
async function pictures(
  page: Page,
  { pages, artifacts }: Harness,
  { trustStorePath }: DemoFiles,
  { name, bytes, network }: Pictured,
): Promise<{ readonly step: string; readonly bytes: Uint8Array }[]> {
  await page.goto(`${pages.origin}${EXAMPLE}`);
  await page.setInputFiles("#trust", trustStorePath);
  await page.fill("#url", artifacts.put(`${name}.buf`, bytes));
  await page.click("#open button[type=submit]");
  await page.waitForSelector("#failure:not([hidden]), #artifact:not([hidden])");
  if (name === "drone" || name === "commanded") return iFayPictures(page, name);
  if (name !== "program" && name !== "tasks") {
    await page.evaluate("for (const button of document.querySelectorAll('#sections button')) button.click()");
    await page.locator("#sections button").first().waitFor({ state: "detached" });
    return [{ step: "", bytes: await page.screenshot({ fullPage: true }) }];
  }
  const taken = [{ step: "-asked", bytes: await page.screenshot({ fullPage: true }) }];
  await page.fill("#reach", `${network.http} ${network.ws}`).catch(() => undefined);
  await page.click("#consent button[type=submit]");
  const surface = page.locator(".fayger-surface");
  await surface.waitFor();
  const input = surface.locator("input[type=text]").first();
  for (const words of ["Good morning", "<b>not bold</b>"]) {
    await input.fill(words);
    await input.press("Enter");
  }
  if (name === "program") {
    await surface.getByText("Show the SHA-256").click();
    await surface.getByText("From somewhere else").click();
    await surface.getByText("<b>not bold</b>").waitFor();
  }
  taken.push({ step: "-running", bytes: await page.screenshot({ fullPage: true }) });
  return taken;
}

/** What somebody sees who runs an iFay: what it is, what it asks, and what became of it. */
async function iFayPictures(
  page: Page,
  name: string,
): Promise<{ readonly step: string; readonly bytes: Uint8Array }[]> {
  const taken = [{ step: "-offered", bytes: await page.locator("#consent").screenshot() }];
  await page.click("#run");
  if (name === "commanded") {
    await page.fill("#line", "registered_skill.flight_control take_off 20");
    await page.press("#line", "Enter");
  }
  await page.getByRole("alertdialog").waitFor();
  taken.push({ step: "-asked", bytes: await page.screenshot() });
  await page.click("#agree");
  await page.locator("#lines .good", { hasText: "from now on" }).waitFor();
  if (name === "drone") await page.locator("#state", { hasText: "Terminated" }).waitFor();
  else {
    await page.fill("#line", "sensor.read gps");
    await page.press("#line", "Enter");
    await page.locator("#lines .good", { hasText: "sensor.read" }).waitFor();
  }
  taken.push({ step: "-running", bytes: await page.locator("#running").screenshot() });
  return taken;
}

async function withHarness(chromium: string, action: (harness: Harness) => Promise<void>): Promise<void> {
  compilePages();
  const harness = await startHarness(chromium);
  try {
    await action(harness);
  } finally {
    await harness.close();
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: "string", default: "8080" },
      rounds: { type: "string", default: "15" },
      out: { type: "string", default: join(ROOT, "dist/browser") },
      help: { type: "boolean", default: false },
    },
  });
  const [command] = positionals;
  const [port, rounds] = [Number(values.port), Number(values.rounds)];
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length !== 1 || !(port >= 0 && port < 65_536) || !(rounds >= 1)) {
    process.stderr.write(HELP);
    return 2;
  }
  if (command === "serve") {
    await serve(port);
    return 0;
  }
  const chromium = findChromium();
  if (chromium === undefined) {
    process.stderr.write(`${NO_CHROMIUM}\n`);
    return 1;
  }
  if (command === "bench") await bench(chromium, rounds);
  else if (command === "shots") await shots(chromium, values.out);
  else {
    process.stderr.write(HELP);
    return 2;
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`browser: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});

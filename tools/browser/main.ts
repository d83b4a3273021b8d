import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startArtifactServer } from "./artifact-server.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { type DemoFiles, writeDemo } from "./demo.js";
import { compilePages, type Harness, startHarness } from "./harness.js";
import { ROOT, startPageServer } from "./page-server.js";

const HELP = `Runs the loader in a real browser.

usage: npx tsx tools/browser/main.ts serve [--port N]
       npx tsx tools/browser/main.ts bench [--rounds N]
       npx tsx tools/browser/main.ts shots [--out FOLDER]

  serve   serve the example page and some artifacts to open with it, until Ctrl-C
  bench   how fast Chromium reads and verifies sections, as a ratio to its bare digest
  shots   pictures of the example page, light and dark, with a good and with a damaged artifact

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
  const [pages, artifacts] = await Promise.all([startPageServer(port), startArtifactServer()]);
  const demo = await writeDemo(join(ROOT, "dist/browser"));
  const page = `${pages.origin}${EXAMPLE}`;
  say(`the page       ${page}`);
  for (const [name, bytes] of Object.entries(demo.artifacts)) {
    say(`${name.padEnd(14)} ${page}?url=${encodeURIComponent(artifacts.put(`${name}.buf`, bytes))}`);
  }
  say(`trust store    ${demo.trustStorePath}  (choose it under "Whom to trust", then open "good" again)`);
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
  mkdirSync(folder, { recursive: true });
  await withHarness(chromium, async (harness) => {
    const demo = await writeDemo(folder);
    for (const colorScheme of ["light", "dark"] as const) {
      for (const name of ["good", "damaged", "unsigned"] as const) {
        const path = join(folder, `${name}-${colorScheme}.png`);
        writeFileSync(path, await picture(harness, demo, name, colorScheme));
        say(path);
      }
    }
  });
}

async function picture(
  harness: Harness,
  demo: DemoFiles,
  name: keyof DemoFiles["artifacts"],
  colorScheme: "light" | "dark",
): Promise<Uint8Array> {
  const page = await harness.browser.newPage({ colorScheme, viewport: { width: 900, height: 700 } });
  await page.goto(`${harness.pages.origin}${EXAMPLE}`);
  await page.setInputFiles("#trust", demo.trustStorePath);
  await page.fill("#url", harness.artifacts.put(`${name}.buf`, demo.artifacts[name]));
  await page.click("button[type=submit]");
  await page.waitForSelector("#failure:not([hidden]), #artifact:not([hidden])");
  await page.evaluate("for (const button of document.querySelectorAll('#sections button')) button.click()");
  await page.locator("#sections button").first().waitFor({ state: "detached" });
  const bytes = await page.screenshot({ fullPage: true });
  await page.close();
  return bytes;
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

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, LogLevel } from "typedoc";
import { afterAll, beforeAll, expect, it } from "vitest";

// The plugin by which the API documentation leads to the specification, on a repository of two sentences.

const PLUGIN = fileURLToPath(new URL("../config/typedoc-spec.mjs", import.meta.url));
const FILES = {
  "chapters/quotas.md": [
    "# Quotas",
    '- <a id="quotas.fuel"></a>**quotas.fuel** — Fuel MUST be counted.',
    '- <a id="quotas.fuel.blocks"></a>**quotas.fuel.blocks** — See [above](quotas.md#quotas.fuel).',
  ].join("\n"),
  "index.ts":
    "/**\n * Counts.\n *\n * @spec quotas.fuel, quotas.fuel.blocks,\n * quotas.gone\n */\nexport function count(): void {}\n",
  "tsconfig.json": '{ "compilerOptions": { "target": "es2022", "types": [] }, "include": ["index.ts"] }',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-typedoc-"));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes each @spec a link to its sentence, and takes the anchors of sentences for anchors", {
  timeout: 60_000,
}, async () => {
  const app = await Application.bootstrapWithPlugins({
    plugin: [PLUGIN],
    name: "sample",
    entryPoints: [join(folder, "index.ts")],
    tsconfig: join(folder, "tsconfig.json"),
    projectDocuments: [join(folder, "chapters/*.md")],
    readme: "none",
    disableSources: true,
    blockTags: ["@spec"],
    markdownItOptions: { html: true },
    logLevel: LogLevel.Error,
  });
  const project = await app.convert();
  expect(project).toBeDefined();
  if (project === undefined) return;
  await app.generateDocs(project, join(folder, "site"));
  expect([app.logger.errorCount, app.logger.warningCount]).toEqual([0, 0]);
  const page = readFileSync(
    join(folder, "site/functions", readdirSync(join(folder, "site/functions"))[0] ?? ""),
    "utf8",
  );
  const links = Array.from(page.matchAll(/<a href="([^"]*)">(quotas[^<]*)<\/a>/g), ([, href, text]) => [text, href]);
  expect(links).toEqual([
    ["quotas.fuel", "../documents/quotas.html#quotas.fuel"],
    ["quotas.fuel.blocks", "../documents/quotas.html#quotas.fuel.blocks"],
  ]);
  // What no chapter states is left as it was written.
  expect(page).toContain("quotas.gone");
  expect(readFileSync(join(folder, "site/documents/quotas.html"), "utf8")).toContain('<a id="quotas.fuel">');
});

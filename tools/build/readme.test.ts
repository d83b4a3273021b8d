import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fayger } from "../cli/testing.js";

// What the README shows is run as it stands there.

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
// Inside the package, so that `fayger/node` resolves the way it does for whoever installed it.
const folder = join(root, "dist/.readme");

/** A program that does nothing: a memory, and a function `run` without a body. */
const NOTHING = "0061736d01000000010401600000030201000503010001071002066d656d6f72790200" + "0372756e00000a040102000b";

function block(language: string, containing: string): string {
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(
    ([, found, text]) => found === language && text?.includes(containing),
  );
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[2] ?? "";
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "data"), { recursive: true });
  const drone = "reference/examples/drone";
  cpSync(join(root, drone), join(folder, drone), { recursive: true });
  writeFileSync(join(folder, "nothing.wasm"), Buffer.from(NOTHING, "hex"));
  writeFileSync(
    join(folder, "recipe.json"),
    JSON.stringify({
      name: "readme/tool",
      version: "1.0.0",
      entry: { section: "code/main", symbol: "run" },
      runtime: { code_format: "wasm-core-2" },
      sections: [{ id: "code/main", kind: "code", file: "nothing.wasm" }],
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Run each line of a block, in order. Gives what the last one showed. */
function runLines(containing: string): string {
  const lines = block("sh", containing)
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  expect(lines.length).toBeGreaterThan(4);
  let shown = "";
  for (const line of lines) {
    const [program, ...args] = line.split(/\s+/);
    expect(program).toBe("fayger");
    const outcome = fayger(args, { folder });
    expect(`${line}: ${outcome.code} ${outcome.code === 0 ? "" : outcome.stderr}`).toBe(`${line}: 0 `);
    shown = outcome.stdout;
  }
  return shown;
}

test("the command lines of the README work in the order in which they stand there", { timeout: 60_000 }, () => {
  runLines("fayger pack");
});

test("the flight of the README flies", { timeout: 60_000 }, () => {
  expect(runLines("fayger assemble")).toMatch(/refused +registered_skill\.pay_landing_fee/);
});

test("the program of the README works", { timeout: 60_000 }, () => {
  const path = join(folder, "example.mjs");
  writeFileSync(path, block("ts", "createFayger"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout.trim().split("\n").at(-1)).toBe("Terminated");
});

test("every file and folder the README links to is there", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(5);
  for (const link of links)
    expect(() => readFileSync(join(root, link.endsWith("/") ? join(link, "README.md") : link)), link).not.toThrow();
});

test("every link between documents of the package leads to a file that is in it", { timeout: 60_000 }, () => {
  const packed = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 16_777_216,
    shell: process.platform === "win32",
  });
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = new Set(files.map(({ path }) => path));
  // What a page of a diagnostic shows is wrong on purpose.
  const documents = [...paths].filter((path) => path.endsWith(".md") && !path.startsWith("codegen/docs/diagnostics/"));
  const links = documents.flatMap((document) =>
    [...readFileSync(join(root, document), "utf8").matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)[^)]*\)/g)].map(
      ([, target]) => `${document} -> ${posix.join(posix.dirname(document), target as string)}`,
    ),
  );
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter((link) => !paths.has(link.split(" -> ")[1] as string))).toEqual([]);
});

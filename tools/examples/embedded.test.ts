import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../browser/page-server.js";
import { commandsOf, type OwnFolder, ownFolder } from "./own-folder.js";

// An application that embeds Fayger, by what its README says: as TypeScript sees it, and in one bundle.

let folder: OwnFolder;
beforeAll(() => {
  folder = ownFolder();
});
afterAll(() => folder.remove());

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder.path, env: folder.environment, encoding: "utf8" });

/** Whatever an application writes down of what it gives and gets. */
const TYPED = `
import { createFayger, createInAppAdapter, ErrorCode, HostError, HostFailure, LifecycleState, QuotaName } from "fayger/node";
import type { AdapterCandidate, FileRoot, HostFunction, Manifest, RunResult, RuntimeLayer, SurfaceHost, Tlv } from "fayger/node";

const price: HostFunction = (input: readonly Tlv[]): readonly Tlv[] => {
  if (input.length > 0) throw new HostFailure(HostError.NotFound);
  return [];
};
const root: FileRoot = { guest_path: "/data", host_path: "/data", writable: false };
export const fayger = await createFayger({
  adapters: [createInAppAdapter({ functions: { price } })],
  policy: { capabilities: ["host.call"], file_roots: [root], quotas: { [QuotaName.Fuel]: 1_000 } },
});
export const runtime: RuntimeLayer = fayger.runtime;
export const adapters: readonly AdapterCandidate[] = fayger.adapters;
export const nameOf = ({ name }: Manifest): string => name;
export const isWrong = ({ state, failure }: RunResult): boolean =>
  state === LifecycleState.Failed && failure?.error.code === ErrorCode.RT_TRAP;
export type Drawn = SurfaceHost;
`;

/** A program of one function without a body, on the engine in workers. */
const BUNDLED = `
import { createFayger, createMemorySource, LifecycleState } from "fayger/node";
import { readFileSync } from "node:fs";
const fayger = await createFayger({
  enforceSignature: false,
  policy: { capabilities: [], implementations: ["fayger/host-engine-worker"] },
});
const object = await fayger.load(createMemorySource(readFileSync("nothing.buf")));
try {
  const { instance, state } = await fayger.run(object);
  console.log(state === LifecycleState.Terminated, fayger.runtime.implementationOf(instance));
} catch (error) {
  console.log(error.code, error.cause.message);
}
await fayger.close();
`;
/** What a log would take of each event, and more artifacts than there may be open files. */
const LIMITED = `
import { createFayger, createFileSource, faygerEventToJson } from "fayger/node";
const fayger = await createFayger({ enforceSignature: false });
const logged = [];
fayger.events.subscribe((event) => logged.push(JSON.parse(JSON.stringify(faygerEventToJson(event)))));
const opened = [];
try {
  while (opened.length < 500) opened.push(await fayger.load(createFileSource("nothing.buf"), { strategy: "lazy" }));
} catch (error) {
  console.log(error.message, error.cause.context.native_code);
}
await Promise.all(opened.map((object) => object.close()));
await (await fayger.load(createFileSource("nothing.buf"))).close();
console.log(logged.length > 500, logged.at(-1).name);
`;
const NOTHING = "0061736d01000000010401600000030201000503010001071002066d656d6f72790200" + "0372756e00000a040102000b";

describe.skipIf(process.platform === "win32")("an application of one's own", () => {
  it.each([
    ["NodeNext", "nodenext"],
    ["a bundler's", "bundler"],
  ])("names every type that it gives and gets, under %s resolution", { timeout: 120_000 }, (_, resolution) => {
    writeFileSync(join(folder.path, "typed.ts"), TYPED);
    const module = resolution === "bundler" ? "esnext" : resolution;
    const flags = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noEmit",
      "--target",
      "es2022",
      "--types",
      "node",
      "--skipLibCheck",
    ];
    const typescript = [join(ROOT, "node_modules/typescript/bin/tsc"), "typed.ts", "--module", module];
    const compile = (): string =>
      run(process.execPath, ...typescript, "--moduleResolution", resolution, "--ignoreConfig", ...flags);
    expect(compile()).toBe("");
  });

  beforeAll(() => {
    writeFileSync(join(folder.path, "nothing.wasm"), Buffer.from(NOTHING, "hex"));
    const recipe = {
      name: "own/nothing",
      version: "1.0.0",
      entry: { section: "code/main", symbol: "run" },
      runtime: { code_format: "wasm-core-2" },
      sections: [{ id: "code/main", kind: "code", file: "nothing.wasm" }],
    };
    writeFileSync(join(folder.path, "recipe.json"), JSON.stringify(recipe));
    run("npx", "fayger", "pack", "recipe.json", "-o", "nothing.buf");
  });

  // @spec loader.source.unavailable
  it("is told that too many files are open, goes on without them, and logs every event as JSON", () => {
    writeFileSync(join(folder.path, "limited.mjs"), LIMITED);
    expect(run("sh", "-ec", 'ulimit -n 450; exec "$0" limited.mjs', process.execPath)).toBe(
      "nothing.buf cannot be read: too many open files EMFILE\ntrue load_completed\n",
    );
  });

  it("runs in one bundle, on the engine in workers too where its file stands beside", { timeout: 120_000 }, () => {
    for (const name of ["app.mjs", "page.mjs"])
      writeFileSync(join(folder.path, name), name === "app.mjs" ? BUNDLED : 'export * from "fayger/web";');
    run("sh", "-ec", commandsOf(join(ROOT, "reference/README.md"), "A bundle needs"));
    expect(run(process.execPath, "bundle/app.js")).toBe("true fayger/host-engine-worker\n");
    expect(existsSync(join(folder.path, "bundle/web-thread.js"))).toBe(true);
    // Without it nothing hangs, and one is told.
    run("mv", "bundle/node-thread.js", "bundle/elsewhere.js");
    expect(run(process.execPath, "bundle/app.js")).toMatch(/^RT_INSTANCE_FAILED Worker failed: /);
    // The same as CommonJS, which cannot wait outside of a function.
    const [imports, body] = BUNDLED.split("\nconst fayger");
    writeFileSync(join(folder.path, "main.mjs"), `${imports}\n(async () => { const fayger${body} })();\n`);
    mkdirSync(join(folder.path, "main"));
    writeFileSync(join(folder.path, "main/package.json"), "{}");
    const embedding = join(ROOT, "reference/README.md");
    run(
      "sh",
      "-ec",
      `${commandsOf(embedding, "A bundle needs").split("\n")[0]}\n${commandsOf(embedding, "- CommonJS")}`,
    );
    expect(run(process.execPath, "main/main.js")).toBe("true fayger/host-engine-worker\n");
  });
});

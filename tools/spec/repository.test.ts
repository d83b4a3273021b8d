import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { RUNTIME_INTERFACE_METHODS } from "../../reference/runtime/registry.js";
import { openState } from "./breaking/open.js";
import { known } from "./breaking/testing/edits.js";
import { runSpecTool } from "./run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function run(...args: readonly string[]): Promise<{ code: number; out: string }> {
  let out = "";
  const stream = { write: (text: string) => (out += text) };
  const code = await runSpecTool(args, { root, environment: {}, stdout: stream, stderr: stream });
  return { code, out };
}

describe("this repository", () => {
  it("agrees with its specification", async () => {
    const { code, out } = await run("check", "--all");
    expect(code, out).toBe(0);
    expect(out).toMatch(/^\d+ requirements\n\d+ enforced, \d+ of them answered by code and tests\n\d+ planned/m);
  });

  it("keeps what every released version promised", async () => {
    const files = readdirSync(join(root, "spec/released")).filter((name) => name.endsWith(".yaml"));
    expect(files).not.toEqual([]);
    for (const name of files) {
      const { code, out } = await run("breaking", name.slice(0, -".yaml".length));
      expect(code, out).toBe(0);
    }
  });

  // @spec runtime.interface, compatibility.runtime-interface
  it("implements the methods of the Runtime_Interface as the table has them", () => {
    const rows = [...(known(openState(root, ".")).groups.get("runtime-interface")?.keys() ?? [])];
    expect(rows).toEqual(Object.keys(RUNTIME_INTERFACE_METHODS));
  });

  it("documents every entrance of the package under the name by which it is imported", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      exports: Record<string, string | { types: string }>;
    };
    const { entryPoints } = JSON.parse(readFileSync(join(root, "tools/config/typedoc.json"), "utf8")) as {
      entryPoints: string[];
    };
    const entrances = Object.entries(exports).flatMap(([name, target]) =>
      typeof target === "string" ? [] : [{ name: `fayger${name.slice(1)}`, types: target.types }],
    );
    expect(entrances.length).toBeGreaterThan(3);
    for (const { name, types } of entrances) {
      const source = types.replace("./dist/", "").replace(".d.ts", ".ts");
      expect(entryPoints).toContain(`../../${source}`);
      expect(readFileSync(join(root, source), "utf8"), source).toMatch(new RegExp(`^ \\* @module ${name}$`, "m"));
    }
  });

  it("has a docstring for every exported symbol", async () => {
    const { code, out } = await run("docs", "--all");
    expect(code, out).toBe(0);
  });
});

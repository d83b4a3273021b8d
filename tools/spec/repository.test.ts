import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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

  it("has a docstring for every exported symbol", async () => {
    const { code, out } = await run("docs", "--all");
    expect(code, out).toBe(0);
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { codegenFolder } from "./golden.js";

const folder = mkdtempSync(join(tmpdir(), "fayger-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the real program in a process of its own. */
function run(...args: string[]) {
  const command = ["--import", "tsx", join(codegenFolder, "src", "cli.ts"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: join(codegenFolder, ".."),
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { status, stdout, stderr };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("fayger-spec as a process", () => {
  it("parses a file", () => {
    expect(run("parse", file("good.cddl", "a = [ * int ]\n"))).toMatchObject({
      status: 0,
      stdout: "1 file, 1 rule: no errors\n",
      stderr: "",
    });
  });

  it("exits with 1 and the diagnostics for a bad file", () => {
    const { status, stderr } = run("parse", file("bad.cddl", "a = [ * imt ]\n"));
    expect(status).toBe(1);
    expect(stderr).toContain("bad.cddl:1:9 - error cddl/undefined-rule: rule `imt` is not defined");
    expect(stderr).toContain("= fix (unsafe): replace with `int`");
    expect(stderr.endsWith("\n1 error\n")).toBe(true);
  });

  it("exits with 2 for what it cannot read", () => {
    expect(run("parse", join(folder, "missing.cddl"))).toMatchObject({ status: 2, stdout: "" });
    expect(run("parse", folder).stderr).toContain(": it is a folder\n");
    expect(run("parse", file("latin1.cddl", Uint8Array.of(0x3b, 0x0a, 0x3b, 0xe4, 0x0a))).stderr).toContain(": it is not valid UTF-8, see line 2\n");
  });

  it("explains a code with its page", () => {
    const { status, stdout } = run("explain", "cddl/undefined-rule");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# cddl\/undefined-rule\n[^]*## Trigger\n[^]*## Why\n[^]*## Fix\n/);
  });
});

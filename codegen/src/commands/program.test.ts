import { describe, expect, it } from "vitest";
import { commands } from "./command-table.js";
import type { CommandHost } from "./host.js";
import { runProgram } from "./program.js";

/** Runs a command line on files in memory. */
async function run(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  let stdout = "";
  let stderr = "";
  const host: CommandHost = {
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? { problem: "there is no such file" } : { text };
    },
    writeFile: () => expect.unreachable("these commands write nothing"),
    deleteFile: () => expect.unreachable("these commands delete nothing"),
    watch: () => expect.unreachable("these commands watch nothing"),
    listFiles: () => Object.keys(files),
    readDocsPage: (page) => ({ text: `# ${page}` }),
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    explain: "explain",
    version: "1.2.3",
    now: () => 0,
    colour: false,
  };
  return { exitCode: await runProgram(args, commands, host), stdout, stderr };
}

describe("the command line", () => {
  it("tells its version", async () => {
    expect(await run(["--version"])).toEqual({ exitCode: 0, stdout: "fayger-spec 1.2.3\n", stderr: "" });
  });

  it("lists the commands and explains each", async () => {
    for (const args of [[], ["help"], ["--help"], ["-h"]]) {
      const { exitCode, stdout } = await run(args);
      expect(exitCode).toBe(0);
      for (const command of commands) expect(stdout).toContain(command.summary);
    }
    for (const { name, examples } of commands) {
      for (const args of [
        [name, "--help"],
        ["help", name],
      ]) {
        const { exitCode, stdout } = await run(args);
        expect(exitCode).toBe(0);
        for (const example of examples) expect(stdout).toContain(example);
      }
    }
  });

  it.each([
    [["prase"], "unknown command prase; did you mean parse?"],
    [["help", "xyzzy"], "unknown command xyzzy"],
    [["parse"], "parse needs at least one FILE"],
    [["parse", "--fromat", "json", "f"], "unknown option --fromat; did you mean --format?"],
    [["parse", "-x", "f"], "unknown option -x"],
    [["parse", "--format", "xml", "f"], "option --format takes one of: text, json, github"],
    [["parse", "f", "--format"], "option --format takes one of: text, json, github"],
    [["parse", "--one-schema=1", "f"], "option --one-schema takes no value"],
    [["parse", "missing.cddl"], "cannot read missing.cddl: there is no such file"],
    [["parse", "--", "--format"], "cannot read --format: there is no such file"],
    [["explain", "cddl/undefined-rul"], "unknown code cddl/undefined-rul; did you mean cddl/undefined-rule?"],
    [["explain", "a", "b"], "explain takes one CODE"],
  ])("%j is a usage error", async (args, problem) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.split("\n")[0]).toBe(`fayger-spec: ${problem}`);
  });
});

describe("parse", () => {
  it("says how much it read when all is well", async () => {
    const result = await run(["parse", "a.cddl", "b.cddl"], { "a.cddl": "a = int", "b.cddl": "b = int c = b" });
    expect(result).toEqual({ exitCode: 0, stdout: "2 files, 3 rules: no errors\n", stderr: "" });
  });

  it("reports errors with exit code 1 and warnings with 0", async () => {
    const error = await run(["parse", "a.cddl"], { "a.cddl": "a = b" });
    expect(error).toMatchObject({ exitCode: 1, stdout: "" });
    expect(error.stderr).toContain("a.cddl:1:5 - error cddl/undefined-rule");
    expect(error.stderr.endsWith("\n1 error\n")).toBe(true);
    const warning = await run(["parse", "a.cddl"], { "a.cddl": "time = int" });
    expect(warning).toMatchObject({ exitCode: 0 });
    expect(warning.stderr.endsWith("\n1 warning\n")).toBe(true);
  });

  it("prints json and github commands on the standard output", async () => {
    const json = await run(["parse", "--format=json", "a.cddl"], { "a.cddl": "a = b" });
    expect(json).toMatchObject({ exitCode: 1, stderr: "" });
    expect(JSON.parse(json.stdout).summary).toEqual({ errors: 1, warnings: 0 });
    const github = await run(["parse", "--format", "github", "a.cddl"], { "a.cddl": "a = b" });
    expect(github.stdout).toMatch(/^::error file=a\.cddl,line=1,/);
  });

  it("follows imports beside the file, also through each other and in circles", async () => {
    const files = {
      "dir/a.cddl": ";# import b\na = [ from-b, from-c ]",
      "dir/b.cddl": ";# include from-c from c\nfrom-b = int",
      "dir/c.cddl": ";# import a\nfrom-c = int",
    };
    expect(await run(["parse", "dir/a.cddl"], files)).toMatchObject({ exitCode: 0 });
    const { stderr } = await run(["parse", "dir/a.cddl"], { ...files, "dir/c.cddl": "from-c = " });
    expect(stderr).toContain("dir/c.cddl:1:10 - error cddl/expected-type");
  });

  it("takes files one by one unless they are one schema", async () => {
    const files = { "a.cddl": "x = int", "b.cddl": "x = tstr" };
    expect(await run(["parse", "a.cddl", "b.cddl"], files)).toMatchObject({ exitCode: 0 });
    const together = await run(["parse", "--one-schema", "a.cddl", "b.cddl"], files);
    expect(together).toMatchObject({ exitCode: 1 });
    expect(together.stderr).toContain("b.cddl:1:1 - error cddl/duplicate-rule");
  });
});

describe("explain", () => {
  it("prints the page of a code", async () => {
    expect(await run(["explain", "cddl/undefined-rule"])).toEqual({
      exitCode: 0,
      stdout: "# cddl/undefined-rule.md\n",
      stderr: "",
    });
  });

  it("lists all codes with their severities", async () => {
    const { stdout } = await run(["explain"]);
    expect(stdout).toContain("error    cddl/undefined-rule\n");
    expect(stdout).toContain("warning  cddl/unknown-control\n");
  });
});

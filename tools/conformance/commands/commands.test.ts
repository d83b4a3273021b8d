import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { validateConformanceReport } from "../../../generated/json/conformance-report.js";
import { createTerminal } from "../../cli/output/terminal.js";
import { runProgram } from "../../cli/program.js";
import { hasStackTrace, type Outcome, startFayger } from "../../cli/testing.js";
import { writeSmallCorpus } from "../testing/small-corpus.js";
import { MISTAKES, type Mistake, testee } from "../testing/testees.js";
import { byteChanges } from "./anatomy/byte-changes.js";
import { conformCommands } from "./index.js";

// The runner as people use it: whole command lines, real processes of implementations.

/** Two processes have to start behind one another, also on a busy machine; what is waited for ends the wait. */
const PATIENCE = { timeout: 40_000 };
let folder: string;
const impl = {} as Record<Mistake, string>;
/** A command line in this process; files are named from the folder of the tests. */
async function conform(...args: string[]): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof texts): { write(text: string): void } => ({
    write: (text) => {
      texts[name] += text;
    },
  });
  const here = process.cwd();
  process.chdir(folder);
  try {
    const code = await runProgram(["conform", ...args], new AbortController().signal, (isJson) =>
      createTerminal(stream("stdout"), stream("stderr"), {}, isJson),
    );
    return { code, ...texts };
  } finally {
    process.chdir(here);
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conform-commands-"));
  writeSmallCorpus(join(folder, "corpus"));
  for (const mistake of Object.keys(MISTAKES) as Mistake[]) impl[mistake] = testee(folder, mistake);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (mistake: Mistake, ...args: string[]): Promise<Outcome> =>
  conform("run", "--corpus", "corpus", "--impl", impl[mistake], ...args);

// @spec conformance.no-vacuous-pass, conformance.report
describe("conform run", () => {
  test("ends with 0 where everything passed, and shows every count with what it is of", async () => {
    const { code, stdout } = await run("honest");
    expect(code).toBe(0);
    expect(stdout).toMatch(/codec-form +1 +10 of 10/);
    expect(stdout).toContain("verdict 16 of 16, code 10 of 10, phase 1 of 1");
    expect(stdout).toContain("passed: 16 of 16 cases passed");
    expect(stdout).toContain("step 2 of the ladder");
  });

  test("ends with 1 where something did not, and shows a short difference and what to do next", async () => {
    const { code, stdout } = await run("wrong-reason");
    expect(code).toBe(1);
    expect(stdout).toMatch(/reason +expected missing_field\n +found {4}missing_field_/);
    expect(stdout).toMatch(/^ {2}codec-form\/manifest\/empty-map {2}\S.*[.…]$/m);
    expect(stdout).toContain("did not pass: 7 of 16 cases passed; 9 failed");
    expect(stdout).toContain("fayger conform explain codec-form/manifest/empty-map");
  });

  test("prints the report itself with --json, and writes each form", async () => {
    const { code, stdout } = await run(
      "crashes-on-case-3",
      "--json",
      "-o",
      "r.json",
      "-o",
      "r.html",
      "-o",
      "r.xml",
      "-o",
      "r.md",
      "-o",
      "r.svg",
      "-o",
      "r.ifacts.json",
    );
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as unknown;
    expect(validateConformanceReport(report)).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, "r.json"), "utf8"))).toEqual(report);
    for (const name of ["r.html", "r.xml", "r.md", "r.svg", "r.ifacts.json"])
      expect(existsSync(join(folder, name))).toBe(true);
    expect((await conform("report", "r.json", "--corpus", "corpus", "-o", "again.html")).code).toBe(1);
    expect(readFileSync(join(folder, "again.html"), "utf8")).toBe(readFileSync(join(folder, "r.html"), "utf8"));
  });

  test.each([
    [["--level", "7"], "--level: expected 0 to 6"],
    [["--level", "first"], "--level: expected 0 to 6"],
    [["--family", "smok"], "there is no family `smok`; did you mean `smoke`?"],
    [["--id", "smoke/echo/nothin"], "there is no vector `smoke/echo/nothin`; did you mean `smoke/echo/nothing`?"],
    [["--id", "smoke/"], undefined],
    [["--grade", "best"], "--grade: expected verdict"],
    [["--entrance", "pipe"], "--entrance: expected session or command"],
    [["--operations", "echo"], "--operations: a session says itself"],
    [["--entrance", "command", "--operations", "ecko"], "no operation `ecko`; did you mean `echo`?"],
    [["--timeout", "soon"], "--timeout: expected a number"],
    [["--jobs", "1.5"], "--jobs: expected a whole number"],
    [["--memory", "much"], "--memory: expected a size"],
    [["--report", "r.txt"], "does not say its form"],
    [["--report", "r.txt", "--format", "word"], "there is no form `word`"],
    [["--report", "a.md", "--report", "b.md", "--format", "html"], "exactly one --report"],
    [["--frob"], "Unknown option"],
    [["stray"], "`stray`"],
  ] as const)("with %j makes sense or ends with 2 and says why", async (args, message) => {
    const { code, stderr } = await run("honest", ...args);
    expect(code).toBe(message === undefined ? 0 : 2);
    if (message !== undefined) expect(stderr).toContain(message);
  });

  test.each([
    [["run"], 2, "expected --impl"],
    [["run", "--impl", "'x"], 2, "is not closed"],
    [["run", "--impl", " "], 2, "the command is empty"],
    [[], 2, "expected a command behind `conform`"],
    [["frob"], 2, "found `frob`"],
    [["run", "--impl", "x", "--corpus", "nowhere"], 3, "cannot be read"],
    [["run", "--impl", "x", "--corpus", "corpus", "--known-failures", "nowhere.toml"], 4, "no such file"],
    [["report", "nowhere.json"], 4, "no such file"],
    [["compare", "one.json"], 2, "two JSON reports"],
    [["explain"], 2, "expected the id"],
    [["explain", "smoke/echo/no", "--corpus", "corpus"], 2, "there is no vector"],
    [["explain", "smoke/echo/bytes#1", "--corpus", "corpus"], 2, "is one case"],
    [["list", "--clause", "adapters.binding"], 2, "no vector forces a requirement `adapters.binding`: It speaks of"],
    [["list", "--clause", "snapshots.ordre"], 2, "did you mean `snapshots.order`?"],
    [["list", "--clause", "snapshots.order", "--id", "smoke/"], 2, "give one of the two"],
    [["verify", "nowhere"], 3, "cannot be read"],
  ] as const)("%j ends with %i", async (args, status, message) => {
    const outcome = await conform(...args);
    expect(outcome.code).toBe(status);
    expect(outcome.stderr).toContain(message);
    expect(hasStackTrace(outcome)).toBe(false);
  });

  test("says before it asks anything that a report cannot be written", async () => {
    for (const option of ["--report", "--write-known-failures"])
      for (const [file, why] of [
        ["nowhere/report.json", "no such file or folder"],
        [".", option === "--report" ? "does not say its form" : "is a folder"],
      ] as const) {
        const { code, stdout, stderr } = await run("hangs", option, file, "--transcript", "unasked.txt");
        expect([option, file, code]).toEqual([option, file, file === "." && option === "--report" ? 2 : 4]);
        expect(stderr).toContain(why);
        expect(stdout).toBe("");
        expect(existsSync(join(folder, "unasked.txt"))).toBe(false);
      }
  });

  test("takes a list of known failures, and writes one", async () => {
    expect((await run("wrong-reason", "--write-known-failures", "known.toml")).code).toBe(1);
    expect((await run("wrong-reason", "--known-failures", "known.toml")).code).toBe(0);
    const better = await run("honest", "--known-failures", "known.toml");
    expect(better.code).toBe(1);
    expect(better.stdout).toContain("passes now");
    writeFileSync(join(folder, "broken.toml"), "[[known]]\nid = 7\n");
    expect(await run("honest", "--known-failures", "broken.toml")).toMatchObject({ code: 2 });
  });

  test("writes what was said, and nothing that was expected", async () => {
    expect((await run("crashes-on-case-3", "--transcript", "lines.txt", "--id", "smoke/", "--jobs", "1")).code).toBe(1);
    const lines = readFileSync(join(folder, "lines.txt"), "utf8");
    expect(lines).toMatch(/^\d+ > \{"message":"hello","protocol":1\}$/m);
    expect(lines).toMatch(/^\d+ < \{"message":"answer"/m);
    expect(lines).toMatch(/^\d+ 2 index out of range$/m);
    expect(lines).toMatch(/^\d+ ! ended with status 70$/m);
    expect(lines).not.toMatch(/smoke\/|conformance\./);
  });

  test("has judged nothing where the implementation cannot be started, and still reports that", async () => {
    const { code, stdout } = await run("crashes-on-start", "-o", "unstarted.json");
    expect(code).toBe(3);
    expect(stdout).toContain("problem the implementation cannot be started: it ended with status 3");
    expect(JSON.parse(readFileSync(join(folder, "unstarted.json"), "utf8"))).toMatchObject({ passed: false });
  });

  test("asks nothing more behind the first failure where it is told so", async () => {
    const { code, stdout } = await run("wrong-reason", "--fail-fast", "--jobs", "1");
    expect(code).toBe(1);
    expect(stdout).toContain("4 of 16 cases passed; 1 failed, 11 not asked");
  });

  test("that is stopped with Ctrl-C ends with 130 and leaves nothing behind", async () => {
    const child = startFayger(
      ["conform", "run", "--corpus", "corpus", "--impl", impl.hangs, "--transcript", "stopped.txt", "--timeout", "60"],
      { folder },
    );
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const path = join(folder, "stopped.txt");
    await expect
      .poll(() => (existsSync(path) ? readFileSync(path, "utf8") : ""), PATIENCE)
      .toMatch(/"run".*\n.*"answer"(.*\n)*.*"run"/);
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(130);
    expect(errors).toContain("stopped");
    const alive = readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${folder}/hangs.mjs`);
      } catch {
        return false;
      }
    });
    expect(alive).toEqual([]);
  });

  test.each(["run", "property"])(
    "%s does not wait, when it is stopped, for an implementation that never says what it is",
    async (name) => {
      const file = `unsaid-${name}.txt`;
      const child = startFayger(
        ["conform", name, "--corpus", "corpus", "--impl", impl["hangs-on-start"], "--transcript", file]
          // Longer than this test may take.
          .concat("--timeout", "1000"),
        { folder },
      );
      child.stdout.resume();
      const closed = once(child, "close");
      let errors = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        errors += text;
      });
      const path = join(folder, file);
      await expect.poll(() => (existsSync(path) ? readFileSync(path, "utf8") : ""), PATIENCE).toContain('"hello"');
      child.kill("SIGINT");
      const [code] = (await closed) as [number];
      expect([code, errors]).toEqual([130, "stopped; no report was written\n"]);
    },
  );

  test("that is killed by a signal takes its processes with it", async () => {
    const child = startFayger(
      ["conform", "run", "--corpus", "corpus", "--impl", impl["hangs-on-start"], "--transcript", "killed.txt"],
      { folder },
    );
    const path = join(folder, "killed.txt");
    await expect.poll(() => (existsSync(path) ? readFileSync(path, "utf8") : ""), PATIENCE).toContain('"hello"');
    child.kill("SIGTERM");
    await once(child, "close");
    const alive = (): string[] =>
      readdirSync("/proc").filter((pid) => {
        try {
          return (
            /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${folder}/hangs-on-start.mjs`)
          );
        } catch {
          return false;
        }
      });
    await expect.poll(alive, PATIENCE).toEqual([]);
  });
});

describe("the other commands", () => {
  test("explain shows the sentence, the bytes, the change and what is expected", async () => {
    const { code, stdout } = await conform("explain", "codec-form/manifest/empty-map", "--corpus", "corpus");
    expect(code).toBe(0);
    for (const text of [
      "In the field: A program without a name.",
      "MUST be judged by what this specification says",
      "map of 0",
      "a1 → a0",
      "drop-field",
      "missing_field",
      "locus.path  $.name",
      'fayger conform run --id codec-form/manifest/empty-map --impl "…"',
    ])
      expect(stdout).toContain(text);
  });

  test("list and run take the requirement that vectors force, or the beginning of some", async () => {
    const listed = async (...args: string[]): Promise<string[]> =>
      (
        JSON.parse((await conform("list", "--vectors", "--json", ...args)).stdout) as { vectors: { id: string }[] }
      ).vectors.map(({ id }) => id);
    const forced = await listed("--clause", "snapshots.order");
    expect(forced).toContain("snapshots/judged/state/missing-field");
    expect(forced.every((id) => id.startsWith("snapshots/"))).toBe(true);
    const more = await listed("--clause", "snapshots");
    expect(more.length).toBeGreaterThan(forced.length);
    expect(await listed("--clause", "snapshots", "--clause", "snapshots.order")).toEqual(more);
    expect(await listed("--clause", "snapshots.order", "--family", "smoke")).toEqual([]);
    const { code, stdout } = await run("honest", "--clause", "conformance.operations", "--family", "smoke");
    expect([code, stdout]).toEqual([0, expect.stringContaining("passed: 3 of 3 cases passed")]);
  });

  test("explain shows one case of many, and the classes of all", async () => {
    expect((await conform("explain", "codec-form/manifest/every-bit#7", "--corpus", "corpus")).stdout).toMatch(
      /a1 → a0[\s\S]*missing_field/,
    );
    expect((await conform("explain", "codec-form/manifest/every-bit", "--corpus", "corpus")).stdout).toMatch(
      /8 cases of flip-bit[\s\S]*0-6 +reject CODEC wrong_type/,
    );
  });

  test("explain --json gives the vector with its bytes in full", async () => {
    const vector = JSON.parse((await conform("explain", "smoke/echo/file", "--corpus", "corpus", "--json")).stdout) as {
      inputs: object;
    };
    expect(vector.inputs).toEqual({ bytes: "5a".repeat(5000) });
  });

  test("list shows what there is", async () => {
    expect((await conform("list", "--corpus", "corpus")).stdout).toMatch(
      /1 +codec-form +3 +10[\s\S]*9 vectors, 16 cases/,
    );
    expect((await conform("list", "--corpus", "corpus", "--family", "smoke", "--vectors")).stdout).toContain(
      "smoke/echo/bytes",
    );
  });

  test("verify tells a corpus that is whole from one that is not", async () => {
    writeSmallCorpus(join(folder, "whole"), { smoke: [] }, {});
    expect(await conform("verify", "whole")).toMatchObject({ code: 0 });
    writeFileSync(join(folder, "whole/extra.json"), "[]");
    const found = await conform("verify", "whole");
    expect(found).toMatchObject({ code: 1 });
    expect(found.stdout).toContain("extra.json: is not listed");
    expect((await conform("verify", "whole", "--digest", "0".repeat(64))).stdout).toContain("expected 0000");
  });

  test("compare tells whether implementations differ", async () => {
    await run("honest", "-o", "a.json");
    await run("wrong-reason", "-o", "b.json");
    expect((await conform("compare", "a.json", "a.json")).code).toBe(0);
    const found = await conform("compare", "a.json", "b.json", "-o", "m.html", "-o", "m.md", "-o", "m.json");
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/every-bit +passed +8 cases: wrong code/);
  });

  test("every command has its own help with options, exit codes and examples", async () => {
    for (const { name, usage, examples } of conformCommands) {
      const [, ...words] = name.split(" ");
      const { code, stdout } = await conform(...words, "--help");
      expect(code).toBe(0);
      expect(stdout).toContain(`fayger ${usage[0] ?? ""}`);
      expect(examples.length).toBeGreaterThan(0);
      for (const [line] of examples) expect(line.startsWith(name)).toBe(true);
    }
  });
});

describe("bytes", () => {
  const some = fc.uint8Array({ maxLength: 40 });

  test("that changed: the changes make one out of the other", async () => {
    const applied = (parent: Uint8Array, child: Uint8Array): number[] => {
      const made: number[] = [];
      let from = 0;
      for (const change of byteChanges(parent, child)) {
        made.push(...parent.subarray(from, change.from), ...child.subarray(change.at, change.at + change.added));
        from = change.from + change.removed;
      }
      return [...made, ...parent.subarray(from)];
    };
    fc.assert(fc.property(some, some, (parent, child) => void expect(applied(parent, child)).toEqual([...child])));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 60 }),
        fc.nat(10),
        fc.uint8Array({ minLength: 1, maxLength: 6 }),
        (parent, at, added) => {
          const child = Uint8Array.from([...parent.subarray(0, at), ...added, ...parent.subarray(at)]);
          child[0] = (child[0] ?? 0) ^ 1;
          expect(applied(parent, child)).toEqual([...child]);
        },
      ),
    );
  });
});

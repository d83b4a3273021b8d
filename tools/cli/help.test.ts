import { describe, expect, test } from "vitest";
import { commands } from "./commands/index.js";
import { faygerHere as run } from "./testing.js";
import { packageVersion } from "./version.js";

// What a person reads of the commands, a program reads too.
// @spec tools.json

/** The one document of a command line that succeeds and writes nothing else. */
async function document(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(args);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const subcommands = (await Promise.all(commands.map((command) => command.subcommands?.() ?? []))).flat();

describe("with --json", () => {
  test("the version is a document", async () => {
    expect(await document("--version", "--json")).toEqual({ name: "fayger", version: packageVersion() });
    expect(await document("-V", "--json")).toEqual({ name: "fayger", version: packageVersion() });
  });

  test("the help of the program names every command, exit code and variable", async () => {
    const help = await document("help", "--json");
    expect(help).toMatchObject({ name: "fayger", version: packageVersion() });
    expect(help["commands"]).toEqual(commands.map(({ name, summary }) => ({ name, summary })));
    expect(help["exit_codes"]).toContainEqual({ code: 130, meaning: "stopped with Ctrl-C" });
    expect(help["environment"]).toContainEqual({ names: ["NO_COLOR"], meaning: "no colour" });
    for (const form of [["--help"], ["-h"]]) expect(await document(...form, "--json")).toEqual(help);
    const nothing = await run(["--json"]);
    expect([nothing.code, JSON.parse(nothing.stdout)]).toEqual([2, help]);
  });

  test.each([...commands, ...subcommands].map((command) => [command.name, command] as const))(
    "the help of %s has what its text has",
    async (name, command) => {
      const help = await document(...name.split(" "), "--help", "--json");
      expect(await document("help", ...name.split(" "), "--json")).toEqual(help);
      const options = help["options"] as { name: string; short?: string; value?: string; help: string }[];
      const { stdout: text } = await run([...name.split(" "), "--help"]);
      expect(options.map((option) => option.name)).toEqual([...Object.keys(command.options), "json", "help"]);
      for (const { name: option, short, value, help: line } of options) {
        const left = `${short === undefined ? "    " : `-${short}, `}--${option}${value === undefined ? "" : ` ${value}`}`;
        expect(text).toMatch(new RegExp(`^  ${literal(left)} +${literal(line)}`, "m"));
      }
      for (const form of help["usage"] as string[]) expect(text).toContain(form);
      for (const { command: line } of help["examples"] as { command: string }[]) expect(text).toContain(`  ${line}`);
    },
  );
});

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}

test("an option in front of the command is told where it belongs", async () => {
  const { code, stderr } = await run(["--trace", "run", "x.buf"]);
  expect([code, stderr.split("\n")[0]]).toEqual([2, "error the command comes first: `fayger COMMAND --trace`"]);
  expect(JSON.parse((await run(["--json", "run", "x.buf"])).stdout)).toEqual({
    error: { code: "USAGE", message: "the command comes first: `fayger COMMAND --json`" },
  });
});

test("a wrong command line is shown the form of use that it was meant to have", async () => {
  expect((await run(["trust", "show"])).stderr).toContain("help  fayger trust show KEYID; `fayger trust --help` ");
  expect((await run(["trust", "bogus"])).stderr).toContain("help  fayger trust list [--name NAME]; ");
});

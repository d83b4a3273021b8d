import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parseInvocation } from "../../cli/command.js";
import { createTerminal } from "../../cli/output/terminal.js";
import { conformCommands } from "../commands/index.js";
import { wordsOf } from "../session/command-line.js";

interface Job {
  readonly needs?: string;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

const workflow = parse(readFileSync(new URL("release-gate.yml", import.meta.url), "utf8")) as {
  readonly jobs: { readonly conformance: Job; readonly release: Job };
};
const { conformance, release } = workflow.jobs;

it("lets nothing out that was not judged", () => {
  expect(release.needs).toBe("conformance");
  expect(conformance.steps.some(({ run }) => run?.startsWith("fayger conform run"))).toBe(true);
});

it("gives the runner nothing that it does not know", () => {
  const lines = conformance.steps.flatMap(({ run }) => (run?.startsWith("fayger conform ") === true ? [run] : []));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const [, , name = "", ...args] = wordsOf(line);
    const command = conformCommands.find((each) => each.name === `conform ${name}`);
    if (command === undefined) throw new Error(`no command conform ${name}`);
    const silent = { write: () => true };
    const terminal = createTerminal(silent, silent, {}, false);
    const { positionals, text } = parseInvocation(command, args, terminal, new AbortController().signal);
    expect(positionals).toEqual([]);
    expect(text("impl")).toBeDefined();
  }
});

it("names every action by a version", () => {
  const actions = [...conformance.steps, ...release.steps].flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(actions.length).toBeGreaterThan(3);
  for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/);
});

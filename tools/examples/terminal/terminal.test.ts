import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createSerializer, nodeSha256 } from "../../../reference/node.js";
import { artifactOf } from "../../cli/recipe.js";
import { MAIN } from "../../cli/testing.js";
import { EXAMPLES, recipeIn } from "../run-example.js";
import { PseudoTerminal } from "./pseudo-terminal.js";

// The example `tasks` and a program that fails, on a real pseudo-terminal, with a person's keys.

const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));
let folder: string;
const open: PseudoTerminal[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-terminal-"));
  const artifact = artifactOf(recipeIn("tasks"), `${EXAMPLES}tasks/recipe.json`);
  writeFileSync(join(folder, "tasks.buf"), createSerializer(nodeSha256).serialize(artifact));
});
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(command: readonly string[], environment: Readonly<Record<string, string>> = {}): PseudoTerminal {
  const terminal = new PseudoTerminal([process.execPath, ...command], 60, 16, environment);
  open.push(terminal);
  return terminal;
}

/** The example, as somebody starts it. */
function startTasks(environment: Readonly<Record<string, string>> = {}, ...more: readonly string[]): PseudoTerminal {
  const allowed = ["--allow-unsigned", "--allow", "ui.dom,ui.input", "--adapter", "native_desktop"];
  return start([MAIN, "run", join(folder, "tasks.buf"), ...allowed, ...more], environment);
}

/** The screen without blanks at the ends of rows. */
const trimmed = (screen: readonly string[]): string[] => screen.map((row) => row.trimEnd());

/** Whether the terminal is as programs find it: its usual screen, a cursor, no reports of the mouse, no marks at pastes. */
function expectGivenBack({ terminal, raw }: PseudoTerminal): void {
  expect(terminal.buffer.active.type).toBe("normal");
  expect(terminal.modes.mouseTrackingMode).toBe("none");
  expect(terminal.modes.bracketedPasteMode).toBe(false);
  expect(terminal.modes.wraparoundMode).toBe(true);
  expect(raw.lastIndexOf("\u001b[?25h")).toBeGreaterThan(raw.lastIndexOf("\u001b[?25l"));
}

const AT_FIRST = [
  " Tasks",
  "",
  " New task What is to be done?                       [ Add ]",
  "",
  " To do",
  "   [ ] Read the chapter on the portable tree",
  "   [ ] Run this in a terminal and in a browser",
  "   [ ] Write a program of my own",
  ` ${"─".repeat(58)}`,
  ` Done ${"░".repeat(48)}   0%`,
  " [ Clear done ]  0 of 3 done",
  "",
  "",
  "",
  "",
  " Enter confirm  ·  Tab next  ·  Ctrl+C close",
];

// There are no pseudo-terminals of this kind on Windows.
const isUnix = process.platform !== "win32";

describe.skipIf(!isUnix)("the example tasks on a terminal", () => {
  // @spec instructions.ui.input, instructions.ui.value, instructions.ui.same-tree
  it("is written into, ticked off, cleared, resized, and closed with Ctrl-C", async () => {
    const terminal = startTasks();
    expect(trimmed(await terminal.showsText("Enter confirm"))).toEqual(AT_FIRST);
    terminal.type("Buy 牛奶\u007f\u007fmilk\r");
    await terminal.showsText("[ ] Buy milk");
    // The input has the focus and is empty again; the button that adds has nothing to add.
    expect(terminal.screen()[2]).toContain("What is to be done?");
    terminal.type("\t \t\t\t ");
    await terminal.showsText("2 of 4 done");
    terminal.type("\u001b[Z\u001b[Z ");
    await terminal.showsText("3 of 4 done");
    expect(trimmed(terminal.screen()).slice(5, 11)).toEqual([
      "   [x] Read the chapter on the portable tree",
      "   [x] Run this in a terminal and in a browser",
      "   [ ] Write a program of my own",
      "   [x] Buy milk",
      ` ${"─".repeat(58)}`,
      ` Done ${"█".repeat(36)}${"░".repeat(12)}  75%`,
    ]);
    // Around to the button that clears.
    terminal.type("\u001b[Z\u001b[Z\u001b[Z\r");
    await terminal.showsText("0 of 1 done");
    terminal.resize(30, 9);
    const small = await terminal.shows(
      (screen) => screen[8]?.startsWith(" ") === true && screen[0] === " Tasks".padEnd(30),
      "a small screen",
    );
    // What does not fit is reached by scrolling, and a bar tells where one is.
    expect(trimmed(small).slice(1, 8)).toEqual([
      " New task What is to be done?█",
      " [ Add ]                     █",
      "                             █",
      " To do                       █",
      "   [ ] Write a program of my █",
      "       own                   │",
      ` ${"─".repeat(28)}│`,
    ]);
    terminal.type("\u0003");
    expect(await terminal.ended).toEqual({ code: 0, restored: true });
    expectGivenBack(terminal);
    expect(terminal.screen().join("").trim()).toBe("");
  });

  // @spec instructions.ui.surface-end
  it("gives the terminal back when it is killed", async () => {
    const killed = startTasks({ NO_COLOR: "1" });
    const interrupted = startTasks();
    const closed = startTasks({}, "--trace");
    for (const terminal of [killed, interrupted]) {
      await terminal.showsText("Enter confirm");
      terminal.type("\t ");
      await terminal.showsText("1 of 3 done");
    }
    killed.signal(15);
    // As from another terminal: not a key.
    interrupted.signal(2);
    // A trace waits for the end: it would be drawn over the program.
    expect(trimmed(await closed.showsText("Enter confirm"))).toEqual(AT_FIRST);
    closed.type("\u001b");
    expect(await killed.ended).toEqual({ code: -15, restored: true });
    expect(await interrupted.ended).toEqual({ code: 130, restored: true });
    expect(await closed.ended).toEqual({ code: 0, restored: true });
    expect(closed.raw.split("\u001b[?1049l")[1]).toContain("ui.surface_open");
    for (const terminal of [killed, interrupted, closed]) expectGivenBack(terminal);
    // A tick is green.
    const colours = "[0;7;32m";
    expect(killed.raw).not.toContain(colours);
    expect(interrupted.raw).toContain(colours);
  });

  it("fails without a terminal that can be drawn on, and draws nothing", async () => {
    const dumb = startTasks({ TERM: "dumb" });
    expect(await dumb.ended).toEqual({ code: 3, restored: true });
    expect(dumb.screen().join("\n")).toContain("unavailable");
    expect(dumb.raw).not.toContain("\u001b[?1049h");
  });
});

describe.skipIf(!isUnix)("a process that draws", () => {
  const program = `
    import { processStreams, processTerminal } from "${dist}reference/adapter/platforms/terminal/index.js";
    import { SurfaceTree } from "${dist}reference/adapter/ui/surface-tree.js";
    import { UiAllowance } from "${dist}reference/adapter/ui/ui-allowance.js";
    const person = {
      close: () => view.close(),
      resize: () => {},
      key: (key) => {
        processStreams.writeOutput(Buffer.from("wrote " + key + "\\n"));
        if (key === "t") throw new Error("on purpose");
        if (key === "e") process.exit(7);
      },
    };
    const view = processTerminal.surfaces.open(new SurfaceTree("Drawn", new UiAllowance(100)), person);
  `;

  // @spec instructions.ui.surface-end, instructions.ui.stdio
  it.each([
    ["is exited", "ae", 7],
    ["throws", "at", 1],
  ])("gives the terminal back when it %s, and then writes what was held", async (_how, keys, code) => {
    const path = join(folder, `${keys}.mjs`);
    writeFileSync(path, program);
    const terminal = start([path]);
    await terminal.showsText("Drawn");
    terminal.type(keys);
    expect(await terminal.ended).toEqual({ code, restored: true });
    expectGivenBack(terminal);
    const [, after = ""] = terminal.raw.split("\u001b[?1049l");
    expect(after).toContain(`wrote a\r\nwrote ${keys[1]}\r\n`);
    expect(after.includes("Error: on purpose")).toBe(code === 1);
  });
});

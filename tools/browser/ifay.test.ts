import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { type Puppet, type PuppetShow, packShow } from "../../reference/assembly/session/testing/puppets.js";
import { createMemorySource, Fayger, nodeHost } from "../../reference/node.js";
import { assembleStock } from "../examples/stock-registry.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import { IFayNotes, type IFayOutcome, type IFayPlay } from "./page/ifays.js";
import { ROOT } from "./page-server.js";
import { bytesOf } from "./samples.js";

// Assembled artifacts over the network in a real page, and the same ones on Node.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";

function drone(file: string): Promise<Uint8Array> {
  return assembleStock(readFileSync(join(ROOT, "reference/examples/drone", file), "utf8"));
}

/** A part with two actions that need a permission, and one that fails. */
const FLYING: Puppet = {
  actions: [{ name: "climb", permission: "flight" }, { name: "fall" }, { name: "film", permission: "camera" }],
  script: { fall: ["trap"] },
};

const WANTING: PuppetShow = {
  parts: {
    registered_skill: FLYING,
    internal_skill: {
      actions: [{ name: "both" }],
      script: {
        both: ["start registered_skill.climb", "call registered_skill.climb", "answer"],
        list: ["call registered_skill.climb", "call registered_skill.film", "answer"],
      },
    },
  },
  permissions: { persistent: ["flight", "camera"], authMethods: ["passphrase"] },
};

/** A part that never comes back, and another one that never answers. */
const ENDLESS: PuppetShow = {
  parts: { registered_skill: { script: { list: ["loop"] } }, internal_skill: { script: { list: ["keep"] } } },
};

/**
 * What happened from the first action that was commanded or chosen. Before that, parts begin next to each other, and what
 * they tell each other comes in any order. Messages are for people, and each engine has its own words.
 */
function course(heard: readonly string[]): readonly string[] {
  const own = heard.slice(heard.findIndex((line) => line.includes('"caller":"assembly/main"')));
  const callIn = (line: string): unknown => JSON.parse(line.slice(line.indexOf(" ")))["call"];
  const begun = new Set(own.filter((line) => line.startsWith("action_started")).map(callIn));
  return own
    .filter((line) => !line.startsWith("action_ended") || begun.has(callIn(line)))
    .map((line) => (line.startsWith("part_failed") ? line.replace(/,"message":.*/, "}") : line));
}

function many(count: number): NonNullable<PuppetShow["drivers"]> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`driver_${number}`, {}]));
}

/** The same artifact, with an assembly section that says nothing. */
async function withoutAssembly(bytes: Uint8Array): Promise<Uint8Array> {
  const fayger = Fayger.create(nodeHost(), { enforceSignature: false });
  const object = await fayger.load(createMemorySource(bytes));
  const sections = await Promise.all(
    Array.from(object.index, async ({ sectionId, kind, visibility, profileConstraints }) => ({
      ...{ sectionId, kind, visibility, profileConstraints },
      body: kind === SectionKind.Assembly ? Uint8Array.of(0) : await object.sections.read(sectionId),
    })),
  );
  return bytesOf({ manifest: object.manifest, sections });
}

function steps(heard: readonly string[]): readonly string[] {
  return heard.filter((line) => line.startsWith("step_"));
}

describe.skipIf(chromium === undefined)(`iFays in Chromium${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let probe: OpenedProbe;
  let count = 0;

  beforeAll(async () => {
    compilePages();
    harness = await startHarness(chromium ?? "");
    probe = await harness.openProbe();
  }, 180_000);
  afterAll(() => harness?.close());
  afterEach(async () => {
    // Whatever became of an iFay, no thread of it is left.
    await expect.poll(() => probe.page.workers().length).toBe(0);
    expect(probe.complaints).toEqual([]);
  });

  async function started(bytes: Uint8Array, engine: "interpreter" | "worker", play: IFayPlay = {}): Promise<number> {
    count += 1;
    return probe.call("startIFay", { ...play, engine, url: harness.artifacts.put(`ifay-${count}.buf`, bytes) });
  }
  async function inPage(...given: Parameters<typeof started>): Promise<IFayOutcome> {
    return probe.call("endOfIFay", await started(...given));
  }
  async function onNode(bytes: Uint8Array, play: IFayPlay): Promise<IFayOutcome> {
    const fayger = Fayger.create(nodeHost(), { enforceSignature: false });
    return new IFayNotes(play).observe(fayger).play(fayger, createMemorySource(bytes));
  }

  const flights = new Map<string, Promise<IFayOutcome>>();
  function flownOnNode(file: string): Promise<IFayOutcome> {
    const flown = flights.get(file) ?? drone(file).then((bytes) => onNode(bytes, { answers: [true] }));
    flights.set(file, flown);
    return flown;
  }

  // @spec assembly.steps, assembly.calls.order, assembly.actions
  test.each([
    ["fay.json", "interpreter"],
    // More parts than a page has workers for other programs: they live together, and none waits for another's.
    ["autonomous.json", "worker"],
  ] as const)("a drone flies in a page as it flies on Node (%s, %s)", async (file, engine) => {
    const node = await flownOnNode(file);
    const page = await inPage(await drone(file), engine, { answers: [true] });
    expect(page).toMatchObject({ state: "Terminated", failure: undefined, alive: 0 });
    expect(page.asked).toEqual(node.asked);
    expect(steps(page.heard)).toEqual(steps(node.heard));
    expect(course(page.heard)).toEqual(course(node.heard));
    expect(course(page.heard).length).toBeGreaterThan(150);
  });

  // @spec assembly.actions.persistent, assembly.calls.cause
  test.each(["interpreter", "worker"] as const)(
    "what is given is asked for once, what is denied is asked again, and a part that fails is told (%s)",
    async (engine) => {
      const bytes = await packShow(WANTING);
      const play: IFayPlay = {
        commands: [
          ["registered_skill.climb", "up"],
          ["registered_skill.climb", "higher"],
          ["registered_skill.film", 1],
          ["internal_skill.list"],
          ["registered_skill.fall"],
          ["registered_skill.climb"],
          ["fay_id.identify"],
        ],
        answers: [false, true, false, false],
      };
      const [page, node] = [await inPage(bytes, engine, play), await onNode(bytes, play)];
      expect(page.asked).toEqual([
        "prove passphrase flight assembly/main registered_skill.climb",
        "prove passphrase flight assembly/main registered_skill.climb",
        "prove passphrase camera assembly/main registered_skill.film",
        "prove passphrase camera internal_skill registered_skill.film",
      ]);
      expect(page.commanded).toEqual([
        "refused",
        "done higher",
        "refused",
        expect.stringMatching(/^done registered_skill.climb=0 registered_skill.film=[1-9]/),
        "failed unavailable RT_TRAP",
        "failed unavailable",
        "done fay-of-puppets",
      ]);
      expect(page).toMatchObject({ state: "Terminated", exitCode: 0, failure: undefined, alive: 0 });
      expect([page.asked, page.commanded]).toEqual([node.asked, node.commanded]);
      expect(course(page.heard)).toEqual(course(node.heard));
    },
  );

  // @spec assembly.steps.end
  test.each([
    ["interpreter", "registered_skill.list", "stopIFay"],
    ["worker", "registered_skill.list", "stopIFay"],
    ["worker", "internal_skill.list", "leavePage"],
  ] as const)("ends in the middle of an action, and leaves nothing (%s, %s, %s)", async (engine, action, how) => {
    const id = await started(await packShow(ENDLESS), engine, { commands: [[action]] });
    await expect
      .poll(() => probe.call("heardOfIFay", id))
      .toContainEqual(expect.stringContaining(`{"action":"${action}"`));
    if (engine === "worker") expect(probe.page.workers().length).toBeGreaterThan(5);
    await probe.call(how, id);
    const outcome = await probe.call("endOfIFay", id);
    expect(outcome).toMatchObject({ state: "Terminated", failure: undefined, alive: 0 });
    expect(outcome.commanded).toEqual([expect.stringMatching(/^failed/)]);
  });

  describe("on the example page", () => {
    let page: Page;
    const complaints: string[] = [];
    const lines = () => page.locator("#lines");
    const question = () => page.getByRole("alertdialog");
    const focused = (): Promise<unknown> => page.evaluate("document.activeElement.id");
    const told = (text: string): Promise<void> => lines().locator("li:not(.action)", { hasText: text }).waitFor();
    const ended = () => page.locator("#state", { hasText: "Terminated" });

    beforeAll(async () => {
      page = await harness.browser.newPage();
      page.setDefaultTimeout(60_000);
      page.on("console", (message) => message.type() !== "log" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(`${harness.pages.origin}/reference/examples/browser/`);
      await page.evaluate("document.querySelector('details').open = true");
      await page.uncheck("#enforce");
    });
    afterEach(async () => {
      await expect.poll(() => page.workers().length).toBe(0);
      expect(await question().count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    /** Whether somebody sees all of it. */
    const inWindow = (selector: string): Promise<unknown> =>
      page.locator(selector).evaluate((element) => {
        const { top, bottom, left } = element.getBoundingClientRect();
        const [above, below] = [top + 1, bottom - 1].map((y) => element.ownerDocument.elementFromPoint(left + 8, y));
        return above === element && below === element;
      });
    async function open(bytes: Uint8Array): Promise<void> {
      count += 1;
      await page.fill("#url", harness.artifacts.put(`page-${count}.buf`, bytes));
      await page.click("#open button[type=submit]");
      await page.waitForSelector("#failure:not([hidden]), #consent:not([hidden])");
    }
    async function run(bytes: Uint8Array, inWorkers = true): Promise<void> {
      await open(bytes);
      await page.setChecked("#engine", inWorkers);
      await page.click("#run");
    }
    async function command(line: string): Promise<void> {
      await page.fill("#line", line);
      await page.press("#line", "Enter");
    }

    // @spec assembly.actions.persistent
    test("is offered as what it is, asks in a dialog that the keyboard stays in, and flies", async () => {
      const bytes = await drone("fay.json");
      await open(bytes);
      expect(await page.textContent("#made")).toMatch(/Driven bya model.*13 parts.*Has to ask forflight_plan_execute/);
      expect(await page.isHidden("#wishes")).toBe(true);
      await page.setChecked("#engine", true);
      await page.click("#run");
      await question().waitFor();
      expect(await question().textContent()).toMatch(
        /invoke_skill, a part of drone-controller-ifay.*flight_plan_execute.*registered_skill[.]flight_control take_off 40.*from now on.*device_fingerprint/s,
      );
      expect(await page.textContent("#state")).toBe("Waiting for you");
      // On a telephone too one sees what is asked first, and the answers with it.
      const usual = page.viewportSize();
      await page.setViewportSize({ width: 320, height: 480 });
      await page.evaluate("new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))");
      for (const name of ["#question-title", "#agree", "#deny", "#stop-asking"])
        expect([name, await inWindow(name)]).toEqual([name, true]);
      if (usual !== null) await page.setViewportSize(usual);
      const round: unknown[] = [await focused()];
      for (const key of ["Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
        await page.keyboard.press(key);
        round.push(await focused());
      }
      expect(round).toEqual(["deny", "stop-asking", "agree", "deny", "agree", "stop-asking", "deny"]);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      await ended().waitFor();
      expect(await focused()).toBe("state");
      const { heard } = await flownOnNode("fay.json");
      const reported = heard.filter((line) => line.startsWith("reported ")).map((line) => JSON.parse(line.slice(9)));
      const shown = await lines()
        .locator("li:not([class])")
        .evaluateAll((all) => all.map((line) => Array.from(line.children, ({ textContent }) => textContent)));
      // Before them come the steps and the identity.
      expect(shown.slice(-reported.length)).toEqual(reported.map(({ part, text }) => [part, text]));
      expect(await lines().locator(".warn").allTextContents()).toEqual([
        expect.stringContaining("registered_skill.pay_landing_fee, which invoke_skill wanted"),
      ]);
      expect(await page.textContent("#negotiated")).toMatch(/^\d+ actions done, 1 refused, 1 failed$/);
    });

    test("asks once for what is allowed from then on, also in the next run, until it is forgotten; Escape denies", async () => {
      const bytes = await packShow(WANTING);
      const climb = () => command("registered_skill.climb");
      const climbed = (times: number) =>
        expect.poll(() => lines().locator(".good", { hasText: "registered_skill.climb" }).count()).toBe(times);
      await run(bytes, false);
      await climb();
      await question().waitFor();
      expect(await page.evaluate("document.activeElement.id")).toBe("deny");
      await page.keyboard.press("Escape");
      await told("you did not allow flight");
      expect(await focused()).toBe("line");
      await climb();
      await page.getByRole("button", { name: "Allow from now on" }).click();
      await climbed(1);
      await climb();
      await climbed(2);
      await run(bytes, false);
      await page.waitForSelector("#command:not([hidden])");
      await climb();
      await climbed(1);
      // Opening another one ends it.
      await open(bytes);
      expect(await page.textContent("#made")).toMatch(/Has to ask forcameraYou allowedflight/);
      await page.getByRole("button", { name: "Forget" }).click();
      expect(await page.evaluate("document.activeElement.textContent")).toBe("nothing any more");
      await page.click("#run");
      await page.waitForSelector("#command:not([hidden])");
      // Two actions want the same at the same time.
      await command("internal_skill.both");
      await page.getByRole("button", { name: "Allow from now on" }).click();
      await told("internal_skill.both registered_skill.climb=0");
      await page.click("#stop");
      await ended().waitFor();
    });

    // @spec security.terminal-text
    test("asks with every value as it is: none hidden behind a long one, none turned around", async () => {
      await run(await packShow(WANTING), false);
      await page.waitForSelector("#command:not([hidden])");
      const hebrew = "\u05d0\u05d1\u05d2";
      await command(`registered_skill.film "${"very long ".repeat(60)}" \u202e001\u202c ${hebrew} 100 5`);
      await question().waitFor();
      const [long = "", ...shown] = await page.locator("#question-about bdi").allTextContents();
      expect(long).toMatch(/^(very long ){40} … [(]200 characters more[)]$/);
      // What would have read as 100 is seen for what it is; and what is read from the right stands by itself.
      expect(shown).toEqual(["\ufffd001\ufffd", hebrew, "100", "5"]);
      const places = await page
        .locator("#question-about bdi")
        .evaluateAll((all) => all.slice(-3).map((value) => value.getBoundingClientRect().left));
      expect(places).toEqual([...places].sort((left, right) => left - right));
      await page.keyboard.press("Escape");
      await told("you did not allow camera");
      expect(await lines().allTextContents()).not.toContainEqual(expect.stringMatching(/\p{Bidi_Control}/u));
      await page.click("#stop");
      await ended().waitFor();
    });

    // @spec assembly.actions.confirmation
    test("asks for each action that is to be confirmed, and asks no more when it is stopped or the page is left", async () => {
      const bytes = await packShow({
        controlMode: "ego",
        ego: { modelSource: "m", constraints: { skillBoundaries: { requiresConfirmation: ["stunt"] } } },
        parts: {
          ego_model: { plan: Array(3).fill("registered_skill.loop"), script: { next: ["pick"] } },
          registered_skill: {
            actions: [{ name: "loop", skill: "stunt" }],
            script: { loop: ["report looping", "answer"] },
          },
        },
      });
      await run(bytes, false);
      const answers = { "Allow this once": "looping", Deny: "registered_skill.loop: you did not allow it" };
      for (const [answer, effect] of Object.entries(answers)) {
        await question().waitFor();
        expect(await question().textContent()).toMatch(
          /test\/puppets.*registered_skill[.]loop.*skill stunt.*this once/s,
        );
        await page.getByRole("button", { name: answer }).click();
        await told(effect);
      }
      await page.getByRole("button", { name: "Stop it" }).click();
      await ended().waitFor();
      await run(bytes, false);
      await question().waitFor();
      await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
      await ended().waitFor();
    });

    // @spec assembly.calls.cause, assembly.steps.end
    test("does what a person commands, tells which code ended a part, and is stopped in the middle of an action", async () => {
      const permissions = { inherent: ["flight"] };
      await run(await packShow({ permissions, parts: { ...ENDLESS.parts, sensor: FLYING } }));
      await page.waitForSelector("#command:not([hidden])");
      expect(await focused()).toBe("line");
      await command('sensor.climb 7 -1.5 true <b>bold</b> "two words"');
      await told("sensor.climb 7 -1.5 true <b>bold</b> two words");
      await command("sensor.fall");
      await told("sensor.fall: its part was ended by RT_TRAP");
      await told("part failedsensor: RT_TRAP, the program trapped");
      await command("sensor.nothing");
      await told("sensor.nothing: there is no such action");
      await command("fay_id.identify");
      await told("fay_id.identify fay-of-puppets");
      await command("internal_skill.list");
      await page.check("#every");
      await lines().locator(".action").getByText("internal_skill.list").waitFor();
      expect(page.workers().length).toBeGreaterThan(5);
      await page.click("#stop");
      await ended().waitFor();
      expect(await page.isHidden("#failure")).toBe(true);
    });

    // @spec assembly.checks
    test("is refused with one coded error where its parts do not fit, or are too many, and the page goes on", async () => {
      const bytes = await packShow({ parts: { registered_skill: {} } });
      await open(await withoutAssembly(bytes));
      expect(await page.textContent("#failure")).toMatch(/^LDR_ASSEMBLY_INVALID.*hand_off/);
      expect(await page.locator("#failure h2").count()).toBe(1);
      expect(await page.isHidden("#consent")).toBe(true);
      await run(await packShow({ drivers: many(48) }));
      await page.waitForSelector("#failure:not([hidden])");
      expect(await page.textContent("#failure")).toMatch(
        /^RT_ASSEMBLY_FAILED.*drivers.*there are workers for 48 programs/,
      );
      expect(await page.textContent("body")).not.toMatch(/\bat .*:\d+:\d+|TypeError/);
      await run(bytes);
      await page.waitForSelector("#command:not([hidden])");
      await page.click("#stop");
      await ended().waitFor();
    });
  });
});

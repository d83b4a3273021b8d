import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { UI_ATTRIBUTE_NUMBERS, type UiAttribute } from "../../generated/enums/ui-attribute.js";
import { UI_NODE_KIND_NUMBERS, type UiNodeKind } from "../../generated/enums/ui-node-kind.js";
import { INSTRUCTION_EVENTS } from "../../generated/instructions/instruction-table.js";
import { ioClose } from "../../generated/instructions/io.js";
import { decodeReply } from "../../generated/instructions/message.js";
import * as ui from "../../generated/instructions/ui.js";
import { type PlainNode, plainTree, recordingHost } from "../../reference/adapter/ui/testing/recording-view.js";
import { uiStep } from "../../reference/adapter/ui/testing/ui-arbitraries.js";
import { openUiProgram } from "../../reference/adapter/ui/testing/ui-program.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import type { DrawnNode } from "./page/drawn.js";
import { openRemoteProgram, type RemoteProgram } from "./remote-program.js";

// The portable tree as elements of a real page, and what a person does there.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";

/** What a page shall show of a tree. */
function expectedOf({ kind, text, attributes, children }: PlainNode): DrawnNode {
  const own = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, attributes[name] ?? ""]));
  const owns: Readonly<Record<string, readonly string[]>> = {
    heading: ["level"],
    text_input: ["value", "placeholder"],
    secret_input: ["value", "placeholder"],
    checkbox: ["checked"],
  };
  return {
    kind,
    text,
    label: attributes["label"] ?? "",
    tone: attributes["tone"] ?? "",
    isHidden: attributes["hidden"] === "true",
    isDisabled: attributes["disabled"] === "true",
    own: kind === "progress" ? { value: String(Number(attributes["value"])) } : own(...(owns[kind] ?? [])),
    children: children.map(expectedOf),
  };
}

describe.skipIf(chromium === undefined)(`surfaces in Chromium${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let probe: OpenedProbe;
  let program: RemoteProgram;
  let surface: number;

  beforeAll(async () => {
    compilePages();
    harness = await startHarness(chromium ?? "");
    probe = await harness.openProbe();
  }, 180_000);
  afterAll(() => harness?.close());
  beforeEach(async () => {
    program = await openRemoteProgram(probe);
    surface = await open("Things");
  });
  afterEach(() => program.close());

  const open = async (title: string): Promise<number> =>
    ui.readUiSurfaceOpenResults(await program.done(ui.uiSurfaceOpen(title))).surface;
  const listen = async (): Promise<number> =>
    ui.readUiInputOpenResults(await program.done(ui.uiInputOpen(surface))).input;
  const drawn = async (): Promise<DrawnNode> => {
    const [first] = await probe.call("drawn");
    if (first === undefined) throw new Error("nothing is drawn");
    return first.root;
  };
  /** Create, place, and give a text. */
  async function add(node: number, kind: UiNodeKind, text?: string, parent = 0): Promise<void> {
    await program.done(ui.uiNodeCreate(surface, node, UI_NODE_KIND_NUMBERS[kind]));
    if (text !== undefined) await program.done(ui.uiTextSet(surface, node, text));
    await program.done(ui.uiNodePlace(surface, node, parent, 0));
  }
  const set = async (node: number, attribute: UiAttribute, value: string): Promise<void> => {
    await program.done(ui.uiAttributeSet(surface, node, UI_ATTRIBUTE_NUMBERS[attribute], value));
  };
  /** Name and what follows the handle of each event, as soon as there are so many. */
  async function events(count: number): Promise<string[]> {
    return (await program.delivered(count)).map(({ category, opcode, payload }) => {
      const row = INSTRUCTION_EVENTS.find((event) => event.category === category && event.opcode === opcode);
      return [row?.name, ...payload.slice(1).map((tlv) => ("value" in tlv ? tlv.value : ""))].join(" ");
    });
  }

  // @spec instructions.ui.same-tree, instructions.ui.no-markup, instructions.ui.tree
  test("whatever a program does gives the same replies as elsewhere, and a page that shows the tree", async () => {
    const steps = fc.sample(fc.array(uiStep, { minLength: 60, maxLength: 120 }), { numRuns: 12, seed: 7 });
    for (const sequence of steps) {
      const host = recordingHost();
      const other = openUiProgram({ surfaces: host });
      other.emit(ui.uiSurfaceOpen("Things"));
      const made = sequence.flatMap((step) => (step.kind === "instruction" ? [step.make] : []));
      const expected = made.map((make) => other.emit(make(1)));
      const replies = await program.replies(made.map((make) => make(surface)));
      expect(replies.map((reply) => decodeReply(reply).status === 0)).toEqual(expected.map((text) => text === ""));
      const [view] = host.views;
      expect(await drawn()).toEqual(expectedOf(plainTree((view as NonNullable<typeof view>).tree.root)));
      await program.done(ioClose(surface));
      surface = await open("Things");
    }
    expect(probe.complaints).toEqual([]);
  });

  // @spec instructions.ui.no-markup
  test("markup and script stay text, wherever a program puts them", async () => {
    const markup = '<img src=x onerror="globalThis.hacked = true"><b>bold</b>&amp;';
    await program.done(ioClose(surface));
    surface = await open(markup);
    await add(1, "text", markup);
    await add(2, "item", markup);
    await add(3, "text_input");
    await add(4, "button", markup);
    for (const attribute of ["label", "value", "placeholder"] as const) await set(3, attribute, markup);
    await set(4, "label", markup);
    const root = await drawn();
    expect(root.children.map(({ text, own }) => text || own["value"])).toEqual([markup, markup, markup, markup]);
    expect(await probe.page.locator("img, b").count()).toBe(0);
    expect(await probe.page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(await probe.page.locator(".fayger-title").textContent()).toBe(markup);
  });

  test("has the roles, names and states that people who do not see it rely on", async () => {
    await add(1, "heading", "Shopping");
    await set(1, "level", "2");
    await add(2, "list");
    await set(2, "label", "Things to buy");
    await add(3, "item", "Bread", 2);
    await add(4, "text_input");
    await set(4, "label", "New thing");
    await add(5, "checkbox", "Only open ones");
    await set(5, "checked", "true");
    await add(6, "progress");
    await set(6, "label", "Done");
    await set(6, "maximum", "4");
    await set(6, "value", "1");
    await add(7, "button", "Add");
    await set(7, "disabled", "true");
    await add(8, "rule");
    await add(9, "secret_input");
    await set(9, "label", "Password");
    const { page } = probe;
    for (const [role, options] of [
      ["region", { name: "Things" }],
      ["heading", { name: "Shopping", level: 2 }],
      ["list", { name: "Things to buy" }],
      ["listitem", {}],
      ["textbox", { name: "New thing" }],
      ["checkbox", { name: "Only open ones", checked: true }],
      ["progressbar", { name: "Done" }],
      ["button", { name: "Add", disabled: true }],
      ["button", { name: "Bread" }],
      ["button", { name: "Close Things" }],
      ["separator", {}],
    ] as const) {
      expect([role, await page.getByRole(role, { ...options, exact: true }).count()]).toEqual([role, 1]);
    }
    expect(await page.getByLabel("Password").getAttribute("type")).toBe("password");
    // A browser fills a password that it keeps for the page into no field for a new one.
    expect(await page.getByLabel("Password").getAttribute("autocomplete")).toBe("new-password");
    // Another heading of another level, with what it had.
    await set(1, "level", "3");
    expect(await page.getByRole("heading", { name: "Shopping", level: 3 }).count()).toBe(1);
  });

  // @spec instructions.ui.input, instructions.ui.value
  test("tells of pressing, writing, choosing and confirming, in the order in which it happened", async () => {
    await listen();
    await add(1, "button", "Add");
    await add(2, "text_input");
    await set(2, "label", "What");
    await add(3, "checkbox", "Now");
    await add(4, "item", "Bread");
    const { page } = probe;
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByLabel("What").pressSequentially("hé");
    await page.keyboard.press("Enter");
    await page.getByLabel("Now").check();
    await page.getByRole("button", { name: "Bread" }).click();
    await page.keyboard.press("Enter");
    expect(await events(7)).toEqual([
      "ui.pressed 1",
      "ui.changed 2 h",
      "ui.changed 2 hé",
      "ui.submitted 2 hé",
      "ui.changed 3 true",
      "ui.pressed 4",
      "ui.pressed 4",
    ]);
    await set(2, "value", "");
    expect(await page.getByLabel("What").inputValue()).toBe("");
  });

  // @spec instructions.ui.value
  test("tells of a text that is composed when it is one", async () => {
    await listen();
    await add(1, "text_input");
    await set(1, "label", "Name");
    await program.done(ui.uiFocusSet(surface, 1));
    const keyboard = await probe.page.context().newCDPSession(probe.page);
    for (const text of ["n", "ni"]) {
      await keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    }
    await keyboard.send("Input.insertText", { text: "你" });
    await probe.page.keyboard.type("!");
    expect(await events(2)).toEqual(["ui.changed 1 你", "ui.changed 1 你!"]);
  });

  // @spec instructions.ui.input
  test("hears nothing of nodes that are hidden, disabled or gone", async () => {
    await listen();
    await add(1, "button", "Hidden");
    await add(2, "button", "Disabled");
    await add(3, "column");
    await add(4, "button", "Inside", 3);
    await add(5, "button", "Last");
    await set(1, "hidden", "true");
    await set(2, "disabled", "true");
    await set(3, "hidden", "true");
    // What a script of the page does is not asked whether it can be seen.
    await probe.page.evaluate("for (const one of document.querySelectorAll('.fayger-button')) one.click()");
    expect(await events(1)).toEqual(["ui.pressed 5"]);
    await set(3, "hidden", "false");
    await probe.page.getByRole("button", { name: "Inside" }).click();
    await program.done(ui.uiNodeRemove(surface, 3));
    expect(await probe.page.getByRole("button", { name: "Inside" }).count()).toBe(0);
    expect(await events(2)).toEqual(["ui.pressed 5", "ui.pressed 4"]);
  });

  // @spec instructions.ui.input
  test("leaves the keyboard in the surface, and the program hears of keys, where the node with the focus cannot be used any more", async () => {
    await listen();
    await add(1, "button", "Self");
    await add(2, "list");
    await add(3, "item", "Line", 2);
    await add(4, "column");
    await add(5, "text_input", undefined, 4);
    await add(6, "checkbox", "Box");
    await add(7, "column");
    await set(7, "hidden", "true");
    const losses: readonly (readonly [node: number, lose: () => Promise<unknown>])[] = [
      [1, () => set(1, "disabled", "true")],
      [3, () => program.done(ui.uiTextSet(surface, 3, ""))],
      [5, () => set(4, "hidden", "true")],
      [6, () => program.done(ui.uiNodePlace(surface, 6, 7, 0))],
    ];
    for (const [index, [node, lose]] of losses.entries()) {
      await program.done(ui.uiFocusSet(surface, node));
      // What happens elsewhere takes nothing from it.
      await set(2, "disabled", String(index % 2 === 0));
      expect(await probe.page.evaluate("document.activeElement.className")).not.toBe("fayger-surface");
      await lose();
      // Browsers take the focus from what cannot have it when they draw.
      await probe.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
      expect([node, await probe.page.evaluate("document.activeElement.className")]).toEqual([node, "fayger-surface"]);
      await probe.page.keyboard.press("Escape");
      expect((await events(index + 1)).at(-1)).toBe("ui.key_pressed Escape");
    }
  });

  // @spec instructions.ui.input
  test("tells of keys that no node takes, by their names", async () => {
    await listen();
    await add(1, "text_input");
    await set(1, "label", "Name");
    await add(2, "button", "Go");
    const { page } = probe;
    // Nobody was writing elsewhere: the surface has the focus.
    for (const key of ["a", "Shift+A", "Control+Alt+Shift+ArrowUp", "Alt+x", "Shift", "Escape", "Enter"]) {
      await page.keyboard.press(key);
    }
    await program.done(ui.uiFocusSet(surface, 1));
    for (const key of ["x", "Backspace", "ArrowLeft", "Home", "Escape", "ArrowDown"]) await page.keyboard.press(key);
    await page.keyboard.press("Tab");
    for (const key of ["Space", "Enter", "q"]) await page.keyboard.press(key);
    const named = (await events(13)).filter((event) => event.startsWith("ui.key_pressed"));
    expect(named.map((event) => event.slice("ui.key_pressed ".length))).toEqual([
      "a",
      "A",
      "Ctrl+Alt+Shift+ArrowUp",
      "Alt+x",
      "Escape",
      "Enter",
      "Escape",
      "ArrowDown",
      "q",
    ]);
    expect((await events(0)).filter((event) => event === "ui.pressed 2").length).toBe(2);
  });

  test("keeps the focus where the person has it", async () => {
    await add(1, "column");
    await add(2, "text_input", undefined, 1);
    await add(3, "column");
    await program.done(ui.uiFocusSet(surface, 2));
    const active = async (): Promise<unknown> => probe.page.evaluate("document.activeElement.className");
    expect(await active()).toBe("fayger-input");
    await probe.page.keyboard.type("ab");
    await program.done(ui.uiNodePlace(surface, 2, 3, 0));
    expect(await active()).toBe("fayger-input");
    await program.done(ui.uiNodeRemove(surface, 3));
    expect(await active()).toBe("fayger-surface");
  });

  // @spec instructions.ui.focus-kept
  test("takes nothing that is written elsewhere, and has the focus of its program when the person comes", async () => {
    await listen();
    await add(1, "secret_input");
    await set(1, "label", "Trap");
    const { page } = probe;
    const other = await openRemoteProgram(probe);
    const { surface: beside } = ui.readUiSurfaceOpenResults(await other.done(ui.uiSurfaceOpen("Beside")));
    await other.done(ui.uiNodeCreate(beside, 1, UI_NODE_KIND_NUMBERS.text_input));
    await other.done(ui.uiAttributeSet(beside, 1, UI_ATTRIBUTE_NUMBERS.label, "Its own"));
    await other.done(ui.uiNodePlace(beside, 1, 0, 0));
    await page.evaluate(`{
      const own = document.createElement("div");
      own.id = "own";
      const [field, text, custom, heading] = ["input", "div", "x-field", "h2"].map((name) => document.createElement(name));
      text.contentEditable = "true";
      const inner = custom.attachShadow({ mode: "closed", delegatesFocus: true }).appendChild(field.cloneNode());
      custom.addEventListener("written", (event) => { event.target.title = inner.value; });
      heading.tabIndex = -1;
      own.append(field, text, custom, heading);
      document.body.prepend(own);
    }`);
    for (const place of ["#own > input", "#own > div", "#own > x-field"]) {
      await page.locator(place).focus();
      await program.done(ui.uiFocusSet(surface, 1));
      await page.keyboard.type("pass");
    }
    expect(await page.locator("#own > input").inputValue()).toBe("pass");
    expect(await page.locator("#own > div").textContent()).toBe("pass");
    await page.locator("#own > x-field").dispatchEvent("written");
    expect(await page.locator("#own > x-field").getAttribute("title")).toBe("pass");
    await page.getByLabel("Its own").focus();
    await program.done(ui.uiFocusSet(surface, 1));
    await page.keyboard.type("word");
    expect(await page.getByLabel("Its own").inputValue()).toBe("word");
    expect(await events(0)).toEqual([]);
    // The person comes to the surface, and finds what the program has asked for.
    await page.evaluate("document.querySelector('section[aria-label=Things]').focus()");
    await page.keyboard.type("x");
    expect(await events(1)).toEqual(["ui.changed 1 x"]);
    // A heading that only a script can give the focus to is nothing that is written.
    await page.locator("#own > h2").focus();
    await program.done(ui.uiFocusSet(surface, 1));
    await page.keyboard.type("y");
    expect(await events(2)).toEqual(["ui.changed 1 x", "ui.changed 1 xy"]);
    await other.close();
    await page.evaluate("document.querySelector('#own').remove()");
  });

  // @spec instructions.ui.closed, instructions.ui.surface-end
  test("ends when the person closes it, and gives the page back as it was", async () => {
    await program.done(ioClose(surface));
    const { page } = probe;
    const before = await page.evaluate("document.body.outerHTML + document.adoptedStyleSheets.length");
    surface = await open("Once");
    await listen();
    await add(1, "button", "Here");
    expect(await page.evaluate("document.adoptedStyleSheets.length")).toBe(1);
    await page.getByRole("button", { name: "Close Once" }).click();
    expect(await events(1)).toEqual(["ui.closed"]);
    expect(await page.evaluate("document.body.outerHTML + document.adoptedStyleSheets.length")).toBe(before);
    // Its instructions are answered as before, and late inputs learn it.
    await add(2, "button", "Nowhere");
    await listen();
    expect(await events(2)).toEqual(["ui.closed", "ui.closed"]);
  });

  // @spec instructions.close, instructions.ui.surface-end
  test("is gone with its instance, and others stay", async () => {
    const other = await openRemoteProgram(probe);
    await other.done(ui.uiSurfaceOpen("Other"));
    expect((await probe.call("drawn")).map(({ title }) => title)).toEqual(["Things", "Other"]);
    await other.close();
    expect((await probe.call("drawn")).map(({ title }) => title)).toEqual(["Things"]);
    expect(await other.openHandles()).toBe(0);
  });

  test("tells when it gets another size", async () => {
    await listen();
    const { page } = probe;
    await page.setViewportSize({ width: 500, height: 400 });
    const [narrow = ""] = await events(1);
    expect(narrow).toMatch(/^ui.resized \d+ \d+$/);
    await page.setViewportSize({ width: 1_200, height: 800 });
    const [, columns = 0, rows = 0] = ((await events(2)).at(-1) ?? "").split(" ").map(Number);
    const [, fewer = 0, lower = 0] = narrow.split(" ").map(Number);
    expect([columns > fewer, rows > lower]).toEqual([true, true]);
  });

  test("looks as the page says, where it says something", async () => {
    await add(1, "button", "Button");
    const background = async (): Promise<unknown> =>
      probe.page.evaluate("getComputedStyle(document.querySelector('.fayger-button')).backgroundColor");
    expect(await background()).toBe("rgb(255, 255, 255)");
    await probe.page.evaluate(`{
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("button { background: rgb(1, 2, 3) }");
      document.adoptedStyleSheets.push(sheet);
    }`);
    expect(await background()).toBe("rgb(1, 2, 3)");
    await probe.page.evaluate("document.adoptedStyleSheets.pop()");
  });

  test("looks and holds the keyboard in a shadow tree as in the page, and leaves nothing there", async () => {
    const seen = await probe.page.evaluate(`(async () => {
      const from = (path) => import("/dist/reference/adapter/" + path);
      const [{ createDomSurfaces }, { SurfaceTree }, { UiAllowance }] = await Promise.all(
        ["platforms/web/dom/dom-surfaces.js", "ui/surface-tree.js", "ui/ui-allowance.js"].map(from),
      );
      const host = document.body.appendChild(document.createElement("div"));
      const root = host.attachShadow({ mode: "closed" });
      const tree = new SurfaceTree("Inside", new UiAllowance(10));
      const keys = [];
      const person = { press: () => true, key: (key) => keys.push(key), resize: () => {}, close: () => {} };
      const surfaces = createDomSurfaces({ mount: root.appendChild(document.createElement("div")) });
      const [view, other] = [surfaces.open(tree, person), surfaces.open(tree, person)];
      const button = tree.create(1, ${UI_NODE_KIND_NUMBERS.button});
      view.created(button);
      const { node, parent, before } = tree.place(1, 0, 0);
      view.placed(node, parent, before);
      const element = root.querySelector(".fayger-button");
      element.focus();
      const used = [root.adoptedStyleSheets.length, getComputedStyle(element).backgroundColor];
      view.placed(node, parent, before);
      used.push(root.activeElement.className);
      tree.setAttribute(1, ${UI_ATTRIBUTE_NUMBERS.disabled}, "true");
      view.attributeChanged(button, "disabled");
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      used.push(root.activeElement?.className);
      root.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "q", bubbles: true }));
      view.close();
      used.push(root.adoptedStyleSheets.length);
      other.close();
      used.push(root.adoptedStyleSheets.length, root.querySelectorAll(".fayger-surface").length, ...keys);
      host.remove();
      return used;
    })()`);
    expect(seen).toEqual([1, "rgb(255, 255, 255)", "fayger-button", "fayger-surface", 1, 0, 0, "q"]);
  });
});

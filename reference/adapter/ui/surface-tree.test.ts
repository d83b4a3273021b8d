import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UI_ATTRIBUTES } from "../../../generated/enums/ui-attribute.js";
import { UI_NODE_KIND_NUMBERS, UI_NODE_KINDS, type UiNodeKind } from "../../../generated/enums/ui-node-kind.js";
import { ioClose } from "../../../generated/instructions/io.js";
import {
  uiAttributeSet,
  uiFocusSet,
  uiInputOpen,
  uiNodeCreate,
  uiNodePlace,
  uiNodeRemove,
  uiSurfaceOpen,
  uiTextSet,
} from "../../../generated/instructions/ui.js";
import { CellGrid } from "./cells/cell-grid.js";
import { CellSurface } from "./cells/cell-surface.js";
import type { SurfaceHost } from "./surface-view.js";
import { plainTree, type RecordingView, recordingHost } from "./testing/recording-view.js";
import { uiStep } from "./testing/ui-arbitraries.js";
import { openUiProgram, type UiProgram, type UiProgramOptions } from "./testing/ui-program.js";

const FAILED = "ADP_HOST_CALL_FAILED";
const kind = (name: UiNodeKind): number => UI_NODE_KIND_NUMBERS[name];

/** A program with one open surface, 1, and one input, 2. */
function openSurface(options: UiProgramOptions = {}): UiProgram & { readonly view: RecordingView } {
  const host = recordingHost();
  const program = openUiProgram({ surfaces: host, ...options });
  expect(program.emit(uiSurfaceOpen("title"))).toBe("1");
  expect(program.emit(uiInputOpen(1))).toBe("2");
  const [view] = host.views;
  if (view === undefined) throw new Error("no view");
  return { ...program, view };
}

/** A host that draws in cells each time something changes. */
function cellHost(): SurfaceHost & { readonly surfaces: CellSurface[] } {
  const surfaces: CellSurface[] = [];
  return {
    surfaces,
    open: (tree, person) => {
      const surface = new CellSurface(
        tree,
        person,
        () => surface.draw(new CellGrid(30, 10)),
        () => {},
      );
      surfaces.push(surface);
      return surface;
    },
  };
}

describe("the portable tree", () => {
  // @spec instructions.ui.same-tree, instructions.ui.nodes
  it("gives equal trees, replies and events on a view with elements of its own and on cells", () => {
    fc.assert(
      fc.property(fc.array(uiStep, { maxLength: 60 }), (steps) => {
        const recorder = recordingHost();
        const page = openUiProgram({ surfaces: recorder });
        let persons: Parameters<SurfaceHost["open"]>[] = [];
        const cells = cellHost();
        const terminal = openUiProgram({
          surfaces: {
            open: (tree, person) => {
              persons = [...persons, [tree, person]];
              return cells.open(tree, person);
            },
          },
        });
        for (const program of [page, terminal]) {
          program.emit(uiSurfaceOpen("title"));
          program.emit(uiInputOpen(1));
        }
        const [view] = recorder.views;
        const [own] = persons;
        if (view === undefined || own === undefined) throw new Error("no view");
        for (const step of steps) {
          if (step.kind === "instruction") expect(terminal.emit(step.make(1))).toBe(page.emit(step.make(1)));
          else {
            const node = view.tree.node(step.node);
            const twin = own[0].node(step.node);
            if (node === undefined || twin === undefined) continue;
            if (step.act === "change") view.change(node, step.value);
            else view.person[step.act](node);
            own[1][step.act](twin, step.value);
          }
          expect(view.copied()).toEqual(plainTree(view.tree.root));
          expect(plainTree(own[0].root)).toEqual(plainTree(view.tree.root));
        }
        expect(terminal.events).toEqual(page.events);
      }),
      { numRuns: 200 },
    );
  });

  // @spec instructions.ui.bounds
  it("gives back what a surface had of its program's nodes, whatever was done to it", () => {
    fc.assert(
      fc.property(fc.array(uiStep, { maxLength: 80 }), (steps) => {
        const { emit } = openUiProgram({ surfaces: recordingHost(), ceilings: { nodes: 4 } });
        emit(uiSurfaceOpen(""));
        for (const step of steps) if (step.kind === "instruction") emit(step.make(1));
        // Four can be there when everything else is gone, and no fifth.
        emit(ioClose(1));
        emit(uiSurfaceOpen(""));
        for (const number of [1, 2, 3, 4]) expect(emit(uiNodeCreate(2, number, kind("text")))).toBe("");
        expect(emit(uiNodeCreate(2, 5, kind("text")))).toBe("ADP_POLICY_DENIED quota");
      }),
      { numRuns: 100 },
    );
  });

  // @spec instructions.ui.nodes
  it("takes every kind of the table and no other, each number once", () => {
    const { emit } = openSurface();
    for (const [index] of UI_NODE_KINDS.entries()) expect(emit(uiNodeCreate(1, index + 1, index + 1))).toBe("");
    for (const wrong of [0, UI_NODE_KINDS.length + 1, 0xffff_ffff])
      expect(emit(uiNodeCreate(1, 99, wrong))).toBe(`${FAILED} invalid_argument`);
    expect(emit(uiNodeCreate(1, 0, 1))).toBe(`${FAILED} already_exists`);
    expect(emit(uiNodeCreate(1, 3, 0))).toBe(`${FAILED} already_exists`);
    expect(emit(uiNodeRemove(1, 3))).toBe("");
    expect(emit(uiNodeCreate(1, 3, 1))).toBe("");
  });

  // @spec instructions.ui.tree, instructions.ui.error-order
  it("refuses to put a node where it cannot stand, and changes nothing", () => {
    const { emit, view } = openSurface();
    for (const [number, name] of [
      [1, "column"],
      [2, "row"],
      [3, "text"],
      [4, "text"],
    ] as const)
      emit(uiNodeCreate(1, number, kind(name)));
    emit(uiNodePlace(1, 1, 0, 0));
    emit(uiNodePlace(1, 2, 1, 0));
    emit(uiNodePlace(1, 3, 2, 0));
    const before = plainTree(view.tree.root);
    const wrong: readonly (readonly [number, number, number, string])[] = [
      [1, 1, 0, "invalid_argument"],
      [1, 2, 0, "invalid_argument"],
      [4, 3, 0, "invalid_argument"],
      [0, 1, 0, "invalid_argument"],
      [3, 2, 3, "invalid_argument"],
      [4, 1, 3, "invalid_argument"],
      [9, 1, 0, "not_found"],
      [4, 9, 0, "not_found"],
      [4, 1, 9, "not_found"],
      [1, 1, 9, "not_found"],
    ];
    for (const [node, parent, next, error] of wrong)
      expect(emit(uiNodePlace(1, node, parent, next))).toBe(`${FAILED} ${error}`);
    expect(emit(uiNodeRemove(1, 0))).toBe(`${FAILED} invalid_argument`);
    expect(plainTree(view.tree.root)).toEqual(before);
  });

  // @spec instructions.ui.bounds
  it("is at most 64 deep, counted when a whole subtree is placed", () => {
    const { emit } = openSurface();
    for (let number = 1; number <= 65; number += 1) emit(uiNodeCreate(1, number, kind("column")));
    // A chain without the root, 65 levels from depth 0 to 64.
    for (let number = 2; number <= 65; number += 1) expect(emit(uiNodePlace(1, number, number - 1, 0))).toBe("");
    expect(emit(uiNodePlace(1, 1, 0, 0))).toBe(`${FAILED} too_large`);
    expect(emit(uiNodePlace(1, 2, 0, 0))).toBe("");
    expect(emit(uiNodePlace(1, 1, 65, 0))).toBe(`${FAILED} too_large`);
  });

  // @spec instructions.ui.bounds, instructions.ui.error-order
  it("bounds texts one by one and all together", () => {
    const { emit } = openSurface();
    emit(uiNodeCreate(1, 1, kind("text")));
    emit(uiNodeCreate(1, 2, kind("rule")));
    expect(emit(uiTextSet(1, 1, "é".repeat(32_768)))).toBe("");
    expect(emit(uiTextSet(1, 1, `${"é".repeat(32_768)}a`))).toBe(`${FAILED} too_large`);
    expect(emit(uiTextSet(1, 2, "a".repeat(70_000)))).toBe(`${FAILED} invalid_argument`);
    expect(emit(uiSurfaceOpen("a".repeat(65_537)))).toBe(`${FAILED} too_large`);
    const full = "a".repeat(65_536);
    let number = 10;
    let reply = "";
    for (; reply === ""; number += 1) {
      emit(uiNodeCreate(1, number, kind("text")));
      reply = emit(uiTextSet(1, number, full));
    }
    expect(reply).toBe("ADP_POLICY_DENIED quota");
    // 255 of them and the first text; the title takes the room of the last.
    expect(number - 10).toBe(255);
    emit(uiNodeRemove(1, 10));
    expect(emit(uiTextSet(1, number - 1, full))).toBe("");
  });

  // @spec instructions.ui.attributes
  it("knows which attributes a kind has and what their values look like", () => {
    const good: Readonly<Record<string, readonly string[]>> = {
      label: ["", "any text"],
      value: ["", "1.5"],
      checked: ["true", "false"],
      disabled: ["true", "false"],
      hidden: ["true", "false"],
      placeholder: ["any text"],
      level: ["1", "6"],
      maximum: ["0", "100", "0.000001", "999999999999999"],
      tone: ["plain", "strong", "quiet", "good", "bad", "warning"],
    };
    const bad: Readonly<Record<string, readonly string[]>> = {
      checked: ["", "yes", "TRUE"],
      disabled: ["1"],
      hidden: ["true "],
      level: ["0", "7", "1.0", ""],
      maximum: ["-1", "1e3", "", "1000000000000000", "1.", ".5", "0x1"],
      tone: ["", "red"],
    };
    const owners: Readonly<Record<string, UiNodeKind>> = {
      value: "text_input",
      checked: "checkbox",
      placeholder: "secret_input",
      level: "heading",
      maximum: "progress",
    };
    const { emit } = openSurface();
    for (const [index, name] of UI_ATTRIBUTES.entries()) {
      const owner = owners[name] ?? "rule";
      emit(uiNodeCreate(1, index + 1, kind(owner)));
      for (const value of good[name] ?? []) expect(emit(uiAttributeSet(1, index + 1, index + 1, value))).toBe("");
      for (const value of bad[name] ?? [])
        expect(emit(uiAttributeSet(1, index + 1, index + 1, value))).toBe(`${FAILED} invalid_argument`);
      // What belongs to one kind is refused by the others; `label` and its like belong to all.
      emit(uiNodeCreate(1, 50 + index, kind("row")));
      const reply = emit(uiAttributeSet(1, 50 + index, index + 1, (good[name] ?? [])[0] ?? ""));
      expect(reply).toBe(owners[name] === undefined ? "" : `${FAILED} invalid_argument`);
    }
    emit(uiNodeCreate(1, 80, kind("progress")));
    expect(emit(uiAttributeSet(1, 80, 2, "half"))).toBe(`${FAILED} invalid_argument`);
    expect(emit(uiAttributeSet(1, 80, 0, ""))).toBe(`${FAILED} invalid_argument`);
    expect(emit(uiAttributeSet(1, 80, 99, ""))).toBe(`${FAILED} invalid_argument`);
  });

  // @spec instructions.ui.no-markup
  it("lets no control character through to a view", () => {
    const { emit, view } = openSurface();
    emit(uiNodeCreate(1, 1, kind("text")));
    emit(uiNodeCreate(1, 2, kind("preformatted")));
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join("");
    for (const node of [1, 2]) emit(uiTextSet(1, node, `${all}\u2028\u2029`));
    expect(view.tree.node(1)?.text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(view.tree.node(2)?.text.replace(/[\t\n]/g, "")).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(view.tree.node(2)?.text).toContain("\n");
    emit(uiAttributeSet(1, 1, 1, "\u001b[31m"));
    expect(view.tree.node(1)?.attribute("label")).toBe("\ufffd[31m");
  });
});

describe("what a person does", () => {
  /** A button, an input, a checkbox, an item with and one without a text; all in the root. */
  function openForm(): ReturnType<typeof openSurface> {
    const program = openSurface();
    const kinds = ["button", "text_input", "checkbox", "item", "item"] as const;
    for (const [index, name] of kinds.entries()) {
      program.emit(uiNodeCreate(1, index + 1, kind(name)));
      program.emit(uiNodePlace(1, index + 1, 0, 0));
    }
    program.emit(uiTextSet(1, 4, "an item"));
    return program;
  }

  function doAll({ view }: ReturnType<typeof openSurface>): void {
    for (const number of [1, 2, 3, 4, 5]) {
      const node = view.tree.node(number);
      if (node === undefined) throw new Error("no node");
      view.person.press(node);
      view.person.change(node, node.kind === "checkbox" ? "true" : "written");
      view.person.submit(node);
    }
  }

  // @spec instructions.ui.input, instructions.ui.value
  it("reaches the program in its order, and changes the tree", () => {
    const form = openForm();
    doAll(form);
    expect(form.events).toEqual([
      "ui.pressed 1",
      "ui.changed 2 written",
      "ui.submitted 2 written",
      "ui.changed 3 true",
      "ui.pressed 4",
    ]);
    expect(form.view.tree.node(2)?.attribute("value")).toBe("written");
    // The same again is no change.
    form.events.length = 0;
    doAll(form);
    expect(form.events).toEqual(["ui.pressed 1", "ui.submitted 2 written", "ui.pressed 4"]);
  });

  // @spec instructions.ui.input
  it("does not reach it for nodes that are hidden, disabled, gone or not placed", () => {
    for (const attribute of [4, 5]) {
      const form = openForm();
      for (const number of [1, 2, 3, 4, 5]) form.emit(uiAttributeSet(1, number, attribute, "true"));
      doAll(form);
      expect(form.events).toEqual([]);
      expect(form.emit(uiFocusSet(1, 2))).toBe(`${FAILED} invalid_argument`);
    }
    const hidden = openForm();
    hidden.emit(uiAttributeSet(1, 0, 5, "true"));
    doAll(hidden);
    expect(hidden.events).toEqual([]);
    const gone = openForm();
    const button = gone.view.tree.node(1);
    gone.emit(uiNodeRemove(1, 1));
    expect(button !== undefined && gone.view.person.press(button)).toBe(false);
    // Another node of the same number is another node.
    gone.emit(uiNodeCreate(1, 1, kind("button")));
    gone.emit(uiNodePlace(1, 1, 0, 0));
    expect(button !== undefined && gone.view.person.press(button)).toBe(false);
    gone.emit(uiNodeCreate(1, 9, kind("button")));
    expect(gone.emit(uiFocusSet(1, 9))).toBe(`${FAILED} invalid_argument`);
    expect(gone.events).toEqual([]);
  });

  it("does not write more than a value can hold", () => {
    const { view, events } = openForm();
    const input = view.tree.node(2);
    if (input === undefined) throw new Error("no input");
    expect(view.person.change(input, "a".repeat(65_537))).toBe("");
    expect(view.person.change(input, "a\u001bb")).toBe("a\ufffdb");
    expect(events).toEqual(["ui.changed 2 a\ufffdb"]);
  });

  // @spec instructions.ui.closed, instructions.ui.surface-end
  it("closes a surface once, and every input learns it", () => {
    const program = openForm();
    const { emit, events, view, channel } = program;
    emit(uiInputOpen(1));
    expect(channel.openSubscriptions).toBe(2);
    view.person.close();
    view.person.close();
    doAll(program);
    expect(view.closed).toBe(1);
    expect(events).toEqual(["ui.closed", "ui.closed"]);
    // Nothing is waited for any more, and the instructions answer as before.
    expect(channel.openSubscriptions).toBe(0);
    expect(emit(uiTextSet(1, 1, "still"))).toBe("");
    expect(view.tree.node(1)?.text).toBe("still");
    emit(uiInputOpen(1));
    expect(events).toEqual(["ui.closed", "ui.closed", "ui.closed"]);
    expect(channel.openSubscriptions).toBe(0);
    expect(emit(ioClose(1))).toBe("");
    expect(view.closed).toBe(1);
  });

  // @spec instructions.ui.surface-end, instructions.handles.closed
  it("gives the host back what a surface covered when the program closes it, or ends", () => {
    const { emit, view, channel } = openSurface();
    expect(emit(ioClose(1))).toBe("");
    expect(view.closed).toBe(1);
    expect(channel.openSubscriptions).toBe(0);
    for (const late of [uiTextSet(1, 0, ""), uiInputOpen(1), uiNodeCreate(1, 1, 1), uiTextSet(2, 0, "")])
      expect(emit(late)).toBe(`${FAILED} bad_handle`);
    const other = openSurface();
    other.channel.close();
    expect(other.view.closed).toBe(1);
  });

  it("finds no surface where the host has nothing to draw on", () => {
    const { emit } = openUiProgram({});
    expect(emit(uiSurfaceOpen("title"))).toBe(`${FAILED} unavailable`);
  });
});

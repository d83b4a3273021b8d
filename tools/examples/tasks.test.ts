import { describe, expect, it } from "vitest";
import type { UiNode } from "../../reference/adapter/ui/index.js";
import { type PlainNode, plainTree, recordingHost } from "../../reference/adapter/ui/testing/recording-view.js";
import { Fayger, nodeHost } from "../../reference/node.js";
import { loadRecipe, recipeIn } from "./run-example.js";

const implementations = nodeHost().implementations.map((_make, index) => index);

/** All nodes below one, in the order of the tree. */
const allBelow = (node: UiNode): UiNode[] => [node, ...node.children.flatMap(allBelow)];
/** What is shown of a tree, as lines. */
const lines = (node: PlainNode): string[] => {
  if (node.attributes["hidden"] === "true") return [];
  const own =
    node.kind === "checkbox" ? `${node.attributes["checked"] === "true" ? "x" : "-"} ${node.text}` : node.text;
  return [...(own === "" ? [] : [own]), ...node.children.flatMap(lines)];
};

// @spec instructions.ui.same-tree, instructions.ui.closed
describe.each(implementations)("the example tasks on implementation %i", (index) => {
  it("does what a person does, and is complete when its surface is closed", async () => {
    const surfaces = recordingHost();
    const host = nodeHost({ surfaces }, "native_desktop");
    const display = { detect: () => ({ ...host.detector.detect(), runtimeFeatures: ["display"] }) };
    const recipe = recipeIn("tasks");
    const fayger = Fayger.create(
      { ...host, detector: display, implementations: host.implementations.slice(index, index + 1) },
      { enforceSignature: false, policy: { capabilities: recipe.required_capabilities ?? [] } },
    );
    const object = await loadRecipe(fayger, recipe, "tasks");
    const ended = fayger.run(object);

    /** Wait until the tree shows a line; everything that is shown then. */
    const shows = async (line: string): Promise<string[]> => {
      for (;;) {
        const [view] = surfaces.views;
        // It hears the person from the moment on at which it gives its input the focus.
        const shown = view === undefined || view.focuses.length === 0 ? [] : lines(plainTree(view.tree.root));
        if (shown.includes(line)) return shown;
        const over = await Promise.race([
          ended,
          new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
        ]);
        if (over !== undefined) throw over.failure?.error ?? new Error(`it ended without ${line}`);
      }
    };
    const [first, ...more] = await shows("0 of 3 done");
    expect([first, ...more].slice(0, 5)).toEqual([
      "Add",
      "To do",
      "- Read the chapter on the portable tree",
      "- Run this in a terminal and in a browser",
      "- Write a program of my own",
    ]);
    const [view] = surfaces.views;
    if (view === undefined) throw new Error("no surface");
    const node = (is: (candidate: UiNode) => boolean): UiNode => {
      const found = allBelow(view.tree.root).find(is);
      if (found === undefined) throw new Error("no such node");
      return found;
    };

    const input = node(({ kind }) => kind === "text_input");
    view.person.change(input, "  Buy milk ");
    view.person.submit(input);
    expect(await shows("0 of 4 done")).toContain("- Buy milk");
    expect(input.attribute("value")).toBe("");
    for (const { text } of [{ text: "Buy milk" }, { text: "Write a program of my own" }])
      view.person.change(
        node((candidate) => candidate.text === text),
        "true",
      );
    expect(await shows("2 of 4 done")).toContain("x Buy milk");
    view.person.press(node(({ text }) => text === "Clear done"));
    expect(await shows("0 of 2 done")).not.toContain("x Buy milk");
    view.person.close();

    const { state, failure } = await ended;
    await object.close();
    expect({ state, error: failure?.error }).toEqual({ state: "Terminated", error: undefined });
    expect(view.closed).toBe(1);
  });
});

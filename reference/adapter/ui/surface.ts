import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { InputSource } from "./input-source.js";
import { inputOf } from "./node-rules.js";
import { SurfaceTree } from "./surface-tree.js";
import type { Person, SurfaceHost, SurfaceView, UiNode } from "./surface-view.js";
import { allowanceOf } from "./ui-allowance.js";

/**
 * One surface: the tree, the view that draws it, and the inputs that hear what a person does there. The tree decides,
 * the view shows.
 *
 * @spec instructions.ui.same-tree
 */
export class Surface extends InputSource {
  readonly tree: SurfaceTree;
  readonly #view: SurfaceView;
  #isViewed = true;

  /** @throws HostFailure `too_large`, `unavailable`; PolicyRefusal `quota` */
  constructor(title: string, binding: InstanceBinding, host: SurfaceHost) {
    super(binding);
    this.tree = new SurfaceTree(title, allowanceOf(binding));
    try {
      this.#view = host.open(this.tree, this.#person());
    } catch (error) {
      this.tree.release();
      throw error;
    }
  }

  /** Show a change, where a person still sees the surface. */
  show(draw: (view: SurfaceView) => void): void {
    if (this.#isViewed) draw(this.#view);
  }

  /** The program's handle is closed. */
  release(): void {
    this.closeByProgram();
    this.#closeView();
    this.tree.release();
  }

  #closeView(): void {
    if (!this.#isViewed) return;
    this.#isViewed = false;
    this.#view.close();
  }

  #person(): Person {
    const { tree } = this;
    const canUse = (node: UiNode, input: "press" | "toggle" | "write"): boolean =>
      this.isOpen && tree.node(node.number) === node && inputOf(node.kind) === input && tree.isUsable(node);
    return {
      press: (node) => {
        if (!canUse(node, "press")) return false;
        this.raise({ kind: "ui.pressed", node: node.number });
        return true;
      },
      change: (node, value) => {
        const attribute = inputOf(node.kind) === "toggle" ? "checked" : "value";
        if (this.isOpen && tree.enter(node, value))
          this.raise({ kind: "ui.changed", node: node.number, value: node.attribute(attribute) });
        return node.attribute(attribute);
      },
      submit: (node) => {
        if (!canUse(node, "write")) return false;
        this.raise({ kind: "ui.submitted", node: node.number, value: node.attribute("value") });
        return true;
      },
      key: (key) => this.raise({ kind: "ui.key_pressed", key }),
      resize: (columns, rows) => this.raise({ kind: "ui.resized", columns, rows }),
      close: () => {
        // The host has its own again before the program hears of it.
        this.#closeView();
        this.closeByPerson();
      },
    };
  }
}

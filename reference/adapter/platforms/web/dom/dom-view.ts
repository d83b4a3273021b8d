import type { UiAttribute } from "../../../../../generated/enums/ui-attribute.js";
import { inputOf, type Person, type SurfaceView, type UiNode, type UiTree } from "../../../ui/index.js";
import { keyNameOf, takesKey } from "./key-name.js";
import { isWrittenElsewhere, treeOf } from "./keyboard-use.js";
import { type NodeParts, partsOf, showAttribute, showText } from "./node-element.js";
import { SurfaceSize } from "./surface-size.js";

/** Attributes by which a new node is shown; the others are what elements have anyway. */
const AT_FIRST: readonly UiAttribute[] = ["tone", "maximum", "value"];

/**
 * Draws a tree as elements of a page.
 *
 * @spec instructions.ui.same-tree
 */
export class DomView implements SurfaceView {
  readonly #frame: HTMLElement;
  readonly #tree: UiTree;
  readonly #person: Person;
  readonly #parts = new Map<UiNode, NodeParts>();
  readonly #nodes = new WeakMap<EventTarget, UiNode>();
  readonly #size: SurfaceSize;
  readonly #closed: () => void;
  readonly #before: Element | null;
  /** What shall have the focus when the person comes here. */
  #expected: UiNode | undefined;

  /**
   * @param mount where the surface is put, behind what is there
   * @param hasFrame whether people see the title, and a button that closes the surface
   * @param closed called when nothing is left of it
   */
  constructor(tree: UiTree, person: Person, mount: Element, hasFrame: boolean, closed: () => void) {
    this.#tree = tree;
    this.#person = person;
    this.#closed = closed;
    this.#before = treeOf(mount).activeElement ?? document.activeElement;
    const frame = document.createElement("section");
    frame.className = "fayger-surface";
    frame.tabIndex = 0;
    if (tree.title !== "") frame.setAttribute("aria-label", tree.title);
    if (hasFrame) frame.append(barOf(tree.title, () => person.close()));
    this.#frame = frame;
    this.created(tree.root);
    const root = this.#partsOf(tree.root).outer;
    root.classList.add("fayger-root");
    frame.append(root);
    frame.addEventListener("keydown", (event) => this.#keyPressed(event));
    frame.addEventListener("focusin", ({ target }) => this.#entered(target === frame));
    mount.append(frame);
    this.#size = new SurfaceSize(root, (columns, rows) => person.resize(columns, rows));
    // Keys reach a program at once where nobody is writing elsewhere on the page.
    if (this.#before === null || this.#before === document.body) frame.focus({ preventScroll: true });
  }

  created(node: UiNode): void {
    const parts = partsOf(node);
    this.#parts.set(node, parts);
    this.#nodes.set(parts.control, node);
    this.#listen(node, parts.control);
    for (const attribute of AT_FIRST) showAttribute(node, attribute, parts);
  }

  placed(node: UiNode, parent: UiNode, before: UiNode | undefined): void {
    const { outer } = this.#partsOf(node);
    const next = before === undefined ? null : this.#partsOf(before).outer;
    this.#keepingFocus(() => {
      const { activeElement } = treeOf(this.#frame);
      this.#partsOf(parent).children.insertBefore(outer, next);
      // An element that moves loses the focus.
      if (activeElement !== treeOf(this.#frame).activeElement && outer.contains(activeElement)) focus(activeElement);
    });
  }

  removed(node: UiNode): void {
    const { outer } = this.#partsOf(node);
    this.#keepingFocus(() => {
      outer.remove();
      this.#forget(node);
    });
  }

  textChanged(node: UiNode): void {
    // An item that loses its text can no longer be pressed.
    this.#keepingFocus(() => showText(node, this.#partsOf(node)));
  }

  attributeChanged(node: UiNode, attribute: UiAttribute): void {
    if (attribute === "level") this.#replace(node);
    else if (attribute === "hidden" || attribute === "disabled")
      this.#keepingFocus(() => showAttribute(node, attribute, this.#partsOf(node)));
    else showAttribute(node, attribute, this.#partsOf(node));
  }

  /** @spec instructions.ui.focus-kept */
  focused(node: UiNode): void {
    if (isWrittenElsewhere(this.#frame)) this.#expected = node;
    else this.#partsOf(node).control.focus();
  }

  close(): void {
    const hadFocus = this.#frame.contains(treeOf(this.#frame).activeElement);
    this.#size.stop();
    this.#frame.remove();
    this.#parts.clear();
    // @spec instructions.ui.surface-end
    if (hadFocus) focus(this.#before);
    this.#closed();
  }

  /**
   * Make a change after which the node with the focus may be gone, hidden or disabled. Whoever uses the keyboard goes on
   * from here then, not from the beginning of the page, and the program goes on hearing of keys.
   */
  #keepingFocus(change: () => void): void {
    const { activeElement } = treeOf(this.#frame);
    const hadFocus = activeElement !== this.#frame && this.#frame.contains(activeElement);
    change();
    if (!hadFocus || activeElement === null) return;
    const node = this.#nodes.get(activeElement);
    const isLost = !this.#frame.contains(activeElement) || (node !== undefined && !this.#tree.isUsable(node));
    if (isLost) this.#frame.focus({ preventScroll: true });
  }

  /** The person has come here; to the frame, and to nothing in it, where `isFrame`. */
  #entered(isFrame: boolean): void {
    const expected = this.#expected;
    this.#expected = undefined;
    if (!isFrame || expected === undefined || this.#tree.node(expected.number) !== expected) return;
    if (this.#tree.isUsable(expected)) this.#partsOf(expected).control.focus();
  }

  /** A heading of another level is another element. */
  #replace(node: UiNode): void {
    const { outer } = this.#partsOf(node);
    const parts = partsOf(node);
    this.#parts.set(node, parts);
    showText(node, parts);
    for (const attribute of ["label", "hidden", "disabled", "tone"] as const) showAttribute(node, attribute, parts);
    outer.replaceWith(parts.outer);
  }

  #partsOf(node: UiNode): NodeParts {
    const parts = this.#parts.get(node);
    if (parts === undefined) throw new TypeError(`node ${node.number} was never made`);
    return parts;
  }

  #forget(node: UiNode): void {
    this.#parts.delete(node);
    for (const child of node.children) this.#forget(child);
  }

  /** @spec instructions.ui.input */
  #listen(node: UiNode, control: HTMLElement): void {
    const person = this.#person;
    const input = inputOf(node.kind);
    if (input === "press") control.addEventListener("click", () => person.press(node));
    if (!(control instanceof HTMLInputElement)) return;
    if (input === "toggle") {
      control.addEventListener("change", () => {
        control.checked = person.change(node, String(control.checked)) === "true";
      });
      return;
    }
    const changed = (): void => {
      const value = person.change(node, control.value);
      if (control.value !== value) control.value = value;
    };
    control.addEventListener("input", (event) => {
      // What is still being composed is no text yet.
      if (!(event as InputEvent).isComposing) changed();
    });
    control.addEventListener("compositionend", changed);
    control.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) person.submit(node);
    });
  }

  /** @spec instructions.ui.input */
  #keyPressed(event: KeyboardEvent): void {
    const name = keyNameOf(event);
    if (name === undefined || event.defaultPrevented) return;
    const { target } = event;
    const node = target === null ? undefined : this.#nodes.get(target);
    // Not the button of the frame.
    if (node === undefined && target !== this.#frame) return;
    if (!takesKey(node === undefined ? undefined : inputOf(node.kind), name)) this.#person.key(name);
  }
}

function focus(element: Element | null): void {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}

/** The title, and a button by which a person closes the surface. */
function barOf(title: string, close: () => void): HTMLElement {
  const bar = document.createElement("header");
  bar.className = "fayger-bar";
  const name = document.createElement("span");
  name.className = "fayger-title";
  name.dir = "auto";
  name.textContent = title;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fayger-close";
  button.setAttribute("aria-label", title === "" ? "Close" : `Close ${title}`);
  button.textContent = "×";
  button.addEventListener("click", close);
  bar.append(name, button);
  return bar;
}

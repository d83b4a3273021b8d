import { UI_ATTRIBUTES, type UiAttribute } from "../../../generated/enums/ui-attribute.js";
import { UI_NODE_KINDS, type UiNodeKind } from "../../../generated/enums/ui-node-kind.js";
import { HostFailure } from "../host-failure.js";
import { hasAttribute, hasChildren, hasText, initialValue, inputOf, isValueOf } from "./node-rules.js";
import { shownText, utf8Length } from "./shown-text.js";
import type { UiNode, UiTree } from "./surface-view.js";
import type { UiAllowance } from "./ui-allowance.js";

/** Levels below the root. @spec instructions.ui.bounds */
const MOST_DEPTH = 64;
/** Bytes of a text or a value as UTF-8. @spec instructions.ui.bounds */
export const MOST_BYTES = 65_536;

class TreeNode implements UiNode {
  readonly number: number;
  readonly kind: UiNodeKind;
  parent: TreeNode | undefined;
  readonly children: TreeNode[] = [];
  text = "";
  readonly values = new Map<UiAttribute, string>();

  constructor(number: number, kind: UiNodeKind) {
    this.number = number;
    this.kind = kind;
  }

  attribute(name: UiAttribute): string {
    return this.values.get(name) ?? initialValue(this.kind, name);
  }
}

/** What {@link SurfaceTree.place} did. */
export interface Placement {
  readonly node: UiNode;
  readonly parent: UiNode;
  /** The next sibling; undefined for the last child. */
  readonly before: UiNode | undefined;
}

/**
 * The tree of one surface, with every check of the chapter. A change that is refused changes nothing. Of several errors
 * the first of the instruction's row is given.
 *
 * @spec instructions.ui.tree, instructions.ui.nodes, instructions.ui.error-order
 */
export class SurfaceTree implements UiTree {
  readonly title: string;
  readonly root: UiNode;
  readonly #nodes = new Map<number, TreeNode>();
  readonly #allowance: UiAllowance;

  /** @throws HostFailure `too_large`; PolicyRefusal `quota` */
  constructor(title: string, allowance: UiAllowance) {
    checkLength(title);
    this.title = shownText(title);
    allowance.addBytes(utf8Length(this.title));
    this.#allowance = allowance;
    const root = new TreeNode(0, "column");
    this.root = root;
    this.#nodes.set(0, root);
  }

  node(number: number): UiNode | undefined {
    return this.#nodes.get(number);
  }

  isShown(node: UiNode): boolean {
    let at = node;
    for (;;) {
      if (at.attribute("hidden") === "true") return false;
      if (at.parent === undefined) return at === this.root;
      at = at.parent;
    }
  }

  isUsable(node: UiNode): boolean {
    if (inputOf(node.kind) === undefined || node.attribute("disabled") === "true") return false;
    // An item without a text of its own only holds others.
    return (node.kind !== "item" || node.text !== "") && this.isShown(node);
  }

  /** @throws HostFailure `already_exists`, `invalid_argument`; PolicyRefusal `quota` */
  create(number: number, kindNumber: number): UiNode {
    if (this.#nodes.has(number)) throw new HostFailure("already_exists", "node_create");
    const kind = UI_NODE_KINDS[kindNumber - 1];
    if (kind === undefined) throw new HostFailure("invalid_argument", "node_create");
    this.#allowance.addNode();
    const node = new TreeNode(number, kind);
    this.#nodes.set(number, node);
    return node;
  }

  /** @throws HostFailure `not_found`, `invalid_argument`, `too_large` */
  place(number: number, parentNumber: number, beforeNumber: number): Placement {
    const node = this.#existing(number);
    const parent = this.#existing(parentNumber);
    const before = beforeNumber === 0 ? undefined : this.#existing(beforeNumber);
    const isSibling = before === undefined || (before.parent === parent && before !== node);
    if (node === this.root || !hasChildren(parent.kind) || !isSibling || isWithin(parent, node))
      throw new HostFailure("invalid_argument", "node_place");
    if (depthOf(parent) + heightOf(node) > MOST_DEPTH) throw new HostFailure("too_large", "node_place");
    detach(node);
    if (before === undefined) parent.children.push(node);
    else parent.children.splice(parent.children.indexOf(before), 0, node);
    node.parent = parent;
    return { node, parent, before };
  }

  /** @throws HostFailure `not_found`, `invalid_argument` */
  remove(number: number): UiNode {
    const node = this.#existing(number);
    if (node === this.root) throw new HostFailure("invalid_argument", "node_remove");
    detach(node);
    this.#forget(node);
    return node;
  }

  /** @throws HostFailure `not_found`, `invalid_argument`, `too_large`; PolicyRefusal `quota` */
  setText(number: number, text: string): UiNode {
    const node = this.#existing(number);
    if (!hasText(node.kind)) throw new HostFailure("invalid_argument", "text_set");
    checkLength(text);
    const shown = shownText(text, node.kind);
    this.#allowance.addBytes(utf8Length(shown) - utf8Length(node.text));
    node.text = shown;
    return node;
  }

  /** @throws HostFailure `not_found`, `invalid_argument`, `too_large`; PolicyRefusal `quota` */
  setAttribute(number: number, attributeNumber: number, value: string): { node: UiNode; attribute: UiAttribute } {
    const node = this.#existing(number);
    const attribute = attributeOf(node, attributeNumber);
    if (!isValueOf(node.kind, attribute, value)) throw new HostFailure("invalid_argument", "attribute_set");
    checkLength(value);
    const shown = shownText(value);
    this.#allowance.addBytes(utf8Length(shown) - utf8Length(node.values.get(attribute) ?? ""));
    node.values.set(attribute, shown);
    return { node, attribute };
  }

  /** @throws HostFailure `not_found`, `invalid_argument` */
  removeAttribute(number: number, attributeNumber: number): { node: UiNode; attribute: UiAttribute } {
    const node = this.#existing(number);
    const attribute = attributeOf(node, attributeNumber);
    this.#allowance.addBytes(-utf8Length(node.values.get(attribute) ?? ""));
    node.values.delete(attribute);
    return { node, attribute };
  }

  /** The node that shall have the focus. @throws HostFailure `not_found`, `invalid_argument` */
  focus(number: number): UiNode {
    const node = this.#existing(number);
    if (!this.isUsable(node)) throw new HostFailure("invalid_argument", "focus_set");
    return node;
  }

  /**
   * What a person writes or chooses, as if the program had set it; too much is not taken.
   *
   * @returns whether the value is another one now
   * @spec instructions.ui.value
   */
  enter(node: UiNode, value: string): boolean {
    const own = this.#nodes.get(node.number);
    const input = inputOf(node.kind);
    if (own !== node || input === "press" || !this.isUsable(node)) return false;
    const attribute = input === "write" ? "value" : "checked";
    const shown = shownText(value);
    const more = utf8Length(shown) - utf8Length(own.values.get(attribute) ?? "");
    if (shown === own.attribute(attribute) || !isValueOf(own.kind, attribute, shown)) return false;
    if (utf8Length(shown) > MOST_BYTES || !this.#allowance.hasRoom(more)) return false;
    this.#allowance.addBytes(more);
    own.values.set(attribute, shown);
    return true;
  }

  /** Give back what the tree had of its instance's allowance. */
  release(): void {
    this.#allowance.addBytes(-utf8Length(this.title));
    for (const node of this.#nodes.values()) this.#allowance.addBytes(-bytesOf(node));
    this.#allowance.removeNodes(this.#nodes.size - 1);
    this.#nodes.clear();
  }

  #existing(number: number): TreeNode {
    const node = this.#nodes.get(number);
    if (node === undefined) throw new HostFailure("not_found", "node");
    return node;
  }

  #forget(node: TreeNode): void {
    this.#nodes.delete(node.number);
    this.#allowance.removeNodes(1);
    this.#allowance.addBytes(-bytesOf(node));
    for (const child of node.children) this.#forget(child);
  }
}

function attributeOf(node: UiNode, number: number): UiAttribute {
  const attribute = UI_ATTRIBUTES[number - 1];
  if (attribute === undefined || !hasAttribute(node.kind, attribute))
    throw new HostFailure("invalid_argument", "attribute");
  return attribute;
}

function checkLength(text: string): void {
  // A unit of UTF-16 is at least one byte: what is far too long is not counted through.
  if (text.length > MOST_BYTES || utf8Length(text) > MOST_BYTES) throw new HostFailure("too_large", "text");
}

function bytesOf(node: TreeNode): number {
  let bytes = utf8Length(node.text);
  for (const value of node.values.values()) bytes += utf8Length(value);
  return bytes;
}

function detach(node: TreeNode): void {
  const siblings = node.parent?.children;
  if (siblings !== undefined) siblings.splice(siblings.indexOf(node), 1);
  node.parent = undefined;
}

function isWithin(node: UiNode, top: UiNode): boolean {
  for (let at: UiNode | undefined = node; at !== undefined; at = at.parent) if (at === top) return true;
  return false;
}

/** How many nodes stand above a node. */
function depthOf(node: UiNode): number {
  let depth = 0;
  for (let at = node.parent; at !== undefined; at = at.parent) depth += 1;
  return depth;
}

/** Levels of a node and what is below it; at least 1. */
function heightOf(node: UiNode): number {
  let height = 0;
  for (const child of node.children) height = Math.max(height, heightOf(child));
  return height + 1;
}

import { UI_ATTRIBUTES, type UiAttribute } from "../../../../generated/enums/ui-attribute.js";
import type { VectorNode } from "../../../../generated/json/vector.js";
import {
  inputOf,
  type Person,
  type SurfaceView,
  type UiNode,
  type UiTree,
} from "../../../../reference/adapter/ui/index.js";
import { hasAttribute, initialValue } from "../../../../reference/adapter/ui/node-rules.js";

/** A node as the host has it: what it was told of, and nothing else. */
interface ShownNode {
  readonly number: number;
  readonly kind: UiNode["kind"];
  text: string;
  readonly attributes: Map<UiAttribute, string>;
  parent: ShownNode | undefined;
  children: ShownNode[];
}

/**
 * A surface as a host draws it: a second tree, made of what its view is told, so that the answer shows whether the host
 * is told everything. Once it is closed it is told nothing, and the program's own tree is what there is.
 */
export class ShownSurface implements SurfaceView {
  readonly tree: UiTree;
  readonly person: Person;
  readonly #nodes = new Map<number, ShownNode>();
  #isClosed = false;

  constructor(tree: UiTree, person: Person) {
    this.tree = tree;
    this.person = person;
    this.created(tree.root);
  }

  /** Whether the program has closed it. @throws Error where the host was not told */
  get isGone(): boolean {
    // A tree that was released has no root.
    const isGone = this.tree.node(0) === undefined;
    if (isGone && !this.#isClosed) throw new Error("a surface is gone, and its view was not closed");
    return isGone;
  }

  /** The person closes it. @throws Error where the host does not get its own back before the program hears of it */
  closeByPerson(): void {
    this.person.close();
    if (!this.#isClosed) throw new Error("the person has closed a surface, and its view was not closed");
  }

  created(node: UiNode): void {
    this.#told();
    const { number, kind } = node;
    this.#nodes.set(number, { number, kind, text: "", attributes: new Map(), parent: undefined, children: [] });
  }

  placed(node: UiNode, parent: UiNode, before: UiNode | undefined): void {
    this.#told();
    const moved = this.#shown(node);
    const target = this.#shown(parent);
    detach(moved);
    const at = before === undefined ? target.children.length : target.children.indexOf(this.#shown(before));
    target.children.splice(at, 0, moved);
    moved.parent = target;
  }

  removed(node: UiNode): void {
    this.#told();
    const gone = this.#shown(node);
    detach(gone);
    this.#forget(gone);
  }

  textChanged(node: UiNode): void {
    this.#told();
    this.#shown(node).text = node.text;
  }

  attributeChanged(node: UiNode, attribute: UiAttribute): void {
    this.#told();
    this.#shown(node).attributes.set(attribute, node.attribute(attribute));
  }

  focused(node: UiNode): void {
    this.#told();
    if (!this.tree.isUsable(node)) throw new Error("the focus is on what cannot be used");
  }

  close(): void {
    this.#told();
    this.#isClosed = true;
  }

  /** A person writes or chooses, and the host shows what the node has then. */
  change(node: UiNode, value: string): void {
    const now = this.person.change(node, value);
    const name = node.kind === "checkbox" ? "checked" : "value";
    if (!this.#isClosed && hasAttribute(node.kind, name)) this.#shown(node).attributes.set(name, now);
  }

  /** A person presses a node. @throws Error where the host is told that this was more or less than it was */
  press(node: UiNode): void {
    this.#check(this.person.press(node), node, "press");
  }

  /** A person confirms an input. @throws as `press` */
  submit(node: UiNode): void {
    this.#check(this.person.submit(node), node, "write");
  }

  #check(isTaken: boolean, node: UiNode, input: "press" | "write"): void {
    const isRight = !this.#isClosed && inputOf(node.kind) === input && this.tree.isUsable(node);
    if (isTaken !== isRight) throw new Error("the host is told otherwise whether a node has taken what a person did");
  }

  /** The root first, then what is not placed, ascending; each followed by all below it. */
  nodes(named: ReadonlySet<number>): VectorNode[] {
    const numbers = [...new Set([0, ...named])].sort((a, b) => a - b);
    const own = formsOf(numbers.map((number) => this.#ownNode(number)));
    if (this.#isClosed) return own;
    const shown = formsOf(numbers.map((number) => this.#nodes.get(number)));
    if (JSON.stringify(shown) !== JSON.stringify(own)) throw new Error("the host shows another tree than there is");
    return shown;
  }

  /** A top of the program's own tree, with all below it. */
  #ownNode(number: number): ShownNode | undefined {
    const node = this.tree.node(number);
    return node === undefined || node.parent !== undefined ? undefined : formOf(node, undefined);
  }

  #shown(node: UiNode): ShownNode {
    const shown = this.#nodes.get(node.number);
    if (shown === undefined) throw new Error(`the view is told of node ${node.number}, which was never created`);
    return shown;
  }

  #forget(node: ShownNode): void {
    this.#nodes.delete(node.number);
    for (const child of node.children) this.#forget(child);
  }

  #told(): void {
    if (this.#isClosed) throw new Error("a view that was closed is told something");
  }
}

function detach(node: ShownNode): void {
  if (node.parent !== undefined) node.parent.children = node.parent.children.filter((child) => child !== node);
  node.parent = undefined;
}

function formOf(node: UiNode, parent: ShownNode | undefined): ShownNode {
  const { number, kind, text } = node;
  const attributes = new Map(UI_ATTRIBUTES.map((name) => [name, node.attribute(name)]));
  const form: ShownNode = { number, kind, text, attributes, parent, children: [] };
  form.children = node.children.map((child) => formOf(child, form));
  return form;
}

function formsOf(nodes: readonly (ShownNode | undefined)[]): VectorNode[] {
  return nodes.flatMap((node) => (node === undefined || node.parent !== undefined ? [] : withAllBelow(node)));
}

function withAllBelow(node: ShownNode): VectorNode[] {
  const { number, kind, parent, text, attributes } = node;
  const set = UI_ATTRIBUTES.flatMap((name): [string, string][] => {
    const value = attributes.get(name) ?? initialValue(kind, name);
    return hasAttribute(kind, name) && value !== initialValue(kind, name) ? [[name, value]] : [];
  });
  const form: VectorNode = {
    node: number,
    kind,
    ...(parent !== undefined && { parent: parent.number }),
    ...(text !== "" && { text }),
    ...(set.length > 0 && { attributes: Object.fromEntries(set) }),
  };
  return [form, ...node.children.flatMap(withAllBelow)];
}

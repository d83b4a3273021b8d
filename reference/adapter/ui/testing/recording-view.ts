import { UI_ATTRIBUTES, type UiAttribute } from "../../../../generated/enums/ui-attribute.js";
import { hasAttribute, inputOf } from "../node-rules.js";
import type { Person, SurfaceHost, SurfaceView, UiNode, UiTree } from "../surface-view.js";

/** A node as plain data, to be compared. */
export interface PlainNode {
  readonly number: number;
  readonly kind: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly PlainNode[];
}

/** A tree as plain data. */
export function plainTree(node: UiNode): PlainNode {
  const { number, kind, text, children } = node;
  const names = UI_ATTRIBUTES.filter((name) => hasAttribute(kind, name));
  const attributes = Object.fromEntries(names.map((name) => [name, node.attribute(name)]));
  return { number, kind, text, attributes, children: children.map(plainTree) };
}

interface Copy {
  readonly number: number;
  readonly kind: string;
  text: string;
  readonly attributes: Record<string, string>;
  children: Copy[];
  parent: Copy | undefined;
}

/** A view that builds a second tree out of nothing but what it is told: what a page with elements of its own does. */
export class RecordingView implements SurfaceView {
  readonly tree: UiTree;
  readonly person: Person;
  /** How often it was closed. */
  closed = 0;
  /** Numbers of the nodes that were to have the focus. */
  readonly focuses: number[] = [];
  readonly #copies = new Map<number, Copy>();

  constructor(tree: UiTree, person: Person) {
    this.tree = tree;
    this.person = person;
    this.#copies.set(0, copyOf(tree.root));
  }

  created(node: UiNode): void {
    this.#copies.set(node.number, copyOf(node));
  }

  placed(node: UiNode, parent: UiNode, before: UiNode | undefined): void {
    const copy = this.#copy(node);
    const target = this.#copy(parent);
    detach(copy);
    const at = before === undefined ? target.children.length : target.children.indexOf(this.#copy(before));
    if (at === -1) throw new Error("placed before a node that is not there");
    target.children.splice(at, 0, copy);
    copy.parent = target;
  }

  removed(node: UiNode): void {
    const copy = this.#copy(node);
    detach(copy);
    const forget = (one: Copy): void => {
      this.#copies.delete(one.number);
      one.children.forEach(forget);
    };
    forget(copy);
  }

  textChanged(node: UiNode): void {
    this.#copy(node).text = node.text;
  }

  attributeChanged(node: UiNode, attribute: UiAttribute): void {
    this.#copy(node).attributes[attribute] = node.attribute(attribute);
  }

  focused(node: UiNode): void {
    this.focuses.push(node.number);
  }

  close(): void {
    this.closed += 1;
  }

  /** A person changes a node here, and the copy shows what it is told that the node has now. */
  change(node: UiNode, value: string): void {
    const now = this.person.change(node, value);
    const name = inputOf(node.kind) === "toggle" ? "checked" : "value";
    if (hasAttribute(node.kind, name)) this.#copy(node).attributes[name] = now;
  }

  /** The second tree. */
  copied(): PlainNode {
    return plainCopy(this.#copies.get(0) ?? copyOf(this.tree.root));
  }

  #copy(node: UiNode): Copy {
    const copy = this.#copies.get(node.number);
    if (copy === undefined) throw new Error(`told of node ${node.number} that was never created`);
    return copy;
  }
}

/** A host that makes recording views and keeps them. */
export function recordingHost(): SurfaceHost & { readonly views: RecordingView[] } {
  const views: RecordingView[] = [];
  return {
    views,
    open: (tree, person) => {
      const view = new RecordingView(tree, person);
      views.push(view);
      return view;
    },
  };
}

function copyOf(node: UiNode): Copy {
  const { number, kind, text, attributes } = plainTree(node);
  return { number, kind, text, attributes: { ...attributes }, children: [], parent: undefined };
}

function plainCopy({ number, kind, text, attributes, children }: Copy): PlainNode {
  return { number, kind, text, attributes, children: children.map(plainCopy) };
}

function detach(copy: Copy): void {
  if (copy.parent !== undefined) copy.parent.children = copy.parent.children.filter((child) => child !== copy);
  copy.parent = undefined;
}

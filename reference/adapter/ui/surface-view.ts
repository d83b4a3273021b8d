import type { UiAttribute } from "../../../generated/enums/ui-attribute.js";
import type { UiNodeKind } from "../../../generated/enums/ui-node-kind.js";

/** A node as a view sees it. It changes while the program runs; a view never changes it. */
export interface UiNode {
  /** Its number; 0 is the root. */
  readonly number: number;
  readonly kind: UiNodeKind;
  /** Undefined for the root and where the node is not placed. */
  readonly parent: UiNode | undefined;
  readonly children: readonly UiNode[];
  /** As it is to be shown: no control characters, but line feed and tab in `preformatted`. Empty for kinds without one. */
  readonly text: string;
  /** The value of an attribute, the one at the beginning where none was set. As it is to be shown. */
  attribute(name: UiAttribute): string;
}

/** A tree as a view sees it. */
export interface UiTree {
  /** As it is to be shown. */
  readonly title: string;
  readonly root: UiNode;
  /** The node of a number, placed or not. */
  node(number: number): UiNode | undefined;
  /** Whether the node is below the root, or the root, and neither it nor one above it is hidden. */
  isShown(node: UiNode): boolean;
  /** Whether a person can use the node: it takes input, is shown and not disabled. @spec instructions.ui.input */
  isUsable(node: UiNode): boolean;
}

/**
 * How a platform draws one surface. It is told of each change, after it was checked and made in the tree, and draws at
 * once or later. No method throws.
 */
export interface SurfaceView {
  /** There is a node more. It is not placed. */
  created(node: UiNode): void;
  /** A node, with all below it, now stands where its parent's children say; `before` is its next sibling. */
  placed(node: UiNode, parent: UiNode, before: UiNode | undefined): void;
  /** A node and all below it are gone. `node.children` still tells what was below; `node.parent` is undefined. */
  removed(node: UiNode): void;
  /** A node has another text. */
  textChanged(node: UiNode): void;
  /** An attribute of a node has another value. */
  attributeChanged(node: UiNode, attribute: UiAttribute): void;
  /** A usable node shall have the focus. */
  focused(node: UiNode): void;
  /** The surface is gone: give back what it covered. Called once, and nothing after it. @spec instructions.ui.surface-end */
  close(): void;
}

/**
 * What a person does on a surface, told by the view. Every method checks whether the node may be used and may call the
 * program before it returns: the tree may be another one afterwards, and the view closed.
 *
 * @spec instructions.ui.input
 */
export interface Person {
  /** A button or item was pressed. False where it cannot be. */
  press(node: UiNode): boolean;
  /**
   * An input's value, or `true` or `false` for a checkbox, was changed by the person.
   *
   * @returns the value the node has now: where it is another than was given, the view shows this one
   * @spec instructions.ui.value
   */
  change(node: UiNode, value: string): string;
  /** An input was confirmed. False where it cannot be. */
  submit(node: UiNode): boolean;
  /** A key that no node took: a character, or a name of the chapter. */
  key(key: string): void;
  /** The surface has another size, in characters. */
  resize(columns: number, rows: number): void;
  /** The person closes the surface. The view's `close` is called before this returns, if it was not before. */
  close(): void;
}

/** Where surfaces are drawn. A platform has one. */
export interface SurfaceHost {
  /**
   * Draw an empty surface: its tree has nothing but the root. The one opened last is before all others.
   *
   * @throws HostFailure `unavailable` where there is nothing to draw on
   */
  open(tree: UiTree, person: Person): SurfaceView;
}

/** What the shared handlers of `ui.dom` and `ui.input` need of their host. */
export interface SurfaceServices {
  readonly surfaces: SurfaceHost;
}

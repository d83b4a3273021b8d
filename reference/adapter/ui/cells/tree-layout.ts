import type { UiNode } from "../surface-view.js";
import { widthOf } from "./characters.js";
import { wrapPreformatted, wrapText } from "./wrapped-text.js";

/** A node with a look of its own, and the cells it takes, counted from the top left of everything. */
export interface Placed {
  readonly node: UiNode;
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** Its text in lines; empty for a kind that draws something else. */
  readonly lines: readonly string[];
  /** The node whose tone it is drawn in; undefined for the usual one. */
  readonly toned: UiNode | undefined;
}

/** Everything that is shown, in the order of the tree. */
export interface TreeLayout {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
}

/** Cells between nodes of a row. */
const GAP = 2;
/** What a button adds to its text: `[ ` and ` ]`. */
export const BUTTON_FRAME = 4;
/** What a checkbox adds: `[x] `. */
export const CHECKBOX_FRAME = 4;
/** What an item adds: a bullet and a space. */
export const ITEM_INDENT = 2;
/** Cells of an input's field: at least, and at most. */
const FIELD = { least: 12, most: 60 };
/** Cells of a progress with its percentage: at least, and at most. */
const PROGRESS = { least: 16, most: 60 };
/** Cells behind a label, however long it is: a caret with some characters, or a bar with its percentage. */
const LEAST_BEHIND_LABEL = 6;
/** Nothing is narrower than this; what has no room is cut off. */
const NARROWEST = 8;

/** What is found out once while a tree is laid out. */
interface Run {
  /** Cells beyond which no width is counted. */
  readonly most: number;
  /** Widths that nodes would like to have. */
  readonly natural: Map<UiNode, number>;
  readonly placed: Placed[];
}

/** Lay a tree out in so many columns. @spec instructions.ui.nodes */
export function layoutTree(root: UiNode, columns: number): TreeLayout {
  const width = Math.max(columns, NARROWEST);
  const run: Run = { most: width, natural: new Map(), placed: [] };
  const height = place(root, 0, 0, width, undefined, run);
  return { width, height, placed: run.placed };
}

/** Put a node and all below it at a place; the rows it takes. */
function place(node: UiNode, column: number, row: number, width: number, above: UiNode | undefined, run: Run): number {
  const toned = node.attribute("tone") === "plain" ? above : node;
  const room = Math.max(width, NARROWEST);
  switch (node.kind) {
    case "column":
    case "list":
      return placeBelow(shownChildren(node), column, row, room, toned, run);
    case "row":
      return placeBeside(shownChildren(node), column, row, room, toned, run);
    case "item": {
      const children = shownChildren(node);
      const [first] = children;
      const lines = node.text === "" && first !== undefined ? [] : linesOf(node, room);
      // A mark of its own makes a bullet before it idle.
      const hasBullet = lines.length > 0 || first?.kind !== "checkbox";
      if (hasBullet)
        run.placed.push({ node, column, row, width: room, height: Math.max(lines.length, 1), lines, toned });
      return (
        lines.length + placeBelow(children, column + ITEM_INDENT, row + lines.length, room - ITEM_INDENT, toned, run)
      );
    }
    default: {
      const lines = linesOf(node, room);
      const own = Math.min(room, naturalWidth(node, run));
      const isText = node.kind === "text" || node.kind === "heading" || node.kind === "preformatted";
      const height = Math.max(lines.length, 1);
      run.placed.push({
        node,
        column,
        row,
        width: isText || grows(node) ? grownWidth(node, room) : own,
        height,
        lines,
        toned,
      });
      return height;
    }
  }
}

function placeBelow(
  children: readonly UiNode[],
  column: number,
  row: number,
  width: number,
  toned: UiNode | undefined,
  run: Run,
): number {
  let height = 0;
  for (const [index, child] of children.entries()) {
    // Air before a heading, but not at the top.
    if (index > 0 && child.kind === "heading") height += 1;
    height += place(child, column, row + height, width, toned, run);
  }
  return height;
}

function placeBeside(
  children: readonly UiNode[],
  column: number,
  row: number,
  width: number,
  toned: UiNode | undefined,
  run: Run,
): number {
  let height = 0;
  for (const line of linesOfRow(children, width, run)) {
    const spare = width - line.reduce((sum, { size }) => sum + size + GAP, -GAP);
    const growing = line.filter(({ child }) => grows(child)).length;
    let at = column;
    let tallest = 0;
    for (const { child, size } of line) {
      const own = grows(child) ? grownWidth(child, size + Math.floor(spare / growing)) : size;
      tallest = Math.max(tallest, place(child, at, row + height, own, toned, run));
      at += own + GAP;
    }
    height += tallest;
  }
  return height;
}

function linesOfRow(children: readonly UiNode[], width: number, run: Run): { child: UiNode; size: number }[][] {
  const lines: { child: UiNode; size: number }[][] = [];
  let line: { child: UiNode; size: number }[] = [];
  let used = 0;
  for (const child of children) {
    const size = Math.max(1, Math.min(width, naturalWidth(child, run)));
    if (line.length > 0 && used + GAP + size > width) {
      lines.push(line);
      line = [];
      used = 0;
    }
    used += size + (line.length > 0 ? GAP : 0);
    line.push({ child, size });
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

/** Cells a node would like to have beside others. */
function naturalWidth(node: UiNode, run: Run): number {
  let width = run.natural.get(node);
  if (width === undefined) {
    width = Math.min(run.most, unboundedWidth(node, run));
    run.natural.set(node, width);
  }
  return width;
}

function unboundedWidth(node: UiNode, run: Run): number {
  const { most } = run;
  switch (node.kind) {
    case "column":
    case "list":
      return widest(shownChildren(node), run);
    case "row":
      return shownChildren(node).reduce((sum, child) => sum + naturalWidth(child, run) + GAP, -GAP);
    case "item":
      return Math.max(textWidth(node.text, most), widest(shownChildren(node), run)) + ITEM_INDENT;
    case "button":
      return textWidth(node.text, most) + BUTTON_FRAME;
    case "checkbox":
      return textWidth(node.text, most) + CHECKBOX_FRAME;
    case "text_input":
    case "secret_input":
      return labelWidth(node) + FIELD.least;
    case "progress":
      return labelWidth(node) + PROGRESS.least;
    case "rule":
      return most;
    case "preformatted":
      return linesOf(node, most).reduce((width, line) => Math.max(width, textWidth(line, most)), 1);
    default:
      return textWidth(node.text, most);
  }
}

function widest(nodes: readonly UiNode[], run: Run): number {
  return nodes.reduce((width, node) => Math.max(width, naturalWidth(node, run)), 1);
}

/** Cells of a text, counted no further than is of use. */
function textWidth(text: string, most: number): number {
  return Math.min(most, widthOf(text.slice(0, 8 * most)));
}

/** Cells of a label before what it names, with the one that parts them. */
function labelWidth(node: UiNode): number {
  const label = node.attribute("label");
  return label === "" ? 0 : Math.min(widthOf(label), 30) + 1;
}

/** Cells of the label of a node that got its place: what it names has room, and the label gets what is left. */
export function labelRoom({ node, width }: Placed): number {
  return Math.max(0, Math.min(labelWidth(node), width - LEAST_BEHIND_LABEL));
}

/** Whether a node takes what room is left. */
function grows(node: UiNode): boolean {
  return node.kind === "text_input" || node.kind === "secret_input" || node.kind === "progress";
}

function grownWidth(node: UiNode, room: number): number {
  if (!grows(node)) return room;
  const most = node.kind === "progress" ? PROGRESS.most : FIELD.most;
  return Math.min(room, labelWidth(node) + most);
}

/** Lines of texts as they were broken last: most texts are the same in the next frame. */
const broken = new WeakMap<
  UiNode,
  { readonly text: string; readonly width: number; readonly lines: readonly string[] }
>();

function linesOf(node: UiNode, width: number): readonly string[] {
  const { text } = node;
  const known = broken.get(node);
  if (known?.text === text && known.width === width) return known.lines;
  const lines = breakText(node, width);
  broken.set(node, { text, width, lines });
  return lines;
}

function breakText({ kind, text }: UiNode, width: number): readonly string[] {
  switch (kind) {
    case "preformatted":
      return wrapPreformatted(text, width);
    case "heading":
    case "text":
      return wrapText(text, width);
    case "button":
      return wrapText(text, width - BUTTON_FRAME);
    case "checkbox":
      return wrapText(text, width - CHECKBOX_FRAME);
    case "item":
      return wrapText(text, width - ITEM_INDENT);
    default:
      return [];
  }
}

function shownChildren(node: UiNode): UiNode[] {
  return node.children.filter((child) => child.attribute("hidden") !== "true");
}

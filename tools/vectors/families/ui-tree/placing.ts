import type { VectorNode } from "../../../../generated/json/vector.js";
import type { Draft } from "../../corpus/family.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { drawn } from "./drafts.js";
import { Drawing, kindNumber, node, surface } from "./script.js";

const nodes = "instructions.ui.nodes";
const tree = "instructions.ui.tree";
const order = "instructions.ui.error-order";

const kinds = (SPECIFICATION.tables["ui-nodes"]?.rows ?? []).map((row) => String(row["name"]));
const withChildren = ["column", "row", "list", "item"];
const begun = new Drawing().surface();

/** Kinds, numbers and places. */
export function placingDrafts(): readonly Draft[] {
  return [...kindDrafts(), ...numbers(), ...moves(), ...refusals(), ...surfaces(), ...orders()];
}

function kindDrafts(): readonly Draft[] {
  return [
    drawn("nodes/nothing", [nodes], begun, [surface([])], "An empty surface has its root alone, a column."),
    ...kinds.map((kind) =>
      drawn(
        `nodes/kind/${kind.replaceAll("_", "-")}`,
        [nodes, tree],
        withChildren.includes(kind)
          ? begun.add(1, kind).add(2, "text", 1)
          : begun
              .add(1, kind)
              .create(2, "text")
              .refuses("ui.node_place", { surface: 1, node: 2, parent: 1, before: 0 }, "invalid_argument"),
        [
          surface(
            withChildren.includes(kind)
              ? [node(1, kind, { parent: 0 }), node(2, "text", { parent: 1 })]
              : [node(1, kind, { parent: 0 }), node(2, "text")],
          ),
        ],
        withChildren.includes(kind) ? `A ${kind} has children.` : `A ${kind} has none.`,
      ),
    ),
    ...[0, kinds.length + 1, 256, 0xffff_ffff].map((kind) =>
      drawn(
        `nodes/no-kind/${kind}`,
        [nodes],
        begun.refuses("ui.node_create", { surface: 1, node: 1, kind }, "invalid_argument"),
        [surface([])],
        `${kind} is the number of no kind.`,
      ),
    ),
  ];
}

function numbers(): readonly Draft[] {
  const column = kindNumber("column");
  return [
    drawn(
      "nodes/twice",
      [nodes],
      begun.create(1, "text").refuses("ui.node_create", { surface: 1, node: 1, kind: column }, "already_exists"),
      [surface([node(1, "text")])],
      "A number is given once, placed or not.",
    ),
    drawn(
      "nodes/root-again",
      [nodes],
      begun.refuses("ui.node_create", { surface: 1, node: 0, kind: column }, "already_exists"),
      [surface([])],
      "0 is the root, which is there from the beginning.",
    ),
    drawn(
      "nodes/any-number",
      [nodes],
      begun.add(0xffff_ffff, "text").add(7, "text").add(300, "text"),
      [surface([0xffff_ffff, 7, 300].map((each) => node(each, "text", { parent: 0 })))],
      "Numbers are the program's choice, and say nothing of the order.",
    ),
    drawn(
      "nodes/loose-ascending",
      [nodes],
      begun.create(9, "row").create(4, "text").create(6, "text").place(6, 9),
      [surface([node(4, "text"), node(9, "row"), node(6, "text", { parent: 9 })])],
      "A node that is not placed is there all the same, with what is below it.",
    ),
    drawn(
      "nodes/number-free-again",
      [nodes, tree],
      begun
        .add(1, "row")
        .add(2, "text", 1)
        .emit("ui.node_remove", { surface: 1, node: 1 })
        .refuses("ui.text_set", { surface: 1, node: 2, text: "a" }, "not_found")
        .add(2, "button")
        .add(1, "column"),
      [surface([node(2, "button", { parent: 0 }), node(1, "column", { parent: 0 })])],
      "Removing takes all below along, and their numbers are free.",
    ),
    drawn(
      "nodes/removed-with-all-below",
      [nodes, tree],
      begun
        .add(1, "row")
        .add(2, "text", 1)
        .add(3, "list", 1)
        .add(4, "item", 3)
        .emit("ui.node_remove", { surface: 1, node: 1 }),
      [surface([])],
      "At every depth.",
    ),
    drawn(
      "nodes/own-numbers",
      [nodes],
      begun.surface("Other", 2).create(1, "text").create(1, "rule", 2).place(1, 0, 0, 2),
      [surface([node(1, "text")]), surface([node(1, "rule", { parent: 0 })], "Other", 2)],
      "Each surface has numbers of its own.",
    ),
    drawn(
      "nodes/unknown",
      [nodes],
      begun
        .refuses("ui.node_remove", { surface: 1, node: 5 }, "not_found")
        .refuses("ui.text_set", { surface: 1, node: 5, text: "" }, "not_found")
        .refuses("ui.attribute_set", { surface: 1, node: 5, attribute: 1, value: "" }, "not_found")
        .refuses("ui.attribute_remove", { surface: 1, node: 5, attribute: 1 }, "not_found")
        .refuses("ui.focus_set", { surface: 1, node: 5 }, "not_found")
        .refuses("ui.node_place", { surface: 1, node: 5, parent: 0, before: 0 }, "not_found"),
      [surface([])],
      "What was never created is not found.",
    ),
  ];
}

const three = begun.add(1, "text").add(2, "text").add(3, "text");
const listed = (...numbers: readonly number[]): readonly VectorNode[] =>
  numbers.map((each) => node(each, "text", { parent: 0 }));

function moves(): readonly Draft[] {
  return [
    drawn("tree/order", [tree], three, [surface(listed(1, 2, 3))], "Before 0 means behind the last."),
    drawn("tree/before-first", [tree], three.place(3, 0, 1), [surface(listed(3, 1, 2))], "Before the first child."),
    drawn("tree/before-next", [tree], three.place(1, 0, 2), [surface(listed(1, 2, 3))], "Where it already stands."),
    drawn("tree/to-the-end", [tree], three.place(1), [surface(listed(2, 3, 1))], "From the front to the end."),
    drawn("tree/in-between", [tree], three.place(1, 0, 3), [surface(listed(2, 1, 3))], "Between two others."),
    drawn(
      "tree/into-another",
      [tree],
      three.add(4, "row").place(2, 4).place(1, 4, 2),
      [
        surface([
          node(3, "text", { parent: 0 }),
          node(4, "row", { parent: 0 }),
          node(1, "text", { parent: 4 }),
          node(2, "text", { parent: 4 }),
        ]),
      ],
      "A node leaves its parent for another.",
    ),
    drawn(
      "tree/with-all-below",
      [tree],
      begun.add(1, "row").add(2, "list", 1).add(3, "item", 2).add(4, "column").place(2, 4),
      [
        surface([
          node(1, "row", { parent: 0 }),
          node(4, "column", { parent: 0 }),
          node(2, "list", { parent: 4 }),
          node(3, "item", { parent: 2 }),
        ]),
      ],
      "A node takes all below it along.",
    ),
    drawn(
      "tree/built-before-it-is-placed",
      [tree],
      begun.create(1, "list").create(2, "item").place(2, 1).place(1),
      [surface([node(1, "list", { parent: 0 }), node(2, "item", { parent: 1 })])],
      "A tree may be put together before it is placed.",
    ),
  ];
}

function refusals(): readonly Draft[] {
  const rows = begun.add(1, "row").add(2, "row", 1).add(3, "row", 2).create(9, "text");
  const built = [1, 2, 3].map((each) => node(each, "row", { parent: each - 1 }));
  const wrong = (id: string, moved: number, parent: number, before: number, why: string): Draft =>
    drawn(
      `tree/refused/${id}`,
      [tree],
      rows.refuses("ui.node_place", { surface: 1, node: moved, parent, before }, "invalid_argument"),
      [surface([...built, node(9, "text")])],
      why,
    );
  return [
    wrong("below-itself", 1, 1, 0, "A node is not below itself."),
    wrong("below-its-child", 1, 2, 0, "Nor below its child."),
    wrong("below-its-grandchild", 1, 3, 0, "Nor below anything that is below it."),
    wrong("root", 0, 1, 0, "The root is nobody's child."),
    wrong("below-a-text", 3, 9, 0, "A text has no children."),
    wrong("before-itself", 3, 2, 3, "A node does not stand before itself."),
    wrong("before-itself-at-the-top", 1, 0, 1, "Not below the root either."),
    wrong("before-a-grandchild", 9, 1, 3, "What it stands before is a child of the parent."),
    wrong("before-the-parent", 9, 2, 2, "And not the parent itself."),
    wrong("before-a-loose-one", 3, 0, 9, "Nor one that is not placed."),
    drawn(
      "tree/refused/root-below-a-loose-one",
      [tree],
      begun
        .create(1, "row")
        .refuses("ui.node_place", { surface: 1, node: 0, parent: 1, before: 0 }, "invalid_argument"),
      [surface([node(1, "row")])],
      "Not below what is not placed either.",
    ),
    drawn(
      "tree/refused/root-removed",
      [tree, nodes],
      three.refuses("ui.node_remove", { surface: 1, node: 0 }, "invalid_argument"),
      [surface(listed(1, 2, 3))],
      "The root cannot be removed.",
    ),
  ];
}

function surfaces(): readonly Draft[] {
  const handles = "instructions.handles.closed";
  return [
    drawn(
      "surface/closed",
      [handles],
      begun
        .add(1, "text")
        .emit("io.close", { handle: 1 })
        .refuses("ui.text_set", { surface: 1, node: 1, text: "a" }, "bad_handle"),
      [],
      "A surface that was closed is none.",
    ),
    drawn(
      "surface/input-for-a-surface",
      [handles],
      begun.input(2).refuses("ui.node_create", { surface: 2, node: 1, kind: 1 }, "bad_handle"),
      [surface([])],
      "The handle of an input is none of a surface.",
    ),
    drawn(
      "surface/input-for-an-input",
      [handles],
      begun
        .input(2)
        .refuses("ui.input_open", { surface: 2 }, "bad_handle")
        .refuses("ui.input_open", { surface: 3 }, "bad_handle")
        .input(3),
      [surface([])],
      "An input is opened on a surface and on nothing else.",
    ),
    drawn(
      "surface/closed-for-inputs",
      [handles, "instructions.ui.input"],
      begun
        .input(2)
        .emit("io.close", { handle: 1 })
        .inVain({ person: "key", value: "a" })
        .inVain({ person: "resize", columns: 9, rows: 9 })
        .inVain({ person: "close" })
        .refuses("ui.input_open", { surface: 1 }, "bad_handle")
        .emit("io.close", { handle: 2 }),
      [],
      "Inputs of a surface that the program has closed hear nothing more, and stay open until they are closed.",
    ),
    drawn(
      "surface/two",
      [handles],
      begun.surface("Second", 2).emit("io.close", { handle: 1 }).surface("Third", 3),
      [surface([], "Second", 2), surface([], "Third", 3)],
      "Several surfaces may be open, and handles are never given twice.",
    ),
    drawn(
      "surface/title",
      ["instructions.ui.no-markup"],
      new Drawing().surface("a\u001b[31mb\nc<b>"),
      [surface([], "a\ufffd[31mb\ufffdc<b>")],
      "A title is shown as text, without control characters.",
    ),
  ];
}

/** Which of several errors is given. @spec instructions.ui.error-order */
function orders(): readonly Draft[] {
  const text = begun.add(1, "text").add(2, "rule");
  const built = [surface([node(1, "text", { parent: 0 }), node(2, "rule", { parent: 0 })])];
  const long = "x".repeat(65_537);
  const one = (id: string, drawing: Drawing, why: string): Draft => drawn(`errors/${id}`, [order], drawing, built, why);
  return [
    one(
      "handle-first",
      text
        .refuses("ui.node_create", { surface: 3, node: 1, kind: 0 }, "bad_handle")
        .refuses("ui.text_set", { surface: 3, node: 77, text: "" }, "bad_handle"),
      "A handle that is not open comes before everything.",
    ),
    one(
      "exists-before-kind",
      text.refuses("ui.node_create", { surface: 1, node: 1, kind: 0 }, "already_exists"),
      "A number that is taken comes before a kind that is none.",
    ),
    one(
      "root-before-kind",
      text.refuses("ui.node_create", { surface: 1, node: 0, kind: 99 }, "already_exists"),
      "So with the number of the root.",
    ),
    one(
      "text-before-length",
      text.refuses("ui.text_set", { surface: 1, node: 2, text: long }, "invalid_argument"),
      "A kind without a text comes before a text that is too long.",
    ),
    one(
      "not-found-before-wrong",
      text
        .refuses("ui.text_set", { surface: 1, node: 77, text: "" }, "not_found")
        .refuses("ui.attribute_set", { surface: 1, node: 77, attribute: 99, value: "" }, "not_found")
        .refuses("ui.node_place", { surface: 1, node: 1, parent: 2, before: 77 }, "not_found")
        .refuses("ui.node_place", { surface: 1, node: 0, parent: 77, before: 0 }, "not_found"),
      "A node that is not there comes before what would be wrong with it.",
    ),
    one(
      "wrong-before-long",
      text.refuses("ui.attribute_set", { surface: 1, node: 1, attribute: 99, value: long }, "invalid_argument"),
      "What makes no sense comes before what is too long.",
    ),
  ];
}

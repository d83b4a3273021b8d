import type { Draft } from "../../corpus/family.js";
import { drawn } from "./drafts.js";
import { Drawing, node, surface, text, u32 } from "./script.js";
import { choosing, held, writable, writing } from "./writing.js";

const input = "instructions.ui.input";
const value = "instructions.ui.value";
const closed = "instructions.ui.closed";

const begun = new Drawing().surface().input(2);

/** What a person does, and what the program hears of it. */
export function personDrafts(): readonly Draft[] {
  return [...pressing(), ...writing(), ...choosing(), ...focus(), ...elsewhere(), ...closing()];
}

const pressed = begun.add(1, "button");
const shown = (attributes?: Readonly<Record<string, string>>) =>
  node(1, "button", { parent: 0, ...(attributes !== undefined && { attributes }) });

function pressing(): readonly Draft[] {
  const row = begun.add(1, "row").add(2, "button", 1);
  return [
    drawn("person/press", [input], pressed.press(1).press(1), [surface([shown()])], "A button that is pressed twice."),
    drawn(
      "person/press-item",
      [input],
      begun.add(1, "list").add(2, "item", 1).text(2, "Milk").press(2),
      [surface([node(1, "list", { parent: 0 }), node(2, "item", { parent: 1, text: "Milk" })])],
      "An item with a text can be pressed.",
    ),
    drawn(
      "person/press-item-without-text",
      [input],
      begun.add(1, "list").add(2, "item", 1).inVain({ person: "press", node: 2 }),
      [surface([node(1, "list", { parent: 0 }), node(2, "item", { parent: 1 })])],
      "One without only holds others.",
    ),
    drawn(
      "person/press-others",
      [input],
      ["text", "heading", "row", "progress", "checkbox", "text_input"].reduce(
        (drawing, kind, at) => drawing.add(at + 1, kind).inVain({ person: "press", node: at + 1 }),
        begun,
      ),
      [
        surface(
          ["text", "heading", "row", "progress", "checkbox", "text_input"].map((kind, at) =>
            node(at + 1, kind, { parent: 0 }),
          ),
        ),
      ],
      "What cannot be pressed raises nothing.",
    ),
    drawn(
      "person/press-disabled",
      [input],
      pressed.attribute(1, "disabled", "true").inVain({ person: "press", node: 1 }),
      [surface([shown({ disabled: "true" })])],
      "A button that is disabled raises nothing.",
    ),
    drawn(
      "person/press-enabled-again",
      [input],
      pressed.attribute(1, "disabled", "true").attribute(1, "disabled", "false").press(1),
      [surface([shown()])],
      "One that is enabled again does.",
    ),
    drawn(
      "person/press-hidden",
      [input],
      pressed.attribute(1, "hidden", "true").inVain({ person: "press", node: 1 }),
      [surface([shown({ hidden: "true" })])],
      "A button that is hidden raises nothing.",
    ),
    drawn(
      "person/press-below-hidden",
      [input],
      row.attribute(1, "hidden", "true").inVain({ person: "press", node: 2 }),
      [surface([node(1, "row", { parent: 0, attributes: { hidden: "true" } }), node(2, "button", { parent: 1 })])],
      "Nor does one below a row that is hidden.",
    ),
    drawn(
      "person/press-below-disabled",
      [input],
      row.attribute(1, "disabled", "true").press(2),
      [surface([node(1, "row", { parent: 0, attributes: { disabled: "true" } }), node(2, "button", { parent: 1 })])],
      "A row that is disabled disables nothing below it.",
    ),
    drawn(
      "person/choose-below-disabled",
      [input],
      begun.add(1, "column").add(2, "checkbox", 1).attribute(1, "disabled", "true").change(2, "true"),
      [
        surface([
          node(1, "column", { parent: 0, attributes: { disabled: "true" } }),
          node(2, "checkbox", { parent: 1, attributes: { checked: "true" } }),
        ]),
      ],
      "Nor a column a checkbox.",
    ),
    drawn(
      "person/press-hidden-root",
      [input],
      pressed.attribute(0, "hidden", "true").inVain({ person: "press", node: 1 }),
      [{ surface: 1, title: "Test", nodes: [node(0, "column", { attributes: { hidden: "true" } }), shown()] }],
      "The root may be hidden as well.",
    ),
    drawn(
      "person/press-loose",
      [input],
      begun.create(1, "button").inVain({ person: "press", node: 1 }),
      [surface([node(1, "button")])],
      "A button that is not placed is not shown.",
    ),
    drawn(
      "person/press-removed",
      [input],
      pressed.emit("ui.node_remove", { surface: 1, node: 1 }).inVain({ person: "press", node: 1 }),
      [surface([])],
      "One that is gone cannot be pressed.",
    ),
  ];
}

function focus(): readonly Draft[] {
  const at = { surface: 1, node: 1 };
  const takes = ["button", "text_input", "secret_input", "checkbox"];
  const never = ["column", "row", "heading", "text", "preformatted", "list", "item", "progress", "rule"];
  return [
    ...takes.map((kind) =>
      drawn(
        `focus/${kind.replaceAll("_", "-")}`,
        [input],
        begun.add(1, kind).emit("ui.focus_set", at),
        held({}, kind),
        `A ${kind} can have the focus.`,
      ),
    ),
    ...never.map((kind) =>
      drawn(
        `focus/${kind}`,
        [input],
        begun.add(1, kind).refuses("ui.focus_set", at, "invalid_argument"),
        held({}, kind),
        `A ${kind} ${kind === "item" ? "without a text " : ""}takes no input.`,
      ),
    ),
    drawn(
      "focus/hidden",
      [input],
      pressed.attribute(1, "hidden", "true").refuses("ui.focus_set", at, "invalid_argument"),
      [surface([shown({ hidden: "true" })])],
      "What is hidden has no focus.",
    ),
    drawn(
      "focus/disabled",
      [input],
      pressed.attribute(1, "disabled", "true").refuses("ui.focus_set", at, "invalid_argument"),
      [surface([shown({ disabled: "true" })])],
      "Nor has what is disabled.",
    ),
    drawn(
      "focus/loose",
      [input],
      begun.create(1, "button").refuses("ui.focus_set", at, "invalid_argument"),
      [surface([node(1, "button")])],
      "Nor what is not placed.",
    ),
    drawn(
      "focus/item-with-a-text",
      [input],
      begun.add(1, "item").text(1, "Milk").emit("ui.focus_set", at),
      [surface([node(1, "item", { parent: 0, text: "Milk" })])],
      "An item with a text has it.",
    ),
  ];
}

function elsewhere(): readonly Draft[] {
  const two = begun.input(3);
  return [
    drawn(
      "person/key",
      [input],
      begun
        .person({ person: "key", value: "a" }, "key_pressed", [text("a")])
        .person({ person: "key", value: "Ctrl+Alt+ArrowUp" }, "key_pressed", [text("Ctrl+Alt+ArrowUp")]),
      [surface([])],
      "A key that no node takes.",
    ),
    drawn(
      "person/resize",
      [input],
      begun.person({ person: "resize", columns: 120, rows: 40 }, "resized", [u32(120), u32(40)]),
      [surface([])],
      "A surface of another size.",
    ),
    drawn(
      "person/two-inputs",
      [input],
      two.add(1, "button").person({ person: "press", node: 1 }, "pressed", [u32(1)], [2, 3]),
      [surface([shown()])],
      "Every input is told, in the order in which they were opened.",
    ),
    drawn(
      "person/two-inputs-more",
      [input],
      two
        .person({ person: "key", value: "Escape" }, "key_pressed", [text("Escape")], [2, 3])
        .person({ person: "close" }, "closed", [], [2, 3]),
      [surface([])],
      "So with everything that is told.",
    ),
    drawn(
      "person/no-input-chosen",
      [input, value],
      new Drawing().surface().add(1, "checkbox").inVain({ person: "change", node: 1, value: "true" }),
      held({ checked: "true" }, "checkbox"),
      "Where nobody listens a choice is kept all the same.",
    ),
    drawn(
      "person/no-input",
      [input, value],
      new Drawing().surface().add(1, "text_input").inVain({ person: "change", node: 1, value: "a" }),
      held({ value: "a" }),
      "Where nobody listens the value changes all the same.",
    ),
    drawn(
      "person/input-closed",
      [input],
      two
        .add(1, "button")
        .emit("io.close", { handle: 2 })
        .person({ person: "press", node: 1 }, "pressed", [u32(1)], [3]),
      [surface([shown()])],
      "An input that was closed is told nothing.",
    ),
    drawn(
      "person/input-of-another-surface",
      [input],
      begun.add(1, "button").surface("Other", 3).input(4, 3).press(1),
      [surface([shown()]), surface([], "Other", 3)],
      "An input is told of its own surface.",
    ),
  ];
}

function closing(): readonly Draft[] {
  const gone = pressed.person({ person: "close" }, "closed", []);
  return [
    drawn("person/close", [closed], gone, [surface([shown()])], "Every input is told that the surface was closed."),
    drawn(
      "person/close-nothing-behind",
      [closed],
      gone
        .inVain({ person: "press", node: 1 })
        .inVain({ person: "key", value: "a" })
        .inVain({ person: "resize", columns: 1, rows: 1 })
        .inVain({ person: "close" }),
      [surface([shown()])],
      "And of nothing behind it.",
    ),
    drawn(
      "person/close-and-go-on",
      [closed],
      gone.text(1, "Still here").create(2, "text").emit("ui.focus_set", { surface: 1, node: 1 }),
      [surface([node(1, "button", { parent: 0, text: "Still here" }), node(2, "text")])],
      "Instructions are answered as before.",
    ),
    drawn("person/close-late-input", [closed], gone.lateInput(3), [surface([shown()])], "Who listens late learns it."),
    drawn(
      "person/close-two-late-inputs",
      [closed],
      gone.lateInput(3).emit("io.close", { handle: 3 }).lateInput(4),
      [surface([shown()])],
      "Everyone, and once.",
    ),
    drawn(
      "person/close-nothing-is-written",
      [closed, value],
      writable.person({ person: "close" }, "closed", []).inVain({ person: "change", node: 1, value: "a" }),
      held({}),
      "Nobody writes on a surface that is closed.",
    ),
  ];
}

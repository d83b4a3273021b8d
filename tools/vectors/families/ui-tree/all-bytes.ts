import type { VectorNode } from "../../../../generated/json/vector.js";
import type { Draft } from "../../corpus/family.js";
import { drawn } from "./drafts.js";
import { attributeNumber, Drawing, node, surface } from "./script.js";

const bounds = "instructions.ui.bounds";
const markup = "instructions.ui.no-markup";
const value = "instructions.ui.value";

/** Many titles of one length, and one that makes up what is left of the bytes of text that a program may have. */
const TITLES = 512;
const TITLE = "t".repeat(32_767);
const REST = 16_777_216 - TITLES * TITLE.length;
/** Handles: the surface that is drawn on and its input, then those that only have a title. */
const FIRST = 3;
const LAST = FIRST + TITLES;

/** A surface with nodes and an input, and `room` bytes that are not taken by titles of other surfaces. */
const taken = (room: number): Drawing =>
  new Drawing()
    .surface("")
    .input(2)
    .add(1, "text_input")
    .add(2, "text")
    .add(3, "row")
    .opensMany("ui.surface_open", { title: TITLE }, TITLES, FIRST)
    .surface("t".repeat(REST - room), LAST);

/** All that the program has in the end: titles are as long in an answer as in a case. */
const without = (drawing: Drawing, last = LAST): Drawing =>
  Array.from({ length: last - FIRST + 1 }, (_, at) => FIRST + at).reduce(
    (before, handle) => before.emit("io.close", { handle }),
    drawing,
  );

const built = (written = "", text = ""): VectorNode[] => [
  node(1, "text_input", { parent: 0, ...(written !== "" && { attributes: { value: written } }) }),
  node(2, "text", { parent: 0, ...(text !== "" && { text }) }),
  node(3, "row", { parent: 0 }),
];
const label = (text: string, number = 1) => ({
  surface: 1,
  node: number,
  attribute: attributeNumber("label"),
  value: text,
});
const textOf = (text: string, number = 2) => ({ surface: 1, node: number, text });

/** How many bytes of titles, texts and values a program may have. */
export function allBytesDrafts(): readonly Draft[] {
  return [
    drawn(
      "bounds/all-bytes",
      [bounds],
      without(
        taken(0)
          .refuses("ui.text_set", textOf("a"), "quota")
          .refuses("ui.attribute_set", label("a"), "quota")
          .refuses("ui.surface_open", { title: "a" }, "quota")
          .text(2, "")
          .surface("", LAST + 1),
        LAST + 1,
      ),
      [surface(built(), "")],
      "All surfaces of a program have 16,777,216 bytes of titles, texts and values together.",
    ),
    drawn(
      "bounds/all-bytes-as-shown",
      [bounds, markup],
      without(
        taken(3)
          .refuses("ui.text_set", textOf("\u0000a"), "quota")
          .text(2, "\u0000")
          .refuses("ui.attribute_set", label("a"), "quota")
          .text(2, "ab")
          .refuses("ui.text_set", textOf("\u00e4\u00e4"), "quota")
          .text(2, "cd")
          .attribute(1, "value", "e")
          .attribute(1, "value", "f")
          .refuses("ui.attribute_set", label("a", 3), "quota"),
      ),
      [surface(built("f", "cd"), "")],
      "Bytes are those of what is shown, and what takes the place of others counts in theirs.",
    ),
    drawn("bounds/all-bytes-given-back", [bounds], givenBack(), [surface(built(), "")], "What is gone counts no more."),
    drawn(
      "bounds/all-bytes-by-a-person",
      [bounds, value],
      without(
        taken(2)
          .change(1, "ab")
          .inVain({ person: "change", node: 1, value: "abc" })
          .change(1, "xy")
          .refuses("ui.text_set", textOf("a"), "quota")
          .change(1, "")
          .text(2, "ab"),
      ),
      [surface(built("", "ab"), "")],
      "What a person writes counts along, and more than there is room for is not taken.",
    ),
    drawn(
      "bounds/all-bytes-left-to-a-person",
      [bounds, value],
      without(
        taken(2)
          .text(2, "ab")
          .inVain({ person: "change", node: 1, value: "a" })
          .text(2, "a")
          .change(1, "z")
          .refuses("ui.text_set", textOf("ab"), "quota"),
      ),
      [surface(built("z", "a"), "")],
      "A person has the room that the program has left, and no more.",
    ),
  ];
}

/** Each way in which text goes again: afterwards there is as much room as before, and no more. */
function givenBack(): Drawing {
  const remove = { surface: 1, node: 1, attribute: attributeNumber("label") };
  const filled = "abcdefghij";
  const isFull = (before: Drawing): Drawing =>
    before
      .text(2, filled)
      .refuses("ui.text_set", textOf(`${filled}k`), "quota")
      .text(2, "");
  const attributes = isFull(
    taken(filled.length)
      .attribute(1, "label", "12345")
      .attribute(1, "value", "678")
      .text(2, "ab")
      .refuses("ui.text_set", textOf("abc"), "quota")
      .emit("ui.attribute_remove", remove)
      .emit("ui.attribute_remove", remove)
      .attribute(1, "value", ""),
  );
  const nodes = isFull(
    attributes
      .add(4, "row")
      .add(5, "item", 4)
      .attribute(4, "label", "12")
      .text(5, "345")
      .attribute(5, "label", "67890")
      .refuses("ui.text_set", textOf("a"), "quota")
      .emit("ui.node_remove", { surface: 1, node: 4 }),
  );
  // The last title is shorter than this by what there is room for.
  const longer = "x".repeat(REST);
  return without(
    nodes
      .create(1, "text", LAST)
      .text(1, filled, LAST)
      .refuses("ui.text_set", textOf("a"), "quota")
      .emit("io.close", { handle: LAST })
      .text(2, longer)
      .refuses("ui.attribute_set", label("a"), "quota")
      .text(2, ""),
    LAST - 1,
  );
}

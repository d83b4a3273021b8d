import type { Draft } from "../../corpus/family.js";
import { drawn } from "./drafts.js";
import { Drawing, node, surface } from "./script.js";

const input = "instructions.ui.input";
const value = "instructions.ui.value";

const begun = new Drawing().surface().input(2);

/** A surface with an input for text. */
export const writable = begun.add(1, "text_input");
/** A surface with one node, and what it has. */
export const held = (attributes: Readonly<Record<string, string>>, kind = "text_input") => [
  surface([node(1, kind, { parent: 0, ...(Object.keys(attributes).length > 0 && { attributes }) })]),
];

/** What a person writes. */
export function writing(): readonly Draft[] {
  return [
    drawn(
      "person/write",
      [input, value],
      writable.change(1, "b").change(1, "br").submit(1, "br"),
      held({ value: "br" }),
      "What is written is the value, and is confirmed as it is.",
    ),
    drawn(
      "person/write-secret",
      [input, value],
      begun.add(1, "secret_input").change(1, "s3cret").submit(1, "s3cret"),
      held({ value: "s3cret" }, "secret_input"),
      "A secret input raises the same.",
    ),
    drawn(
      "person/write-the-same",
      [value],
      writable.attribute(1, "value", "a").inVain({ person: "change", node: 1, value: "a" }),
      held({ value: "a" }),
      "What is the value already is no change.",
    ),
    drawn(
      "person/write-nothing-in-the-beginning",
      [value],
      writable.inVain({ person: "change", node: 1, value: "" }),
      held({}),
      "Nor is the empty text in the beginning.",
    ),
    drawn(
      "person/write-controls",
      [value, "instructions.ui.no-markup"],
      writable.change(1, "a\u001bb", "a\ufffdb"),
      held({ value: "a\ufffdb" }),
      "The program is told what is shown.",
    ),
    drawn(
      "person/write-lines",
      [value, "instructions.ui.no-markup"],
      writable.change(1, "a\nb\tc", "a\ufffdb\ufffdc"),
      held({ value: "a\ufffdb\ufffdc" }),
      "A line of text has no line breaks.",
    ),
    drawn(
      "person/write-over-what-the-program-set",
      [value],
      writable.attribute(1, "value", "old").change(1, "new").attribute(1, "value", "newer").submit(1, "newer"),
      held({ value: "newer" }),
      "The last who sets a value has set it.",
    ),
    drawn(
      "person/write-too-much",
      [value, "instructions.ui.bounds"],
      writable.change(1, "a").inVain({ person: "change", node: 1, value: "x".repeat(65_537) }),
      held({ value: "a" }),
      "More than a value may hold is not taken.",
    ),
    drawn(
      "person/write-disabled",
      [input, value],
      writable
        .attribute(1, "disabled", "true")
        .inVain({ person: "change", node: 1, value: "a" })
        .inVain({ person: "submit", node: 1 }),
      held({ disabled: "true" }),
      "Nobody writes into what is disabled.",
    ),
    drawn(
      "person/submit-empty",
      [input],
      writable.submit(1, ""),
      held({}),
      "An input may be confirmed without a value.",
    ),
    drawn(
      "person/submit-others",
      [input],
      begun.add(1, "button").inVain({ person: "submit", node: 1 }),
      held({}, "button"),
      "A button is not confirmed.",
    ),
    drawn(
      "person/write-longest",
      [value, "instructions.ui.bounds"],
      writable.change(1, "x".repeat(65_536)).change(1, "short"),
      held({ value: "short" }),
      "As much as a value may hold is taken.",
    ),
    drawn(
      "person/write-too-long",
      [value, "instructions.ui.bounds"],
      writable.change(1, "short").inVain({ person: "change", node: 1, value: "x".repeat(65_537) }),
      held({ value: "short" }),
      "More is not taken, and nothing is told.",
    ),
    drawn(
      "person/write-longest-as-shown",
      [value, "instructions.ui.bounds"],
      writable
        .change(1, `${"\u0007".repeat(21_845)}x`, `${"\ufffd".repeat(21_845)}x`)
        .inVain({ person: "change", node: 1, value: `${"\u0007".repeat(21_845)}xy` }),
      held({ value: `${"\ufffd".repeat(21_845)}x` }),
      "What a person writes is as long as it is shown.",
    ),
    drawn(
      "person/write-what-is-pressed",
      [input, value],
      begun
        .add(1, "button")
        .inVain({ person: "change", node: 1, value: "a" })
        .add(2, "item")
        .text(2, "Milk")
        .inVain({ person: "change", node: 2, value: "true" })
        .add(3, "text")
        .inVain({ person: "change", node: 3, value: "a" }),
      [
        surface([
          node(1, "button", { parent: 0 }),
          node(2, "item", { parent: 0, text: "Milk" }),
          node(3, "text", { parent: 0 }),
        ]),
      ],
      "A person writes only into inputs.",
    ),
    drawn(
      "person/write-others",
      [input, value],
      begun.add(1, "progress").inVain({ person: "change", node: 1, value: "0.5" }),
      held({}, "progress"),
      "A person does not write a progress.",
    ),
  ];
}

/** What a person chooses. */
export function choosing(): readonly Draft[] {
  const box = begun.add(1, "checkbox");
  return [
    drawn(
      "person/choose",
      [input, value],
      box.change(1, "true").change(1, "false").change(1, "true"),
      held({ checked: "true" }, "checkbox"),
      "A checkbox is chosen and let go.",
    ),
    drawn(
      "person/choose-the-same",
      [value],
      box.inVain({ person: "change", node: 1, value: "false" }),
      held({}, "checkbox"),
      "It is not chosen in the beginning.",
    ),
    drawn(
      "person/choose-no-value",
      [value],
      box.inVain({ person: "change", node: 1, value: "maybe" }),
      held({}, "checkbox"),
      "What is neither true nor false is not taken.",
    ),
    drawn(
      "person/choose-no-value-when-chosen",
      [value],
      box.change(1, "true").inVain({ person: "change", node: 1, value: "FALSE" }),
      held({ checked: "true" }, "checkbox"),
      "In no case.",
    ),
    drawn(
      "person/choose-hidden",
      [input],
      box.attribute(1, "hidden", "true").inVain({ person: "change", node: 1, value: "true" }),
      held({ hidden: "true" }, "checkbox"),
      "Nobody chooses what is hidden.",
    ),
  ];
}

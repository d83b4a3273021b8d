import type { Draft } from "../../corpus/family.js";
import { allBytesDrafts } from "./all-bytes.js";
import { drawn } from "./drafts.js";
import { attributeNumber, Drawing, node, surface } from "./script.js";

const bounds = "instructions.ui.bounds";
const ceilings = "capabilities.policy.ceilings";
const begun = new Drawing().surface();
const LONGEST = 65_536;
/** Characters of two to four bytes, the first and the last of each: 21 bytes. */
const LENGTHS = "\u0080\u07ff\u0800\ud7ff\ue000\u{10000}\u{10ffff}";

/** How large a tree may be. */
export function boundDrafts(): readonly Draft[] {
  return [...depths(), ...lengths(), ...counts(), ...allBytesDrafts()];
}

const chain = (length: number): Drawing =>
  Array.from({ length }, (_, at) => at + 1).reduce((before, each) => before.add(each, "row", each - 1), begun);
const rows = (length: number) => Array.from({ length }, (_, at) => node(at + 1, "row", { parent: at }));

function depths(): readonly Draft[] {
  const place = (moved: number, parent: number) => ({ surface: 1, node: moved, parent, before: 0 });
  return [
    drawn("bounds/depth-64", [bounds], chain(64), [surface(rows(64))], "64 levels below the root."),
    drawn(
      "bounds/depth-65",
      [bounds],
      chain(64).create(65, "text").refuses("ui.node_place", place(65, 64), "too_large"),
      [surface([...rows(64), node(65, "text")])],
      "The 65th is too deep, and stays where it was.",
    ),
    drawn(
      "bounds/depth-of-what-is-below",
      [bounds],
      chain(63).create(70, "row").create(71, "text").place(71, 70).refuses("ui.node_place", place(70, 63), "too_large"),
      [surface([...rows(63), node(70, "row"), node(71, "text", { parent: 70 })])],
      "What is below a node counts along.",
    ),
    drawn(
      "bounds/depth-of-a-whole-tree",
      [bounds],
      chain(60)
        .create(70, "row")
        .create(71, "row")
        .place(71, 70)
        .create(72, "row")
        .place(72, 71)
        .create(73, "row")
        .place(73, 72)
        .create(74, "text")
        .place(74, 73)
        .refuses("ui.node_place", place(70, 60), "too_large")
        .place(70, 59),
      [
        surface([
          ...rows(60),
          node(70, "row", { parent: 59 }),
          node(71, "row", { parent: 70 }),
          node(72, "row", { parent: 71 }),
          node(73, "row", { parent: 72 }),
          node(74, "text", { parent: 73 }),
        ]),
      ],
      "Every level of it.",
    ),
    drawn(
      "bounds/depth-just-so",
      [bounds],
      chain(62).create(70, "row").create(71, "text").place(71, 70).place(70, 62),
      [surface([...rows(62), node(70, "row", { parent: 62 }), node(71, "text", { parent: 70 })])],
      "And may just fit.",
    ),
  ];
}

function lengths(): readonly Draft[] {
  const bytes = (length: number): string => "x".repeat(length);
  const wide = "ä".repeat(LONGEST / 2);
  const input = begun.add(1, "text_input").add(2, "text");
  const empty = [surface([node(1, "text_input", { parent: 0 }), node(2, "text", { parent: 0 })])];
  const value = { surface: 1, node: 1, attribute: attributeNumber("value") };
  return [
    drawn(
      "bounds/text-longest",
      [bounds],
      input.text(2, bytes(LONGEST)),
      [surface([node(1, "text_input", { parent: 0 }), node(2, "text", { parent: 0, text: bytes(LONGEST) })])],
      "A text may have 65,536 bytes.",
    ),
    drawn(
      "bounds/text-too-long",
      [bounds],
      input.refuses("ui.text_set", { surface: 1, node: 2, text: bytes(LONGEST + 1) }, "too_large"),
      empty,
      "And not one more.",
    ),
    drawn(
      "bounds/text-in-bytes",
      [bounds],
      input.refuses("ui.text_set", { surface: 1, node: 2, text: `${wide}a` }, "too_large"),
      empty,
      "Bytes are counted, and not characters.",
    ),
    drawn(
      "bounds/text-in-bytes-without-ascii",
      [bounds],
      input.refuses("ui.text_set", { surface: 1, node: 2, text: `${wide}ä` }, "too_large"),
      empty,
      "Where none has a single byte as well.",
    ),
    drawn(
      "bounds/value-in-bytes",
      [bounds],
      input.refuses("ui.attribute_set", { ...value, value: `${wide}a` }, "too_large"),
      empty,
      "So with a value.",
    ),
    drawn(
      "bounds/bytes-of-every-length",
      [bounds],
      input
        .text(2, bytes(LONGEST - 21) + LENGTHS)
        .refuses("ui.text_set", { surface: 1, node: 2, text: bytes(LONGEST - 20) + LENGTHS }, "too_large"),
      [
        surface([
          node(1, "text_input", { parent: 0 }),
          node(2, "text", { parent: 0, text: bytes(LONGEST - 21) + LENGTHS.replace("\u0080", "\ufffd") }),
        ]),
      ],
      "A character has one to four bytes as UTF-8.",
    ),
    drawn(
      "bounds/text-as-it-is-given",
      [bounds],
      input
        .text(2, "\u0007".repeat(LONGEST))
        .refuses("ui.text_set", { surface: 1, node: 2, text: "\u0007".repeat(LONGEST + 1) }, "too_large"),
      [surface([node(1, "text_input", { parent: 0 }), node(2, "text", { parent: 0, text: "\ufffd".repeat(LONGEST) })])],
      "The bound of one text counts what the program gives, and not what is shown of it.",
    ),
    drawn(
      "bounds/title-too-long",
      [bounds],
      new Drawing().refuses("ui.surface_open", { title: bytes(LONGEST + 1) }, "too_large"),
      [],
      "So with a title, and there is no surface.",
    ),
  ];
}

function counts(): readonly Draft[] {
  const policy = { capabilities: [], ceilings: { nodes: 3 } };
  const create = (number: number, on = 1) => ({ surface: on, node: number, kind: 4 });
  const three = begun.create(1, "text").create(2, "text").create(3, "text");
  const texts = [1, 2, 3].map((each) => node(each, "text"));
  return [
    drawn(
      "bounds/nodes-all",
      [bounds, ceilings],
      three,
      [surface(texts)],
      "As many nodes as the policy allows.",
      policy,
    ),
    drawn(
      "bounds/nodes-one-more",
      [bounds, ceilings],
      three.refuses("ui.node_create", create(4), "quota"),
      [surface(texts)],
      "And not one more.",
      policy,
    ),
    drawn(
      "bounds/nodes-of-all-surfaces",
      [bounds, ceilings],
      three.surface("Other", 2).refuses("ui.node_create", create(1, 2), "quota"),
      [surface(texts), surface([], "Other", 2)],
      "Nodes of all surfaces count together.",
      policy,
    ),
    drawn(
      "bounds/nodes-here-and-there",
      [bounds, ceilings],
      begun
        .create(1, "text")
        .create(2, "text")
        .surface("Other", 2)
        .create(1, "text", 2)
        .refuses("ui.node_create", create(2, 2), "quota"),
      [surface([node(1, "text"), node(2, "text")]), surface([node(1, "text")], "Other", 2)],
      "However they are spread.",
      policy,
    ),
    drawn(
      "bounds/nodes-removed",
      [bounds, ceilings],
      three.emit("ui.node_remove", { surface: 1, node: 2 }).create(4, "text"),
      [surface([node(1, "text"), node(3, "text"), node(4, "text")])],
      "What was removed counts no more.",
      policy,
    ),
    drawn(
      "bounds/nodes-of-a-closed-surface",
      [bounds, ceilings],
      three.emit("io.close", { handle: 1 }).surface("Other", 2).create(1, "text", 2),
      [surface([node(1, "text")], "Other", 2)],
      "Nor does what was on a surface that is closed.",
      policy,
    ),
    drawn(
      "bounds/nodes-of-a-closed-surface-once",
      [bounds, ceilings],
      begun
        .create(1, "text")
        .emit("io.close", { handle: 1 })
        .surface("Other", 2)
        .create(1, "text", 2)
        .create(2, "text", 2)
        .create(3, "text", 2)
        .refuses("ui.node_create", create(4, 2), "quota"),
      [surface(texts, "Other", 2)],
      "It is given back once.",
      policy,
    ),
    drawn(
      "bounds/nodes-wrong-before-quota",
      [bounds, ceilings],
      three
        .refuses("ui.node_create", create(3), "already_exists")
        .refuses("ui.node_create", { surface: 1, node: 4, kind: 99 }, "invalid_argument"),
      [surface(texts)],
      "What is wrong in itself comes before the ceiling.",
      policy,
    ),
    drawn(
      "bounds/no-nodes",
      [bounds, ceilings],
      begun.refuses("ui.node_create", create(1), "quota"),
      [surface([])],
      "A ceiling of 0 allows none; the root is not counted.",
      { capabilities: [], ceilings: { nodes: 0 } },
    ),
  ];
}

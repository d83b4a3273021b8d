import type { Draft } from "../../corpus/family.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { drawn } from "./drafts.js";
import { attributeNumber, Drawing, node, surface } from "./script.js";

const attributes = "instructions.ui.attributes";
const markup = "instructions.ui.no-markup";
const tree = "instructions.ui.tree";

const kinds = (SPECIFICATION.tables["ui-nodes"]?.rows ?? []).map((row) => String(row["name"]));
const withText = ["heading", "text", "preformatted", "button", "checkbox", "item"];
const begun = new Drawing().surface();

const inputs = ["text_input", "secret_input"];
/** Which kinds have an attribute, a value of it that is not the one at the beginning, and values that are none. */
const ATTRIBUTES: readonly (readonly [name: string, of: readonly string[], good: string, bad: readonly string[]])[] = [
  ["label", kinds, "A label", []],
  ["value", inputs, "any text", []],
  ["value", ["progress"], "0.5", ["", "-1", "1e3", ".5", "5.", "1,5", " 1", "0x10", "1234567890123456", "1.1234567"]],
  ["checked", ["checkbox"], "true", ["", "TRUE", "yes", "1", "true "]],
  ["disabled", kinds, "true", ["True", "0", "disabled"]],
  ["hidden", kinds, "true", ["no", "hidden"]],
  ["placeholder", inputs, "Your name", []],
  ["level", ["heading"], "6", ["0", "7", "", "1.0", "01", "-1"]],
  ["maximum", ["progress"], "100", ["", "all", "-5", "+5"]],
  ["tone", kinds, "warning", ["", "Bad", "red", "loud"]],
];
/** The value that an attribute has where nobody set it. */
const BEGINNINGS: readonly (readonly [kind: string, name: string, value: string])[] = [
  ["text_input", "value", ""],
  ["progress", "value", "0"],
  ["checkbox", "checked", "false"],
  ["button", "disabled", "false"],
  ["text", "hidden", "false"],
  ["heading", "level", "1"],
  ["progress", "maximum", "1"],
  ["item", "tone", "plain"],
  ["row", "label", ""],
];

/** Texts, attributes, and which kinds have them. */
export function attributeDrafts(): readonly Draft[] {
  return [...every(), ...values(), ...beginnings(), ...texts(), ...shown()];
}

const slug = (name: string): string => name.replaceAll("_", "-");

/** Every attribute on every kind. */
function every(): readonly Draft[] {
  return kinds.map((kind) => {
    const names = [...new Set(ATTRIBUTES.map(([name]) => name))];
    const set = new Map<string, string>();
    const drawing = names.reduce(
      (before, name) => {
        const good = ATTRIBUTES.find(([each, of]) => each === name && of.includes(kind))?.[2];
        if (good === undefined) {
          const operands = { surface: 1, node: 1, attribute: attributeNumber(name) };
          return before
            .refuses("ui.attribute_set", { ...operands, value: "true" }, "invalid_argument")
            .refuses("ui.attribute_remove", operands, "invalid_argument");
        }
        set.set(name, good);
        return before.attribute(1, name, good);
      },
      begun.add(1, kind),
    );
    return drawn(
      `attributes/of/${slug(kind)}`,
      [attributes],
      drawing,
      [surface([node(1, kind, { parent: 0, attributes: Object.fromEntries(set) })])],
      `Which attributes a ${kind} has.`,
    );
  });
}

/** Each of some values is refused to an attribute, and changes nothing. */
function refusing(drawing: Drawing, name: string, bad: readonly string[]): Drawing {
  return bad.reduce(
    (before, value) =>
      before.refuses(
        "ui.attribute_set",
        { surface: 1, node: 1, attribute: attributeNumber(name), value },
        "invalid_argument",
      ),
    drawing,
  );
}

function values(): readonly Draft[] {
  const wrong = ATTRIBUTES.filter(([, , , bad]) => bad.length > 0).map(([name, of, good, bad]): Draft => {
    const [kind = "text"] = of;
    const drawing = refusing(begun.add(1, kind).attribute(1, name, good), name, bad);
    return drawn(
      `attributes/values/${slug(name)}-of-${slug(kind)}`,
      [attributes],
      drawing,
      [surface([node(1, kind, { parent: 0, attributes: { [name]: good } })])],
      `A value of ${name} that is none is refused, and the one before stays.`,
    );
  });
  const right: readonly (readonly [kind: string, name: string, value: string])[] = [
    ["heading", "level", "2"],
    ["progress", "value", "999999999999999.999999"],
    ["progress", "value", "007"],
    ["progress", "maximum", "0"],
    ["text", "tone", "strong"],
    ["text", "tone", "quiet"],
    ["text", "tone", "good"],
    ["text", "tone", "bad"],
  ];
  return [
    ...wrong,
    ...wholeValues(),
    ...right.map(([kind, name, value]) =>
      drawn(
        `attributes/values/${name}-${value.replaceAll(".", "-")}`,
        [attributes],
        begun.add(1, kind).attribute(1, name, value),
        [surface([node(1, kind, { parent: 0, attributes: { [name]: value } })])],
        `${name} may be ${value}.`,
      ),
    ),
    ...[0, 10, 0xffff_ffff].map((attribute) =>
      drawn(
        `attributes/none/${attribute}`,
        [attributes],
        begun
          .add(1, "text")
          .refuses("ui.attribute_set", { surface: 1, node: 1, attribute, value: "true" }, "invalid_argument")
          .refuses("ui.attribute_remove", { surface: 1, node: 1, attribute }, "invalid_argument"),
        [surface([node(1, "text", { parent: 0 })])],
        `${attribute} is the number of no attribute.`,
      ),
    ),
  ];
}

/** What holds a value and more is none. */
function wholeValues(): readonly Draft[] {
  const more: readonly (readonly [kind: string, name: string, good: string, bad: readonly string[]])[] = [
    ["checkbox", "checked", "true", ["untrue", "truest", "true|false", "true\n"]],
    ["text", "tone", "bad", ["unbad", "badly", "good bad", "bad\n"]],
    ["heading", "level", "6", ["16", "61", "6\n"]],
    ["progress", "value", "1", ["1x", "x1", "1.2.3", "1\n"]],
  ];
  return more.map(([kind, name, good, bad]) =>
    drawn(
      `attributes/values/whole-${name}`,
      [attributes],
      refusing(begun.add(1, kind).attribute(1, name, good), name, bad),
      [surface([node(1, kind, { parent: 0, attributes: { [name]: good } })])],
      `A value of ${name} is the whole text.`,
    ),
  );
}

/** What was set is what was at the beginning. */
function beginnings(): readonly Draft[] {
  return BEGINNINGS.map(([kind, name, value]) => {
    const good = ATTRIBUTES.find(([each, of]) => each === name && of.includes(kind))?.[2] ?? "";
    return drawn(
      `attributes/beginning/${slug(name)}-of-${slug(kind)}`,
      [attributes],
      begun
        .add(1, kind)
        .attribute(1, name, good)
        .attribute(1, name, value)
        .add(2, kind)
        .attribute(2, name, good)
        .emit("ui.attribute_remove", { surface: 1, node: 2, attribute: attributeNumber(name) })
        .emit("ui.attribute_remove", { surface: 1, node: 2, attribute: attributeNumber(name) }),
      [surface([node(1, kind, { parent: 0 }), node(2, kind, { parent: 0 })])],
      `${name} of a ${kind} is ${JSON.stringify(value)} where nobody has set it.`,
    );
  });
}

function texts(): readonly Draft[] {
  return kinds.map((kind) => {
    const has = withText.includes(kind);
    const drawing = has
      ? begun.add(1, kind).text(1, "once").text(1, "twice")
      : begun.add(1, kind).refuses("ui.text_set", { surface: 1, node: 1, text: "once" }, "invalid_argument");
    return drawn(
      `texts/of/${slug(kind)}`,
      [tree, markup],
      drawing,
      [surface([node(1, kind, { parent: 0, ...(has && { text: "twice" }) })])],
      has ? `A ${kind} has a text, and the last one counts.` : `A ${kind} has no text.`,
    );
  });
}

/** How texts and values are shown. @spec instructions.ui.no-markup */
function shown(): readonly Draft[] {
  const cases: readonly (readonly [id: string, kind: string, given: string, shown: string, why: string])[] = [
    ["markup", "text", "<b>a</b>&amp;", "<b>a</b>&amp;", "Markup is text like any other."],
    ["script", "button", "javascript:alert(1)", "javascript:alert(1)", "So is a script."],
    ["escape", "text", "\u001b[2J\u0007", "\ufffd[2J\ufffd", "A control sequence loses what makes it one."],
    ["nul", "heading", "a\u0000b", "a\ufffdb", "NUL is a control character."],
    ["delete", "item", "a\u007fb", "a\ufffdb", "So is delete."],
    ["c1", "checkbox", "a\u009b31m", "a\ufffd31m", "So are those above 7f, which begin sequences too."],
    ["line-feed", "text", "a\nb\r\nc", "a\ufffdb\ufffd\ufffdc", "A text has no line breaks."],
    ["tab", "text", "a\tb", "a\ufffdb", "Nor tabs."],
    ["separators", "text", "a\u2028b\u2029c", "a\ufffdb\ufffdc", "Nor the separators of lines and paragraphs."],
    ["preformatted", "preformatted", "a\n\tb", "a\n\tb", "A preformatted text has line feeds and tabs."],
    ["preformatted-return", "preformatted", "a\r\nb\u000b", "a\ufffd\nb\ufffd", "And nothing else of the kind."],
    ["preformatted-separators", "preformatted", "a\u2028b", "a\ufffdb", "Not the separators either."],
    [
      "letters",
      "text",
      "Größe 文字 🎈\u200d\u00a0\u0301",
      "Größe 文字 🎈\u200d\u00a0\u0301",
      "Everything else is kept.",
    ],
    ["empty", "text", "", "", "An empty text is none."],
  ];
  return [
    ...cases.map(([id, kind, given, told, why]) =>
      drawn(
        `texts/shown/${id}`,
        [markup],
        begun.add(1, kind).text(1, given),
        [surface([node(1, kind, { parent: 0, ...(told !== "" && { text: told }) })])],
        why,
      ),
    ),
    drawn(
      "texts/shown/values",
      [markup, attributes],
      begun.add(1, "text_input").attribute(1, "value", "a\u0000\nb").attribute(1, "label", "\u001b]0;x\u0007"),
      [
        surface([
          node(1, "text_input", { parent: 0, attributes: { value: "a\ufffd\ufffdb", label: "\ufffd]0;x\ufffd" } }),
        ]),
      ],
      "Values are shown in the same way.",
    ),
  ];
}

import type { UiAttribute } from "../../../generated/enums/ui-attribute.js";
import type { UiNodeKind } from "../../../generated/enums/ui-node-kind.js";

/** What nodes of one kind can have. */
interface KindRule {
  readonly children?: true;
  readonly text?: true;
  /** What a person can do with it; absent where the kind takes no input. */
  readonly input?: "press" | "toggle" | "write";
  /** Attributes besides those of every kind. */
  readonly attributes?: readonly UiAttribute[];
}

const EVERY_KIND: readonly UiAttribute[] = ["label", "disabled", "hidden", "tone"];

const RULES: Readonly<Record<UiNodeKind, KindRule>> = {
  column: { children: true },
  row: { children: true },
  heading: { text: true, attributes: ["level"] },
  text: { text: true },
  preformatted: { text: true },
  button: { text: true, input: "press" },
  text_input: { input: "write", attributes: ["value", "placeholder"] },
  secret_input: { input: "write", attributes: ["value", "placeholder"] },
  checkbox: { text: true, input: "toggle", attributes: ["checked"] },
  list: { children: true },
  item: { children: true, text: true, input: "press" },
  progress: { attributes: ["value", "maximum"] },
  rule: {},
};

/** Whether nodes of a kind have children. @spec instructions.ui.tree */
export function hasChildren(kind: UiNodeKind): boolean {
  return RULES[kind].children === true;
}

/** Whether nodes of a kind have a text. */
export function hasText(kind: UiNodeKind): boolean {
  return RULES[kind].text === true;
}

/** Whether nodes of a kind have an attribute. @spec instructions.ui.attributes */
export function hasAttribute(kind: UiNodeKind, attribute: UiAttribute): boolean {
  return EVERY_KIND.includes(attribute) || RULES[kind].attributes?.includes(attribute) === true;
}

/** What a person can do with nodes of a kind; `undefined` where nothing. @spec instructions.ui.input */
export function inputOf(kind: UiNodeKind): "press" | "toggle" | "write" | undefined {
  return RULES[kind].input;
}

/** Whether a text is a value that an attribute of a kind can have. @spec instructions.ui.attributes */
export function isValueOf(kind: UiNodeKind, attribute: UiAttribute, value: string): boolean {
  const form = attribute === "value" && kind === "progress" ? NUMBER : FORMS[attribute];
  return form === undefined || form.test(value);
}

/** The value an attribute has at the beginning. @spec instructions.ui.attributes */
export function initialValue(kind: UiNodeKind, attribute: UiAttribute): string {
  return attribute === "value" && kind === "progress" ? "0" : (INITIAL[attribute] ?? "");
}

const NUMBER = /^[0-9]{1,15}([.][0-9]{1,6})?$/;
const YES_OR_NO = /^(true|false)$/;

/** Attributes whose values are not any text. */
const FORMS: Readonly<Partial<Record<UiAttribute, RegExp>>> = {
  checked: YES_OR_NO,
  disabled: YES_OR_NO,
  hidden: YES_OR_NO,
  level: /^[1-6]$/,
  maximum: NUMBER,
  tone: /^(plain|strong|quiet|good|bad|warning)$/,
};

/** Values at the beginning that are not the empty text. */
const INITIAL: Readonly<Partial<Record<UiAttribute, string>>> = {
  checked: "false",
  disabled: "false",
  hidden: "false",
  level: "1",
  maximum: "1",
  tone: "plain",
};

import type { UiAttribute } from "../../../../../generated/enums/ui-attribute.js";
import type { UiNodeKind } from "../../../../../generated/enums/ui-node-kind.js";
import type { UiNode } from "../../../ui/index.js";

/** The parts of one node in a page; some are the same element. */
export interface NodeParts {
  /** What is put into the parent. */
  readonly outer: HTMLElement;
  /** What has the focus, and what a person uses. */
  readonly control: HTMLElement;
  /** What shows the text. */
  readonly text: HTMLElement;
  /** What shows the label; undefined where people only hear it. */
  readonly label: HTMLElement | undefined;
  /** What holds the children. */
  readonly children: HTMLElement;
}

/** Attributes that every kind can have, besides those of {@link NodeParts.control}. */
const GENERAL: ReadonlySet<UiAttribute> = new Set(["label", "disabled", "hidden", "tone"]);
/** Kinds whose role has no name of its own: what is said of them is a description. */
const NAMELESS: ReadonlySet<UiNodeKind> = new Set(["text", "preformatted", "heading"]);

/**
 * Make the elements of a node. Whatever a program says becomes text or the value of an attribute that holds text:
 * nothing of it is parsed.
 *
 * @spec instructions.ui.no-markup
 */
export function partsOf(node: UiNode): NodeParts {
  switch (node.kind) {
    case "column":
    case "row":
      return single(element("div", node.kind));
    case "heading":
      return single(element(`h${node.attribute("level") as "1"}`, "heading"));
    case "text":
      return single(element("p", "text"));
    case "preformatted":
      return single(element("pre", "preformatted"));
    case "button": {
      const button = element("button", "button");
      button.type = "button";
      return single(button);
    }
    case "text_input":
    case "secret_input":
      return field(inputOf(node.kind === "secret_input" ? "password" : "text"));
    case "checkbox": {
      const outer = element("label", "choice");
      const control = inputOf("checkbox");
      const text = element("span", "text");
      outer.append(control, text);
      return { outer, control, text, label: undefined, children: outer };
    }
    case "list": {
      const list = element("ul", "list");
      // Browsers forget that a list without marks is one.
      list.role = "list";
      return single(list);
    }
    case "item": {
      const outer = element("li", "item");
      const control = element("button", "press");
      control.type = "button";
      const children = element("div", "column");
      outer.append(control, children);
      control.hidden = true;
      return { outer, control, text: control, label: undefined, children };
    }
    case "progress":
      return field(element("progress", "progress"));
    case "rule":
      return single(element("hr", "rule"));
  }
}

/** Show the text of a node. */
export function showText(node: UiNode, { control, text }: NodeParts): void {
  text.textContent = node.text;
  // An item without a text of its own only holds others.
  if (node.kind === "item") control.hidden = node.text === "";
}

/** Show an attribute of a node. */
export function showAttribute(node: UiNode, attribute: UiAttribute, parts: NodeParts): void {
  const value = node.attribute(attribute);
  if (GENERAL.has(attribute)) showGeneral(node, attribute, value, parts);
  else showOwn(attribute, value, parts.control);
}

function showGeneral(node: UiNode, attribute: UiAttribute, value: string, parts: NodeParts): void {
  const { outer, control, label } = parts;
  if (attribute === "hidden") outer.hidden = value === "true";
  else if (attribute === "tone") outer.dataset["tone"] = value;
  else if (attribute === "disabled") {
    if (control instanceof HTMLButtonElement || control instanceof HTMLInputElement)
      control.disabled = value === "true";
    else control.ariaDisabled = value === "true" ? "true" : null;
    outer.toggleAttribute("data-disabled", value === "true");
  } else if (label !== undefined) {
    label.textContent = value;
    label.hidden = value === "";
  } else {
    const name = NAMELESS.has(node.kind) ? "aria-description" : "aria-label";
    if (value === "") control.removeAttribute(name);
    else control.setAttribute(name, value);
    if (node.kind === "column" || node.kind === "row") control.role = value === "" ? null : "group";
  }
}

function showOwn(attribute: UiAttribute, value: string, control: HTMLElement): void {
  if (control instanceof HTMLInputElement) {
    if (attribute === "checked") control.checked = value === "true";
    else if (attribute === "placeholder") control.placeholder = value;
    // Set only where it differs: setting it moves the caret.
    else if (attribute === "value" && control.value !== value) control.value = value;
  } else if (control instanceof HTMLProgressElement) {
    if (attribute === "value") control.value = Number(value);
    // Browsers take no maximum of 0.
    else if (attribute === "maximum") control.max = Number(value) || 1;
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, part: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = `fayger-${part.replace("_", "-")}`;
  // The direction of each text is its own, and nothing around it is turned.
  made.dir = "auto";
  return made;
}

function single(made: HTMLElement): NodeParts {
  return { outer: made, control: made, text: made, label: undefined, children: made };
}

function inputOf(type: "text" | "password" | "checkbox"): HTMLInputElement {
  const input = element("input", type === "checkbox" ? "check" : "input");
  input.type = type;
  // Browsers fill in what they keep for the page where a field for a password only says `off`: it is not the program's.
  input.autocomplete = type === "password" ? "new-password" : "off";
  input.spellcheck = type === "text";
  return input;
}

/** A control with a label that people see. */
function field(control: HTMLElement): NodeParts {
  const outer = element("label", "field");
  const label = element("span", "label");
  label.hidden = true;
  outer.append(label, control);
  return { outer, control, text: control, label, children: outer };
}

// What a page shows of a tree, read from its elements alone.

/** A node as the page shows it. */
export interface DrawnNode {
  readonly kind: string;
  readonly text: string;
  readonly label: string;
  readonly tone: string;
  readonly isHidden: boolean;
  readonly isDisabled: boolean;
  /** What only some kinds have, by the attribute's name. */
  readonly own: Readonly<Record<string, string>>;
  readonly children: readonly DrawnNode[];
}

/** Every surface of the page, in the order of the page: its title, and its root. */
export function drawnSurfaces(): readonly { readonly title: string; readonly root: DrawnNode }[] {
  return [...document.querySelectorAll(".fayger-surface")].map((surface) => ({
    title: surface.getAttribute("aria-label") ?? "",
    root: drawnNode(surface.querySelector(".fayger-root") as HTMLElement),
  }));
}

function drawnNode(outer: HTMLElement): DrawnNode {
  const control = outer.querySelector<HTMLElement>(":scope > input, :scope > progress, :scope > button") ?? outer;
  const label = outer.querySelector<HTMLElement>(":scope > .fayger-label");
  const kind = kindOf(outer, control);
  return {
    kind,
    text: textOf(kind, outer, control),
    label: label?.textContent ?? control.getAttribute("aria-label") ?? control.getAttribute("aria-description") ?? "",
    tone: outer.dataset["tone"] ?? "",
    isHidden: outer.hidden === true,
    isDisabled: outer.hasAttribute("data-disabled"),
    own: ownOf(kind, outer, control),
    children: childrenOf(kind, outer).map(drawnNode),
  };
}

function kindOf(outer: HTMLElement, control: HTMLElement): string {
  if (control instanceof HTMLProgressElement) return "progress";
  if (control instanceof HTMLInputElement) {
    return { text: "text_input", password: "secret_input", checkbox: "checkbox" }[control.type] ?? control.type;
  }
  return outer.classList.item(0)?.replace("fayger-", "") ?? "";
}

function textOf(kind: string, outer: HTMLElement, control: HTMLElement): string {
  if (kind === "checkbox") return outer.querySelector(".fayger-text")?.textContent ?? "";
  if (kind === "item") return control.textContent ?? "";
  return ["heading", "text", "preformatted", "button"].includes(kind) ? (outer.textContent ?? "") : "";
}

function ownOf(kind: string, outer: HTMLElement, control: HTMLElement): Record<string, string> {
  if (kind === "heading") return { level: outer.tagName.slice(1) };
  if (control instanceof HTMLProgressElement) return { value: String(control.getAttribute("value")) };
  if (!(control instanceof HTMLInputElement)) return {};
  return kind === "checkbox"
    ? { checked: String(control.checked) }
    : { value: control.value, placeholder: control.placeholder };
}

function childrenOf(kind: string, outer: HTMLElement): HTMLElement[] {
  const holder = kind === "item" ? outer.querySelector<HTMLElement>(":scope > .fayger-column") : outer;
  const holds = ["column", "row", "list", "item"].includes(kind);
  return holds && holder !== null ? ([...holder.children] as HTMLElement[]) : [];
}

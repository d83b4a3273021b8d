// What the page is built from.

/** The element of an id. */
export const at = (id) => document.getElementById(id);

// What turns the direction of a text makes it read as another one, and other control characters are not seen at all.
const UNSEEN = /[^\P{Cc}\t\n\r]|\p{Bidi_Control}/gu;

/** A text as it really is: of what is not seen, and of what would turn it around, U+FFFD is shown. */
export function plain(text) {
  return text.replace(UNSEEN, "\ufffd");
}

/** Make an element: its text, or its children. */
export function make(name, content = "", className = "") {
  const element = document.createElement(name);
  const children = Array.isArray(content) ? content : [content];
  element.append(...children.map((child) => (typeof child === "string" ? plain(child) : child)));
  if (className !== "") element.className = className;
  return element;
}

/** Names and values for a description list; a name without a value is left out. */
export function facts(pairs) {
  return pairs.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", name), make("dd", value)]);
}

/** Let somebody go on who had the focus on what is gone: the keyboard from there, a screen reader with what it says. */
export function goOnFrom(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** Lower-case hexadecimal digits. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What the page is built from.

/** The element of an id. */
export const at = (id) => document.getElementById(id);

/** Make an element: its text, or its children. */
export function make(name, content = "", className = "") {
  const element = document.createElement(name);
  element.append(...(Array.isArray(content) ? content : [content]));
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

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

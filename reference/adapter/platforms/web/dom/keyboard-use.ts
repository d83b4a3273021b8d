/** The page, or the shadow tree, in which an element stands. */
export function treeOf(element: Element): Document | ShadowRoot {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root : document;
}

/**
 * Whether the keyboard belongs to something of the page that lies outside an element: a program that took it would read
 * what the person writes there.
 *
 * What only a script can give the focus to, as a heading that tells of a change, and nothing at all count as nobody.
 */
export function isWrittenElsewhere(element: Element): boolean {
  const near = treeOf(element).activeElement;
  if (near !== null && element.contains(near)) return false;
  const { activeElement: active, body } = document;
  if (active === null || active === body) return false;
  if (!(active instanceof HTMLElement)) return true;
  // Elements of the page's own kind may hold what has the focus, and show nothing of it.
  const isOpaque = active.shadowRoot !== null || active.localName.includes("-");
  return isOpaque || active.isContentEditable || active.tabIndex >= 0;
}

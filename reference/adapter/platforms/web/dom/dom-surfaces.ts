import { HostFailure } from "../../../host-failure.js";
import type { SurfaceHost } from "../../../ui/index.js";
import { DomView } from "./dom-view.js";
import { treeOf } from "./keyboard-use.js";
import { SURFACE_STYLE } from "./surface-style.js";

/** How programs draw in a page. */
export interface DomSurfacesOptions {
  /**
   * Where surfaces are put, behind what is there.
   *
   * @defaultValue the body of the page, looked up when a surface is opened
   */
  readonly mount?: Element;
  /**
   * Whether surfaces have a frame: their title, and a button by which a person closes them. A page without it closes
   * them by ending the program.
   *
   * @defaultValue true
   */
  readonly frame?: boolean;
  /**
   * Whether the page, or the shadow tree of `mount`, gets a style for surfaces, in the layer `fayger`: what a page says
   * outside of layers goes before it, and layers that it declares behind `@layer fayger`.
   *
   * @defaultValue true
   */
  readonly style?: boolean;
}

/** Draw surfaces as elements of this page. */
export function createDomSurfaces(options: DomSurfacesOptions = {}): SurfaceHost {
  const { mount, frame = true, style = true } = options;
  return {
    open: (tree, person) => {
      const place = mount ?? (document.body as HTMLElement | null);
      if (place?.isConnected !== true) throw new HostFailure("unavailable", "append");
      const giveBack = style ? useStyle(treeOf(place)) : () => undefined;
      return new DomView(tree, person, place, frame, giveBack);
    },
  };
}

/** The style, made for the first surface that needs it. */
let sheet: CSSStyleSheet | undefined;
/** How many surfaces use it in a page, and in each of its shadow trees, which no style of the page reaches. */
const users = new WeakMap<Document | ShadowRoot, number>();

/** A sheet that is adopted needs no leave of a page's Content-Security-Policy, as an element of style would. */
function useStyle(root: Document | ShadowRoot): () => void {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SURFACE_STYLE);
  }
  const used = sheet;
  const before = users.get(root) ?? 0;
  users.set(root, before + 1);
  if (before === 0) root.adoptedStyleSheets.push(used);
  return () => {
    const left = (users.get(root) ?? 1) - 1;
    users.set(root, left);
    if (left === 0) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== used);
  };
}

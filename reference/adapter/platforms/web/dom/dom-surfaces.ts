import { HostFailure } from "../../../host-failure.js";
import type { SurfaceHost } from "../../../ui/index.js";
import { DomView } from "./dom-view.js";
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
   * Whether the page gets a style for surfaces, in the layer `fayger`: what a page says outside of layers goes before it,
   * and layers that it declares behind `@layer fayger`.
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
      const giveBack = style ? useStyle() : () => undefined;
      return new DomView(tree, person, place, frame, giveBack);
    },
  };
}

/** The style, while some surface of the page needs it. */
let sheet: CSSStyleSheet | undefined;
let users = 0;

/** A sheet that is adopted needs no leave of a page's Content-Security-Policy, as an element of style would. */
function useStyle(): () => void {
  users += 1;
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SURFACE_STYLE);
  }
  const used = sheet;
  if (users === 1) document.adoptedStyleSheets.push(used);
  return () => {
    users -= 1;
    if (users === 0) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== used);
  };
}

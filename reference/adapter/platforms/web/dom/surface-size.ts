/**
 * Watches how many characters have room: as many columns as the surface is wide, and as many rows as the window is high,
 * because a page scrolls and a surface is as high as what is on it.
 */
export class SurfaceSize {
  readonly #element: HTMLElement;
  readonly #changed: (columns: number, rows: number) => void;
  readonly #observer: ResizeObserver;
  readonly #look = (): void => this.#measure();
  #last: readonly [columns: number, rows: number] | undefined;

  /** @param changed called for every size but the first */
  constructor(element: HTMLElement, changed: (columns: number, rows: number) => void) {
    this.#element = element;
    this.#changed = changed;
    this.#observer = new ResizeObserver(this.#look);
    this.#observer.observe(element);
    addEventListener("resize", this.#look);
    this.#measure();
  }

  /** Look no more. */
  stop(): void {
    this.#observer.disconnect();
    removeEventListener("resize", this.#look);
  }

  #measure(): void {
    const { width, height } = this.#character();
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(this.#element);
    const room =
      this.#element.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd);
    const columns = Math.max(1, Math.floor(room / width));
    const rows = Math.max(1, Math.floor(document.documentElement.clientHeight / height));
    const last = this.#last;
    this.#last = [columns, rows];
    if (last !== undefined && (last[0] !== columns || last[1] !== rows)) this.#changed(columns, rows);
  }

  /** How large a character is here. */
  #character(): { readonly width: number; readonly height: number } {
    const probe = document.createElement("span");
    probe.className = "fayger-probe";
    probe.textContent = "0";
    probe.style.position = "absolute";
    probe.style.visibility = "hidden";
    this.#element.append(probe);
    const { width, height } = probe.getBoundingClientRect();
    probe.remove();
    return { width: width || 8, height: height || 16 };
  }
}

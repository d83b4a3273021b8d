import { HostFailure } from "../../host-failure.js";
import { CellGrid, CellSurface, type ScreenHost, type ScreenPerson, type SurfaceHost } from "../../ui/index.js";
import { KeyDecoder, type TerminalInput } from "./key-decoder.js";
import { type ColourDepth, ScreenWriter } from "./screen-writer.js";
import type { TerminalDevice, TerminalListener } from "./terminal-device.js";

/** Milliseconds after which an Escape that nothing follows is the key. */
const ESCAPE_WAIT = 40;

/** What is drawn: a surface or a screen. */
interface Layer {
  draw(size: { readonly columns: number; readonly rows: number }): CellGrid;
  input(input: TerminalInput): void;
  resize(columns: number, rows: number): void;
  /** The person closes it. */
  closeByPerson(): void;
}

/**
 * One terminal, lent to surfaces and screens: the one opened last is drawn, and gets the keys. The terminal is taken when
 * there is something to draw, and given back when the last of them is gone, whatever the reason.
 *
 * @spec instructions.ui.surface-end
 */
export class Terminal {
  /** For the instructions of the portable tree. */
  readonly surfaces: SurfaceHost;
  /** For the instructions of cells. */
  readonly screens: ScreenHost;
  readonly #device: TerminalDevice;
  readonly #writer: ScreenWriter;
  readonly #layers: Layer[] = [];
  readonly #givenBack: (() => void)[] = [];
  #keys = new KeyDecoder();
  #escape: NodeJS.Timeout | undefined;
  #isTaken = false;
  #isScheduled = false;
  #wasInterrupted = false;
  /** The size that the layers know. */
  #size = { columns: 0, rows: 0 };

  constructor(device: TerminalDevice, depth: ColourDepth) {
    this.#device = device;
    this.#writer = new ScreenWriter(depth);
    this.surfaces = { open: (tree, person) => this.#openSurface(tree, person) };
    this.screens = { open: (person) => this.#openScreen(person) };
  }

  /** Whether something is drawn, or about to be: what else is written to the terminal now would destroy it. */
  get isInUse(): boolean {
    return this.#layers.length > 0;
  }

  /** Call once when the terminal is not in use any more. */
  whenGivenBack(then: () => void): void {
    this.#givenBack.push(then);
  }

  #openSurface(...[tree, person]: Parameters<SurfaceHost["open"]>): CellSurface {
    this.#checkUsable();
    const surface: CellSurface = new CellSurface(
      tree,
      person,
      () => this.#schedule(),
      () => this.#remove(layer),
    );
    const layer: Layer = {
      draw: ({ columns, rows }) => {
        const grid = new CellGrid(columns, rows);
        surface.draw(grid);
        return grid;
      },
      input: (input) => {
        if (input.kind === "key") surface.key(input.key);
        else if (input.kind === "paste") surface.paste(input.text);
        else if (input.kind === "click") surface.click(input.column, input.row);
        else surface.wheel(input.direction);
      },
      resize: (columns, rows) => surface.resize(columns, rows),
      closeByPerson: () => surface.closeByPerson(),
    };
    this.#add(layer);
    return surface;
  }

  #openScreen(person: ScreenPerson): ReturnType<ScreenHost["open"]> {
    this.#checkUsable();
    const { columns, rows } = this.#layers.length === 0 ? this.#device.size() : this.#size;
    const cells = new CellGrid(columns, rows);
    const layer: Layer = {
      draw: () => cells,
      input: (input) => {
        if (input.kind === "key") person.key(input.key);
        // Pasted text is as if it were typed.
        else if (input.kind === "paste")
          for (const character of input.text) person.key(/[\r\n]/.test(character) ? "Enter" : character);
      },
      resize: (width, height) => person.resize(width, height),
      closeByPerson: () => person.close(),
    };
    this.#add(layer);
    return { cells, view: { changed: () => this.#schedule(), close: () => this.#remove(layer) } };
  }

  #checkUsable(): void {
    if (this.#device.isUsable) return;
    // As the host itself says it of what is no terminal.
    throw new HostFailure("unavailable", "isatty", Object.assign(new Error("no terminal"), { code: "ENOTTY" }));
  }

  #add(layer: Layer): void {
    if (this.#layers.length === 0) this.#size = this.#device.size();
    this.#layers.push(layer);
    this.#schedule();
  }

  #remove(layer: Layer): void {
    const index = this.#layers.indexOf(layer);
    if (index === -1) return;
    this.#layers.splice(index, 1);
    if (this.#layers.length > 0) this.#schedule();
    else this.#giveBack();
  }

  #giveBack(): void {
    if (this.#isTaken) this.#device.giveBack();
    this.#isTaken = false;
    clearTimeout(this.#escape);
    this.#writer.forget();
    this.#tellGivenBack();
  }

  #tellGivenBack(): void {
    for (const then of this.#givenBack.splice(0)) then();
  }

  /** Draw when the program has done what it is doing: many changes, one frame. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const layer = this.#layers.at(-1);
    if (layer === undefined) return;
    if (!this.#isTaken && !this.#take()) return;
    this.#tellSize();
    const frame = this.#writer.frame(layer.draw(this.#size));
    if (frame !== "") this.#device.write(frame);
  }

  /** A terminal may have got another size also when nobody listened to it. */
  #tellSize(): void {
    const { columns, rows } = this.#device.size();
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    for (const layer of [...this.#layers]) layer.resize(columns, rows);
  }

  /** Take the terminal; false where it is gone by now. */
  #take(): boolean {
    this.#isTaken = true;
    this.#keys = new KeyDecoder();
    const listener: TerminalListener = {
      input: (text) => this.#input(text),
      redraw: () => {
        this.#writer.forget();
        this.#tellSize();
        this.#schedule();
      },
      lost: () => this.#closeAll(),
      ending: () => this.#tellGivenBack(),
    };
    try {
      this.#device.take(listener);
    } catch {
      this.#closeAll();
    }
    return this.#isTaken;
  }

  #input(text: string): void {
    clearTimeout(this.#escape);
    for (const input of this.#keys.push(text)) this.#give(input);
    if (this.#keys.isWaiting)
      this.#escape = setTimeout(() => {
        for (const input of this.#keys.flush()) this.#give(input);
      }, ESCAPE_WAIT);
  }

  #give(input: TerminalInput): void {
    if (input.kind === "key" && input.key === "Ctrl+c") this.#interrupted();
    else this.#layers.at(-1)?.input(input);
  }

  /**
   * Ctrl-C closes everything. A program that opens something again cannot hold the person: the second Ctrl-C is the one
   * that every program knows, as it is when nothing is drawn.
   */
  #interrupted(): void {
    const isSecond = this.#wasInterrupted;
    this.#wasInterrupted = true;
    this.#closeAll();
    if (isSecond) this.#device.interrupt();
  }

  #closeAll(): void {
    for (const layer of [...this.#layers].reverse()) layer.closeByPerson();
  }
}

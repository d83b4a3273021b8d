import type { CellGrid } from "./cells/cell-grid.js";

/** How a platform draws one screen of cells. No method throws. */
export interface ScreenView {
  /** Cells or the cursor have changed. */
  changed(): void;
  /** The screen is gone: give back what it covered. Called once. @spec instructions.ui.surface-end */
  close(): void;
}

/** What a person does at a screen. */
export interface ScreenPerson {
  /** Any key: a character, or a name of the chapter. */
  key(key: string): void;
  /** The screen has another size: the cells have it when this returns. */
  resize(columns: number, rows: number): void;
  /** The person closes the screen. The view's `close` is called before this returns, if it was not before. */
  close(): void;
}

/** A screen as its host has made it. */
export interface OpenedScreen {
  readonly view: ScreenView;
  readonly cells: CellGrid;
}

/** Where screens of cells are drawn: a terminal. */
export interface ScreenHost {
  /**
   * Make a screen with empty cells, as many as there are. The one opened last is before all others.
   *
   * @throws HostFailure `unavailable` where there is nothing to draw on
   */
  open(person: ScreenPerson): OpenedScreen;
}

/** What the handlers of `ui.terminal` need of their host. */
export interface ScreenServices {
  readonly screens: ScreenHost;
}

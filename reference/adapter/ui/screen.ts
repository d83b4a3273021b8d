import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import type { CellGrid } from "./cells/cell-grid.js";
import { InputSource } from "./input-source.js";
import type { ScreenHost, ScreenView } from "./screen-view.js";

/** One screen of cells. @spec instructions.ui.cells */
export class Screen extends InputSource {
  readonly cells: CellGrid;
  readonly #view: ScreenView;
  #isViewed = true;

  /** @throws HostFailure `unavailable` */
  constructor(binding: InstanceBinding, host: ScreenHost) {
    super(binding);
    const { view, cells } = host.open({
      key: (key) => this.raise({ kind: "ui.key_pressed", key }),
      resize: (columns, rows) => {
        this.cells.resize(columns, rows);
        this.raise({ kind: "ui.resized", columns, rows });
      },
      close: () => {
        this.#closeView();
        this.closeByPerson();
      },
    });
    this.#view = view;
    this.cells = cells;
  }

  /** Cells or the cursor have changed. */
  changed(): void {
    if (this.#isViewed) this.#view.changed();
  }

  /** The program's handle is closed. */
  release(): void {
    this.closeByProgram();
    this.#closeView();
  }

  #closeView(): void {
    if (!this.#isViewed) return;
    this.#isViewed = false;
    this.#view.close();
  }
}

import {
  readUiCellsClearOperands,
  readUiCellsWriteOperands,
  readUiCursorPlaceOperands,
  uiScreenOpenResults,
} from "../../../generated/instructions/ui.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import type { InstructionHandler } from "../handler-adapter.js";
import { HostFailure } from "../host-failure.js";
import { Screen } from "./screen.js";
import type { ScreenServices } from "./screen-view.js";
import { utf8Length } from "./shown-text.js";
import { MOST_BYTES } from "./surface-tree.js";

/** All flags of a style together. */
const ALL_FLAGS = 31;

const screenOpen: InstructionHandler<ScreenServices> = {
  instruction: "ui.screen_open",
  translate:
    (_operands, binding, { screens }) =>
    () => {
      const screen = new Screen(binding, screens);
      const handle = binding.openHandle("screen", screen, () => screen.release());
      return uiScreenOpenResults(handle, screen.cells.columns, screen.cells.rows);
    },
};

const cellsWrite: InstructionHandler<ScreenServices> = {
  instruction: "ui.cells_write",
  translate: (operands, binding) => {
    const { screen, column, row, text, style, foreground, background } = readUiCellsWriteOperands(operands);
    const target = screenOf(binding, screen);
    if (style > ALL_FLAGS || !isColour(foreground) || !isColour(background)) throw new HostFailure("invalid_argument");
    if (text.length > MOST_BYTES || utf8Length(text) > MOST_BYTES) throw new HostFailure("too_large");
    return () => {
      target.cells.write(column, row, text, { flags: style, foreground, background });
      target.changed();
      return [];
    };
  },
};

const cellsClear: InstructionHandler<ScreenServices> = {
  instruction: "ui.cells_clear",
  translate: (operands, binding) => {
    const target = screenOf(binding, readUiCellsClearOperands(operands).screen);
    return () => {
      target.cells.clear();
      target.changed();
      return [];
    };
  },
};

const cursorPlace: InstructionHandler<ScreenServices> = {
  instruction: "ui.cursor_place",
  translate: (operands, binding) => {
    const { screen, column, row, visible } = readUiCursorPlaceOperands(operands);
    const target = screenOf(binding, screen);
    return () => {
      const { cells } = target;
      if (column >= cells.columns || row >= cells.rows) throw new HostFailure("invalid_argument");
      cells.cursor = visible ? { column, row } : undefined;
      target.changed();
      return [];
    };
  },
};

/** The instructions of `ui.terminal`, for every host with a {@link ScreenServices}. In the order of the table. */
export const screenHandlers: readonly InstructionHandler<ScreenServices>[] = [
  screenOpen,
  cellsWrite,
  cellsClear,
  cursorPlace,
];

function isColour(value: number): boolean {
  return value === 0 || value >>> 24 === 1;
}

function screenOf(binding: InstanceBinding, handle: number): Screen {
  const screen = binding.resource(handle, "screen");
  // @spec instructions.handles.closed
  if (!(screen instanceof Screen)) throw new HostFailure("bad_handle");
  return screen;
}

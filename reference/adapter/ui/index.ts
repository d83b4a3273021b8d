/**
 * The category ui without a host: the portable tree, screens of cells, and the handlers that draw them on any view.
 *
 * @module adapter/ui
 */
export { type Cell, type CellCursor, CellGrid, type CellStyle, PLAIN_STYLE } from "./cells/cell-grid.js";
export { CellSurface } from "./cells/cell-surface.js";
export { inputNormalizers } from "./input-normalizers.js";
export { inputOf } from "./node-rules.js";
export { screenHandlers } from "./screen-handlers.js";
export type { OpenedScreen, ScreenHost, ScreenPerson, ScreenServices, ScreenView } from "./screen-view.js";
export { inputOpenHandler, surfaceHandlers } from "./surface-handlers.js";
export type { Person, SurfaceHost, SurfaceServices, SurfaceView, UiNode, UiTree } from "./surface-view.js";

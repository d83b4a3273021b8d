/**
 * Surfaces and screens on a terminal.
 *
 * @module adapter/platforms/terminal
 */
export { processStreams, processTerminal } from "./process-terminal.js";

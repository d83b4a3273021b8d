/**
 * The hosts Fayger knows by itself: what touches Node.
 *
 * @module adapter/platforms
 */
export type { HostTimers } from "../handlers/host-timers.js";
export { nodeTimers } from "./host-timers.js";
export { createNativeDesktopAdapter } from "./native-desktop.js";
export type { HostNetwork } from "./network/host-network.js";
export { nodeClock } from "./node-clock.js";
export { createNodeHostDetector, type NodeHostFacts } from "./node-host-detector.js";
export type { NodeServices } from "./node-services.js";
export { type ProgramSignals, SignalDesk } from "./processes/program-signals.js";
export { createServerAdapter } from "./server.js";
export type { StandardStreams } from "./standard-streams.js";
export { processStreams, processTerminal } from "./terminal/index.js";

/**
 * The hosts Fayger knows by itself: what touches Node.
 *
 * @module adapter/platforms
 */
export { createNodeTimers, type HostTimers, nodeTimers } from "./host-timers.js";
export { createNativeDesktopAdapter } from "./native-desktop.js";
export { createNodeAdapter } from "./node-adapter.js";
export { nodeClock } from "./node-clock.js";
export { createNodeHostDetector, type NodeHostFacts } from "./node-host-detector.js";
export { type NodeServices, nodeServices } from "./node-services.js";
export { createServerAdapter } from "./server.js";
export { processStreams, type StandardStreams } from "./standard-streams.js";

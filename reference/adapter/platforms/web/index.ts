/**
 * The adapter for browsers: what touches the web platform.
 *
 * @module adapter/platforms/web
 */
export { createBrowserAdapter } from "./browser-adapter.js";
export { createDomSurfaces, type DomSurfacesOptions } from "./dom/dom-surfaces.js";
export { webClock } from "./web-clock.js";
export { createWebHostDetector, type WebHostFacts } from "./web-host-detector.js";
export type { WebServices } from "./web-services.js";
export { webTimers } from "./web-timers.js";

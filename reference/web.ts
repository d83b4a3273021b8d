/**
 * Fayger for browsers, and for every host that offers the web platform's `fetch` and `crypto`.
 *
 * @module fayger/web
 */

export * from "./index.js";
export * from "./loader/sources/web/index.js";
export * from "./security/backends/web/index.js";

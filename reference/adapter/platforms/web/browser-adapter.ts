import { PLATFORMS } from "../../../../generated/enums/platform.js";
import type { PlatformAdapter } from "../../../contracts/platform-adapter.js";
import { createHandlerAdapter } from "../../handler-adapter.js";
import { webHandlers, webNormalizers } from "./handlers/index.js";
import { type WebServices, webServices } from "./web-services.js";

/**
 * The adapter for a page in a web browser: no processes, no files, no sockets; network through fetch and WebSocket, the
 * portable tree as elements of the page, time, random bytes, and the browser's own cryptography.
 *
 * @spec adapters.built-in.browser, adapters.built-in
 */
export function createBrowserAdapter(services?: Partial<WebServices>): PlatformAdapter {
  const row = PLATFORMS.find(({ name }) => name === "browser");
  if (row === undefined) throw new TypeError("no such platform: browser");
  return createHandlerAdapter<WebServices>({
    platformId: row.name,
    priority: row.priority,
    fits: "a page in a browser",
    capabilities: row.capabilities,
    restrictedCapabilities: row.restricted,
    // Without a document there is nothing to draw on: a worker is no such host.
    match: ({ platformId, runtimeFeatures }) => platformId === "browser" && runtimeFeatures.includes("display"),
    handlers: webHandlers,
    normalizers: webNormalizers,
    services: webServices(services),
  });
}

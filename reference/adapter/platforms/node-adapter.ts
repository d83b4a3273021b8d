import { PLATFORMS, type Platform } from "../../../generated/enums/platform.js";
import type { HostEnvironment, PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createHandlerAdapter } from "../handler-adapter.js";
import { nodeHandlers, nodeNormalizers } from "./handlers/index.js";
import { type NodeServices, nodeServices } from "./node-services.js";

/**
 * A Platform_Adapter on Node with the descriptor of a row of the table `platforms` and the shared handlers.
 */
export function createNodeAdapter(
  platform: Platform,
  match: (host: HostEnvironment) => boolean,
  services?: Partial<NodeServices>,
): PlatformAdapter {
  const row = PLATFORMS.find(({ name }) => name === platform);
  if (row === undefined) throw new TypeError(`no such platform: ${platform}`);
  return createHandlerAdapter<NodeServices>({
    platformId: row.name,
    priority: row.priority,
    capabilities: row.capabilities,
    match,
    handlers: nodeHandlers,
    normalizers: nodeNormalizers,
    services: nodeServices(services),
  });
}

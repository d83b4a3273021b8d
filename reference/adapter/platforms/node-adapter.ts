import { PLATFORMS, type Platform } from "../../../generated/enums/platform.js";
import { instructionNamed } from "../../../generated/instructions/instruction-table.js";
import type { HostEnvironment, PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createHandlerAdapter } from "../handler-adapter.js";
import { nodeHandlers, nodeNormalizers } from "./handlers/index.js";
import { type NodeServices, nodeServices } from "./node-services.js";

/**
 * A Platform_Adapter on Node with the descriptor of a row of the table `platforms` and the shared handlers.
 *
 * @spec adapters.built-in
 */
export function createNodeAdapter(
  platform: Platform,
  match: (host: HostEnvironment) => boolean,
  services?: Partial<NodeServices>,
  fits?: string,
): PlatformAdapter {
  const row = PLATFORMS.find(({ name }) => name === platform);
  if (row === undefined) throw new TypeError(`no such platform: ${platform}`);
  return createHandlerAdapter<NodeServices>({
    platformId: row.name,
    priority: row.priority,
    ...(fits !== undefined && { fits }),
    capabilities: row.capabilities,
    restrictedCapabilities: row.restricted,
    match,
    // A row without a capability has no use for the instructions that need it.
    handlers: nodeHandlers.filter(({ instruction }) => {
      const capability = instructionNamed(instruction)?.capability;
      return capability === undefined || capability === null || row.capabilities.includes(capability);
    }),
    normalizers: nodeNormalizers,
    services: nodeServices(services),
  });
}

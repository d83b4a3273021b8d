import type { PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createNodeAdapter } from "./node-adapter.js";
import type { NodeServices } from "./node-services.js";

/** The adapter for a machine without a screen: Node with no display. @spec adapters.native-desktop */
export function createServerAdapter(services?: Partial<NodeServices>): PlatformAdapter {
  return createNodeAdapter(
    "server",
    (host) => host.platformId === "node" && !host.runtimeFeatures.includes("display"),
    services,
    "Node without a display",
  );
}

import type { PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createNodeAdapter } from "./node-adapter.js";
import type { NodeServices } from "./node-services.js";

/** The adapter for a machine with a person before it: Node with a display. @spec adapters.native-desktop */
export function createNativeDesktopAdapter(services?: Partial<NodeServices>): PlatformAdapter {
  return createNodeAdapter(
    "native_desktop",
    (host) => host.platformId === "node" && host.runtimeFeatures.includes("display"),
    services,
  );
}

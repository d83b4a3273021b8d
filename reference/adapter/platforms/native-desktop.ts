import type { PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createNodeAdapter } from "./node-adapter.js";
import type { NodeServices } from "./node-services.js";

/**
 * The adapter for a machine with a person before it: Node with a display, or with a terminal. Where there is only a
 * terminal the server's adapter fits too and is asked first: then this one must be named.
 *
 * @spec adapters.native-desktop
 */
export function createNativeDesktopAdapter(services?: Partial<NodeServices>): PlatformAdapter {
  return createNodeAdapter(
    "native_desktop",
    (host) =>
      host.platformId === "node" && ["display", "tty"].some((feature) => host.runtimeFeatures.includes(feature)),
    services,
    "Node with a display or a terminal",
  );
}

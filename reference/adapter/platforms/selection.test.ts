import { describe, expect, it } from "vitest";
import { PLATFORMS } from "../../../generated/enums/platform.js";
import { AdapterRegistry } from "../adapter-registry.js";
import { createNativeDesktopAdapter, createNodeHostDetector, createServerAdapter } from "./index.js";

describe("the built-in adapters", () => {
  it("have descriptors that close, with the rows of the table, and one of them fits this host", () => {
    const registry = new AdapterRegistry({ publish: () => {}, enabled: () => false });
    const adapters = [createNativeDesktopAdapter(), createServerAdapter()];
    for (const adapter of adapters) registry.register(adapter);
    for (const { name, priority, capabilities } of PLATFORMS) {
      const descriptor = adapters.map((adapter) => adapter.descriptor()).find(({ platformId }) => platformId === name);
      expect(descriptor).toMatchObject({ priority, supportedCapabilities: capabilities });
    }
    const host = createNodeHostDetector().detect();
    expect(adapters).toContain(registry.select(host));
  });
});

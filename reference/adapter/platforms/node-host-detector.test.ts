import { describe, expect, it } from "vitest";
import { PLATFORMS } from "../../../generated/enums/platform.js";
import { AdapterRegistry } from "../adapter-registry.js";
import {
  createNativeDesktopAdapter,
  createNodeHostDetector,
  createServerAdapter,
  type NodeHostFacts,
} from "./index.js";

describe("the host", () => {
  const facts = (changes: Partial<NodeHostFacts>): NodeHostFacts => ({
    platform: "linux",
    arch: "x64",
    environment: {},
    terminal: false,
    exists: () => false,
    ...changes,
  });

  // @spec adapters.host-environment
  it("is detected from its facts", () => {
    const detect = (changes: Partial<NodeHostFacts>) => createNodeHostDetector(facts(changes)).detect();
    expect(detect({})).toEqual({
      platformId: "node",
      osKind: "linux",
      arch: "x64",
      sandboxKind: "none",
      runtimeFeatures: [],
    });
    expect(detect({ platform: "darwin", arch: "arm64", terminal: true })).toMatchObject({
      osKind: "macos",
      arch: "arm64",
      runtimeFeatures: ["display", "tty"],
    });
    expect(detect({ platform: "win32", environment: { SSH_CONNECTION: "x" } })).toMatchObject({
      osKind: "windows",
      runtimeFeatures: [],
    });
    expect(detect({ platform: "aix", arch: "ppc64", exists: (path) => path === "/.dockerenv" })).toMatchObject({
      osKind: "other",
      arch: "other",
      sandboxKind: "container",
    });
    expect(detect({ environment: { DISPLAY: "" } }).runtimeFeatures).toEqual([]);
    expect(detect({ environment: { WAYLAND_DISPLAY: "wayland-0" } }).runtimeFeatures).toEqual(["display"]);
  });

  // @spec adapters.detection
  it("is detected the same each time", () => {
    const detector = createNodeHostDetector();
    expect(detector.detect()).toEqual(detector.detect());
  });

  // @spec adapters.native-desktop
  it("is fitted by the adapter for it", () => {
    for (const environment of [{}, { DISPLAY: ":0" }]) {
      const host = createNodeHostDetector(facts({ environment })).detect();
      const fitting = [createServerAdapter(), createNativeDesktopAdapter()].filter((adapter) => adapter.match(host));
      expect(fitting.map((adapter) => adapter.descriptor().platformId)).toEqual([
        Object.keys(environment).length === 0 ? "server" : "native_desktop",
      ]);
    }
    // With a terminal alone both fit: the server is asked first, and the other one can be named.
    const terminal = createNodeHostDetector(facts({ terminal: true })).detect();
    for (const adapters of [[createNativeDesktopAdapter(), createServerAdapter()], [createNativeDesktopAdapter()]]) {
      const registry = new AdapterRegistry({ publish: () => {}, enabled: () => false });
      for (const adapter of adapters) registry.register(adapter);
      expect(registry.select(terminal)).toBe(adapters.at(-1));
    }
    const browser = {
      platformId: "browser",
      osKind: "browser",
      arch: "wasm",
      sandboxKind: "browser",
      runtimeFeatures: ["display"],
    };
    expect(createServerAdapter().match(browser) || createNativeDesktopAdapter().match(browser)).toBe(false);
  });
});

describe("the built-in adapters", () => {
  // @spec adapters.built-in, adapters.interface
  // @covers spec/tables/platforms.yaml
  it("have descriptors that close, with the rows of the table, and one of them fits this host", () => {
    const registry = new AdapterRegistry({ publish: () => {}, enabled: () => false });
    const adapters = [createNativeDesktopAdapter(), createServerAdapter()];
    for (const adapter of adapters) registry.register(adapter);
    for (const adapter of adapters) {
      const { platformId, priority, supportedCapabilities } = adapter.descriptor();
      const row = PLATFORMS.find(({ name }) => name === platformId);
      expect({ priority, supportedCapabilities }).toEqual({
        priority: row?.priority,
        supportedCapabilities: row?.capabilities,
      });
    }
    const host = createNodeHostDetector().detect();
    expect(adapters).toContain(registry.select(host));
  });
});

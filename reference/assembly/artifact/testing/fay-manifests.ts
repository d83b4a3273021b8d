import fc from "fast-check";
import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../../generated/json/fay-manifest.js";
import { resolveFayManifest } from "../../resolution/index.js";
import { ImplementationRegistry } from "../implementation-registry.js";

/** Code of every implementation of a test: nothing here looks at it. */
export const CODE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

const PACKAGES = ["@drivers/wheel", "@drivers/arm", "@drivers/lamp"] as const;
const range = fc.constantFrom("^1.0.0", ">=1.0.0 <3.0.0", "=1.2.0");

/** A FayManifest that {@link fullRegistry} has everything for. */
export const fayManifests: fc.Arbitrary<FayManifest> = fc
  .record({
    declared: fc.subarray(COMPONENTS.map(({ id, group }) => ({ id, group }))),
    range: fc.option(range, { nil: undefined }),
    provider: fc.constantFrom(undefined, "alpha", "beta"),
    controlMode: fc.constantFrom("command" as const, "ego" as const, "autonomous" as const),
    ego: fc.boolean(),
    drivers: fc.subarray([...PACKAGES]),
    note: fc.string(),
  })
  .map(({ declared, range: version, provider, controlMode, ego, drivers, note }) => ({
    name: "tests/ifay",
    version: "2.0.0",
    description: note,
    vendor: "tests",
    modules: declared
      .filter(({ group }) => group !== "protocol")
      .map(({ id }) => ({
        id,
        ...(version !== undefined && { version }),
        ...(provider !== undefined && { provider }),
      })),
    protocols: declared
      .filter(({ group }) => group === "protocol")
      .map(({ id }) => ({ id, ...(version !== undefined && { version }) })),
    controlMode,
    drivers: drivers.map((driverPackage) => ({ name: driverPackage, type: "device", driverPackage })),
    ...(ego && { ego: { modelSource: "@models/calm" } }),
  }));

/** Two providers of every component in two versions, drivers, and an Ego model. */
export function fullRegistry(): ImplementationRegistry {
  const registry = new ImplementationRegistry();
  for (const { id, runs } of COMPONENTS) {
    if (runs !== "guest") continue;
    for (const provider of ["beta", "alpha"]) {
      for (const version of ["1.0.0", "1.2.0"]) {
        const actions = [{ name: "polish", skill: "craft", permission: "polish_use" }, { name: "ask" }];
        const implementation = { part: id, component: id, version, provider, actions, code: CODE };
        registry.add(implementation);
        if (id === "ego_model") registry.add({ ...implementation, source: "@models/calm" });
      }
    }
  }
  for (const source of PACKAGES) {
    const part = source.slice("@drivers/".length);
    registry.add({ part, source, version: "0.1.0", provider: "alpha", actions: [{ name: "turn" }], code: CODE });
  }
  return registry;
}

/** A FayManifest with what follows from it. */
export function prepared(manifest: FayManifest): {
  readonly manifestText: string;
  readonly manifest: FayManifest;
  readonly resolution: ReturnType<typeof resolveFayManifest>;
  readonly main: Uint8Array;
} {
  return {
    manifestText: JSON.stringify(manifest),
    manifest,
    resolution: resolveFayManifest(manifest),
    main: CODE,
  };
}

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { fayManifests } from "../testing/fay-manifest-arbitraries.js";
import { explainComponent } from "./explain.js";
import { resolutionGraph } from "./graph.js";
import { resolvedIds, resolveFayManifest } from "./resolve.js";

describe("an explanation", () => {
  // @spec faymanifest.resolution.origin
  test.prop([fayManifests()])("tells of every component whether and why it is there", (manifest) => {
    const resolution = resolveFayManifest(manifest);
    const present = resolvedIds(resolution);
    for (const { id } of COMPONENTS) {
      const explained = explainComponent(manifest, resolution, id);
      expect(explained?.origin !== undefined).toBe(present.has(id));
      expect(explained?.origin === "declared").toBe(explained?.declaredAt !== undefined);
      expect(explained?.origin !== undefined && explained.origin !== "declared").toBe(
        resolution.autoResolved.includes(id),
      );
      for (const relation of [...(explained?.depends ?? []), ...(explained?.neededBy ?? [])]) {
        expect(relation.isPresent).toBe(present.has(relation.id));
      }
    }
  });

  it("names who is missing it, what it permits, and knows nothing of what is no component", () => {
    const manifest = {
      name: "a",
      version: "1.0.0",
      description: "",
      vendor: "",
      modules: [{ id: "device_driver_hub" }, { id: "sensor" }],
      protocols: [],
      controlMode: "command",
      permissions: { inherent: ["sensor_read"] },
    } as const;
    const resolution = resolveFayManifest(manifest);
    const protocol = explainComponent(manifest, resolution, "cap_protocol");
    expect(protocol?.reason).toBe("It is not there, although `sensor` and `device_driver_hub` depend on it.");
    expect(protocol?.actions).toEqual([
      { name: "control", skill: null, permission: "device_control", permitted: "not declared" },
    ]);
    const sensor = explainComponent(manifest, resolution, "sensor");
    expect([sensor?.declaredAt, sensor?.actions[0]?.permitted]).toEqual(["$.modules[1]", "inherent"]);
    expect(explainComponent(manifest, resolution, "__proto__")).toBeUndefined();
  });
});

describe("a graph", () => {
  // @spec faymanifest.resolution
  test.prop([fayManifests(), fc.string({ unit: "binary" }), fc.string({ unit: "binary" })])(
    "has a node for every component, and no text of an author can become a part of it",
    (plain, name, provider) => {
      const manifest = {
        ...plain,
        modules: plain.modules.map((declaration) => ({ ...declaration, provider })),
        drivers: [{ name, type: "device", driverPackage: provider }],
      };
      const resolution = resolveFayManifest(manifest);
      const lines = resolutionGraph(manifest, resolution).split("\n");
      for (const id of resolvedIds(resolution)) {
        expect(lines.filter((line) => line.includes(`["${id}`) && !line.includes(":::missing"))).toHaveLength(1);
      }
      const LINE =
        /^(flowchart LR|\s*subgraph \w+\["[^"<>&`]*"\]|\s*end|\s*\w+\[{1,2}"[^"&`]*"\]{1,2}(:::\w+)?|\s*\w+ (---|-->|-\.-) \w+|\s*classDef .*|)$/u;
      for (const line of lines) {
        expect(line).toMatch(LINE);
        expect(line.replaceAll("<br/>", "")).not.toMatch(/[<>](?!( \w+)?$)/);
      }
    },
  );

  it("escapes what Mermaid and HTML would read", () => {
    const manifest = {
      name: "a",
      version: "1.0.0",
      description: "",
      vendor: "",
      modules: [{ id: "device_driver_hub" }],
      protocols: [],
      controlMode: "command",
      drivers: [{ name: '"]; click x "javascript:1"<script>`#\n', type: "device", driverPackage: "@a/b" }],
    } as const;
    const graph = resolutionGraph(manifest, resolveFayManifest(manifest));
    expect(graph).toContain('  d0[["#34;#93;#59; click x #34;javascript:1#34;#60;script#62;#96;#35; <br/>@a/b"]]\n');
    expect(graph).toContain('m0["cap_protocol"]:::missing');
  });
});

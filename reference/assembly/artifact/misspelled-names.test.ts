import { describe, expect, it } from "vitest";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { ChosenPart } from "./implementation-registry.js";
import { misspelledNames } from "./misspelled-names.js";

const chosen: readonly ChosenPart[] = [
  {
    name: "registered_skill",
    sectionId: "component/registered_skill",
    component: "registered_skill",
    driver: undefined,
    implementation: {
      part: "registered_skill",
      component: "registered_skill",
      version: "1.0.0",
      provider: "fayger",
      actions: [
        { name: "fly", skill: "flight", permission: "flight_plan_execute" },
        { name: "pay", skill: "financial", permission: "money" },
      ],
      code: new Uint8Array(),
    },
  },
];

const manifest: FayManifest = {
  name: "test/names",
  version: "1.0.0",
  description: "",
  vendor: "",
  modules: [],
  protocols: [],
  controlMode: "ego",
};

describe("names that no action has", () => {
  // @spec tools.assemble.names
  it("are told where one that an action has is near, of skills and of permissions each for themselves", () => {
    const constraints = {
      skillBoundaries: { allowed: ["Flight", "money"], restricted: ["finacial", "social"] },
      permissionBoundaries: { requiresConfirmation: ["mony", "financial"] },
    };
    const permissions = { inherent: ["flight_plan_execute", "flight-plan-execute"], persistent: ["flight_plan"] };
    expect(misspelledNames({ ...manifest, ego: { modelSource: "m", constraints }, permissions }, chosen)).toEqual([
      { field: "$.ego.constraints.skillBoundaries.allowed[0]", name: "Flight", suggestion: "flight" },
      { field: "$.ego.constraints.skillBoundaries.restricted[0]", name: "finacial", suggestion: "financial" },
      { field: "$.ego.constraints.permissionBoundaries.requiresConfirmation[0]", name: "mony", suggestion: "money" },
      { field: "$.permissions.persistent[0]", name: "flight_plan", suggestion: "flight_plan_execute" },
    ]);
    expect(misspelledNames(manifest, chosen)).toEqual([]);
  });
});

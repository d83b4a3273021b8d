import fc from "fast-check";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { CONTROL_MODES } from "../../../generated/enums/control-mode.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";

const PROTOCOLS = COMPONENTS.filter((row) => row.group === "protocol").map((row) => row.id);
const MODULES = COMPONENTS.filter((row) => row.group !== "protocol").map((row) => row.id);
const PERMISSIONS = [
  ...new Set(COMPONENTS.flatMap((row) => row.actions).flatMap(({ permission }) => permission ?? [])),
];

const config = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
const version = fc.constantFrom("^1.0.0", "~1.2.0", ">=1.0.0 <3.0.0", "=1.0.0-beta.1");
const texts = fc.array(fc.constantFrom("flight", "camera", "social", ""), { maxLength: 3 });
const provider = fc.constantFrom("DroneAI Corp", "\u5175");
const boundarySet = fc.record({ allowed: texts, restricted: texts, requiresConfirmation: texts }, { requiredKeys: [] });

function declarations(ids: readonly string[], isModule: boolean) {
  const declaration = (id: string) =>
    fc.record(
      { id: fc.constant(id), version, config, ...(isModule && { provider }) },
      { requiredKeys: ["id"], noNullPrototype: true },
    );
  return fc.shuffledSubarray([...ids]).chain((chosen) => fc.tuple(...chosen.map(declaration)));
}

const driver = fc.record(
  { name: fc.constantFrom("Gimbal", '<b>"`'), type: fc.constant("device"), driverPackage: fc.constant("@a/b"), config },
  { requiredKeys: ["name", "type", "driverPackage"], noNullPrototype: true },
);
const ego = fc.record(
  {
    modelSource: fc.constant("@ego/pilot"),
    scenarioTags: texts,
    constraints: fc.record({ skillBoundaries: boundarySet, permissionBoundaries: boundarySet, habits: fc.jsonValue() }),
  },
  { requiredKeys: ["modelSource"], noNullPrototype: true },
);
const permissions = fc.record(
  {
    inherent: fc.subarray(PERMISSIONS),
    persistent: fc.subarray(PERMISSIONS),
    authMethods: fc.subarray(["pin", "face"]),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Every kind of FayManifest without an error. */
export function fayManifests(): fc.Arbitrary<FayManifest> {
  return fc.record(
    {
      name: fc.constantFrom("a", "drone-controller-ifay"),
      version: fc.constantFrom("1.0.0", "0.1.0-rc.1"),
      description: fc.string(),
      vendor: fc.string(),
      modules: declarations(MODULES, true),
      protocols: declarations(PROTOCOLS, false),
      controlMode: fc.constantFrom(...CONTROL_MODES),
      drivers: fc.array(driver, { maxLength: 2 }),
      ego,
      permissions,
    },
    {
      requiredKeys: ["name", "version", "description", "vendor", "modules", "protocols", "controlMode"],
      noNullPrototype: true,
    },
  ) as fc.Arbitrary<FayManifest>;
}

/** FayManifests as authors get them wrong: names and values of the right kinds at many places, and of wrong ones. */
export function brokenManifests(): fc.Arbitrary<unknown> {
  const names = ["modules", "Modules", "controlMode", "controlmode", "ego", "drivers", "__proto__", "nmae", "name"];
  const ids = ["sensor", "sensr", "Sensor", "sensors", "cap", "cap_protocol", "fay_id", "gmchain", "x", ""];
  const id = fc.constantFrom(...ids, "registeredSkill", "dtp-protocol", 1, null);
  const broken = fc.record(
    { id, version: fc.constantFrom("^1.0", "1.0.0", ">= 2.0.0", "^1.0.0"), vresion: fc.constantFrom("^1.0.0", 1) },
    { requiredKeys: [], noNullPrototype: true },
  );
  const entries = fc.array(fc.oneof(broken, broken, id), { maxLength: 4 });
  const lists = fc.record(
    {
      modules: entries,
      protocols: entries,
      ego: fc.oneof(id, fc.record({ modelSource: id, scenarioTags: id }, { noNullPrototype: true })),
      permissions: fc.record({ inherent: id, persistent: texts }, { requiredKeys: [], noNullPrototype: true }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  const others = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.constantFrom("Ego", "comand", 1, null), fc.array(broken), fc.jsonValue()),
    { noNullPrototype: true },
  );
  return fc.tuple(fayManifests(), lists, others, fc.boolean()).map(([whole, some, other, isNearlyWhole]) => ({
    ...(isNearlyWhole ? whole : {}),
    ...some,
    ...other,
  }));
}

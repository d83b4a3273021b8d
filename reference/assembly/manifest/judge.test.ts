import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { FAY_FINDINGS } from "../../../generated/enums/fay-finding.js";
import { componentCatalogue } from "../resolution/catalogue.js";
import type { Finding } from "./finding.js";
import { judgeFayManifest } from "./judge.js";

const BARE = {
  name: "a",
  version: "1.0.0",
  description: "",
  vendor: "",
  modules: [],
  protocols: [],
  controlMode: "command",
};

/** The bare FayManifest with some members changed. */
function manifest(changes: object): object {
  return { ...BARE, ...changes };
}

const modules = (...ids: string[]) => ids.map((id) => ({ id }));

function found(findings: readonly Finding[]): string[] {
  return findings.map(({ code, field }) => `${code} ${field}`);
}

function errorsOf(changes: object): string[] {
  return found(judgeFayManifest(manifest(changes)).errors);
}

function warningsOf(changes: object): string[] {
  const { errors, warnings } = judgeFayManifest(manifest(changes));
  expect(errors).toEqual([]);
  return found(warnings);
}

describe("errors of a FayManifest", () => {
  // @spec faymanifest.shape, faymanifest.validation.order
  it("are those of the schema in its order, then those of components, modules first", () => {
    const value = {
      protocols: [{ id: "sensor" }, { id: "cap_protocol", provider: "x" }],
      controlMode: "self",
      modules: [{ id: "nothing" }, { version: "1" }, { id: "sensor" }, { id: "sensor", version: "*" }, 5],
      extra: 1,
      name: "A",
      version: 1,
      description: null,
    };
    expect(found(judgeFayManifest(value).errors)).toEqual([
      "pattern_mismatch $.name",
      "wrong_type $.version",
      "wrong_type $.description",
      "missing_field $.vendor",
      "missing_field $.modules[1].id",
      "pattern_mismatch $.modules[1].version",
      "pattern_mismatch $.modules[3].version",
      "wrong_type $.modules[4]",
      "unknown_field $.protocols[1].provider",
      "value_out_of_range $.controlMode",
      "unknown_field $.extra",
      "unknown_component $.modules[0].id",
      "duplicate_component $.modules[3].id",
      "wrong_group $.protocols[0].id",
    ]);
    expect(judgeFayManifest(value).warnings).toEqual([]);
  });

  // @spec faymanifest.shape
  it.each([[null], [undefined], [[]], ["x"], [0], [true]])("are there for %j, which is no object", (value) => {
    expect(found(judgeFayManifest(value).errors)).toEqual(["wrong_type $"]);
  });

  // @spec faymanifest.validation.components
  it("judge each id that is a text, whatever else is wrong", () => {
    expect(errorsOf({ modules: [{ id: "" }, { id: 1 }, { id: "x".repeat(70) }] })).toEqual([
      "length_out_of_range $.modules[0].id",
      "wrong_type $.modules[1].id",
      "length_out_of_range $.modules[2].id",
      "unknown_component $.modules[0].id",
      "unknown_component $.modules[2].id",
    ]);
    expect(errorsOf({ modules: modules("x", "x", "cap_protocol", "cap_protocol") })).toEqual([
      "unknown_component $.modules[0].id",
      "unknown_component $.modules[1].id",
      "wrong_group $.modules[2].id",
      "wrong_group $.modules[3].id",
    ]);
    for (const id of ["__proto__", "constructor", "toString"]) {
      expect(errorsOf({ modules: modules(id) })).toEqual(["unknown_component $.modules[0].id"]);
    }
  });

  // @spec faymanifest.components, faymanifest.components.groups
  it.each(COMPONENTS)("say of $id whether it is declared where it belongs, and once", ({ id, group }) => {
    const [right, wrong] = group === "protocol" ? ["protocols", "modules"] : ["modules", "protocols"];
    expect(errorsOf({ [right as string]: modules(id) })).toEqual([]);
    expect(errorsOf({ [wrong as string]: modules(id) })).toEqual([`wrong_group $.${wrong}[0].id`]);
    expect(errorsOf({ [right as string]: modules(id, id) })).toEqual([`duplicate_component $.${right}[1].id`]);
  });

  // @spec faymanifest.validation.suggestion
  it.each([
    ["sensr", "Did you mean `sensor`?"],
    ["Sensor", "Did you mean `sensor`?"],
    ["deviceDriverHub", "Did you mean `device_driver_hub`?"],
    ["device-driver hub", "Did you mean `device_driver_hub`?"],
    ["invoke_skils", "Did you mean `invoke_skill`?"],
    ["personal_data_head", "Did you mean `personal_data_heap`?"],
    ["cap", "Did you mean `cap_protocol`, which belongs in `protocols`?"],
    ["driver_hub", "Did you mean `device_driver_hub`?"],
    ["data_heap_personal", "Did you mean `personal_data_heap`?"],
    ["skill", undefined],
    ["interactive_dialogue", "Did you mean `interactive_conversation_protocol`, which belongs in `protocols`?"],
    ["icp", "Did you mean `interactive_conversation_protocol`, which belongs in `protocols`?"],
    ["blockchain", undefined],
    ["x", undefined],
    ["s".repeat(5000), undefined],
  ])("suggest for %s the nearest name", (id, suggestion) => {
    expect(judgeFayManifest(manifest({ modules: modules(id) })).errors.at(-1)?.suggestion).toBe(suggestion);
  });

  // @spec faymanifest.validation.suggestion
  it.each([
    [{ controlMode: "Ego" }, "Did you mean `ego`?"],
    [{ controlmode: "ego" }, "Did you mean `controlMode`?"],
    [{ protocols: [{ id: "cap_protocol", verison: "^1.0.0" }] }, "Did you mean `version`?"],
    [{ permissions: { inheret: [] } }, "Did you mean `inherent`?"],
    [{ ego: { modelSource: "a", constraints: { skillBoundries: {} } } }, "Did you mean `skillBoundaries`?"],
    [{ protocols: ["cap_protocol"] }, 'Use `{"id":"cap_protocol"}`.'],
    [
      { protocols: { cap_protocol: "^1.0.0" } },
      'Write a list of declarations, as in `[{ "id": "sensor", "version": "^1.0.0" }]`.',
    ],
    [{ permissions: { inherent: "sensor_read" } }, 'Use `["sensor_read"]`.'],
    [{ ego: "@ego/pilot" }, 'Use `{"modelSource":"@ego/pilot"}`.'],
    [{ vendor: 5 }, undefined],
    [{ name: "Drone Controller!" }, "Use `drone-controller`."],
    [{ name: "\u5175" }, undefined],
    [{ version: "v1.2" }, "Use `1.2.0`."],
    [{ version: "01.2.3" }, "Use `1.2.3`."],
    [{ version: "one" }, undefined],
    [{ modules: [{ id: "sensor", version: "^1.0" }] }, "Use `^1.0.0`."],
    [{ modules: [{ id: "sensor", version: ">= 1.2.0" }] }, "Use `>=1.2.0`."],
    [
      { modules: [{ id: "sensor", version: "1.2" }] },
      "Use `=1.2.0` for this version alone, or `^1.2.0` for those compatible with it.",
    ],
    [{ modules: [{ id: "sensor", version: "*" }] }, "Leave `version` out to take every version."],
    [{ modules: [{ id: "sensor", version: "latest" }] }, "Leave `version` out to take every version."],
    [{ modules: [{ id: "sensor", version: ">1.2" }] }, "Use for instance `^1.0.0`, or `>=1.0.0 <3.0.0`."],
  ])("suggest for %j what belongs there", (changes, suggestion) => {
    const { errors } = judgeFayManifest(manifest(changes));
    expect(errors.at(-1)?.suggestion).toBe(suggestion);
    expect(errors.map(({ message }) => message).join()).not.toContain("[0-9]");
  });

  // @spec faymanifest.validation.suggestion
  it("show each member that must be there, as one that is right", () => {
    const holes = {
      $: {},
      "$.modules[0]": { modules: [{}] },
      "$.protocols[0]": { protocols: [{}] },
      "$.drivers[0]": { drivers: [{}] },
      "$.ego": { ego: {} },
    };
    for (const [path, hole] of Object.entries(holes)) {
      const missing = judgeFayManifest(hole).errors.filter(
        ({ code, field }) =>
          code === "missing_field" && field.startsWith(`${path}.`) && !field.slice(path.length + 1).includes("."),
      );
      expect(missing.length).toBeGreaterThan(0);
      const examples = missing.map(({ suggestion }) => /^Add `(.*)`\.$/.exec(suggestion ?? "")?.[1]);
      const whole = JSON.parse(`{${examples.join()}}`) as Record<string, unknown>;
      expect(Object.keys(whole)).toEqual(missing.map(({ field }) => field.slice(path.length + 1)));
      const list = path.slice(2, -3);
      const mended = path === "$" ? whole : path === "$.ego" ? { ego: whole } : { [list]: [whole] };
      expect(judgeFayManifest(manifest(mended)).errors).toEqual([]);
    }
  });

  // @spec faymanifest.validation.bound
  it("are told up to a thousand, those of the schema first, and the others counted", () => {
    const wrong = (count: number) => Array.from({ length: count }, () => 1);
    const { errors, untold } = judgeFayManifest(manifest({ modules: [...wrong(998), ...modules("a", "b", "c", "d")] }));
    expect(found(errors).slice(-4)).toEqual([
      "wrong_type $.modules[996]",
      "wrong_type $.modules[997]",
      "unknown_component $.modules[998].id",
      "unknown_component $.modules[999].id",
    ]);
    expect([errors.length, untold]).toEqual([1000, 2]);
    const many = judgeFayManifest(manifest({ modules: wrong(2000), protocols: modules("a") }));
    expect([many.errors.length, many.untold]).toEqual([1000, 1001]);
    expect(judgeFayManifest(manifest({ modules: wrong(1000) })).untold).toBe(0);
  });

  // @spec faymanifest.resolution.linear
  it("are found in a file of very many that are unknown, in a catalogue of very many", () => {
    const rows = Array.from({ length: 2000 }, (_, index) => ({
      ...(COMPONENTS[5] as (typeof COMPONENTS)[0]),
      id: `c${index}_sensing`,
    }));
    const ids = Array.from({ length: 5000 }, (_, index) => `d${index}_sensing`);
    const { errors } = judgeFayManifest(manifest({ modules: modules(...ids) }), componentCatalogue(rows));
    expect(errors).toHaveLength(1000);
    expect(errors[0]?.suggestion).toBeDefined();
    expect(errors.at(-1)?.suggestion).toBeUndefined();
  });
});

describe("warnings of a FayManifest", () => {
  // @spec faymanifest.validation.warnings
  it("tell of each component that a declared one depends on, in the order of the table", () => {
    expect(
      warningsOf({
        modules: modules("self_driven_behavior", "aligned_consciousness"),
        permissions: { inherent: ["personal_data_read"] },
      }),
    ).toEqual(["relation_missing $.modules[0]", "relation_missing $.modules[1]", "relation_missing $.modules[1]"]);
    const { warnings } = judgeFayManifest(manifest({ modules: modules("aligned_consciousness") }));
    expect(warnings.map(({ message }) => message).slice(0, 2)).toEqual([
      "`aligned_consciousness` depends on `personal_data_heap`, which is neither declared nor added",
      "`aligned_consciousness` depends on `self_awareness`, which is neither declared nor added",
    ]);
    // What was added does not count as declared, and what it depends on is no matter of the author's.
    expect(warningsOf({})).toEqual([]);
  });

  // @spec faymanifest.validation.warnings
  it.each<readonly [string, object, readonly string[]]>([
    ["an ego mode without ego", { controlMode: "ego" }, ["ego_missing $.controlMode"]],
    ["an ego nobody asks", { ego: { modelSource: "a" } }, ["ego_unused $.ego"]],
    ["an ego in autonomous mode", { controlMode: "ego", ego: { modelSource: "a" } }, []],
    [
      "autonomy without what it rests on",
      { controlMode: "autonomous", modules: modules("internal_skill", "self_driven_behavior") },
      ["relation_missing $.modules[1]", "autonomy_incomplete $.controlMode"],
    ],
    [
      "permissions",
      {
        modules: modules("meri_token", "first_person_tracer", "credential_management"),
        permissions: { inherent: ["screen_read"], persistent: ["value_read"], authMethods: ["pin"] },
      },
      ["permission_missing $.modules[0]", "permission_missing $.modules[2]"],
    ],
    [
      "a permission nobody gives",
      { permissions: { persistent: ["x"], authMethods: [] } },
      ["authentication_missing $.permissions.persistent"],
    ],
    ["no persistent permission", { permissions: { persistent: [] } }, []],
    ["drivers", { drivers: [{ name: "a", type: "b", driverPackage: "c" }] }, ["driver_without_hub $.drivers"]],
    ["no drivers", { drivers: [] }, []],
  ])("tell of %s", (_, changes, expected) => {
    expect(warningsOf(changes)).toEqual(expected);
  });

  // @spec faymanifest.validation.warnings
  it("tell of each text in several lists of a boundary set, in the order of the texts", () => {
    const constraints = {
      permissionBoundaries: { allowed: ["x"], requiresConfirmation: ["x"] },
      skillBoundaries: { restricted: ["b", "a"], allowed: ["a", "b", "a", "c"], requiresConfirmation: ["b", "d", "d"] },
      habits: { allowed: ["y"], restricted: ["y"] },
    };
    const { warnings } = judgeFayManifest(manifest({ controlMode: "ego", ego: { modelSource: "m", constraints } }));
    expect(warnings).toEqual([
      {
        code: "boundary_conflict",
        field: "$.ego.constraints.skillBoundaries",
        message: '"a" stands in `allowed` and `restricted`',
        suggestion: "Keep it in one of them; now `restricted` counts.",
      },
      {
        code: "boundary_conflict",
        field: "$.ego.constraints.skillBoundaries",
        message: '"b" stands in `allowed` and `restricted` and `requiresConfirmation`',
        suggestion: "Keep it in one of them; now `restricted` counts.",
      },
      {
        code: "boundary_conflict",
        field: "$.ego.constraints.permissionBoundaries",
        message: '"x" stands in `allowed` and `requiresConfirmation`',
        suggestion: "Keep it in one of them; now `requiresConfirmation` counts.",
      },
    ]);
  });

  // @spec faymanifest.validation.warnings
  it("stand in the order of the table, and each of its codes can be found", () => {
    const codes = judgeFayManifest(
      manifest({
        controlMode: "autonomous",
        modules: modules("sensor"),
        drivers: [{ name: "a", type: "b", driverPackage: "c" }],
        permissions: { persistent: ["x"] },
        ego: { modelSource: "m", constraints: { cognitiveBoundaries: { allowed: ["x"], restricted: ["x"] } } },
      }),
    ).warnings.map(({ code }) => code);
    const order = codes.map((code) => FAY_FINDINGS.indexOf(code));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(codes)).toEqual(
      new Set([
        "relation_missing",
        "autonomy_incomplete",
        "permission_missing",
        "authentication_missing",
        "boundary_conflict",
        "driver_without_hub",
      ]),
    );
  });
});

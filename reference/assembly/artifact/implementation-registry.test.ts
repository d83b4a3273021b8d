import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { compareText } from "../../codec/codegen-v1.js";
import { compareVersions, parseVersion } from "../../versions/semantic-version.js";
import { satisfies } from "../../versions/version-range.js";
import { resolveFayManifest } from "../resolution/index.js";
import { readComponentRegistry } from "./component-registry.js";
import type { Implementation } from "./implementation.js";
import { type Choice, describeMissing, ImplementationRegistry } from "./implementation-registry.js";
import { CODE, fayManifests, fullRegistry } from "./testing/fay-manifests.js";

const EMPTY: FayManifest = {
  name: "tests/ifay",
  version: "1.0.0",
  description: "",
  vendor: "",
  modules: [],
  protocols: [],
  controlMode: "command",
};

function sensor(version: string, provider: string): Implementation {
  return { part: "sensor", component: "sensor", version, provider, actions: [], code: CODE };
}

function choose(registry: ImplementationRegistry, manifest: FayManifest): Choice {
  return registry.choose(manifest, resolveFayManifest(manifest));
}

// @spec assembly.implementations
describe("a registry", () => {
  const version = fc
    .tuple(fc.nat(2), fc.nat(12), fc.nat(2), fc.constantFrom("", "-rc.1"))
    .map(([a, b, c, d]) => `${a}.${b}.${c}${d}`);
  const offered = fc.uniqueArray(fc.tuple(version, fc.constantFrom("a", "z", "\uff5e", "\u{1f600}")), {
    selector: (pair) => pair.join(" "),
    maxLength: 12,
  });
  const asked = fc.record({
    version: fc.option(fc.constantFrom("^1.0.0", "~1.2.0", ">=0.5.0 <2.0.0", ">1.1.0", "=2.0.0-rc.1"), {
      nil: undefined,
    }),
    provider: fc.option(fc.constantFrom("a", "z"), { nil: undefined }),
  });

  test("gives the highest version that is asked for, of equal ones that of the lowest provider", () => {
    fc.assert(
      fc.property(offered, asked, (offers, { version: range, provider }) => {
        const registry = new ImplementationRegistry();
        for (const [its, maker] of offers) registry.add(sensor(its, maker));
        const declared = {
          id: "sensor",
          ...(range !== undefined && { version: range }),
          ...(provider !== undefined && { provider }),
        };
        const { chosen, missing } = choose(registry, { ...EMPTY, modules: [declared] });
        // The oracle goes over all and keeps the best, where the registry sorts.
        let best: readonly [string, string] | undefined;
        for (const offer of offers) {
          if (provider !== undefined && offer[1] !== provider) continue;
          if (range !== undefined && !satisfies(offer[0], range)) continue;
          const [left, right] = [parseVersion(offer[0]), parseVersion(best?.[0] ?? "")];
          const order = left && right ? compareVersions(left, right) : 1;
          if (best === undefined || order > 0 || (order === 0 && compareText(offer[1], best[1]) < 0)) best = offer;
        }
        const given = chosen.find(({ name }) => name === "sensor")?.implementation;
        expect(given && [given.version, given.provider]).toEqual(best && [...best]);
        const lacking = missing.find(({ component }) => component === "sensor");
        expect(lacking === undefined).toBe(best !== undefined);
        if (lacking !== undefined) {
          expect(lacking).toMatchObject({ version: range, provider });
          expect(lacking.present).toHaveLength(offers.length);
        }
      }),
    );
  });

  test("gives an Ego model by the source of the ego block, and a plain one where there is none", () => {
    const registry = fullRegistry();
    const plain = choose(registry, { ...EMPTY, modules: [{ id: "ego_model" }] });
    expect(plain.chosen.find(({ name }) => name === "ego_model")?.implementation.source).toBeUndefined();
    const named = choose(registry, { ...EMPTY, ego: { modelSource: "@models/calm" } });
    expect(named.chosen.find(({ name }) => name === "ego_model")?.implementation.source).toBe("@models/calm");
    const unknown = choose(registry, { ...EMPTY, ego: { modelSource: "@models/wild" } });
    expect(unknown.missing).toMatchObject([{ component: "ego_model", source: "@models/wild" }]);
  });

  test("gives each component and driver its section", () => {
    const manifest = {
      ...EMPTY,
      modules: [{ id: "sensor" }],
      drivers: [{ name: "Arm", type: "device", driverPackage: "@drivers/arm" }],
    };
    const { chosen } = choose(fullRegistry(), manifest);
    const sections = chosen.map(({ name, sectionId, component, driver }) => [name, sectionId, component, driver]);
    expect(sections).toContainEqual(["sensor", "component/sensor", "sensor", undefined]);
    expect(sections).toContainEqual(["arm", "driver/arm", undefined, 0]);
    expect(sections.map(([name]) => name)).toEqual(sections.map(([name]) => name).sort());
  });

  // @spec assembly.implementations.missing
  test("tells all that is missing at once, with what is asked and what is there", () => {
    const registry = new ImplementationRegistry();
    registry.add(sensor("1.0.0", "alpha"));
    const manifest: FayManifest = {
      ...EMPTY,
      modules: [{ id: "sensor", version: "^2.0.0", provider: "beta" }, { id: "invoke_skill" }],
      drivers: [{ name: "Lost", type: "device", driverPackage: "@drivers/lost" }],
      ego: { modelSource: "@models/calm" },
    };
    const { chosen, missing } = choose(registry, manifest);
    expect(chosen).toEqual([]);
    const always = COMPONENTS.filter(({ always: is, runs }) => is && runs === "guest").map(({ id }) => id);
    expect(missing.map(({ component, driver }) => component ?? driver).sort()).toEqual(
      [...always, "sensor", "invoke_skill", "ego_model", 0].sort(),
    );
    const lines = missing.map((one) => describeMissing(one, manifest));
    expect(lines).toContain("sensor with version ^2.0.0, provider beta: there is 1.0.0 of alpha");
    expect(lines).toContain("driver Lost with source @drivers/lost: there is none");
    // Of many the best ones are named.
    for (let minor = 1; minor < 40; minor++) registry.add(sensor(`1.${minor}.0`, "alpha"));
    const [line] = choose(registry, manifest).missing.flatMap((one) =>
      one.component === "sensor" ? [describeMissing(one, manifest)] : [],
    );
    expect(line).toMatch(/there is 1[.]39[.]0 of alpha; .*; 1[.]30[.]0 of alpha; 30 more$/);
  });

  // @spec assembly.drivers
  test("has no implementation for a driver whose part has the name of another", () => {
    const drivers = ["One", "Two"].map((name) => ({ name, type: "device", driverPackage: "@drivers/arm" }));
    const manifest = { ...EMPTY, drivers };
    const { missing } = choose(fullRegistry(), manifest);
    expect(missing).toMatchObject([{ driver: 1, taken: "arm" }]);
    expect(missing.map((one) => describeMissing(one, manifest))).toEqual([
      "driver Two: @drivers/arm gives the part arm, which another driver is already",
    ]);
  });

  test("has everything for what was made to fit it", () => {
    const registry = fullRegistry();
    fc.assert(
      fc.property(fayManifests, (manifest) => {
        expect(choose(registry, manifest).missing).toEqual([]);
      }),
    );
  });
});

// @spec assembly.implementations.actions, assembly.drivers
describe("no implementation is", () => {
  const driver: Implementation = {
    part: "arm",
    source: "@drivers/arm",
    version: "1.0.0",
    provider: "a",
    actions: [],
    code: CODE,
  };
  const long = "a".repeat(64);
  test.each<[string, Implementation]>([
    ["one whose part is no name", { ...driver, part: "Arm" }],
    ["one whose version is none", { ...driver, version: "1" }],
    ["one of nobody", { ...driver, provider: "" }],
    ["one with an action twice", { ...driver, actions: [{ name: "turn" }, { name: "turn" }] }],
    ["a driver without a package", (({ source: _, ...rest }) => rest)(driver)],
    ["a driver with the name of a component", { ...driver, part: "fay_id" }],
    ["a driver with the name of the assembly service", { ...driver, part: "fayger_runtime" }],
    ["a component with another name", { ...sensor("1.0.0", "a"), part: "sensors" }],
    ["a component with a source", { ...sensor("1.0.0", "a"), source: "@drivers/arm" }],
    ["one that declares an action of the table", { ...sensor("1.0.0", "a"), actions: [{ name: "read" }] }],
    ["code for the assembly service", { ...sensor("1.0.0", "a"), part: "fayger_runtime", component: "fayger_runtime" }],
    ["one whose host functions have too long a name", { ...driver, part: long, actions: [{ name: long }] }],
  ])("%s", (_, implementation) => {
    expect(() => new ImplementationRegistry().add(implementation)).toThrow(TypeError);
  });

  test("one that is there already", () => {
    const registry = new ImplementationRegistry();
    registry.add(driver);
    registry.add({ ...driver, version: "1.0.1" });
    expect(() => registry.add(driver)).toThrow(TypeError);
    expect([...registry].map(({ version }) => version)).toEqual(["1.0.1", "1.0.0"]);
  });
});

// @spec assembly.registry
describe("a registry of files", () => {
  const document = {
    main: "main.wasm",
    implementations: [
      { part: "sensor", version: "1.0.0", provider: "a", actions: [{ name: "shake" }], file: "sensor.wasm" },
      { part: "arm", source: "@drivers/arm", version: "1.0.0", provider: "a", file: "drivers/arm.wasm" },
    ],
  };
  const files = (path: string): Uint8Array => new TextEncoder().encode(path);

  test("is read with the code of each file", async () => {
    const { registry, main, problems } = await readComponentRegistry(document, files);
    expect(problems).toEqual([]);
    expect(main).toEqual(files("main.wasm"));
    expect([...registry]).toEqual([
      { ...sensor("1.0.0", "a"), actions: [{ name: "shake" }], code: files("sensor.wasm") },
      {
        part: "arm",
        source: "@drivers/arm",
        version: "1.0.0",
        provider: "a",
        actions: [],
        code: files("drivers/arm.wasm"),
      },
    ]);
  });

  test("tells everything that is wrong, and gives what is right", async () => {
    const [first, second] = document.implementations;
    const broken = {
      implementations: [first, { ...first, version: "1.1.0", actions: [{ name: "read" }] }, second, first],
    };
    const { registry, problems } = await readComponentRegistry(broken, (path) => {
      if (path.startsWith("drivers/")) throw new Error("no such file");
      return files(path);
    });
    expect(problems).toEqual([
      { field: "$.implementations[1]", message: "read is an action of the table components" },
      { field: "$.implementations[2].file", message: "no such file" },
      { field: "$.implementations[3]", message: "sensor 1.0.0 of a is registered already" },
    ]);
    expect([...registry].map(({ part }) => part)).toEqual(["sensor"]);
    const unread = await readComponentRegistry({ implementations: [{ part: "__proto__" }], main: 1 }, files);
    expect(unread.problems.length).toBeGreaterThan(3);
    expect((await readComponentRegistry(null, files)).problems).toHaveLength(1);
  });

  test.each(["../secret", "/etc/secret", "a/../../secret", "a//b", "c:\\secret", ".secret", ""])(
    "asks for no file outside of its folder: %j",
    async (path) => {
      const asked: string[] = [];
      const stolen = { main: path, implementations: [{ ...document.implementations[0], file: path }] };
      const { problems } = await readComponentRegistry(stolen, (name) => files(String(asked.push(name))));
      expect(problems.map(({ field }) => field)).toEqual(
        expect.arrayContaining(["$.main", "$.implementations[0].file"]),
      );
      expect(asked).toEqual([]);
    },
  );

  test("is judged whole before any file is read", async () => {
    const asked: string[] = [];
    await readComponentRegistry({ ...document, more: 1 }, (name) => files(String(asked.push(name))));
    expect(asked).toEqual([]);
  });
});

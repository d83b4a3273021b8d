import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { isFayResolution, type ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { judgeFayManifest } from "../manifest/judge.js";
import { fayManifests } from "../testing/fay-manifest-arbitraries.js";
import { resolvedIds, resolveFayManifest } from "./resolve.js";

const ALWAYS = [
  "fay_id",
  "faying_protocol",
  "fayger_runtime",
  "ifay_profile",
  "permission_system",
  "security_ethics",
  "multi_terminal_sync",
];

function example(name: string): FayManifest {
  return JSON.parse(readFileSync(new URL(`../../examples/drone/${name}.json`, import.meta.url), "utf8"));
}

/** A FayManifest and the same with its declarations in another order. */
const shuffled = fayManifests().chain((manifest) =>
  fc
    .tuple(
      fc.shuffledSubarray([...manifest.modules], { minLength: manifest.modules.length }),
      fc.shuffledSubarray([...manifest.protocols], { minLength: manifest.protocols.length }),
    )
    .map(([modules, protocols]) => [manifest, { ...manifest, protocols, modules }] as const),
);

/** A FayManifest and the same with some declarations, and perhaps the ego, left out. */
const reduced = fc.tuple(fayManifests(), fc.func(fc.boolean()), fc.boolean()).map(([manifest, isKept, keepsEgo]) => {
  const { ego, ...rest } = manifest;
  const less: FayManifest = {
    ...rest,
    modules: manifest.modules.filter(({ id }) => isKept(id)),
    protocols: manifest.protocols.filter(({ id }) => isKept(id)),
    ...(keepsEgo && ego !== undefined && { ego }),
  };
  return [manifest, less] as const;
});

function declarationOf({ id, version, provider }: ResolvedComponent) {
  return { id, ...(version !== undefined && { version }), ...(provider !== undefined && { provider }) };
}

describe("a resolution", () => {
  // @spec faymanifest.resolution, faymanifest.stage
  it.each(["fay", "second"])("of the published example %s.json is the published one", (name) => {
    const resolution = resolveFayManifest(example(name));
    expect(resolution.resolvedStage).toBe(2);
    expect(resolution.controlMode).toBe("ego");
    expect(resolution.allComponents).toHaveLength(11);
    expect(resolution.allProtocols).toHaveLength(3);
    expect(new Set(resolution.autoResolved)).toEqual(new Set([...ALWAYS, "ego_model"]));
    expect(resolution.autoResolved).toHaveLength(8);
  });

  // @spec faymanifest.resolution, faymanifest.resolution.origin
  it("tells why each component is there, and what was asked of it", () => {
    const { allComponents, allProtocols } = resolveFayManifest({
      ...example("second"),
      modules: [
        { id: "fay_id", version: "^1.0.0", provider: "Somebody" },
        { id: "ego_model", version: "~2.0.0" },
      ],
      protocols: [],
    });
    expect([...allComponents, ...allProtocols].map(({ id, origin }) => `${id} ${origin}`)).toEqual([
      "fay_id declared",
      "ego_model declared",
      "fayger_runtime always",
      "ifay_profile always",
      "permission_system always",
      "security_ethics always",
      "multi_terminal_sync always",
      "faying_protocol always",
    ]);
    expect(allComponents[0]).toEqual({ id: "fay_id", origin: "declared", version: "^1.0.0", provider: "Somebody" });
    expect(resolveFayManifest({ ...example("second"), modules: [] }).allComponents[1]).toEqual({
      id: "ego_model",
      origin: "ego",
    });
  });

  // @spec faymanifest.resolution, faymanifest.resolution.always, faymanifest.resolution.ego
  test.prop([fayManifests()])("holds what is declared, what every iFay has, and nothing else", (manifest) => {
    const resolution = resolveFayManifest(manifest);
    const declared = [...manifest.modules, ...manifest.protocols].map(({ id }) => id);
    const ego = manifest.ego === undefined ? [] : ["ego_model"];
    expect(resolvedIds(resolution)).toEqual(new Set([...declared, ...ALWAYS, ...ego]));
    expect(new Set(resolution.autoResolved)).toEqual(
      new Set([...ALWAYS, ...ego].filter((id) => !declared.includes(id))),
    );
    expect(isFayResolution(resolution)).toBe(true);
    const ids = COMPONENTS.map(({ id }) => id as string);
    for (const list of [
      resolution.autoResolved,
      resolution.allComponents.map(({ id }) => id),
      resolution.allProtocols.map(({ id }) => id),
    ]) {
      expect(list).toEqual(ids.filter((id) => list.includes(id)));
    }
  });

  // @spec faymanifest.stage
  test.prop([fayManifests()])("reaches the highest stage among what is declared", (manifest) => {
    const declared = new Set([...manifest.modules, ...manifest.protocols].map(({ id }) => id));
    const stages = COMPONENTS.filter(({ id }) => declared.has(id)).map(({ stage }) => stage ?? 1);
    expect(resolveFayManifest(manifest).resolvedStage).toBe(Math.max(1, ...stages));
  });

  // @spec faymanifest.resolution.order
  test.prop([shuffled])("is the same for every order of declaration", ([manifest, other]) => {
    expect(JSON.stringify(resolveFayManifest(other))).toBe(JSON.stringify(resolveFayManifest(manifest)));
  });

  // @spec faymanifest.resolution.order
  test.prop([fayManifests()])("changes nothing when everything in it is declared and resolved again", (manifest) => {
    const resolution = resolveFayManifest(manifest);
    const whole: FayManifest = {
      ...manifest,
      modules: resolution.allComponents.map(declarationOf),
      protocols: resolution.allProtocols.map(({ id, version }) => ({ id, ...(version !== undefined && { version }) })),
    };
    expect(judgeFayManifest(whole).errors).toEqual([]);
    const again = resolveFayManifest(whole);
    expect(again.allComponents.map(declarationOf)).toEqual(resolution.allComponents.map(declarationOf));
    expect(again.allProtocols.map(declarationOf)).toEqual(resolution.allProtocols.map(declarationOf));
    expect(again.autoResolved).toEqual([]);
    expect(again.resolvedStage).toBe(resolution.resolvedStage);
    expect(resolveFayManifest(manifest)).toEqual(resolution);
  });

  // @spec faymanifest.resolution.order
  test.prop([reduced])("never loses a component when more is declared", ([manifest, less]) => {
    const [all, some] = [resolveFayManifest(manifest), resolveFayManifest(less)];
    expect([...resolvedIds(all)]).toEqual(expect.arrayContaining([...resolvedIds(some)]));
    expect(all.resolvedStage).toBeGreaterThanOrEqual(some.resolvedStage);
  });
});

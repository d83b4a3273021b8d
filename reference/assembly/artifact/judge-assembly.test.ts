import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AssemblySection } from "../../../generated/codecs/assembly-section.js";
import type { PartImplementation } from "../../../generated/codecs/part-implementation.js";
import type { AssemblyReason } from "../../../generated/enums/assembly-reason.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { Artifact } from "../../contracts/buf-serializer.js";
import { resolveFayManifest } from "../resolution/index.js";
import {
  assemble,
  type ChangedManifest,
  type ChangedSection,
  type Changes,
  judge,
  registry,
  verdict,
  WHOLE,
} from "./testing/assembled-artifacts.js";
import { fayManifests } from "./testing/fay-manifests.js";

// @spec assembly.checks, assembly.checks.again
describe("an assembly section", () => {
  test("that was assembled is accepted, and gives every part with its actions", () => {
    fc.assert(
      fc.property(fayManifests, (manifest) => {
        const { chosen } = registry.choose(manifest, resolveFayManifest(manifest));
        const assembled = judge(assemble(manifest));
        expect(assembled.manifest).toEqual(JSON.parse(JSON.stringify(manifest)));
        expect(assembled.resolution).toEqual(resolveFayManifest(manifest));
        expect(
          assembled.parts.map(({ name, sectionId, component, driver }) => [name, sectionId, component, driver]),
        ).toEqual(chosen.map(({ name, sectionId, component, driver }) => [name, sectionId, component, driver]));
        for (const { component, actions } of assembled.parts) {
          expect(actions.map(({ name }) => name)).toEqual(
            component === undefined ? ["turn"] : expect.arrayContaining(["ask", "polish"]),
          );
        }
      }),
    );
  });

  const artifact = assemble(WHOLE);
  const edit =
    (part: string, change: (one: PartImplementation) => object): ChangedSection =>
    (section) => ({
      ...section,
      implementations: section.implementations.map((one) =>
        one.part === part ? { ...(change(one) as typeof one) } : one,
      ),
    });
  const without =
    (part: string): ChangedSection =>
    (section) => ({ ...section, implementations: section.implementations.filter((one) => one.part !== part) });
  const extra =
    (one: Pick<PartImplementation, "part" | "source">): ChangedSection =>
    (section) => ({
      ...section,
      implementations: [...section.implementations, { version: "1.0.0", provider: "a", actions: [], ...one }].sort(
        (a, b) => (a.part < b.part ? -1 : 1),
      ),
    });
  const fay =
    (change: (manifest: FayManifest) => object): ChangedSection =>
    (section) => ({ ...section, manifest: JSON.stringify(change(WHOLE)) });
  const resolution =
    (change: (value: Record<string, unknown>) => unknown): ChangedSection =>
    (section) => ({ ...section, resolution: JSON.stringify(change(JSON.parse(section.resolution))) });
  const functions =
    (drop: string): ChangedManifest =>
    (manifest) => ({ ...manifest, hostFunctions: (manifest.hostFunctions ?? []).filter((name) => name !== drop) });

  const wrong: readonly (readonly [title: string, changes: Changes, reason: AssemblyReason, part?: string])[] = [
    ["whose bytes are no CBOR", { bytes: new Uint8Array([0xff]) }, "not_decodable"],
    ["whose resolution is no JSON", { section: (same) => ({ ...same, resolution: "{" }) }, "not_decodable"],
    [
      "whose resolution has a comment",
      { section: (same) => ({ ...same, resolution: `${same.resolution}//` }) },
      "not_decodable",
    ],
    ["whose FayManifest is no JSON", { section: (same) => ({ ...same, manifest: "" }) }, "manifest_invalid"],
    [
      "whose FayManifest has a comment",
      { section: (same) => ({ ...same, manifest: `${same.manifest}//` }) },
      "manifest_invalid",
    ],
    [
      "whose FayManifest has an error",
      { section: fay((one) => ({ ...one, modules: [{ id: "sensr" }] })) },
      "manifest_invalid",
    ],
    ["with another name", { section: fay((one) => ({ ...one, name: "tests/other" })) }, "name_mismatch"],
    ["of another version", { section: fay((one) => ({ ...one, version: "2.0.0+1" })) }, "name_mismatch"],
    ["of an artifact with another name", { manifest: (one) => ({ ...one, name: "other" }) }, "name_mismatch"],
    [
      "that declares more",
      { section: fay((one) => ({ ...one, modules: [...one.modules, { id: "gmchain" }] })) },
      "resolution_mismatch",
    ],
    ["with another stage", { section: resolution((one) => ({ ...one, resolvedStage: 3 })) }, "resolution_mismatch"],
    ["with a member more", { section: resolution((one) => ({ ...one, more: null })) }, "resolution_mismatch"],
    ["with a member less", { section: resolution(({ autoResolved: _, ...one }) => one) }, "resolution_mismatch"],
    ["whose resolution is none", { section: resolution(() => null) }, "resolution_mismatch"],
    [
      "whose resolution is in another order",
      { section: resolution((one) => ({ ...one, autoResolved: [...(one["autoResolved"] as string[])].reverse() })) },
      "resolution_mismatch",
    ],
    ["without a component", { section: without("sensor") }, "implementation_missing", "sensor"],
    ["without a driver", { section: without("lamp") }, "implementation_missing"],
    [
      "whose driver is of another package",
      { section: edit("lamp", (one) => ({ ...one, source: "@drivers/lost" })) },
      "implementation_missing",
    ],
    ["with a component more", { section: extra({ part: "gmchain" }) }, "implementation_unexpected", "gmchain"],
    [
      "with the assembly service",
      { section: extra({ part: "fayger_runtime" }) },
      "implementation_unexpected",
      "fayger_runtime",
    ],
    [
      "with a driver more",
      { section: extra({ part: "wheel", source: "@drivers/wheel" }) },
      "implementation_unexpected",
      "wheel",
    ],
    [
      "with a driver twice",
      { section: extra({ part: "arm_too", source: "@drivers/arm" }) },
      "implementation_unexpected",
      "arm_too",
    ],
    [
      "with a driver that has a component's name",
      { section: extra({ part: "gmchain", source: "@drivers/arm" }) },
      "implementation_unexpected",
      "gmchain",
    ],
    [
      "of a version outside the constraint",
      { section: edit("cap_protocol", (one) => ({ ...one, version: "1.3.0" })) },
      "implementation_mismatch",
      "cap_protocol",
    ],
    [
      "of another provider",
      { section: edit("sensor", (one) => ({ ...one, provider: "beta" })) },
      "implementation_mismatch",
      "sensor",
    ],
    [
      "with another Ego model",
      { section: edit("ego_model", (one) => ({ ...one, source: "@models/wild" })) },
      "implementation_mismatch",
      "ego_model",
    ],
    [
      "with an Ego model without a source",
      { section: edit("ego_model", ({ source: _, ...one }) => one) },
      "implementation_mismatch",
      "ego_model",
    ],
    [
      "with a source where none belongs",
      { section: edit("sensor", (one) => ({ ...one, source: "@drivers/arm" })) },
      "implementation_mismatch",
      "sensor",
    ],
    [
      "that declares an action of the table",
      { section: edit("sensor", (one) => ({ ...one, actions: [{ name: "read" }] })) },
      "implementation_mismatch",
      "sensor",
    ],
    [
      "whose part has no code",
      { kinds: (id) => (id === "driver/arm" ? undefined : SectionKind.Code) },
      "section_missing",
      "arm",
    ],
    [
      "whose part has data for code",
      { kinds: (id) => (id === "component/sensor" ? SectionKind.Data : SectionKind.Code) },
      "section_missing",
      "sensor",
    ],
    ["whose part was not selected", { unselected: "component/fay_id" }, "section_missing", "fay_id"],
    ["whose actions nobody may call", { manifest: functions("arm.turn") }, "host_function_missing", "arm"],
    ["whose part cannot be called", { manifest: functions("sensor") }, "host_function_missing", "sensor"],
    [
      "that cannot be answered",
      { manifest: functions("fayger_runtime.answer") },
      "host_function_missing",
      "fayger_runtime",
    ],
    [
      "of an artifact without host functions",
      { manifest: ({ hostFunctions: _, ...one }) => one },
      "host_function_missing",
      "arm",
    ],
    [
      "with an action more",
      { section: edit("arm", (one) => ({ ...one, actions: [{ name: "bend" }, { name: "turn" }] })) },
      "host_function_missing",
      "arm",
    ],
  ];
  test.each(wrong.map((row) => ({ title: row[0], row })))("$title is refused", ({ row: [, changes, reason, part] }) => {
    expect(verdict(artifact, changes)).toEqual(part === undefined ? [reason] : [reason, part]);
  });

  test("is refused with the first reason that applies", () => {
    const changes: Changes[] = [
      { manifest: functions("sensor.read") },
      { unselected: "component/sensor" },
      { section: edit("sensor", (one) => ({ ...one, provider: "beta" })) },
    ];
    const verdicts = changes.map((_, count) => verdict(artifact, Object.assign({}, ...changes.slice(0, count + 1)))[0]);
    expect(verdicts).toEqual(["host_function_missing", "section_missing", "implementation_mismatch"]);
  });

  test("names the part that comes first", () => {
    const changes = { section: (section: AssemblySection) => ({ ...section, implementations: [] }) };
    expect(verdict(artifact, changes)).toEqual(["implementation_missing", "cap_protocol"]);
    const other = (section: AssemblySection): AssemblySection => ({
      ...section,
      implementations: section.implementations.map((one) => ({ ...one, provider: "beta", version: "9.0.0" })),
    });
    expect(verdict(artifact, { section: other })).toEqual(["implementation_mismatch", "cap_protocol"]);
  });

  test("is accepted with members in any order, and with more in the artifact's manifest", () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, item]) => [key, reversed(item)]),
            )
          : value;
    const changes: Changes = {
      section: (section) => ({
        ...section,
        manifest: JSON.stringify(reversed(JSON.parse(section.manifest))),
        resolution: JSON.stringify(reversed(JSON.parse(section.resolution)), undefined, "\t"),
      }),
      manifest: (manifest) => ({ ...manifest, hostFunctions: [...(manifest.hostFunctions ?? []), "zebra"] }),
    };
    expect(verdict(artifact, changes)).toEqual(["accepted"]);
  });

  test("finds several drivers of one package by the names of their parts", () => {
    const twice = [...(WHOLE.drivers ?? []), { name: "Second arm", type: "device", driverPackage: "@drivers/arm" }];
    const changes: Changes = {
      section: (section) =>
        extra({ part: "arm_too", source: "@drivers/arm" })(fay((one) => ({ ...one, drivers: twice }))(section)),
      manifest: (manifest) => ({ ...manifest, hostFunctions: [...(manifest.hostFunctions ?? []), "arm_too"] }),
      kinds: () => SectionKind.Code,
    };
    expect(verdict(artifact, changes)).toEqual(["section_missing", "arm_too"]);
    const moved = {
      ...artifact,
      sections: [...artifact.sections, { ...artifact.sections[0], sectionId: "driver/arm_too" }],
    };
    const { parts } = judge(moved as Artifact, changes);
    expect(parts.flatMap(({ name, driver }) => (driver === undefined ? [] : [[name, driver]]))).toEqual([
      ["arm", 0],
      ["arm_too", 2],
      ["lamp", 1],
    ]);
  });

  test("survives whatever somebody writes into it", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const texts = fc.constantFrom(deep, '{"__proto__":{"resolvedStage":2}}', '"\\ud800"', "0", "", "[1e400]", "\u0000");
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (manifest, value, both) => {
        const changes: Changes = {
          section: (section) => ({ ...section, resolution: value, ...(both && { manifest }) }),
        };
        expect(["not_decodable", "manifest_invalid", "resolution_mismatch"]).toContain(verdict(artifact, changes)[0]);
      }),
      { numRuns: 40 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(verdict(artifact, { bytes })).toEqual(["not_decodable"]);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeAssemblySection } from "../../../generated/codecs/assembly-section.js";
import { decodeManifest, encodeManifest } from "../../../generated/codecs/manifest.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import { resolveFayManifest } from "../resolution/index.js";
import { assemble, DIGEST, WHOLE } from "./testing/assembled-artifacts.js";
import { CODE, fayManifests } from "./testing/fay-manifests.js";

// @spec assembly.sections, assembly.section, assembly.manifest
describe("an assembled artifact", () => {
  const artifact = assemble(WHOLE);

  test("holds the FayManifest, the entry code, and each part", () => {
    expect(artifact.sections.map(({ sectionId, kind }) => [sectionId, kind])).toEqual([
      ["assembly/fay", SectionKind.Assembly],
      ["assembly/main", SectionKind.Code],
      ["component/cap_protocol", SectionKind.Code],
      ["component/ego_model", SectionKind.Code],
      ["component/fay_id", SectionKind.Code],
      ["component/faying_protocol", SectionKind.Code],
      ["component/ifay_profile", SectionKind.Code],
      ["component/multi_terminal_sync", SectionKind.Code],
      ["component/registered_skill", SectionKind.Code],
      ["component/sensor", SectionKind.Code],
      ["driver/arm", SectionKind.Code],
      ["driver/lamp", SectionKind.Code],
    ]);
  });

  test("has the name and version of the FayManifest, one capability, and a host function for all that can be called", () => {
    const { manifest } = artifact;
    expect(manifest).toMatchObject({
      name: "tests/ifay",
      version: "2.0.0",
      assembly: "assembly/fay",
      entry: { section: "assembly/main", symbol: "run" },
      requiredCapabilities: ["host.call"],
    });
    expect(manifest.optionalCapabilities).toBeUndefined();
    const functions = manifest.hostFunctions ?? [];
    for (const name of ["sensor", "sensor.read", "sensor.polish", "arm", "arm.turn", "fayger_runtime.next"]) {
      expect(functions).toContain(name);
    }
    expect(functions).not.toContain("fayger_runtime");
    // The manifest's own codec takes it: in order, each once, none too long.
    const whole = { ...manifest, sectionIndexDigest: DIGEST };
    expect(decodeManifest(encodeManifest(whole))).toEqual(whole);
  });

  test("says what was declared, what it resolves to, and what implements each part", () => {
    const section = decodeAssemblySection(artifact.sections[0]?.body ?? new Uint8Array());
    expect(JSON.parse(section.manifest)).toEqual(WHOLE);
    expect(JSON.parse(section.resolution)).toEqual(resolveFayManifest(WHOLE));
    expect(section.implementations.find(({ part }) => part === "ego_model")).toEqual({
      part: "ego_model",
      source: "@models/calm",
      version: "1.2.0",
      provider: "alpha",
      actions: [{ name: "ask" }, { name: "polish", skill: "craft", permission: "polish_use" }],
    });
  });

  // @spec faymanifest.comments
  test("keeps the author's text where it is JSON, and else what it says", () => {
    const text = `${JSON.stringify(WHOLE, undefined, 4)}\n`;
    const textIn = (given: string): string =>
      decodeAssemblySection(assemble(WHOLE, given).sections[0]?.body ?? CODE).manifest;
    expect(textIn(text)).toBe(text);
    const commented = `// "what it is\n${text}/* "by" // whom */`;
    expect(textIn(commented)).toBe(JSON.stringify(WHOLE, undefined, 2));
  });

  test("is the same for the same input, and one that every codec takes", () => {
    fc.assert(
      fc.property(fayManifests, (manifest) => {
        const one = assemble(manifest);
        expect(assemble(manifest)).toEqual(one);
        const whole = { ...one.manifest, sectionIndexDigest: DIGEST };
        expect(decodeManifest(encodeManifest(whole))).toEqual(whole);
        const ids = one.sections.map(({ sectionId }) => sectionId);
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
      { numRuns: 40 },
    );
  });
});

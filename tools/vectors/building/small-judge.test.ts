import { describe, expect, it } from "vitest";
import type { Draft } from "../corpus/family.js";
import { artifactDigest } from "../families/artifact-digest.js";
import { artifactDocuments } from "../families/artifact-documents.js";
import { artifactHead } from "../families/artifact-head.js";
import { artifactPrecedence } from "../families/artifact-precedence.js";
import { artifactStructure } from "../families/artifact-structure.js";
import { build } from "./artifact.js";
import { fromHex, utf8 } from "./octets.js";
import { judgeIndex, judgeManifest } from "./small-decoder.js";
import { judge } from "./small-judge.js";

/** Phases that need nothing but the bytes. */
const judged = ["read_head", "parse", "verify_structure"];

function isJudged({ operation, inputs, expect: { phase } }: Draft): boolean {
  const { limits, expected_manifest_digest } = inputs;
  return (
    operation === "load" &&
    limits === undefined &&
    (judged.includes(phase ?? "") || (phase === "verify_digest" && expected_manifest_digest === undefined))
  );
}

describe("the judge of damaged artifacts", () => {
  const sound = build({ name: "x/judge", sections: [{ id: "main", body: utf8("a program") }] });
  const families = [artifactHead, artifactStructure, artifactDocuments, artifactDigest, artifactPrecedence];

  it.each(families.map((family) => [family.name, family] as const))(
    "agrees with every statement of %s",
    (_, family) => {
      const drafts = family.drafts().filter(isJudged);
      for (const { id, inputs, expect: stated } of drafts) {
        const { effects: _effects, ...expected } = stated;
        expect({ id, ...judge(fromHex(inputs.bytes ?? ""), { sound }) }).toEqual({ id, ...expected });
      }
      expect(drafts.length).toBeGreaterThan(0);
    },
  );

  it("accepts what is sound", () => {
    expect(judge(sound.bytes, { sound })).toEqual({ verdict: "accept" });
  });

  it("tells a body that is not the pinned one, of those that are read", () => {
    const bytes = Uint8Array.from(sound.bytes);
    const at = sound.sections[0]?.at ?? 0;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(judge(bytes, { sound, read: [] })).toEqual({ verdict: "accept" });
    expect(judge(bytes, { sound })).toMatchObject({ code: "LDR_DIGEST_MISMATCH", locus: { at, section: "main" } });
  });
});

describe("the small decoder", () => {
  const cases: readonly (readonly [string, string, string, number, string])[] = [
    ["nothing", "", "truncated", 0, "$"],
    ["a map without its members", "a0", "missing_field", 1, "$.name"],
    ["a head that is cut short", "b9", "truncated", 0, "$"],
    ["a key that is an array", "a18000", "missing_field", 1, "$.name"],
    ["an array", "80", "wrong_type", 0, "$"],
    ["a tag", "c0a0", "forbidden_item", 0, "$"],
    ["a long head", "b800", "not_shortest_form", 0, "$"],
    ["a text that is too long for its rule and cut off", "a1646e616d657903e8", "truncated", 6, "$.name"],
  ];
  it.each(cases)("reports %s of a manifest", (_, digits, reason, offset, path) => {
    expect(judgeManifest(fromHex(digits)).fault).toEqual({ reason, offset, path });
  });

  it("takes an index without entries, and one key more only beside a later minor", () => {
    expect(judgeIndex(fromHex("80"), [1n, 0n]).fault).toBeUndefined();
    const digest = `5820${"00".repeat(32)}`;
    const entry = fromHex(`8187616101000${"0"}${digest}00a1617a00`);
    expect(judgeIndex(entry, [1n, 1n]).fault).toBeUndefined();
    expect(judgeIndex(entry, [1n, 0n]).fault).toMatchObject({ reason: "unknown_field", path: "$[0][6]" });
  });
});

import { describe, expect, it } from "vitest";
import { VECTOR_FAMILIES } from "../../../generated/enums/vector-family.js";
import type { Vector } from "../../../generated/json/vector.js";
import { corpusDifferences, filesMadeElsewhere } from "../corpus/folder.js";
import { ROOT, SPECIFICATION } from "../corpus/specification.js";
import { corpusFiles, familyFile } from "../corpus/write.js";
import { otherFiles } from "../others.js";
import { FAMILIES } from "./index.js";

const FOLDER = `${ROOT}conformance-vectors`;
const files = corpusFiles(FAMILIES, new Map([...otherFiles(), ...filesMadeElsewhere(FOLDER)]));
const vectors: readonly Vector[] = FAMILIES.flatMap(
  ({ name }) => JSON.parse(Buffer.from(files.get(familyFile(name)) ?? []).toString("utf8")) as Vector[],
);

/** Every expectation of a vector, those of its cases included. */
function expectations({ expect: own, expand }: Vector): readonly Vector["expect"][] {
  return expand === undefined ? [own] : [own, ...expand.classes.map((each) => each.expect)];
}

function reasons(table: string): string[] {
  return (SPECIFICATION.tables[table]?.rows ?? []).map((row) => String(row["name"]));
}

describe("the families", () => {
  it("are those of the table, in its order (@spec conformance.ladder)", () => {
    expect(FAMILIES.map(({ name }) => name)).toEqual(VECTOR_FAMILIES);
    const filled = new Set(vectors.map(({ id }) => id.split("/")[0]));
    expect([...filled]).toEqual(VECTOR_FAMILIES);
  });

  it("make the files that lie in conformance-vectors (@spec conformance.generated)", () => {
    expect(corpusDifferences(FOLDER, files), "run: npm run vectors").toEqual([]);
  });

  it("refuse documents that stand alone with CODEC, a reason, a path and an offset (@spec conformance.refusal)", () => {
    const refused = vectors
      .filter(({ operation }) => operation === "decode" || operation === "encode")
      .flatMap(expectations)
      .filter(({ verdict }) => verdict === "reject");
    const known = new Set(reasons("decode-reasons"));
    expect(refused.length).toBeGreaterThan(1000);
    for (const { code, reason, locus } of refused) {
      expect(code).toBe("CODEC");
      expect(known).toContain(reason);
      expect(locus?.at).toBeTypeOf("number");
      expect(locus?.path).toMatch(/^\$/);
    }
  });

  it.each([
    ["decode-reasons", "decode"],
    ["instruction-reasons", "decode_instruction"],
  ])("expect every reason of %s at least twice of %s", (table, operation) => {
    const found = vectors.filter((vector) => vector.operation === operation).flatMap(expectations);
    const rare = reasons(table).filter((name) => found.filter(({ reason }) => reason === name).length < 2);
    expect(rare).toEqual([]);
  });

  it("repair nothing but artifacts (@spec conformance.repair)", () => {
    const repaired = vectors.filter(({ recipe }) => recipe !== undefined && recipe.repair !== "raw");
    expect(repaired.length).toBeGreaterThan(0);
    expect(repaired.filter(({ operation }) => operation !== "load" && operation !== "repack")).toEqual([]);
  });

  it("speak in whole sentences", () => {
    for (const { id, why, effect = "" } of vectors) {
      expect(why, id).toMatch(/[.!?]$/);
      expect(why, id).not.toMatch(/^\s|undefined(?!\.)|\[object/);
      expect(effect, id).toMatch(/^$|[.!?]$/);
    }
  });
});

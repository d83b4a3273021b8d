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

/** The tables of the reason of each error code that has one out of tables. */
const REASON_TABLES = (SPECIFICATION.tables["error-codes"]?.rows ?? []).flatMap((row) => {
  const context = row["context"] as readonly { readonly name: string; readonly tables: readonly string[] }[];
  const tables = context.find(({ name }) => name === "reason")?.tables ?? [];
  return tables.length === 0 ? [] : [[String(row["code"]), tables] as const];
});

/** Reasons that no vector gives, and why. */
const NEVER_GIVEN = {
  "LDR_SECTION_NOT_SELECTED not_code": "a section of any kind can be read",
  "LDR_SECTION_NOT_SELECTED not_selected": "the reason with which the section was skipped says more",
  "RT_SNAPSHOT_UNAVAILABLE not_supported": "an implementation without snapshots is asked for none",
  "ADP_INPUT_LOG_INVALID too_long": "no vector records",
};

/** The reasons that stand beside each error code, wherever in the vectors. */
function reasonsByCode(value: unknown, found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (typeof value !== "object" || value === null) return found;
  const { code, reason } = value as Readonly<Record<string, unknown>>;
  if (typeof code === "string" && typeof reason === "string") {
    found.set(code, (found.get(code) ?? new Set()).add(reason));
  }
  for (const member of Object.values(value)) reasonsByCode(member, found);
  return found;
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

  it("give every error code reasons of its tables, and each of those that are its own (@spec errors.context-typed)", () => {
    const given = reasonsByCode(vectors);
    const unknown: string[] = [];
    const never: string[] = [];
    for (const [code, tables] of REASON_TABLES) {
      const named = (reason: string): string => `${code} ${reason}`;
      const found = given.get(code) ?? new Set();
      const known = tables.flatMap(reasons);
      // Every decode reason is reached by decoding; which of them a document can have depends on its schema.
      const own = tables.filter((table) => table !== "decode-reasons").flatMap(reasons);
      unknown.push(...[...found].filter((reason) => !known.includes(reason)).map(named));
      never.push(...own.filter((reason) => !found.has(reason)).map(named));
    }
    expect(unknown).toEqual([]);
    expect(never).toEqual(Object.keys(NEVER_GIVEN));
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

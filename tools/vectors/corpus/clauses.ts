import { createHash } from "node:crypto";
import { type Requirement, SPECIFICATION } from "./specification.js";

const REQUIREMENTS = new Map(SPECIFICATION.requirements.map((requirement) => [requirement.id, requirement]));
const STRENGTH = { must: 2, should: 1, may: 0 } as const;

/** Whether an anchor is one of a requirement. */
export function isClause(anchor: string): boolean {
  return REQUIREMENTS.has(anchor);
}

/** The requirement of an anchor. Throws RangeError for an anchor that no chapter has. */
function clause(anchor: string): Requirement {
  const requirement = REQUIREMENTS.get(anchor);
  if (requirement === undefined) throw new RangeError(`no requirement has the anchor ${anchor}`);
  return requirement;
}

/** Level of the strongest of the clauses; `may` where there is none. */
export function strongest(anchors: readonly string[]): Requirement["level"] {
  let level: Requirement["level"] = "may";
  for (const anchor of anchors) {
    const other = clause(anchor).level;
    if (STRENGTH[other] > STRENGTH[level]) level = other;
  }
  return level;
}

/** SHA-256 of a requirement's sentence in UTF-8, lower-case hexadecimal. */
export function sentenceDigest(anchor: string): string {
  return createHash("sha256").update(clause(anchor).sentence, "utf8").digest("hex");
}

import type { Group, GroupEntry, ReferenceType, Type } from "./syntax.js";

/**
 * The grammar lets `( x )` be a parenthesised type or a group, decided by what is inside and around. The parser reads
 * a group first and asks here whether it is a type too.
 */

/** The type that a group stands for when it is one lone type without key and occurrence, else `undefined`. */
export function typeFromGroup(group: Group): Type | undefined {
  const entry = onlyEntry(group);
  return entry === undefined ? undefined : typeFromEntry(entry);
}

/** The type that an entry stands for when it has no key and no occurrence, else `undefined`. */
export function typeFromEntry(entry: GroupEntry): Type | undefined {
  if (entry.occurrence !== undefined) return undefined;
  switch (entry.kind) {
    case "member":
      return entry.key === undefined ? entry.type : undefined;
    case "reference-entry":
      return { kind: "type", alternatives: [entry.reference], start: entry.reference.start, end: entry.reference.end };
    case "inline-group": {
      const type = typeFromGroup(entry.group);
      if (type === undefined) return undefined;
      const { start, end, leading, trailing } = entry;
      return {
        kind: "type",
        alternatives: [{ kind: "parenthesized", type, start, end, leading, trailing }],
        start,
        end,
      };
    }
  }
}

/** The name a group consists of when that is all it contains, whatever the number of parentheses around it. */
export function loneReference(group: Group): ReferenceType | undefined {
  const entry = onlyEntry(group);
  if (entry === undefined || entry.occurrence !== undefined) return undefined;
  if (entry.kind === "reference-entry") return entry.reference;
  return entry.kind === "inline-group" ? loneReference(entry.group) : undefined;
}

/** A trailing comma makes a lone entry a group, `( x, )`; a choice then ends behind its entry. */
function onlyEntry(group: Group): GroupEntry | undefined {
  const choice = group.choices[0];
  if (group.choices.length !== 1 || choice?.entries.length !== 1) return undefined;
  const entry = choice.entries[0];
  return entry !== undefined && choice.end === entry.end ? entry : undefined;
}

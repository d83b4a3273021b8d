import type { Built } from "../../building/artifact.js";
import type { Draft, Refusal } from "../../corpus/family.js";
import { type LoadParent, loads, refused } from "../artifact-drafts.js";
import { LARGEST, limit, truncated } from "../artifact-refusals.js";
import { plan } from "./plan.js";

/** Number and lengths of sections, after both documents have decoded. */
export function limits(parent: LoadParent): Draft[] {
  const lengths = parent.built.sections.map(({ length }) => length);
  const longest = Math.max(...lengths);
  const at = loads({
    id: "artifact-documents/limits/at-both",
    plan,
    clauses: ["loader.limits", "loader.parse.limits"],
    inputs: { limits: { sections: 3, section_bytes: longest } },
    why: "As many sections as the limit allows, the longest exactly at its limit.",
  });
  const clauses = ["loader.parse.limits", "loader.limits"];
  const effect = "A host that bounds what it takes in is given more than that.";
  const lowered = (
    name: string,
    values: Readonly<Record<string, number>>,
    refusal: (made: Built) => Refusal,
    why: string,
  ): Draft =>
    refused(parent, {
      id: `artifact-documents/limits/${name}`,
      clauses,
      fault: {},
      repair: "raw",
      mutator: "set-limits",
      arguments: values,
      refusal,
      inputs: () => ({ limits: values }),
      why,
      effect,
    });
  const above =
    (maximum: number, entry: number) =>
    (made: Built): Refusal =>
      limit("parse", "section_bytes", maximum, lengths[entry] ?? 0, made.inIndex(`$[${entry}][3]`));
  const declared = (name: string, length: number, refusal: (made: Built) => Refusal, why: string): Draft =>
    refused(parent, {
      id: `artifact-documents/limits/${name}`,
      clauses: [...clauses, "loader.limits.allocation"],
      fault: { entries: { main: { length } } },
      mutator: "set-entry",
      arguments: { section: "main", length },
      refusal,
      why,
      effect,
    });
  return [
    at.draft,
    lowered(
      "sections-one-below",
      { sections: 2 },
      (made) => limit("parse", "sections", 2, 3, made.indexAt),
      "One section more than the limit allows.",
    ),
    lowered(
      "sections-none",
      { sections: 0 },
      (made) => limit("parse", "sections", 0, 3, made.indexAt),
      "A limit of 0 sections is a limit.",
    ),
    lowered(
      "section-bytes-one-below",
      { section_bytes: longest - 1 },
      above(longest - 1, lengths.indexOf(longest)),
      "The longest body is one byte above the limit.",
    ),
    lowered(
      "section-bytes-first",
      { section_bytes: 1 },
      above(1, 0),
      "Of several bodies above the limit the first in index order is told.",
    ),
    ...[1, 2].map((more) =>
      refused(parent, {
        id: `artifact-documents/limits/section-bytes-first-not-longest-${more}`,
        clauses,
        fault: { entries: { main: { length: longest + more } } },
        repair: "raw",
        mutator: "set-entry",
        arguments: { section: "main", length: longest + more },
        refusal: above(1, 0),
        inputs: () => ({ limits: { section_bytes: 1 } }),
        why: "The first body above the limit is told, also where a later one is longer.",
        effect,
      }),
    ),
    lowered("section-bytes-none", { section_bytes: 0 }, above(0, 0), "A limit of 0 bytes a body is a limit."),
    declared(
      "section-bytes-above-default",
      4_294_967_297,
      (made) => limit("parse", "section_bytes", 4_294_967_296, 4_294_967_297, made.inIndex("$[1][3]")),
      "A declared body is one byte above the default limit.",
    ),
    declared(
      "section-bytes-at-default",
      4_294_967_296,
      (made) => truncated("verify_structure", made.bytes.length, made.bytes.length + 4_294_967_296 - (lengths[1] ?? 0)),
      "A declared body exactly at the default limit is not above it; its bytes are missing.",
    ),
    declared(
      "section-bytes-largest",
      LARGEST,
      (made) => limit("parse", "section_bytes", 4_294_967_296, LARGEST, made.inIndex("$[1][3]")),
      "A declared body of 2^53-1 bytes.",
    ),
  ];
}

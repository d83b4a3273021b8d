import { type Item, item, withMember } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { type LoadParent, refused } from "../artifact-drafts.js";
import { indexInvalid, schemaVersion } from "../artifact-refusals.js";

/** What another major leaves unjudged: the load goes on until the version itself is looked at. */
export function otherMajor(later: LoadParent): Draft[] {
  const effect = "A publisher of a later version is told that the artifact is damaged, when the host is only too old.";
  const foreign = { schema_version: [2, 0] } as const;
  const constraint = (index: Item): Item => withMember(index, [1, 6], "zone", item({ new: [1, "x"] }));
  const base = { mutator: "set-member", arguments: { schema_version: [2, 0] }, effect };
  return [
    refused(later, {
      ...base,
      id: "artifact-documents/other-major/manifest",
      clauses: ["encoding.growth.major", "versions.negotiation.schema"],
      fault: { members: { ...foreign, name: 5, entry: [true], required_capabilities: "none", zone: {} } },
      refusal: () => schemaVersion("2.0"),
      why: "Of a manifest of another major nothing is asked but what every major has.",
    }),
    refused(later, {
      ...base,
      id: "artifact-documents/other-major/constraint",
      clauses: ["encoding.growth.index", "versions.negotiation.schema"],
      fault: { members: foreign, indexItems: constraint },
      refusal: () => schemaVersion("2.0"),
      why: "Beside a manifest of another major an unknown constraint is kept.",
    }),
    refused(later, {
      ...base,
      id: "artifact-documents/other-major/entry",
      clauses: ["encoding.growth.index", "encoding.growth.arrays", "loader.parse.index"],
      fault: { members: foreign, entries: { main: { visibility: 2 } } },
      refusal: (made) => indexInvalid("value_out_of_range", "$[1][5]", made.inIndex("$[1][5]")),
      why: "Beside a manifest of another major the entries of an index are judged like any other.",
    }),
  ];
}

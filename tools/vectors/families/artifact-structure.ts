import type { Family } from "../corpus/family.js";
import { loads } from "./artifact-drafts.js";
import { assembly } from "./artifact-structure/assembly.js";
import { checksum } from "./artifact-structure/checksum.js";
import { empty } from "./artifact-structure/empty.js";
import { end } from "./artifact-structure/end.js";
import { fields } from "./artifact-structure/fields.js";
import { key, plan } from "./artifact-structure/parents.js";
import { sectionOffsets } from "./artifact-structure/section-offsets.js";
import { signedFlag } from "./artifact-structure/signed-flag.js";

/** Header, trailer, checksum, offsets, flags. */
export const artifactStructure: Family = {
  name: "artifact-structure",
  drafts: () => {
    const unsigned = loads({
      id: "artifact-structure/accepted/unsigned",
      plan,
      clauses: ["format.parts", "format.section-offset", "format.trailer.total-length", "format.trailer.crc32"],
      why: "A right artifact without a signature loads.",
    });
    const signed = loads({
      id: "artifact-structure/accepted/signed",
      plan: { ...plan, key },
      clauses: ["format.parts", "format.header.flags", "signatures.bytes", "signatures.length-first"],
      why: "A right artifact with a signature loads.",
    });
    const both = { unsigned, signed };
    return [
      unsigned.draft,
      signed.draft,
      ...fields(both),
      ...end(both),
      ...checksum(unsigned),
      ...signedFlag(both),
      ...sectionOffsets(both),
      ...empty(unsigned),
      ...assembly(),
    ];
  },
};

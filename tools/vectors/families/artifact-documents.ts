import type { Family } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { indexFaults } from "./artifact-documents/index-faults.js";
import { limits } from "./artifact-documents/limits.js";
import { manifestFaults } from "./artifact-documents/manifest-faults.js";
import { otherMajor } from "./artifact-documents/other-major.js";
import { plan } from "./artifact-documents/plan.js";
import { repairs } from "./artifact-documents/repairs.js";
import { loads } from "./artifact-drafts.js";

/** Faults of manifest and index as the load reports them. */
export const artifactDocuments: Family = {
  name: "artifact-documents",
  drafts: () => {
    const parent = loads({
      id: "artifact-documents/accepted/minor-0",
      plan,
      clauses: ["manifest.shape", "index.shape", "encoding.deterministic", "encoding.verdict"],
      why: "An artifact whose manifest and index have a little of everything loads.",
    });
    const later = loads({
      id: "artifact-documents/accepted/minor-1",
      plan: { ...plan, name: "vectors/documents-later", manifest: { ...plan.manifest, schema_version: [1, 1] } },
      clauses: ["encoding.growth.version", "versions.negotiation.minor"],
      why: "The same with a higher minor of the schema loads.",
    });
    const signed = loads({
      id: "artifact-documents/accepted/signed",
      plan: { ...plan, name: "vectors/documents-signed", key: testKey("ed25519-publisher") },
      clauses: ["manifest.shape", "signatures.block"],
      why: "The same with a signature loads.",
    });
    return [
      parent.draft,
      later.draft,
      signed.draft,
      ...manifestFaults(parent, later),
      ...indexFaults(parent, later),
      ...otherMajor(later),
      ...repairs(signed),
      ...limits(parent),
    ];
  },
};

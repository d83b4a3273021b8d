import type { Family } from "../corpus/family.js";
import { acceptedSections, mutatedSections } from "./assembly/section-drafts.js";

/** Whether an assembly section agrees with its artifact. */
export const assemblySection: Family = {
  name: "assembly-section",
  drafts: () => [...acceptedSections(), ...mutatedSections()],
};

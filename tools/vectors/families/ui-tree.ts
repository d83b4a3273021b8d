import type { Family } from "../corpus/family.js";
import { attributeDrafts } from "./ui-tree/attributes.js";
import { boundDrafts } from "./ui-tree/bounds.js";
import { personDrafts } from "./ui-tree/person.js";
import { placingDrafts } from "./ui-tree/placing.js";

/** The portable tree: what a program may draw, and what a person may do with it. */
export const uiTree: Family = {
  name: "ui-tree",
  drafts: () => [...placingDrafts(), ...attributeDrafts(), ...boundDrafts(), ...personDrafts()],
};

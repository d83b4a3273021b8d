import type { Draft, Family } from "../corpus/family.js";
import { applying } from "./selection/applies.js";
import { budgets } from "./selection/budgets.js";
import { selectionLoads } from "./selection/loads.js";
import { invalidProfiles } from "./selection/profiles.js";

/** Which sections a profile gets, and why not the others. */
export const selection: Family = {
  name: "selection",
  drafts: (): readonly Draft[] => [...applying(), ...budgets(), ...invalidProfiles(), ...selectionLoads()],
};

import type { Family } from "../corpus/family.js";
import { boundDrafts } from "./guest-fuel/bounds.js";
import { costDrafts } from "./guest-fuel/cost.js";

/** Fuel to the unit. */
export const guestFuel: Family = {
  name: "guest-fuel",
  drafts: () => [...costDrafts(), ...boundDrafts()],
};

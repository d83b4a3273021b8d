import type { Family } from "../corpus/family.js";
import { descriptorDrafts } from "./adapters/descriptors.js";
import { selectionDrafts } from "./adapters/selection.js";

/** Which adapter serves a host, and which descriptors close. */
export const adapters: Family = { name: "adapters", drafts: () => [...selectionDrafts(), ...descriptorDrafts()] };

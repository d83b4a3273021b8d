import type { Family } from "../corpus/family.js";
import { documentDrafts } from "./snapshots/documents.js";
import { goingOnDrafts } from "./snapshots/going-on.js";
import { restoredDrafts } from "./snapshots/restored.js";
import { unavailableDrafts } from "./snapshots/unavailable.js";
import { unfitDrafts } from "./snapshots/unfit.js";

/** Programs as bytes. */
export const snapshots: Family = {
  name: "snapshots",
  drafts: () => [
    ...goingOnDrafts(),
    ...documentDrafts(),
    ...unavailableDrafts(),
    ...restoredDrafts(),
    ...unfitDrafts(),
  ],
};

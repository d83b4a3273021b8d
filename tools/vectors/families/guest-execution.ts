import type { Family } from "../corpus/family.js";
import { controlDrafts } from "./guest-execution/control.js";
import { numericDrafts } from "./guest-execution/numeric.js";
import { storageDrafts } from "./guest-execution/storage.js";

/** What every instruction of wasm-core-2 does. */
export const guestExecution: Family = {
  name: "guest-execution",
  drafts: () => [...numericDrafts(), ...controlDrafts(), ...storageDrafts()],
};

import type { Family } from "../corpus/family.js";
import { emits } from "./guest-calls/emits.js";
import { deliveries, exits, replies } from "./guest-calls/others.js";
import { sections } from "./guest-calls/sections.js";

/** What a program passes to its host, without the program. */
export const guestCalls: Family = {
  name: "guest-calls",
  drafts: () => [...emits(), ...replies(), ...sections(), ...exits(), ...deliveries()],
};

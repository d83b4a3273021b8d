import type { Family } from "../corpus/family.js";
import { commandDrafts } from "./guest-abi/commands.js";
import { endDrafts } from "./guest-abi/ends.js";
import { eventDrafts } from "./guest-abi/events.js";
import { importDrafts } from "./guest-abi/imports.js";

/** What a program and its host are to each other. */
export const guestAbi: Family = {
  name: "guest-abi",
  drafts: () => [...importDrafts(), ...endDrafts(), ...eventDrafts(), ...commandDrafts()],
};

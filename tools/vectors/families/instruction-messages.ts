import type { Family } from "../corpus/family.js";
import { encodedInstructions } from "./instruction-messages/encoded.js";
import { eventDrafts } from "./instruction-messages/events.js";
import { exampleDrafts } from "./instruction-messages/examples.js";
import { replyDrafts } from "./instruction-messages/replies.js";

/** Instructions that are written, replies, events and completions. */
export const instructionMessages: Family = {
  name: "instruction-messages",
  drafts: () => [...encodedInstructions(), ...replyDrafts(), ...eventDrafts(), ...exampleDrafts()],
};

import type { Family } from "../corpus/family.js";
import { atOnceStories } from "./instruction-conversation/at-once.js";
import { callStories } from "./instruction-conversation/calls.js";
import { handleStories } from "./instruction-conversation/handles.js";
import { publishedStories } from "./instruction-conversation/published.js";
import { quotaStories } from "./instruction-conversation/quotas.js";
import { suspensionStories } from "./instruction-conversation/suspension.js";

/** Handles, calls, completions, events, quotas and suspension over several instructions. */
export const instructionConversation: Family = {
  name: "instruction-conversation",
  drafts: () => [
    ...handleStories(),
    ...callStories(),
    ...quotaStories(),
    ...suspensionStories(),
    ...publishedStories(),
    ...atOnceStories(),
  ],
};

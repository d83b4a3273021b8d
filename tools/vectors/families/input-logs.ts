import type { Family } from "../corpus/family.js";
import { readingDrafts } from "./input-logs/reading.js";
import { replayDrafts } from "./input-logs/replays.js";

/** Which input logs are accepted, and what a replay does with them. */
export const inputLogs: Family = { name: "input-logs", drafts: () => [...readingDrafts(), ...replayDrafts()] };

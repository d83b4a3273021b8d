import type { Draft, Family } from "../corpus/family.js";
import { laterPartDrafts } from "./codec-form/parts.js";
import { artifactDrafts } from "./codec-growth/artifacts.js";
import { indexDrafts } from "./codec-growth/indexes.js";
import { manifestDrafts } from "./codec-growth/manifests.js";

function drafts(): Draft[] {
  return [...manifestDrafts(), ...indexDrafts(), ...artifactDrafts(), ...laterPartDrafts()];
}

/** Documents of later versions: what is kept, and what is refused. */
export const codecGrowth: Family = { name: "codec-growth", drafts };

import { selectSections } from "../selection.js";
import type { LoadContext, NegotiatedArtifact, SelectedArtifact } from "./load-context.js";

/**
 * Phase 7: choose the sections for the caller's profile, and tell what was left out.
 *
 * @spec selection.skipped-event
 */
export function select(context: LoadContext, artifact: NegotiatedArtifact): SelectedArtifact {
  const { events } = context.services;
  const selection = selectSections(artifact.index, context.load.profile);
  if (events.enabled("load")) {
    for (const { sectionId, reason } of selection.skipped) {
      events.publish("load.section_skipped", { section_id: sectionId, reason });
    }
  }
  return { ...artifact, selection };
}

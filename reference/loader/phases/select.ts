import { SectionDirectory } from "../section-directory.js";
import { chooseSections, skippedSections } from "../selection.js";
import { type LoadContext, type NegotiatedArtifact, type SelectedArtifact, withFound } from "./load-context.js";

/**
 * Phase 7: choose the sections for the caller's profile, and tell what was left out.
 *
 * @spec selection.skipped-event
 */
export function select(context: LoadContext, artifact: NegotiatedArtifact): SelectedArtifact {
  const { events } = context.services;
  const { index } = artifact;
  const selection = chooseSections(index, context.load.profile);
  if (events.enabled("load")) {
    for (const { sectionId, reason, length } of skippedSections(index, selection)) {
      events.publish("load.section_skipped", { section_id: sectionId, reason, length });
    }
  }
  return withFound(artifact, { selection, directory: new SectionDirectory(index) });
}

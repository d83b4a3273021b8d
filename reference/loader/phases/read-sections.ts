import { SectionStore } from "../section-store.js";
import type { LoadContext, SelectedArtifact } from "./load-context.js";

/**
 * Phase 9: read and verify the selected bodies of an eager load. A lazy load does the same with each body at its first
 * access.
 *
 * @spec loader.strategy
 */
export async function readSections(context: LoadContext, artifact: SelectedArtifact): Promise<SectionStore> {
  const store = new SectionStore(context, artifact);
  const { strategy, verifyBodies, signal } = context.load;
  if (strategy === "eager") await store.readAll(signal);
  else if (verifyBodies === true) await store.verifyAll(signal);
  return store;
}

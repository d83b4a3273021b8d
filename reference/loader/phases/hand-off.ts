import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import type { BufObject } from "../../contracts/buf-object.js";
import { unlessAborted } from "../cancellation.js";
import { aborted } from "../failure.js";
import { LoadedObject } from "../loaded-object.js";
import type { SectionStore } from "../section-store.js";
import type { LoadContext, SelectedArtifact } from "./load-context.js";

/**
 * Phase 10: make the object and give it to whoever the composition root put behind the loader.
 *
 * @spec loader.hand-off, architecture.hand-over
 */
export async function handOff(
  context: LoadContext,
  artifact: SelectedArtifact,
  store: SectionStore,
): Promise<BufObject> {
  const { manifest } = artifact;
  const object = new LoadedObject(context, artifact, store);
  // @spec manifest.deprecation-notice
  if (manifest.deprecationNotice !== undefined) {
    context.services.events.publish("load.deprecated", { name: manifest.name, notice: manifest.deprecationNotice });
  }
  const { handOff: take, signal } = context.load;
  if (take === undefined) return object;
  try {
    await unlessAborted(
      async () => take(object),
      signal,
      () => aborted(LoaderPhase.HandOff),
    );
  } catch (error) {
    // Whoever took the object before the load failed must not go on reading from it.
    store.close();
    throw error;
  }
  return object;
}

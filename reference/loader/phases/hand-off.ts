import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import type { BufObject } from "../../contracts/buf-object.js";
import { unlessAborted } from "../cancellation.js";
import { aborted } from "../failure.js";
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
  const { manifest, manifestDigest, index, trust, selection } = artifact;
  const object: BufObject = {
    // @spec manifest.annotations: handed on, and read by nobody on the way.
    manifest,
    manifestDigest,
    index,
    trust,
    strategy: context.load.strategy ?? "lazy",
    selection,
    sections: store,
    async close(): Promise<void> {
      store.close();
      await context.reader.close(LoaderPhase.ReadSections);
    },
  };
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

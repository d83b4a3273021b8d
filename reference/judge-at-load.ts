import { type Assembled, judgeAssembly } from "./assembly/artifact/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { LoadOptions } from "./loader/index.js";

/** Kept for all loaders: what one of them has loaded can be run by any Fayger. */
const JUDGED = new WeakMap<BufObject, Assembled>();

/** What an artifact is assembled of, whoever loaded it; `undefined` where it was not judged as an assembled one. */
export function assembledOf(object: BufObject): Assembled | undefined {
  return JUDGED.get(object);
}

/**
 * Takes an object in the phase `hand_off`: judges its assembly section where it was selected, then hands it on.
 *
 * @param handOff the caller's own
 * @spec loader.hand-off.assembly, assembly.checks
 */
export function judgingHandOff({
  handOff,
  signal,
}: Pick<LoadOptions, "handOff" | "signal">): (object: BufObject) => Promise<void> {
  return async (object) => {
    const { manifest, index, sections } = object;
    const { assembly } = manifest;
    if (assembly !== undefined && sections.isSelected(assembly)) {
      const body = await sections.read(assembly, signal);
      const isSelected = (sectionId: string): boolean => sections.isSelected(sectionId);
      JUDGED.set(object, judgeAssembly(body, { manifest, index, isSelected }));
    }
    await handOff?.(object);
  };
}

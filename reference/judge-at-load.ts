import { type Assembled, judgeAssembly } from "./assembly/artifact/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { LoadOptions } from "./loader/index.js";

/**
 * Takes an object in the phase `hand_off`: judges its assembly section where it was selected, then hands it on.
 *
 * @param remember told what an assembled artifact is made of
 * @param handOff the caller's own
 * @spec loader.hand-off.assembly, assembly.checks
 */
export function judgingHandOff(
  remember: (object: BufObject, assembled: Assembled) => void,
  { handOff, signal }: Pick<LoadOptions, "handOff" | "signal">,
): (object: BufObject) => Promise<void> {
  return async (object) => {
    const { manifest, index, sections } = object;
    const { assembly } = manifest;
    if (assembly !== undefined && sections.isSelected(assembly)) {
      const body = await sections.read(assembly, signal);
      const isSelected = (sectionId: string): boolean => sections.isSelected(sectionId);
      remember(object, judgeAssembly(body, { manifest, index, isSelected }));
    }
    await handOff?.(object);
  };
}

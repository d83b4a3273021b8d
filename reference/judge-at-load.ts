import { type Assembled, judgeAssembly } from "./assembly/artifact/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { LoadOptions } from "./loader/index.js";

/** Kept for all loaders: what one of them has loaded can be run by any Fayger. */
const JUDGED = new WeakMap<BufObject, Assembled>();

/**
 * What an artifact is assembled of, whoever loaded it; `undefined` where it is not an assembled one.
 *
 * @throws TypeError where it is no object of a loader, and where it is an assembled one that was not judged here: loaded
 * through a bare loader, or through another copy of this package
 * @spec errors.api-misuse
 */
export function assembledOf(object: BufObject): Assembled | undefined {
  requireObject(object);
  const judged = JUDGED.get(object);
  const { assembly } = object.manifest;
  // Taken for a program without parts, it would be refused for capabilities that only parts have.
  if (judged === undefined && assembly !== undefined && object.sections.isSelected(assembly)) {
    throw new TypeError(
      "the artifact is an assembled one that was not judged when it was loaded: load it with the method load of a " +
        "Fayger or a web loader, of the same copy of this package",
    );
  }
  return judged;
}

function requireObject(object: unknown): void {
  const { manifest, sections } = (object ?? {}) as Partial<Record<keyof BufObject, unknown>>;
  if (typeof manifest === "object" && typeof sections === "object") return;
  throw new TypeError("an artifact must be the BufObject that load gives: not its source, nor the promise of one");
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

import type { Draft, Family } from "../corpus/family.js";
import { components, drawnManifests, warnings } from "./faymanifest/components.js";
import { schema } from "./faymanifest/schema.js";
import { texts } from "./faymanifest/texts.js";

/** What is wrong with a FayManifest, all of it. */
export const faymanifestValidation: Family = {
  name: "faymanifest-validation",
  drafts: () => once([...components(), ...texts(), ...schema(), ...warnings(), ...drawnManifests()]),
};

/** Each file once: what several tables come to is left with the first. */
function once(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Set<string>();
  return drafts.filter(({ inputs: { bytes = "" }, expand }) => {
    const isNew = expand !== undefined || !seen.has(bytes);
    if (expand === undefined) seen.add(bytes);
    return isNew;
  });
}

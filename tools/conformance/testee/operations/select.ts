import { decodeSectionIndex } from "../../../../generated/codecs/section-index.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { checkProfile, type LoadProfile, selectSections } from "../../../../reference/index.js";
import { type Answer, answering } from "../answer.js";
import { given, givenBytes } from "../inputs.js";
import { growthOf } from "../rules.js";
import { selectionResult } from "../selection-result.js";

/** Select sections of an encoded section index for a profile. */
export function select(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  // Null is what stands in the place of a profile, and no input that is absent.
  const profile = (inputs.profile === null ? null : given(inputs, "profile")) as LoadProfile;
  const options = growthOf(inputs.schema_version);
  return answering(() => {
    // @spec selection.profile.invalid: a profile is judged before anything of the artifact.
    checkProfile(profile);
    return selectionResult(selectSections(decodeSectionIndex(bytes, options), profile));
  });
}

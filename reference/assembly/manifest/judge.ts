import { type FayManifest, validateFayManifest } from "../../../generated/json/fay-manifest.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "../resolution/catalogue.js";
import { isTooDeep, TOO_DEEP } from "./depth.js";
import type { Finding } from "./finding.js";
import { componentErrors } from "./judge-components.js";
import { warningsOf } from "./judge-warnings.js";
import type { JudgedFinding } from "./judged-finding.js";
import { inWords } from "./wording.js";

/** Everything that is wrong with a value as a FayManifest, and everything that is doubtful. */
export interface FayManifestJudgement {
  readonly errors: readonly Finding[];
  /** Empty where there is an error. */
  readonly warnings: readonly Finding[];
}

/**
 * Judges a JSON value as a FayManifest: all errors at once, and all warnings where there is no error. Takes time linear
 * in the size of the value, and never throws on one that JSON can write.
 *
 * @spec faymanifest.validation, faymanifest.resolution.linear
 */
export function judgeFayManifest(
  value: unknown,
  catalogue: ComponentCatalogue = STANDARD_CATALOGUE,
): FayManifestJudgement {
  const errors = errorsOf(value, catalogue);
  if (errors.length > 0) return { errors: errors.map(({ mend: _, ...finding }) => finding), warnings: [] };
  return { errors: [], warnings: warningsOf(value as FayManifest, catalogue) };
}

/**
 * The errors of a value: those of the schema, then those of its components.
 *
 * @spec faymanifest.shape, faymanifest.validation.order
 */
export function errorsOf(value: unknown, catalogue: ComponentCatalogue): readonly JudgedFinding[] {
  // @spec faymanifest.validation.text: nothing else is judged of what is too deep.
  if (isTooDeep(value)) return [TOO_DEEP];
  return [
    ...validateFayManifest(value).map((problem) => inWords(problem, value)),
    ...componentErrors(value, catalogue),
  ];
}

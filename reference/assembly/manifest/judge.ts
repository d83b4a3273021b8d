import { type FayManifest, validateFayManifest } from "../../../generated/json/fay-manifest.js";
import { JsonCheck } from "../../codec/json-check.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "../resolution/catalogue.js";
import { isTooDeep, TOO_DEEP } from "./depth.js";
import type { Finding } from "./finding.js";
import { componentErrors } from "./judge-components.js";
import { warningsOf } from "./judge-warnings.js";
import type { JudgedFinding } from "./judged-finding.js";
import { firstOf, MOST_FINDINGS, type Told } from "./limits.js";
import { inWords } from "./wording.js";

/** Everything that is wrong with a value as a FayManifest, and everything that is doubtful. */
export interface FayManifestJudgement {
  readonly errors: readonly Finding[];
  /** Empty where there is an error. */
  readonly warnings: readonly Finding[];
  /** How many findings there are beyond the 1,000 that are told. @spec faymanifest.validation.bound */
  readonly untold: number;
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
  const { told, untold } = errorsOf(value, catalogue);
  if (told.length > 0) return { errors: told.map(({ mend: _, ...finding }) => finding), warnings: [], untold };
  const warnings = firstOf(warningsOf(value as FayManifest, catalogue), MOST_FINDINGS);
  return { errors: [], warnings: warnings.told, untold: warnings.untold };
}

/**
 * The errors of a value: those of the schema, then those of its components.
 *
 * @spec faymanifest.shape, faymanifest.validation.order
 */
export function errorsOf(value: unknown, catalogue: ComponentCatalogue): Told<JudgedFinding> {
  // @spec faymanifest.validation.text: nothing else is judged of what is too deep.
  if (isTooDeep(value)) return { told: [TOO_DEEP], untold: 0 };
  const check = new JsonCheck(MOST_FINDINGS);
  const problems = validateFayManifest(value, check).map((problem) => inWords(problem, value));
  const components = firstOf(componentErrors(value, catalogue), MOST_FINDINGS - problems.length);
  return { told: [...problems, ...components.told], untold: check.untold + components.untold };
}

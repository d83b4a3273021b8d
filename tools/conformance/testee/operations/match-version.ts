import { SEMANTIC_VERSION } from "../../../../generated/codecs/semantic-version.js";
import { VERSION_RANGE } from "../../../../generated/codecs/version-range.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { CborWriter, UNBOUNDED } from "../../../../reference/codec/codegen-v1.js";
import { satisfies } from "../../../../reference/index.js";
import { type Answer, answering } from "../answer.js";
import { given } from "../inputs.js";

/** Whether a version lies in a range. Both are judged as the text of a document is. */
export function matchVersion(inputs: VectorInputs): Promise<Answer> {
  const range = given(inputs, "range");
  const version = given(inputs, "version");
  return answering(() => {
    new CborWriter("version-range").patternText(range, VERSION_RANGE, 0, UNBOUNDED);
    new CborWriter("semantic-version").patternText(version, SEMANTIC_VERSION, 1, 64);
    return { matches: satisfies(version, range) };
  });
}

import type { FayManifest } from "../../../../generated/json/fay-manifest.js";
import type { VectorFinding, VectorInputs, VectorRequiredTest } from "../../../../generated/json/vector.js";
import {
  claimStage as judgeClaim,
  type RequiredTest,
  readFayManifest,
  requiredTests,
  resolveFayManifest,
} from "../../../../reference/assembly/index.js";
import { type Answer, accepted } from "../answer.js";
import { given, givenBytes } from "../inputs.js";

/** Judge a FayManifest. @spec faymanifest.validation */
export function validateFay(inputs: VectorInputs): Answer {
  const { errors, warnings } = readFayManifest(givenBytes(inputs, "bytes"));
  const told = ({ field, code }: VectorFinding): VectorFinding => ({ field, code });
  const [first] = errors;
  // What is wrong with a text alone may be found in several places of it, and is one finding.
  const isText = first?.code === "json_syntax" || first?.code === "too_deep";
  return accepted({ findings: [...(isText ? [first] : errors), ...warnings].map(told) });
}

/** Resolve a FayManifest. @spec faymanifest.resolution, ifacts.tests.required */
export function resolveFay(inputs: VectorInputs): Answer {
  const resolution = resolveFayManifest(fayIn(inputs));
  return accepted({ resolution, tests: requiredTests(resolution).map(testOf) });
}

/** Judge a claim of a stage. @spec faymanifest.stage.claim */
export function claimStage(inputs: VectorInputs): Answer {
  const { complete, missing, tests } = judgeClaim(resolveFayManifest(fayIn(inputs)), given(inputs, "stage"));
  return accepted({ complete, missing, tests: tests.map(testOf) });
}

/** The FayManifest of a case, which is always one without an error. */
export function fayIn(inputs: VectorInputs): FayManifest {
  return given(inputs, "fay") as FayManifest;
}

function testOf({ name, missing }: RequiredTest): VectorRequiredTest {
  return { test: name, ...(missing.length > 0 && { missing }) };
}

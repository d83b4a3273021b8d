import { declaredManifestVersion, decodeManifestHead } from "../../../../generated/codecs/manifest.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { SCHEMA_VERSION } from "../../../../generated/versions.js";
import { decodeCbor, encodeCbor } from "../../../../reference/codec/codegen-v1.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { given, givenBytes } from "../inputs.js";
import { growthOf, ruleNamed } from "../rules.js";
import { toTagged } from "../value.js";

/** Decode a document; its value is read out of the bytes that the decoded value encodes to. */
export function decode(inputs: VectorInputs): Promise<Answer> {
  const name = given(inputs, "rule");
  const rule = ruleNamed(name);
  const bytes = givenBytes(inputs, "bytes");
  const options = growthOf(inputs.schema_version);
  return answering(() => {
    const again = name === "manifest" && isOfAnotherMajor(bytes) ? foreignAgain(bytes) : rule.again(bytes, options);
    return { value: toTagged(decodeCbor(again)), bytes: toHexadecimal(again) };
  });
}

function isOfAnotherMajor(bytes: Uint8Array): boolean {
  const declared = declaredManifestVersion(bytes);
  return declared !== undefined && declared[0] !== SCHEMA_VERSION[0];
}

/** Of a manifest of another major only what all majors share has a type; the rest is any item. */
function foreignAgain(bytes: Uint8Array): Uint8Array {
  decodeManifestHead(bytes);
  return encodeCbor(decodeCbor(bytes));
}

import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type CborValue, type DecodeOptions, encodeCbor } from "../../../../reference/codec/codegen-v1.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { given } from "../inputs.js";
import { growthOf, type Rule, ruleNamed } from "../rules.js";
import { Inexpressible } from "../typed.js";
import { fromTagged } from "../value.js";

/** Encode a value. */
export function encode(inputs: VectorInputs): Promise<Answer> {
  const rule = ruleNamed(given(inputs, "rule"));
  const value = fromTagged(given(inputs, "value"));
  const options = growthOf(inputs.schema_version);
  return answering(() => ({ bytes: toHexadecimal(encodeAs(rule, value, options)) }));
}

function encodeAs(rule: Rule, value: CborValue, options: DecodeOptions): Uint8Array {
  let typed: unknown;
  try {
    typed = rule.typed(value);
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    // A value that no program can hand to the typed encoder is refused as the decoder refuses its encoding.
    return rule.again(encodeCbor(value), options);
  }
  return rule.encode(typed, options);
}

import { decodeFaygerError } from "../../../../generated/codecs/fayger-error.js";
import { decodeFaygerEvent } from "../../../../generated/codecs/fayger-event.js";
import { faygerErrorToJson } from "../../../../generated/json/fayger-error.js";
import { faygerEventToJson } from "../../../../generated/json/fayger-event.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type Answer, answering } from "../answer.js";
import { InputError } from "../input-error.js";
import { given, givenBytes } from "../inputs.js";

const FORMS: ReadonlyMap<string, (bytes: Uint8Array) => unknown> = new Map([
  ["fayger-error", (bytes: Uint8Array): unknown => faygerErrorToJson(decodeFaygerError(bytes))],
  ["fayger-event", (bytes: Uint8Array): unknown => faygerEventToJson(decodeFaygerEvent(bytes))],
]);

/** The JSON form of an error or an event. */
export function toJson(inputs: VectorInputs): Promise<Answer> {
  const rule = given(inputs, "rule");
  const bytes = givenBytes(inputs, "bytes");
  const form = FORMS.get(rule);
  if (form === undefined) throw new InputError(`${rule} has no JSON form`);
  return answering(() => ({ json: form(bytes) }));
}

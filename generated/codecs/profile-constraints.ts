// Hand-placed target shape; replaced by the generator's output.
import { AscendingItems, type CborReader, type CborWriter, memberKey, type UnknownField } from "../../reference/codec/codegen-v1.js";

export interface ProfileConstraints {
  /** Terminal classes the section is for. */
  readonly terminals?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly features?: readonly string[];
  readonly minMemoryBytes?: number;
  readonly unknownFields?: readonly UnknownField[];
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const NONE: ProfileConstraints = Object.freeze({});
const FEATURES = memberKey("features");
const TERMINALS = memberKey("terminals");
const CAPABILITIES = memberKey("capabilities");
const MIN_MEMORY_BYTES = memberKey("min_memory_bytes");

export function readProfileConstraints(r: CborReader): ProfileConstraints {
  if (r.emptyMap()) return NONE;
  r.beginMap("profile-constraints");
  const value: Mutable<ProfileConstraints> = {};
  if (r.optionalMember(FEATURES)) value.features = readTexts(r);
  if (r.optionalMember(TERMINALS)) value.terminals = readTexts(r);
  if (r.optionalMember(CAPABILITIES)) value.capabilities = readTexts(r);
  if (r.optionalMember(MIN_MEMORY_BYTES)) value.minMemoryBytes = r.uint(9007199254740991);
  const unknownFields = r.endGrowingMap();
  if (unknownFields !== undefined) value.unknownFields = unknownFields;
  return value;
}
function readTexts(r: CborReader): readonly string[] {
  const items: string[] = [];
  const order = new AscendingItems();
  for (let left = r.beginArray(1); left > 0; left--) {
    items.push(r.text(0, Number.MAX_SAFE_INTEGER));
    r.requireOrder(order);
  }
  r.endContainer();
  return items;
}
export function writeProfileConstraints(w: CborWriter, value: ProfileConstraints): void {
  w.requireObject(value, "profile-constraints");
  let count = 0;
  if (value.features !== undefined) count++;
  if (value.terminals !== undefined) count++;
  if (value.capabilities !== undefined) count++;
  if (value.minMemoryBytes !== undefined) count++;
  w.beginGrowingMap("profile-constraints", count, value.unknownFields, [FEATURES, TERMINALS, CAPABILITIES, MIN_MEMORY_BYTES]);
  if (value.features !== undefined) {
    w.member(FEATURES);
    writeTexts(w, value.features);
  }
  if (value.terminals !== undefined) {
    w.member(TERMINALS);
    writeTexts(w, value.terminals);
  }
  if (value.capabilities !== undefined) {
    w.member(CAPABILITIES);
    writeTexts(w, value.capabilities);
  }
  if (value.minMemoryBytes !== undefined) {
    w.member(MIN_MEMORY_BYTES);
    w.uint(value.minMemoryBytes, 9007199254740991);
  }
  w.endMap();
}
function writeTexts(w: CborWriter, value: readonly string[]): void {
  w.beginArray(value, 1);
  const order = new AscendingItems();
  for (const item of value) {
    w.text(item, 0, Number.MAX_SAFE_INTEGER);
    w.requireOrder(order);
  }
  w.endContainer();
}

import type { InterfaceVersion } from "../../../generated/codecs/interface-version.js";
import type { SchemaVersion } from "../../../generated/codecs/schema-version.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import type { Clock } from "../../../reference/index.js";
import { fromHexadecimal } from "./hexadecimal.js";
import { InputError } from "./input-error.js";

/** The wall clock where a case says nothing about it, in Unix seconds. */
const DEFAULT_NOW = 1_767_225_600;

/** The members of inputs that hold bytes. */
type BytesMember =
  | "bytes"
  | "trust_store"
  | "installed"
  | "key"
  | "message"
  | "signature"
  | "results"
  | "snapshot"
  | "manifest_digest"
  | "snapshot_digest"
  | "expected_manifest_digest";

/** A member that the operation cannot do without. @throws InputError where it is absent */
export function given<K extends keyof VectorInputs>(inputs: VectorInputs, member: K): NonNullable<VectorInputs[K]> {
  const value = inputs[member];
  if (value === undefined || value === null) throw new InputError(`the input ${member} is absent`);
  return value as NonNullable<VectorInputs[K]>;
}

/** A member of bytes that the operation cannot do without. @throws InputError */
export function givenBytes(inputs: VectorInputs, member: BytesMember): Uint8Array {
  return fromHexadecimal(given(inputs, member));
}

/** A member of bytes that may be absent. @throws InputError */
export function bytesIn(inputs: VectorInputs, member: BytesMember): Uint8Array | undefined {
  return inputs[member] === undefined ? undefined : givenBytes(inputs, member);
}

/** A version of a schema. @throws InputError where the text is not `major.minor` */
export function schemaVersionIn(text: string): SchemaVersion {
  const [major, minor] = numbersIn(text, 2) as [number, number];
  return [major, minor];
}

/** A version of the Runtime_Interface. @throws InputError where the text is not `major.minor.patch` */
export function interfaceVersionIn(text: string): InterfaceVersion {
  const [major, minor, patch] = numbersIn(text, 3) as [number, number, number];
  return [major, minor, patch];
}

function numbersIn(text: string, count: number): readonly number[] {
  const numbers = text.split(".");
  const isVersion = numbers.length === count && numbers.every((number) => /^(0|[1-9][0-9]{0,4})$/.test(number));
  if (!isVersion) throw new InputError(`${text} is not ${count} numbers joined by dots`);
  return numbers.map(Number);
}

/** Clocks that stand still, so that the same case gives the same answer at any time. @spec conformance.injected */
export function clockAt(now: number = DEFAULT_NOW): Clock {
  const unix = BigInt(now) * 1_000_000_000n;
  return { unixNanoseconds: () => unix, monotonicNanoseconds: () => 0n };
}

import type { Tlv } from "./tlv.js";

/** The value each type has; `none` has none. */
export interface TlvValues {
  readonly u32: number;
  readonly u64: bigint;
  readonly i64: bigint;
  readonly f64: number;
  readonly bool: boolean;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly handle: number;
  readonly list: readonly Tlv[];
}

/**
 * The value of a TLV that is known to be there.
 *
 * @throws TypeError where it is missing or of another type: decoding has checked it, so the caller is wrong
 */
export function tlvValue<T extends keyof TlvValues>(
  tlvs: readonly Tlv[],
  index: number,
  type: T,
  name: string,
): TlvValues[T] {
  const tlv = tlvs[index];
  // The comparison of the names narrows the value, which TypeScript cannot follow through a type parameter.
  if (tlv?.type === type) return tlv.value as TlvValues[T];
  throw new TypeError(`${name} (${index}): expected ${type}, found ${tlv?.type ?? "nothing"}`);
}

/** The value of an optional TLV; undefined where it is none or missing. @throws TypeError where it is of another type */
export function optionalTlvValue<T extends keyof TlvValues>(
  tlvs: readonly Tlv[],
  index: number,
  type: T,
  name: string,
): TlvValues[T] | undefined {
  const found = tlvs[index]?.type;
  return found === undefined || found === "none" ? undefined : tlvValue(tlvs, index, type, name);
}

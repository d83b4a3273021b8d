import type { Tlv, TlvFail, TlvTypeName } from "./tlv.js";

/**
 * Compares decoded operands with what the table gives an opcode, one after another.
 *
 * @spec instructions.operands
 */
export class OperandCheck {
  readonly #operands: readonly Tlv[];
  readonly #offsets: readonly number[];
  readonly #end: number;
  readonly #fail: TlvFail;
  #index = 0;

  /**
   * @param offsets offset of the type byte of each operand
   * @param end offset behind the last operand
   */
  constructor(operands: readonly Tlv[], offsets: readonly number[], end: number, fail: TlvFail) {
    this.#operands = operands;
    this.#offsets = offsets;
    this.#end = end;
    this.#fail = fail;
  }

  /** The next operand must be there and of this type. */
  required(type: TlvTypeName, name: string): void {
    const index = this.#index++;
    const found = this.#operands[index]?.type;
    if (found === type) return;
    if (found === undefined) this.#fail("operand_missing", this.#end, `${type} ${name}`, "the end of the operands");
    this.#fail("operand_type", this.#offsets[index] ?? this.#end, `${type} ${name}`, found);
  }

  /** The next operand, where there is one, must be of this type or none. */
  optional(type: TlvTypeName, name: string): void {
    const index = this.#index++;
    const found = this.#operands[index]?.type;
    if (found === undefined || found === type || found === "none") return;
    this.#fail("operand_type", this.#offsets[index] ?? this.#end, `${type} ${name} or none`, found);
  }

  /** No operand is left. */
  end(): void {
    const extra = this.#operands[this.#index]?.type;
    if (extra !== undefined) {
      this.#fail(
        "operand_extra",
        this.#offsets[this.#index] ?? this.#end,
        `${this.#index} operands`,
        `another of type ${extra}`,
      );
    }
  }
}

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

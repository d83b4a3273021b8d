import type { Tlv, TlvFail, TlvTypeName } from "./tlv.js";
import { tlvOffset } from "./tlv-reader.js";

/**
 * Compares decoded operands with what the table gives an opcode, one after another.
 *
 * @spec instructions.operands
 */
export class OperandCheck {
  readonly #operands: readonly Tlv[];
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #fail: TlvFail;
  #index = 0;

  /**
   * @param bytes the message, at whose end the operands end
   * @param start offset of the first operand
   */
  constructor(operands: readonly Tlv[], bytes: Uint8Array, start: number, fail: TlvFail) {
    this.#operands = operands;
    this.#bytes = bytes;
    this.#start = start;
    this.#fail = fail;
  }

  /** The next operand must be there and of this type. */
  required(type: TlvTypeName, name: string): void {
    const index = this.#index++;
    const found = this.#operands[index]?.type;
    if (found === type) return;
    if (found === undefined)
      this.#fail("operand_missing", this.#bytes.length, `${type} ${name}`, "the end of the operands");
    this.#fail("operand_type", this.#offset(index), `${type} ${name}`, found);
  }

  /** The next operand, where there is one, must be of this type or none. */
  optional(type: TlvTypeName, name: string): void {
    const index = this.#index++;
    const found = this.#operands[index]?.type;
    if (found === undefined || found === type || found === "none") return;
    this.#fail("operand_type", this.#offset(index), `${type} ${name} or none`, found);
  }

  /** No operand is left. */
  end(): void {
    const extra = this.#operands[this.#index]?.type;
    if (extra !== undefined) {
      this.#fail("operand_extra", this.#offset(this.#index), `${this.#index} operands`, `another of type ${extra}`);
    }
  }

  /** Offset of the type byte of an operand: looked for where one is wrong, which is rare. */
  #offset(index: number): number {
    return tlvOffset(this.#bytes, this.#start, index);
  }
}

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

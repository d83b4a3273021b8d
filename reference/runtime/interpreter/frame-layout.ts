import type { FunctionType } from "../wasm/types.js";
import { ValueType } from "../wasm/types.js";
import { REACHABLE_SLOTS, SCRATCH_SLOT } from "./register-code.js";

/**
 * Where a function keeps what it needs: a frame of slots of 64 bits, its parameters first, because the caller has put
 * them there.
 *
 * Up to 256 slots, the declared locals follow, then the operands. Beyond, three slots within reach are kept free for
 * carrying, and the operands come before the locals: they are used most.
 */
export class FrameLayout {
  readonly parameters: number;
  readonly locals: number;
  /** Slot of the operand at height 0; the others follow without a gap. */
  readonly operands: number;
  /** Whether some slots are out of reach. */
  readonly wide: boolean;
  /**
   * Where the frames of calls begin, in a frame whose operands are not the last: arguments are carried there, results
   * back. -1 where calls begin at their arguments.
   */
  readonly end: number;
  readonly #firstLocal: number;

  /**
   * @param parameters how many
   * @param locals how many, parameters included
   * @param operandHeight largest height of the operands
   */
  constructor(parameters: number, locals: number, operandHeight: number) {
    this.parameters = parameters;
    this.locals = locals;
    this.wide = locals + operandHeight > REACHABLE_SLOTS;
    if (!this.wide) {
      this.operands = locals;
      this.#firstLocal = parameters;
      this.end = -1;
    } else if (parameters + operandHeight <= SCRATCH_SLOT) {
      this.operands = parameters;
      this.#firstLocal = parameters + operandHeight;
      this.end = Math.max(REACHABLE_SLOTS, this.#firstLocal + locals - parameters + REACHABLE_SLOTS - SCRATCH_SLOT);
    } else {
      this.#firstLocal = parameters;
      this.operands = Math.max(REACHABLE_SLOTS, locals + REACHABLE_SLOTS - SCRATCH_SLOT);
      this.end = -1;
    }
  }

  /** Slot of a local. */
  slot(local: number): number {
    const at = local < this.parameters ? local : local - this.parameters + this.#firstLocal;
    return this.wide && at >= SCRATCH_SLOT ? at + REACHABLE_SLOTS - SCRATCH_SLOT : at;
  }

  /** How many parameters lie where the caller put them and an instruction cannot have them: from slot 253 on. */
  get displacedParameters(): number {
    return this.wide ? Math.max(0, this.parameters - SCRATCH_SLOT) : 0;
  }

  /** The declared locals as runs of slots: first slot and number. */
  declared(): (readonly [first: number, count: number])[] {
    const count = this.locals - this.parameters;
    if (count === 0) return [];
    const near = this.wide ? Math.min(count, Math.max(0, SCRATCH_SLOT - this.#firstLocal)) : count;
    const runs: (readonly [number, number])[] = [];
    if (near > 0) runs.push([this.slot(this.parameters), near]);
    if (near < count) runs.push([this.slot(this.parameters + near), count - near]);
    return runs;
  }
}

/** Whether values of a type fill all 64 bits of a slot. */
export function isLong(type: ValueType): boolean {
  return type === ValueType.I64 || type === ValueType.F64;
}

/** A function type in a form in which equal types are equal. */
export function typeKey({ params, results }: FunctionType): string {
  return `${params.join()}:${results.join()}`;
}

/** For each parameter and local 1 where its values fill all 64 bits of a slot. */
export function localWidths(
  type: FunctionType,
  groups: readonly { count: number; type: ValueType }[],
  count: number,
): Uint8Array {
  const widths = new Uint8Array(count);
  type.params.forEach((parameter, at) => {
    widths[at] = isLong(parameter) ? 1 : 0;
  });
  let at = type.params.length;
  for (const group of groups) {
    widths.fill(isLong(group.type) ? 1 : 0, at, at + group.count);
    at += group.count;
  }
  return widths;
}

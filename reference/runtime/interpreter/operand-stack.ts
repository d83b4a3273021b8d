import type { CodeBuffer } from "./code-buffer.js";
import type { FrameLayout } from "./frame-layout.js";
import { REACHABLE_SLOTS, RegisterOp } from "./register-code.js";

/** Where an operand is. */
export const Place = {
  /** In the slot of its own height. */
  Own: 0,
  /** In a local. */
  Local: 1,
  /** Known: a constant. */
  Constant: 2,
} as const;
export type Place = (typeof Place)[keyof typeof Place];

/**
 * The operand stack of a function while it is translated: where each operand is. An operand that is a local or a
 * constant stays there until it has to be in its own slot.
 */
export class OperandStack {
  height = 0;
  readonly #code: CodeBuffer;
  readonly #layout: FrameLayout;
  readonly #places: Place[] = [];
  /** The local, or the low half of the constant. */
  readonly #low: number[] = [];
  readonly #high: number[] = [];
  readonly #long: boolean[] = [];
  /** Of each local that is an operand, the topmost one of them; then the next one below, by height. */
  readonly #topUse = new Map<number, number>();
  readonly #nextUse: number[] = [];
  /** Every operand below this height is in its own slot. */
  #settled = 0;

  constructor(code: CodeBuffer, layout: FrameLayout) {
    this.#code = code;
    this.#layout = layout;
  }

  /** The own slot of a height. */
  slotAt(height: number): number {
    return this.#layout.operands + height;
  }

  placeAt(height: number): Place {
    return this.#places[height] as Place;
  }

  /** Low half of a constant, or a local. */
  lowAt(height: number): number {
    return this.#low[height] as number;
  }

  highAt(height: number): number {
    return this.#high[height] as number;
  }

  isLongAt(height: number): boolean {
    return this.#long[height] as boolean;
  }

  /** Push an operand that is in its own slot; returns the slot. */
  push(long: boolean): number {
    this.#set(Place.Own, 0, 0, long);
    return this.slotAt(this.height - 1);
  }

  pushLocal(local: number, long: boolean): void {
    const { height } = this;
    this.#set(Place.Local, local, 0, long);
    this.#nextUse[height] = this.#topUse.get(local) ?? -1;
    this.#topUse.set(local, height);
  }

  pushConstant(low: number, high: number, long: boolean): void {
    this.#set(Place.Constant, low, high, long);
  }

  #set(place: Place, low: number, high: number, long: boolean): void {
    const { height } = this;
    this.#places[height] = place;
    this.#low[height] = low;
    this.#high[height] = high;
    this.#long[height] = long;
    this.height = height + 1;
  }

  /** Forget the topmost operand; returns its height. */
  pop(): number {
    this.height -= 1;
    const { height } = this;
    if (this.#places[height] === Place.Local) this.#unuse(height);
    if (this.#settled > height) this.#settled = height;
    return height;
  }

  /** Forget all operands from a height on. */
  cut(height: number): void {
    while (this.height > height) this.pop();
  }

  #unuse(height: number): void {
    const local = this.#low[height] as number;
    const next = this.#nextUse[height] as number;
    if (next < 0) this.#topUse.delete(local);
    else this.#topUse.set(local, next);
  }

  /** Whether some operand is this local. */
  uses(local: number): boolean {
    return this.#topUse.has(local);
  }

  /** Before a local changes: every operand that is this local moves to its own slot. */
  settleUses(local: number): void {
    for (let height = this.#topUse.get(local) ?? -1; height >= 0; height = this.#nextUse[height] as number) {
      this.#moveHome(height);
      this.#places[height] = Place.Own;
    }
    this.#topUse.delete(local);
  }

  /** Bring the operand at a height into its own slot. It may have been popped already. */
  settle(height: number): void {
    if (this.#places[height] === Place.Own) return;
    if (this.#places[height] === Place.Local && height < this.height) {
      // Uses are a list from the top: what lies above this one stays on it.
      this.#removeUse(height);
    }
    this.#moveHome(height);
    this.#places[height] = Place.Own;
  }

  #removeUse(height: number): void {
    const local = this.#low[height] as number;
    let above = -1;
    for (let at = this.#topUse.get(local) ?? -1; at > height; at = this.#nextUse[at] as number) above = at;
    if (above < 0) this.#unuse(height);
    else this.#nextUse[above] = this.#nextUse[height] as number;
  }

  /** Bring the topmost operands into their own slots. */
  settleTop(count: number): void {
    for (let height = this.height - 1; height >= this.height - count; height--) {
      if (height < this.#settled) break;
      this.settle(height);
    }
    if (this.height - count <= this.#settled) this.#settled = this.height;
  }

  /** Bring operands into their own slots, from one height up to below another. */
  settleRange(from: number, to: number): void {
    for (let height = to - 1; height >= Math.max(from, this.#settled); height--) this.settle(height);
  }

  /** Bring all operands but the topmost into their own slots. */
  settleBelowTop(): void {
    const below = this.height - 1;
    this.settleRange(0, below);
    if (this.#settled < below) this.#settled = below;
  }

  /** Bring all operands into their own slots. */
  settleAll(): void {
    this.settleTop(this.height);
  }

  /** The slot that holds the operand at a height, which may have been popped; a constant is brought to its own slot. */
  slotOf(height: number): number {
    const place = this.#places[height];
    if (place === Place.Local) return this.#layout.slot(this.#low[height] as number);
    if (place === Place.Constant) this.settle(height);
    return this.slotAt(height);
  }

  /** Write the operand at a height, which may have been popped, to a slot. */
  moveTo(height: number, slot: number): void {
    const long = this.#long[height] as boolean;
    if (this.#places[height] === Place.Constant) {
      const low = this.#low[height] as number;
      if (long) this.#code.writing(RegisterOp.Constant, slot, -1, -1, [low, this.#high[height] as number]);
      else this.#code.writing(RegisterOp.ConstantWord, slot, -1, -1, [low]);
      return;
    }
    const from = this.slotOf(height);
    if (from === slot) return;
    if (from >= REACHABLE_SLOTS && slot < REACHABLE_SLOTS) {
      this.#code.seal();
      this.#code.word(RegisterOp.LoadSlot | (slot << 8));
      this.#code.word(from);
      return;
    }
    if (slot >= REACHABLE_SLOTS && from < REACHABLE_SLOTS) {
      this.#code.seal();
      this.#code.word(RegisterOp.StoreSlot | (from << 16));
      this.#code.word(slot);
      return;
    }
    this.#code.writing(long ? RegisterOp.Move : RegisterOp.MoveWord, slot, from, -1);
  }

  #moveHome(height: number): void {
    this.moveTo(height, this.slotAt(height));
  }
}

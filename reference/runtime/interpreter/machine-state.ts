import type { BlockedCall } from "../guest-functions.js";
import { Exit, TrapNumber } from "./exits.js";
import { type GuestStack, STACK_LIMIT, type StackPool } from "./guest-stack.js";
import type { FunctionValue, ModuleInstance } from "./module-instance.js";
import { HALT_RETURN, LEAVE_RETURN } from "./register-code.js";

/** Bytes of functions that are translated in one slice before the others get their turn. */
const EFFORT_LIMIT = 65_536;

/**
 * Where one program stands. Guest calls do not use the stack of the host: frames are slots, and what is called from
 * another instance is a frame too.
 */
export class MachineState {
  readonly #pool: StackPool;
  stack: GuestStack;
  /** The instance whose code runs. */
  instance: ModuleInstance;
  /** Position in its register code: a block's header, or an instruction where {@link inside} is set. */
  pc = 0;
  /** Whether the program stands inside of a block that is paid. */
  inside = false;
  /** First word of the frame. */
  fp = 0;
  /** Number of entries in the list of calls. */
  cp = 0;
  /** Sum of the stack charges. */
  depth = 0;
  /** What is left of the slice: a small integer, so that the loop can count with it. */
  fuel = 0;
  /** What may be used beyond the slice, 0 to 2^53-1. */
  budget = 0;
  /** How much was translated for the program in this slice. */
  effort = 0;
  /** Why the program trapped. */
  trap = 0;
  /** What a host function waits for, and where its result goes. */
  blocked: BlockedCall | undefined;
  #blockedAt = 0;
  readonly #callers: ModuleInstance[] = [];

  /** @param pool where the stack comes from */
  constructor(instance: ModuleInstance, pool: StackPool) {
    this.instance = instance;
    this.#pool = pool;
    this.stack = pool.take();
  }

  /** Give the stack back. The machine may begin no other call. */
  release(): void {
    this.#pool.give(this.stack);
  }

  /**
   * Begin the outermost call of a function. The arguments are to be written to the first slots of the stack.
   *
   * @returns false where the function alone needs more stack than there is
   */
  begin(value: FunctionValue): boolean {
    this.#callers.length = 0;
    this.blocked = undefined;
    this.inside = false;
    this.fp = 0;
    this.stack.calls[0] = HALT_RETURN;
    this.cp = 1;
    this.depth = 0;
    if ("host" in value) {
      // Where it returns, the header of the end.
      this.pc = HALT_RETURN;
      return true;
    }
    const { instance, functionIndex } = value;
    const { translated } = instance;
    this.instance = instance;
    this.pc = translated.entryOf(functionIndex) + 1;
    this.depth = translated.chargeOf(functionIndex);
    return this.depth <= this.stack.depthLimit || this.deepen(this.depth);
  }

  /** What the block costs before which the machine stands. */
  get blockCost(): number {
    return this.instance.translated.code[this.pc]!;
  }

  /** Make room for so much charge. False where there may be no more. @spec guest-abi.stack */
  deepen(depth: number): boolean {
    if (depth > STACK_LIMIT) return false;
    this.stack = this.stack.enlarged(depth);
    return true;
  }

  /**
   * Call a function by its number.
   *
   * @param back where the program goes on when it has returned: the header of a block
   * @param at first word of the arguments
   */
  callAway(address: number, back: number, at: number): Exit {
    const owner = this.instance.store.ownerOf(address)!;
    const value = owner.functionValue(address - owner.firstAddress);
    if (!this.translateSome(value)) return Exit.Midway;
    this.inside = false;
    if ("host" in value) {
      this.pc = back;
      return this.callHost(value, at);
    }
    const { instance, functionIndex } = value;
    const { translated } = instance;
    const depth = this.depth + translated.chargeOf(functionIndex);
    if (depth > this.stack.depthLimit && !this.deepen(depth)) {
      this.trap = TrapNumber.StackExhausted;
      return Exit.Trapped;
    }
    const { calls } = this.stack;
    calls[this.cp++] = back;
    if (instance !== this.instance) {
      calls[this.cp++] = LEAVE_RETURN;
      this.#callers.push(this.instance);
      this.instance = instance;
    }
    this.depth = depth;
    this.fp = at;
    this.pc = translated.entryOf(functionIndex) + 1;
    return this.isTired ? Exit.OutOfFuel : Exit.None;
  }

  /** Whether so much was translated in this slice that the others come first. */
  get isTired(): boolean {
    return this.effort > EFFORT_LIMIT;
  }

  /** Translate a function a little further, where it needs that. False where it is not ready yet. */
  translateSome(value: FunctionValue): boolean {
    if ("host" in value) return true;
    const { translated } = value.instance;
    const before = translated.work;
    const isReady = translated.translateSome(value.functionIndex);
    this.effort += translated.work - before;
    return isReady;
  }

  /** A call to another instance is over. */
  returnAway(): void {
    this.instance = this.#callers.pop()!;
    this.pc = this.stack.calls[--this.cp]!;
    this.fp -= this.instance.translated.code[this.pc - 2]! >>> 7;
    this.inside = false;
  }

  /** Call a function of the host, with its arguments at a word of the stack. */
  callHost({ host }: Extract<FunctionValue, { host: unknown }>, at: number): Exit {
    const blocked = host.call(this.stack.words, at);
    if (blocked === undefined) {
      if (this.instance.store.stopRequested()) this.endSlice();
      return Exit.None;
    }
    this.blocked = blocked;
    this.#blockedAt = at;
    return Exit.Blocked;
  }

  /** Stop before the next block that costs anything. @spec lifecycle.suspend.in-call */
  endSlice(): void {
    this.budget += this.fuel;
    this.fuel = 0;
  }

  /** The host has answered: give its result to the program. */
  unblock(): void {
    const { blocked } = this;
    this.blocked = undefined;
    if (blocked !== undefined) this.stack.words[this.#blockedAt] = blocked.finish();
  }

  /** Whether the extra of a bulk operation can be paid. */
  canPay(extra: number): boolean {
    return extra <= this.fuel + this.budget;
  }

  /**
   * Pay the extra of a bulk operation, from beyond the slice where the slice is too small.
   *
   * @returns false where there is not enough: nothing was paid
   * @spec guest-abi.fuel.blocks
   */
  payExtra(extra: number): boolean {
    if (extra <= this.fuel) {
      this.fuel -= extra;
      return true;
    }
    if (extra > this.fuel + this.budget) return false;
    this.budget -= extra - this.fuel;
    this.fuel = 0;
    return true;
  }
}

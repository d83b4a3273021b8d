/** Most that the stack charges of all active frames may sum up to. @spec guest-abi.stack */
export const STACK_LIMIT = 65_536;

/** Charge that a stack holds at first. */
const FIRST_DEPTH = 128;

/**
 * The frames of one program: slots of 64 bits, and where each call returns to.
 *
 * No frame is longer than twice its stack charge, and no call has more than two entries in `calls` for 8 of it.
 */
export class GuestStack {
  /** Most charge that this stack has room for. */
  readonly depthLimit: number;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly singles: Float32Array;
  readonly calls: Int32Array;

  constructor(depthLimit = FIRST_DEPTH) {
    this.depthLimit = depthLimit;
    const slots = new ArrayBuffer(2 * 8 * depthLimit);
    this.words = new Int32Array(slots);
    this.doubles = new Float64Array(slots);
    this.singles = new Float32Array(slots);
    this.calls = new Int32Array(4 + depthLimit / 4);
  }

  /** A larger stack that holds the same. */
  enlarged(depth: number): GuestStack {
    let limit = this.depthLimit * 4;
    while (limit < depth) limit *= 2;
    const larger = new GuestStack(Math.min(limit, STACK_LIMIT));
    larger.words.set(this.words);
    larger.calls.set(this.calls);
    return larger;
  }
}

/** Stacks that no program has at the moment. A stack is given back empty of frames; what lies in it is never read. */
export class StackPool {
  readonly #free: GuestStack[] = [];
  readonly #most: number;

  /** @param most stacks that are kept */
  constructor(most = 16) {
    this.#most = most;
  }

  take(): GuestStack {
    return this.#free.pop() ?? new GuestStack();
  }

  give(stack: GuestStack): void {
    if (this.#free.length < this.#most) this.#free.push(stack);
  }
}

import type { Clock } from "../../../contracts/event-bus.js";

/** A clock and timers whose time passes only where a test says so. */
export class ManualTime implements Clock {
  #now = 0n;
  readonly #due = new Map<object, { readonly at: bigint; readonly fire: () => void }>();

  /** Timers that have not fired. */
  get waiting(): number {
    return this.#due.size;
  }

  unixNanoseconds(): bigint {
    return this.#now;
  }

  monotonicNanoseconds(): bigint {
    return this.#now;
  }

  /** Fire once, when so many nanoseconds have passed. Gives what prevents it. */
  after(delay: bigint, fire: () => void): () => void {
    const timer = {};
    this.#due.set(timer, { at: this.#now + delay, fire });
    return () => void this.#due.delete(timer);
  }

  /** Let milliseconds pass: timers fire in the order of their times. */
  pass(milliseconds: number): void {
    const end = this.#now + BigInt(milliseconds) * 1_000_000n;
    for (;;) {
      const [next] = [...this.#due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => Number(a.at - b.at));
      if (next === undefined) break;
      const [timer, { at, fire }] = next;
      this.#due.delete(timer);
      this.#now = at;
      fire();
    }
    this.#now = end;
  }
}

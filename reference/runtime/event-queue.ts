/** Events that wait for their guest, in order. */
export class EventQueue {
  #waiting: { readonly event: Uint8Array; readonly completion: boolean }[] = [];
  #next = 0;
  #ordinary = 0;

  /** How many wait. */
  get length(): number {
    return this.#waiting.length - this.#next;
  }

  /** How many of them are not completions: only those count against `max_pending_events`. */
  get ordinary(): number {
    return this.#ordinary;
  }

  /** How many of them are completions. */
  get completions(): number {
    return this.length - this.#ordinary;
  }

  /** Add one at the end. */
  push(event: Uint8Array, completion: boolean): void {
    this.#waiting.push({ event, completion });
    if (!completion) this.#ordinary += 1;
  }

  /** Take the first. */
  shift(): Uint8Array | undefined {
    const first = this.#waiting[this.#next];
    if (first === undefined) return undefined;
    this.#next += 1;
    if (!first.completion) this.#ordinary -= 1;
    // Taken events are let go in one piece once they are the larger half: each is moved once on average.
    if (this.#next * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    return first.event;
  }

  /** Drop all. */
  clear(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#ordinary = 0;
  }
}

interface Waiting {
  readonly event: Uint8Array;
  readonly completion: boolean;
  readonly isWanted: (() => boolean) | undefined;
}

/** Events that wait for their guest, in order. */
export class EventQueue {
  #waiting: Waiting[] = [];
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

  /** Those that wait and are still wanted, the first to be delivered first. */
  pending(): Uint8Array[] {
    return this.#waiting.slice(this.#next).flatMap(({ event, isWanted }) => (isWanted?.() === false ? [] : [event]));
  }

  /** Add one at the end. @param isWanted asked when it is taken: false drops it */
  push(event: Uint8Array, completion: boolean, isWanted?: () => boolean): void {
    this.#waiting.push({ event, completion, isWanted });
    if (!completion) this.#ordinary += 1;
  }

  /** Take the first that is still wanted. */
  shift(): Uint8Array | undefined {
    for (;;) {
      const first = this.#take();
      if (first === undefined || first.isWanted?.() !== false) return first?.event;
    }
  }

  #take(): Waiting | undefined {
    const first = this.#waiting[this.#next];
    if (first === undefined) return undefined;
    this.#next += 1;
    if (!first.completion) this.#ordinary -= 1;
    // Taken events are let go in one piece once they are the larger half: each is moved once on average.
    if (this.#next * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    return first;
  }

  /** Drop all. */
  clear(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#ordinary = 0;
  }
}

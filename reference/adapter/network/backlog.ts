/** What one held message costs besides its bytes: a flood of empty messages must count too. */
const COST_OF_ONE = 64;

/**
 * Messages that wait for the program, oldest first, and how much they weigh.
 *
 * @typeParam Message what waits
 * @spec instructions.net.websocket-backlog
 */
export class Backlog<Message> {
  #held: { readonly message: Message; readonly weight: number }[] = [];
  #from = 0;
  #weight = 0;

  /** Bytes of all that waits, 64 more for each message. */
  get weight(): number {
    return this.#weight;
  }

  /** Add a message behind the others. @param bytes its length */
  push(message: Message, bytes: number): void {
    const weight = bytes + COST_OF_ONE;
    this.#held.push({ message, weight });
    this.#weight += weight;
  }

  /** Take the oldest message. */
  shift(): Message | undefined {
    const first = this.#held[this.#from];
    if (first === undefined) return undefined;
    this.#from += 1;
    this.#weight -= first.weight;
    // Moved down now and then, not at each step: `shift` of an array of thousands would cost their number.
    if (this.#from > 32 && this.#from * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#from);
      this.#from = 0;
    }
    return first.message;
  }

  /** Forget all. */
  clear(): void {
    this.#held = [];
    this.#from = 0;
    this.#weight = 0;
  }
}

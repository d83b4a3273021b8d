import type { DiscardReason } from "../../generated/enums/discard-reason.js";

/** Something that goes to a guest, or is dropped; exactly one of the two is called. */
export interface Delivery {
  /** Hand it over. */
  readonly deliver: () => void;
  /** It will never be handed over. */
  readonly discard: (reason: DiscardReason) => void;
}

/** Most events, other than completions and replies, that are held for a suspended instance. */
const MOST_HELD_EVENTS = 1024;

/**
 * The order in which things reach one guest. Held while the instance is suspended, in order when it goes on, dropped
 * when it ends.
 *
 * @spec instructions.suspend
 */
export class DeliveryQueue {
  #held: (Delivery & { readonly reserved: boolean })[] = [];
  #events = 0;
  #suspended = false;
  #draining = false;
  #closed = false;

  /**
   * Deliver now, or when the instance goes on.
   *
   * @param reserved whether there is always room: for completions and replies, whose number is bounded elsewhere
   */
  offer(delivery: Delivery, reserved: boolean): void {
    if (this.#closed) {
      delivery.discard("instance_ended");
      return;
    }
    if (!this.#suspended && !this.#draining) {
      delivery.deliver();
      return;
    }
    if (!reserved) {
      // @spec instructions.suspend.bound: a timer must not fill the host's memory while nobody listens.
      if (this.#events >= MOST_HELD_EVENTS) {
        delivery.discard("too_many_held");
        return;
      }
      this.#events += 1;
    }
    this.#held.push({ ...delivery, reserved });
  }

  /** Hold everything from now on. */
  suspend(): void {
    this.#suspended = true;
  }

  /** Deliver what was held, then go on. What arrives meanwhile comes after it. */
  resume(): void {
    this.#suspended = false;
    if (this.#draining) return;
    this.#draining = true;
    try {
      // Looked at anew each time: a delivery may suspend or end the instance.
      while (!this.#suspended && !this.#closed) {
        const next = this.#held.shift();
        if (next === undefined) break;
        if (!next.reserved) this.#events -= 1;
        next.deliver();
      }
    } finally {
      this.#draining = false;
    }
  }

  /** Drop what is held and whatever comes. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const held = this.#held;
    this.#held = [];
    for (const delivery of held) delivery.discard("instance_ended");
  }
}

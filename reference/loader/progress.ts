import type { EventPublisher } from "../contracts/event-bus.js";

/** How far a load is with its bodies. */
export interface LoadProgress {
  /** Bytes that have arrived. */
  readonly received: number;
  /** Bytes that the load reads in all. */
  readonly expected: number;
}

/** Parts into which the whole is divided: so often at most is anything told. */
const STEPS = 100;

/**
 * Tells of bytes as they arrive, each time another hundredth of them is there.
 *
 * @spec loader.events.progress
 */
export class ProgressReport {
  readonly #expected: number;
  readonly #events: EventPublisher;
  readonly #listener: ((progress: LoadProgress) => void) | undefined;
  #received = 0;
  #told = 0;

  constructor(expected: number, events: EventPublisher, listener: ((progress: LoadProgress) => void) | undefined) {
    this.#expected = expected;
    this.#events = events;
    this.#listener = listener;
  }

  add(bytes: number): void {
    this.#received += bytes;
    const step = Math.floor((this.#received * STEPS) / this.#expected);
    if (!(step > this.#told)) return;
    this.#told = step;
    const progress = { received: this.#received, expected: this.#expected };
    this.#events.publish("load.progress", progress);
    try {
      this.#listener?.(progress);
    } catch {
      // As with a subscriber of events: who only watches breaks nothing.
    }
  }
}

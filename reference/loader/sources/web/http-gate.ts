import type { Stop } from "./http-stop.js";

/** Lets so many through at a time; the others wait in the order they came. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Wait for a place. Whoever got one gives it back with {@link Gate.leave}.
   *
   * @throws Stopped where the wait was stopped; no place is held then
   */
  async enter(stop: Stop): Promise<void> {
    if (this.#free > 0 && stop.cause === undefined) {
      this.#free -= 1;
      return;
    }
    let admit: () => void = () => undefined;
    const admitted = new Promise<void>((resolve) => {
      admit = resolve;
    });
    this.#waiting.push(admit);
    try {
      await stop.race(admitted);
    } catch (error) {
      const place = this.#waiting.indexOf(admit);
      // Admitted and stopped in the same moment: the place goes to the next one.
      if (place === -1) this.leave();
      else this.#waiting.splice(place, 1);
      throw error;
    }
  }

  /** Give a place back. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

import type { HostNetwork } from "./host-network.js";

/**
 * Most look-ups of one instance at the same time. Node has four threads for them and for much else, and one that nobody
 * answers keeps its thread long after everybody has given up.
 */
const MOST_AT_ONCE = 2;

/** The look-ups of one instance, in their order. */
export class NameLookups {
  readonly #network: HostNetwork;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(network: HostNetwork) {
    this.#network = network;
  }

  /**
   * Look a name up as soon as it is its turn.
   *
   * @returns forgets it where it has not begun; what has begun cannot be stopped, and what it finds is dropped
   */
  begin(name: string, resolve: (addresses: readonly string[]) => void, reject: (error: unknown) => void): () => void {
    const start = (): void => {
      this.#waiting.delete(start);
      this.#running += 1;
      this.#network
        .resolve(name)
        .then(resolve, reject)
        .finally(() => {
          this.#running -= 1;
          const [next] = this.#waiting;
          next?.();
        });
    };
    if (this.#running < MOST_AT_ONCE) start();
    else this.#waiting.add(start);
    return () => void this.#waiting.delete(start);
  }
}

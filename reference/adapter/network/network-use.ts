import type { Ceilings } from "../../../generated/json/host-policy.js";
import type { Clock } from "../../contracts/event-bus.js";
import { PolicyRefusal } from "../host-failure.js";

const SECOND = 1_000_000_000n;

/**
 * What one instance makes of the network: connections that are open, and how many began within the last second.
 *
 * @spec capabilities.policy.ceilings
 */
export class NetworkUse {
  readonly #ceilings: Required<Ceilings>;
  readonly #clock: Clock;
  #open = 0;
  /** When the latest ones began; a ring of at most `connections_per_second`. */
  readonly #begun: bigint[] = [];
  #next = 0;

  constructor(ceilings: Required<Ceilings>, clock: Clock) {
    this.#ceilings = ceilings;
    this.#clock = clock;
  }

  /** Connections, listeners and sockets that are open or being opened. */
  get open(): number {
    return this.#open;
  }

  /**
   * Count something that begins: a connection, a request, a look-up, the first datagram to somebody.
   *
   * @throws PolicyRefusal `quota` where as many began within the last second as may
   */
  begin(): void {
    const now = this.#clock.monotonicNanoseconds();
    const oldest = this.#begun[this.#next];
    if (oldest !== undefined && now - oldest < SECOND) {
      throw new PolicyRefusal("quota", "the ceiling connections_per_second is reached");
    }
    this.#begun[this.#next] = now;
    this.#next = (this.#next + 1) % this.#ceilings.connections_per_second;
  }

  /**
   * Take one of the places for what is open at once.
   *
   * @returns gives the place back; to be called once or more often
   * @throws PolicyRefusal `quota` where every place is taken
   */
  take(): () => void {
    if (this.#open >= this.#ceilings.connections) {
      throw new PolicyRefusal("quota", "the ceiling connections is reached");
    }
    this.#open += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#open -= 1;
      isTaken = false;
    };
  }
}

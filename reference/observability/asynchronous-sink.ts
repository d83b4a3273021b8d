import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import type { EventSubscriber } from "../contracts/event-bus.js";

/** Takes batches of events to where they are kept: a file, a collector, a socket. */
export type BatchWriter = (events: readonly FaygerEvent[]) => Promise<void>;

/** How much a sink holds. */
export interface AsynchronousSinkOptions {
  /**
   * Most events that wait; later ones are counted and dropped.
   *
   * @defaultValue 1024
   */
  readonly capacity?: number;
  /**
   * Most events in one batch.
   *
   * @defaultValue 128
   */
  readonly batch?: number;
}

/** A subscriber that never waits for what it feeds. */
export interface AsynchronousSink {
  /** Give this to `subscribe`. */
  readonly subscriber: EventSubscriber;
  /** Events dropped because too many waited. */
  readonly dropped: number;
  /** Events lost in batches whose writing failed. */
  readonly failed: number;
  /** Resolves when everything that waits now has been written, dropped or lost. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Put a bounded queue between the bus and slow work. The bus hands an event over at the cost of one array push;
 * `write` is never called again before its last promise has settled.
 *
 * @throws TypeError where `capacity` or `batch` is below 1 or no number
 * @spec events.isolation
 */
export function createAsynchronousSink(write: BatchWriter, options: AsynchronousSinkOptions = {}): AsynchronousSink {
  const capacity = options.capacity ?? 1024;
  const batch = options.batch ?? 128;
  if (!(capacity >= 1 && batch >= 1)) throw new TypeError("capacity and batch must be at least 1");
  let waiting: FaygerEvent[] = [];
  let dropped = 0;
  let failed = 0;
  /** Events that were taken, and those of them that were written or lost. */
  let [taken, settled] = [0, 0];
  /** The batch that is being written, or is about to be; `undefined` where nothing waits. */
  let writing: Promise<void> | undefined;

  const writeBatch = async (events: readonly FaygerEvent[]): Promise<void> => {
    try {
      await write(events);
    } catch {
      failed += events.length;
    }
    settled += events.length;
  };
  const begin = async (): Promise<void> => {
    // Yield first: the publisher's stack must be gone before the writer's code runs.
    writing = Promise.resolve();
    await writing;
    while (waiting.length > 0) {
      const next = waiting.slice(0, batch);
      waiting = waiting.slice(batch);
      writing = writeBatch(next);
      await writing;
    }
    writing = undefined;
  };

  return {
    subscriber: (event) => {
      if (waiting.length >= capacity) {
        dropped += 1;
        return;
      }
      waiting.push(event);
      taken += 1;
      if (writing === undefined) void begin();
    },
    get dropped() {
      return dropped;
    },
    get failed() {
      return failed;
    },
    flush: async () => {
      // What comes meanwhile is no concern of this call: on a busy bus there is always something.
      const until = taken;
      while (settled < until) await writing;
    },
  };
}

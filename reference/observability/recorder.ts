import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import type { EventName } from "../../generated/events/event-fields.js";
import type { EventBus, EventFilter } from "../contracts/event-bus.js";

/** Keeps events in memory, for tests and for tools that explain a run afterwards. */
export interface EventRecorder {
  /** The events kept, in the order of their sequence numbers. */
  readonly events: readonly FaygerEvent[];
  /** Events that were not kept because the recorder was full. */
  readonly dropped: number;
  /** The events with this name. */
  named(name: EventName): readonly FaygerEvent[];
  /** Record nothing more. Idempotent. */
  stop(): void;
}

/** What to record. */
export interface RecorderOptions {
  /** Which events; as for a subscriber. */
  readonly filter?: EventFilter;
  /**
   * Most events to keep; later ones are counted and dropped.
   *
   * @defaultValue 100000
   */
  readonly limit?: number;
}

/**
 * Record the events of a bus from now on.
 *
 * @throws TypeError where the limit is below 0 or no number
 */
export function recordEvents(bus: EventBus, options: RecorderOptions = {}): EventRecorder {
  const limit = options.limit ?? 100_000;
  if (!(limit >= 0)) throw new TypeError("the limit of a recorder must be a number of events");
  const events: FaygerEvent[] = [];
  let dropped = 0;
  const subscription = bus.subscribe((event) => {
    if (events.length < limit) events.push(event);
    else dropped += 1;
  }, options.filter);
  return {
    events,
    get dropped() {
      return dropped;
    },
    named: (name) => events.filter((event) => `${event.category}.${event.name}` === name),
    stop: () => subscription.unsubscribe(),
  };
}

import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import type { EventCategory } from "../../generated/enums/event-category.js";
import type { EventFields, EventName } from "../../generated/events/event-fields.js";

/**
 * Where layers publish. Publishing never throws, never waits and never calls back into the publisher.
 *
 * @spec events.isolation
 */
export interface EventPublisher {
  /**
   * Publish one event. Level and category come from the table `events`.
   *
   * @param name the event as `category.name`, for instance `load.phase_started`
   */
  publish<N extends EventName>(name: N, fields: EventFields[N], instance?: string): void;
  /** Whether anybody listens to this category: lets a hot path skip building fields. */
  enabled(category: EventCategory): boolean;
  /**
   * How many listen to this category, as a number that is kept up to date: for a path so hot that it cannot ask each
   * time. Absent where a publisher keeps none.
   */
  listeners?(category: EventCategory): { readonly count: number };
}

/** Receives events. What it throws is counted and dropped. */
export type EventSubscriber = (event: FaygerEvent) => void;

/** Which events a subscriber wants. */
export interface EventFilter {
  /** Categories; absent means every category that is on by default. `debug` must be named. */
  readonly categories?: readonly EventCategory[];
  /** Only events of this instance. */
  readonly instance?: string;
}

/** A subscription that can be ended. */
export interface Subscription {
  /** Receive no further event. */
  unsubscribe(): void;
}

/** The bus as its owner sees it. @spec events.bus */
export interface EventBus extends EventPublisher {
  /** Receive events from now on, in the order of their sequence numbers. */
  subscribe(subscriber: EventSubscriber, filter?: EventFilter): Subscription;
}

/** Clocks, injected so that a run can be repeated. @spec events.clocks */
export interface Clock {
  /** Unix time in nanoseconds. */
  unixNanoseconds(): bigint;
  /** Nanoseconds on a clock that never runs backwards; its zero is arbitrary. */
  monotonicNanoseconds(): bigint;
}

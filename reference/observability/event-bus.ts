import type { ContextValue } from "../../generated/codecs/context-value.js";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import type { TraceContext } from "../../generated/codecs/trace-context.js";
import { EVENT_CATEGORIES, EVENT_CATEGORY_DEFAULTS, type EventCategory } from "../../generated/enums/event-category.js";
import { EVENT_ROWS, type EventFields, type EventName } from "../../generated/events/event-fields.js";
import type { Clock, EventBus, EventFilter, EventSubscriber, Subscription } from "../contracts/event-bus.js";

/** Most events that subscribers may publish from inside one delivery before further ones are dropped. */
const LONGEST_BACKLOG = 1024;

/** How a bus is made. */
export interface EventBusOptions {
  /** Clocks for the times of events. */
  readonly clock: Clock;
  /** The trace an event belongs to; asked for each event that somebody receives. An event for which it throws has none. */
  readonly trace?: (instance: string | undefined) => TraceContext | undefined;
}

/** What happened to events, counted from the making of the bus. @spec events.counters */
export interface EventCounters {
  /** Events published: each has taken a sequence number. */
  readonly published: number;
  /** Deliveries to subscribers that returned. */
  readonly delivered: number;
  /** Deliveries in which the subscriber threw, or returned a promise that rejected. */
  readonly failed: number;
  /** Events that were dropped because subscribers published faster than they could be delivered. */
  readonly dropped: number;
}

/** The bus of one Fayger, with its counters. */
export interface ObservableEventBus extends EventBus {
  /** The counters now. */
  counters(): EventCounters;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Listener {
  readonly subscriber: EventSubscriber;
  readonly categories: ReadonlySet<EventCategory>;
  readonly instance: string | undefined;
  /** Sequence number of the first event the listener may see. */
  readonly since: number;
  /** How many subscribed before: the order of delivery. */
  readonly order: number;
  active: boolean;
}

// @spec events.debug-off: debug reaches only those who name it.
const DEFAULT_CATEGORIES: ReadonlySet<EventCategory> = new Set(
  EVENT_CATEGORIES.filter((category) => EVENT_CATEGORY_DEFAULTS[category]),
);

/**
 * Make an event bus.
 *
 * Delivery is synchronous and in the order of sequence numbers. An event and what it holds is frozen: subscribers share it
 * with each other and with whoever published it. Events that a subscriber publishes wait until the current one has
 * reached everybody. What a subscriber throws is counted and dropped; what it returns is not awaited.
 * A subscriber with slow work to do belongs behind `createAsynchronousSink`.
 *
 * @spec events.bus
 */
export function createEventBus(options: EventBusOptions): ObservableEventBus {
  return new SynchronousEventBus(options);
}

/** Listeners in the order in which they subscribed. */
class ListenerList {
  readonly #listeners = new Set<Listener>();
  /** All of them, as they were when somebody last asked and nothing has changed since. */
  #now: readonly Listener[] | undefined;

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** A list that never changes: a delivery in progress keeps the one that it began with. */
  now(): readonly Listener[] {
    this.#now ??= [...this.#listeners];
    return this.#now;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
    this.#now = undefined;
  }

  delete(listener: Listener): void {
    this.#listeners.delete(listener);
    this.#now = undefined;
  }
}

class SynchronousEventBus implements ObservableEventBus {
  readonly #options: EventBusOptions;
  /** Listeners to every instance. */
  readonly #listeners = new ListenerList();
  /** Listeners to one instance each: there may be as many as there are instances, and an event looks at its own alone. */
  readonly #ofInstance = new Map<string, ListenerList>();
  #subscribed = 0;
  /** How many listeners each category has: makes `enabled` one look-up. */
  readonly #listening = new Map<EventCategory, { count: number }>();
  #backlog: FaygerEvent[] = [];
  #delivering = false;
  /** Events that subscribers may still publish during this delivery. */
  #budget = 0;
  #published = 0;
  #delivered = 0;
  #failed = 0;
  #dropped = 0;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  enabled(category: EventCategory): boolean {
    return (this.#listening.get(category)?.count ?? 0) > 0;
  }

  listeners(category: EventCategory): { readonly count: number } {
    return this.#counter(category);
  }

  #counter(category: EventCategory): { count: number } {
    const known = this.#listening.get(category);
    if (known !== undefined) return known;
    const counter = { count: 0 };
    this.#listening.set(category, counter);
    return counter;
  }

  publish<N extends EventName>(name: N, fields: EventFields[N], instance?: string): void {
    const row = EVENT_ROWS[name];
    const isHeard = this.enabled(row.category);
    // What nobody hears costs nothing, and so takes nobody's place.
    if (this.#delivering && isHeard) {
      // @spec events.isolation: a subscriber that answers every event with another one cannot hold the publisher.
      if (this.#budget === 0) {
        this.#dropped += 1;
        return;
      }
      this.#budget -= 1;
    }
    // @spec events.sequence: a dropped event has taken no number, so the numbers have no gap.
    const sequence = this.#published;
    this.#published += 1;
    if (!isHeard) return;
    const { clock } = this.#options;
    const trace = this.#traceOf(instance);
    const event: Writable<FaygerEvent> = {
      category: row.category,
      name: row.name,
      level: row.level,
      sequence,
      timeUnixNs: clock.unixNanoseconds(),
      monotonicNs: clock.monotonicNanoseconds(),
      fields: frozenFields(fields as unknown as FaygerEvent["fields"]),
    };
    // Assigned, not spread: a transition is published for every command of every instance.
    if (instance !== undefined) event.instance = instance;
    if (trace !== undefined) event.trace = trace;
    Object.freeze(event);
    if (this.#delivering) this.#backlog.push(event);
    else this.#drain(event);
  }

  subscribe(subscriber: EventSubscriber, filter: EventFilter = {}): Subscription {
    const listener: Listener = {
      subscriber,
      categories: filter.categories === undefined ? DEFAULT_CATEGORIES : new Set(filter.categories),
      instance: filter.instance,
      since: this.#published,
      order: this.#subscribed++,
      active: true,
    };
    this.#listOf(listener).add(listener);
    this.#count(listener, 1);
    return {
      // @spec events.unsubscribe
      unsubscribe: () => {
        if (!listener.active) return;
        listener.active = false;
        this.#remove(listener);
        this.#count(listener, -1);
      },
    };
  }

  counters(): EventCounters {
    return {
      published: this.#published,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }

  /** @spec events.isolation: nor does a host's fault break the layer that publishes. */
  #traceOf(instance: string | undefined): TraceContext | undefined {
    const { trace } = this.#options;
    if (trace === undefined) return undefined;
    try {
      return trace(instance);
    } catch {
      return undefined;
    }
  }

  #count(listener: Listener, step: number): void {
    for (const category of listener.categories) {
      this.#counter(category).count += step;
    }
  }

  #listOf({ instance }: Listener): ListenerList {
    if (instance === undefined) return this.#listeners;
    const known = this.#ofInstance.get(instance);
    if (known !== undefined) return known;
    const list = new ListenerList();
    this.#ofInstance.set(instance, list);
    return list;
  }

  #remove(listener: Listener): void {
    const list = this.#listOf(listener);
    list.delete(listener);
    if (listener.instance !== undefined && list.isEmpty) this.#ofInstance.delete(listener.instance);
  }

  /** Who listens to an instance, or to all of them, in the order in which they subscribed. */
  #listenersTo(instance: string | undefined): readonly Listener[] {
    const own = instance === undefined ? undefined : this.#ofInstance.get(instance);
    if (own === undefined) return this.#listeners.now();
    return [...this.#listeners.now(), ...own.now()].sort((left, right) => left.order - right.order);
  }

  #drain(first: FaygerEvent): void {
    this.#delivering = true;
    // The bound holds for everything one publication sets off, not for each moment, so that the loop ends.
    this.#budget = LONGEST_BACKLOG;
    for (const listener of this.#listenersTo(first.instance)) this.#deliver(listener, first);
    while (this.#backlog.length > 0) {
      const events = this.#backlog;
      this.#backlog = [];
      for (const event of events) {
        for (const listener of this.#listenersTo(event.instance)) this.#deliver(listener, event);
      }
    }
    this.#delivering = false;
  }

  #deliver(listener: Listener, event: FaygerEvent): void {
    if (!listener.active || event.sequence < listener.since) return;
    if (!listener.categories.has(event.category as EventCategory)) return;
    try {
      const returned: unknown = listener.subscriber(event);
      this.#delivered += 1;
      // An `async` subscriber fits the type; its rejection must not become the process's unhandled rejection.
      if (returned instanceof Promise) {
        returned.catch(() => {
          this.#failed += 1;
        });
      }
    } catch {
      // @spec events.isolation: a subscriber's fault stays with the subscriber.
      this.#failed += 1;
    }
  }
}

/** Fields that nobody can change. What lies deeper is the publisher's own, and so copied. @spec events.isolation */
function frozenFields(fields: FaygerEvent["fields"]): FaygerEvent["fields"] {
  for (const name in fields) if (typeof fields[name] === "object") return frozenMap(fields);
  return Object.freeze(fields);
}

function frozenMap(map: Readonly<Record<string, ContextValue>>): Readonly<Record<string, ContextValue>> {
  return Object.freeze(Object.fromEntries(Object.entries(map).map(([name, value]) => [name, frozenCopy(value)])));
}

function frozenCopy(value: ContextValue): ContextValue {
  if (typeof value !== "object") return value;
  // Bytes cannot be frozen; these are nobody's but the subscribers'. Not `slice`, which copies nothing of Node's Buffer.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Array.isArray(value)
    ? Object.freeze((value as readonly ContextValue[]).map(frozenCopy))
    : frozenMap(value as Readonly<Record<string, ContextValue>>);
}

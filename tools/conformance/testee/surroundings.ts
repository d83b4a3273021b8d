import type { VectorEvent } from "../../../generated/json/vector.js";
import { type Clock, createEventBus, type ObservableEventBus, recordEvents } from "../../../reference/index.js";
import { contextInJson } from "./answer.js";
import { heardBy, type Way } from "./ways.js";

/** An event bus and the names of what was published on it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly events: ObservableEventBus;
  /** Names as `category.name`, those of the category `debug` left out. */
  readonly published: () => string[];
  /** Those of some names with their fields, in the order in which they were published. */
  readonly told: (names: readonly string[]) => VectorEvent[];
  /** What was published under one name: the fields of each, in order. */
  readonly named: (
    name: Parameters<ReturnType<typeof recordEvents>["named"]>[0],
  ) => readonly Readonly<Record<string, unknown>>[];
}

/** A bus on which everything is heard from now on, or all but what instructions publish. */
export function surroundingsAt(clock: Clock, way: Way = "heard"): Surroundings {
  const events = createEventBus({ clock });
  const recorder = recordEvents(events, { filter: heardBy(way) });
  return {
    clock,
    events,
    published: () => recorder.events.map(({ category, name }) => `${category}.${name}`),
    told: (names) =>
      recorder.events
        .map(({ category, name, fields }) => ({ event: `${category}.${name}`, fields: contextInJson(fields) }))
        .filter(({ event }) => names.includes(event)),
    named: (name) => recorder.named(name).map(({ fields }) => fields),
  };
}

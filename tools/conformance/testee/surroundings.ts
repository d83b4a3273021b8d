import { type Clock, createEventBus, type ObservableEventBus, recordEvents } from "../../../reference/index.js";

/** An event bus and the names of what was published on it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly events: ObservableEventBus;
  /** Names as `category.name`, those of the category `debug` left out. */
  readonly published: () => string[];
  /** What was published under one name: the fields of each, in order. */
  readonly named: (
    name: Parameters<ReturnType<typeof recordEvents>["named"]>[0],
  ) => readonly Readonly<Record<string, unknown>>[];
}

/** A bus on which everything is heard from now on. */
export function surroundingsAt(clock: Clock): Surroundings {
  const events = createEventBus({ clock });
  const recorder = recordEvents(events);
  return {
    clock,
    events,
    published: () => recorder.events.map(({ category, name }) => `${category}.${name}`),
    named: (name) => recorder.named(name).map(({ fields }) => fields),
  };
}

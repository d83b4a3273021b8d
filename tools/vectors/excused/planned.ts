import type { Group, PlannedLayer } from "./group.js";

/** Requirements whose vectors come with the operations of a later layer. */
export const plannedVectors: readonly { readonly layer: PlannedLayer; readonly groups: readonly Group[] }[] = [
  {
    layer: "runtime",
    groups: [
      {
        reason: "It needs an operation that loads several implementations or instances and asks them by their methods.",
        clauses: [
          "architecture.sharing",
          "architecture.runtime-adapter",
          "runtime.interface",
          "runtime.queries",
          "runtime.layer",
          "runtime.instance-id",
          "runtime.registration.list",
          "runtime.registration.replace",
          "runtime.descriptor",
          "runtime.capabilities",
          "runtime.routing.new-instances",
          "runtime.isolation",
          "runtime.turns",
          "runtime.turns.pieces",
          "runtime.isolation.endless-loop",
          "runtime.execution-strategy",
          "runtime.host-engine",
          "runtime.host-engine.rewrite",
          "runtime.resident-sections",
        ],
      },
    ],
  },
];

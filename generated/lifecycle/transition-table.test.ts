import { describe, expect, it } from "vitest";
import { initialTransition, transition } from "xstate";
import { lifecycleMachine } from "../testing/lifecycle-machine.js";
import {
  allowedTriggers,
  guardOf,
  LIFECYCLE_TRIGGERS,
  LifecycleState,
  nextState,
} from "./transition-table.js";

const states: readonly (LifecycleState | null)[] = [null, ...Object.values(LifecycleState)];
const guards = [true, false].flatMap((requiredGranted) =>
  [true, false].map((noQuotaExceeded) => ({ requiredGranted, noQuotaExceeded })),
);

/** What the runtime does with the table: look up, ask the guard, move or stay. */
function tableStep(
  state: LifecycleState | null,
  trigger: (typeof LIFECYCLE_TRIGGERS)[number],
  context: (typeof guards)[number],
): LifecycleState | null {
  const next = nextState(state, trigger);
  if (next === undefined) return state;
  const holds = { required_granted: context.requiredGranted, no_quota_exceeded: context.noQuotaExceeded };
  const guard = guardOf(state, trigger)?.guard;
  return guard === undefined || holds[guard] ? next : state;
}

describe("the transition table and the XState model", () => {
  const cases = states.flatMap((state) => LIFECYCLE_TRIGGERS.map((trigger) => [state, trigger] as const));

  it("are compared over every state and trigger", () => {
    expect(cases).toHaveLength((Object.values(LifecycleState).length + 1) * LIFECYCLE_TRIGGERS.length);
  });

  it.each(cases)("agree on %s and %s, whatever the guards say", (state, type) => {
    for (const context of guards) {
      const [initial] = initialTransition(lifecycleMachine, context);
      const value = state ?? "NoInstance";
      const before = lifecycleMachine.resolveState({ value, context });
      const [after] = transition(lifecycleMachine, state === null ? initial : before, { type });
      expect(after.value).toBe(tableStep(state, type, context) ?? "NoInstance");
    }
  });

  it("have the same states and nothing more", () => {
    expect(Object.keys(lifecycleMachine.root.states).sort()).toEqual(["NoInstance", ...Object.values(LifecycleState)].sort());
  });

  it("keep the anchor of the requirement on every transition of the model", () => {
    const metas = Object.values(lifecycleMachine.root.states).flatMap((state) =>
      [...state.transitions.values()].flat().map((definition) => definition.meta),
    );
    expect(metas).toHaveLength(cases.filter(([state, trigger]) => nextState(state, trigger) !== undefined).length);
    for (const meta of metas) expect(meta).toMatchObject({ spec: "lifecycle.transitions" });
  });
});

describe("the transition table", () => {
  it("allows exactly what leads somewhere, and has conditions for nothing else", () => {
    for (const state of states) {
      for (const trigger of LIFECYCLE_TRIGGERS) {
        const isLegal = nextState(state, trigger) !== undefined;
        expect(allowedTriggers(state).includes(trigger)).toBe(isLegal);
        if (!isLegal) expect(guardOf(state, trigger)).toBeUndefined();
      }
    }
  });

  it("lets terminate through in every state but the last, and nothing out of the last", () => {
    for (const state of Object.values(LifecycleState)) {
      expect(nextState(state, "terminate")).toBe(state === "Terminated" ? undefined : "Terminated");
    }
    expect(allowedTriggers("Terminated")).toEqual([]);
  });
});

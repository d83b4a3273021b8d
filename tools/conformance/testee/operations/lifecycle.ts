import type { VectorInputs, VectorStep } from "../../../../generated/json/vector.js";
import {
  guardOf,
  LIFECYCLE_TRIGGERS,
  type LifecycleGuard,
  LifecycleState,
  type LifecycleTrigger,
} from "../../../../generated/lifecycle/transition-table.js";
import { FaygerError } from "../../../../reference/index.js";
import { LifecycleManager, type LifecycleSubject } from "../../../../reference/runtime/index.js";
import { type Answer, answering } from "../answer.js";
import { InputError } from "../input-error.js";
import { clockAt, given } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

const INSTANCE = "instance#1";

/** Take an instance through triggers. */
export function lifecycle(inputs: VectorInputs): Promise<Answer> {
  const steps = given(inputs, "steps").map((step) => ({ step, trigger: triggerOf(step) }));
  const { events, published } = surroundingsAt(clockAt());
  const life = new Life(new LifecycleManager(events));
  const states: string[] = [];
  return answering(
    async () => {
      for (const { step, trigger } of steps) {
        await life.give(trigger, step.failing ?? []);
        states.push(life.state as LifecycleState);
      }
      return { states };
    },
    () => ({ events: published(), ...(life.state !== undefined && { state: life.state }) }),
  );
}

function triggerOf({ trigger }: VectorStep): LifecycleTrigger {
  const known = LIFECYCLE_TRIGGERS.find((name) => name === trigger);
  if (known === undefined) throw new InputError(`no trigger is named ${trigger}`);
  return known;
}

/** One instance from before it exists. */
class Life {
  readonly #manager: LifecycleManager;
  #subject: LifecycleSubject | undefined;

  constructor(manager: LifecycleManager) {
    this.#manager = manager;
  }

  /** The state; `undefined` before the instance exists. */
  get state(): LifecycleState | undefined {
    return this.#subject?.state;
  }

  /** @throws FaygerError where the trigger is refused */
  async give(trigger: LifecycleTrigger, failing: readonly string[]): Promise<void> {
    const error = guardError(this.state, trigger, failing);
    const subject = this.#subject;
    if (subject === undefined) {
      if (trigger !== "load" && trigger !== "restore") {
        throw new FaygerError("RT_INSTANCE_NOT_FOUND", "nothing was loaded", { instance: INSTANCE });
      }
      if (error !== undefined) throw error;
      const made: LifecycleSubject = { id: INSTANCE, state: LifecycleState.Loaded, pending: undefined };
      this.#manager.enter(made, trigger);
      this.#subject = made;
    } else if (trigger === "terminate") this.#manager.terminate(subject);
    else if (trigger === "complete" || trigger === "quota") this.#manager.fire(subject, trigger);
    else if (trigger === "fail") {
      this.#manager.fail(
        subject,
        new FaygerError("RT_TRAP", "the case says so", { instance: INSTANCE, trap: "unreachable" }),
      );
    } else {
      const command = this.#manager.begin(subject, trigger);
      if (error === undefined) this.#manager.complete(subject, command);
      else this.#manager.refuse(subject, command, error);
      await command.answered;
    }
  }
}

/** The error of the guard that does not hold; the table says which code that is. */
function guardError(
  state: LifecycleState | undefined,
  trigger: LifecycleTrigger,
  failing: readonly string[],
): FaygerError | undefined {
  const guard: LifecycleGuard | undefined = guardOf(state ?? null, trigger)?.guard;
  if (guard === undefined || !failing.includes(guard)) return undefined;
  const instance = { ...(state !== undefined && { instance: INSTANCE }) };
  return guard === "required_granted"
    ? new FaygerError("RT_CAPABILITY_INSUFFICIENT", "the case says so", { ...instance, missing: [] })
    : new FaygerError("RT_QUOTA_EXCEEDED", "the case says so", { instance: INSTANCE, quota: "fuel", limit: 0 });
}

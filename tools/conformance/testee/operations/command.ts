import type { VectorCommand, VectorInputs, VectorOutcome } from "../../../../generated/json/vector.js";
import {
  LIFECYCLE_TRIGGERS,
  LifecycleState,
  type LifecycleTrigger,
} from "../../../../generated/lifecycle/transition-table.js";
import { FaygerError, isFaygerError } from "../../../../reference/index.js";
import { LifecycleManager, type LifecycleSubject, type PendingCommand } from "../../../../reference/runtime/index.js";
import { type Answer, accepted } from "../answer.js";
import { InputError } from "../input-error.js";
import { clockAt, given } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

const INSTANCE = "instance#1";

/** Lead an instance through commands that overlap. */
export async function command(inputs: VectorInputs): Promise<Answer> {
  const { events, named } = surroundingsAt(clockAt());
  const life = new OverlappingLife(new LifecycleManager(events));
  const states: string[] = [];
  for (const step of given(inputs, "commands")) {
    life.step(step);
    // Whoever waits for an answer learns of it now.
    await settled();
    states.push(life.state ?? "");
  }
  const transitions = named("lifecycle.transition").map((fields) => ({ ...fields }) as never);
  return accepted({ outcomes: life.outcomes, states }, { transitions });
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A command that was given, and the place of its outcome; none where it was refused or done at once. */
interface Given {
  readonly at: number;
  readonly pending: PendingCommand | undefined;
}

class OverlappingLife {
  readonly outcomes: VectorOutcome[] = [];
  readonly #manager: LifecycleManager;
  readonly #given: Given[] = [];
  #subject: LifecycleSubject | undefined;

  constructor(manager: LifecycleManager) {
    this.#manager = manager;
  }

  get state(): LifecycleState | undefined {
    return this.#subject?.state;
  }

  step(step: VectorCommand): void {
    const at = this.outcomes.length;
    this.outcomes.push({ is: "done" });
    try {
      if (step.do === "give") this.#give(at, triggerOf(step));
      else if (!this.#happen(step)) this.outcomes[at] = { is: "nothing" };
    } catch (error) {
      this.outcomes[at] = refusal(error);
      if (step.do === "give") this.#given.push({ at, pending: undefined });
    }
  }

  #give(at: number, trigger: LifecycleTrigger): void {
    let pending: PendingCommand | undefined;
    if (trigger === "load" || trigger === "restore") this.#enter(trigger);
    else if (trigger === "terminate") this.#manager.terminate(this.#existing());
    else {
      pending = this.#manager.begin(this.#existing(), trigger);
      this.outcomes[at] = { is: "pending" };
      pending.answered.then(
        () => {
          this.outcomes[at] = { is: "done" };
        },
        (error: unknown) => {
          this.outcomes[at] = refusal(error);
        },
      );
    }
    this.#given.push({ at, pending });
  }

  #enter(trigger: "load" | "restore"): void {
    if (this.#subject !== undefined) throw this.#refusedBecauseThere(this.#subject, trigger);
    const made: LifecycleSubject = { id: INSTANCE, state: LifecycleState.Loaded, pending: undefined };
    this.#manager.enter(made, trigger);
    this.#subject = made;
  }

  /** What makes an instance is illegal where there is one, by the same rows. */
  #refusedBecauseThere(subject: LifecycleSubject, trigger: LifecycleTrigger): unknown {
    try {
      this.#manager.begin(subject, trigger);
    } catch (error) {
      return error;
    }
    throw new Error(`${trigger} was taken twice`);
  }

  #existing(): LifecycleSubject {
    if (this.#subject !== undefined) return this.#subject;
    throw new FaygerError("RT_INSTANCE_NOT_FOUND", "nothing was loaded", { instance: INSTANCE });
  }

  /** What is no command. False where it came to nothing. */
  #happen(step: VectorCommand): boolean {
    const subject = this.#existing();
    switch (step.do) {
      case "fire": {
        const trigger = triggerOf(step);
        if (trigger !== "complete" && trigger !== "quota") throw new InputError(`${trigger} is not fired`);
        this.#manager.fire(subject, trigger);
        return true;
      }
      case "fail": {
        const trap = new FaygerError("RT_TRAP", "the case says so", { instance: INSTANCE, trap: "unreachable" });
        this.#manager.fail(subject, trap, step.command === undefined ? undefined : this.#command(step).pending);
        return true;
      }
      case "finish":
      case "refuse": {
        const { pending } = this.#command(step);
        const open = pending?.open === true;
        // The manager is told of the end of an overtaken command as well: it has to be of no effect.
        if (pending !== undefined && step.do === "finish") this.#manager.complete(subject, pending);
        else if (pending !== undefined) this.#manager.refuse(subject, pending, guardError(step));
        return open;
      }
      default:
        throw new InputError(`a step cannot ${step.do}`);
    }
  }

  #command({ command: number = 0 }: VectorCommand): Given {
    const found = this.#given[number - 1];
    if (found === undefined) throw new InputError(`no command has the number ${number}`);
    return found;
  }
}

function triggerOf({ trigger }: VectorCommand): LifecycleTrigger {
  const known = LIFECYCLE_TRIGGERS.find((name) => name === trigger);
  if (known === undefined) throw new InputError(`no trigger is named ${String(trigger)}`);
  return known;
}

/** The error of a guard that does not hold. */
function guardError({ guard }: VectorCommand): FaygerError {
  if (guard === "required_granted")
    return new FaygerError("RT_CAPABILITY_INSUFFICIENT", "the case says so", { instance: INSTANCE, missing: [] });
  return new FaygerError("RT_QUOTA_EXCEEDED", "the case says so", { instance: INSTANCE, quota: "fuel", limit: 0 });
}

function refusal(error: unknown): VectorOutcome {
  if (!isFaygerError(error)) throw error;
  const { code, context } = error;
  const causes: string[] = [];
  for (let cause = error.cause; isFaygerError(cause); cause = cause.cause) causes.push(cause.code);
  const illegal = code === "RT_ILLEGAL_TRANSITION" ? (context as unknown as Record<string, unknown>) : {};
  const { current_state, trigger, allowed, pending } = illegal;
  const told = Object.entries({ current_state, trigger, allowed, pending }).filter(([, value]) => value !== undefined);
  return { is: "refused", code, ...Object.fromEntries(told), ...(causes.length > 0 && { causes }) };
}

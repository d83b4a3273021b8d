import type { LifecycleState, LifecycleTrigger } from "../../../generated/lifecycle/transition-table.js";
import type { FaygerError } from "../../errors/fayger-error.js";

/** What a promise is made of that somebody waits for. */
interface Waiter {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: FaygerError) => void;
}

/**
 * A command that was accepted and not yet answered. Whoever gave it waits for {@link PendingCommand.answered}.
 *
 * @spec lifecycle.one-command
 */
export class PendingCommand {
  /** The command. */
  readonly trigger: LifecycleTrigger;
  /** The state it leads to. Nothing else can change the state without overtaking the command. */
  readonly to: LifecycleState;
  /** Whether the command still waits for its answer. False once it was answered or overtaken. */
  open = true;
  #error: FaygerError | undefined = undefined;
  #waiter: Waiter | undefined = undefined;

  /**
   * @param trigger the command
   * @param to the state it leads to
   */
  constructor(trigger: LifecycleTrigger, to: LifecycleState) {
    this.trigger = trigger;
    this.to = to;
  }

  /**
   * Resolves when the transition was made; rejects with the FaygerError that answers the command. Made when it is first
   * asked for: most commands are answered before.
   */
  get answered(): Promise<void> {
    if (this.#waiter !== undefined) return this.#waiter.promise;
    if (!this.open) return this.#error === undefined ? Promise.resolve() : Promise.reject(this.#error);
    this.#waiter = waiter();
    return this.#waiter.promise;
  }

  /** Answer that the transition was made. */
  succeed(): void {
    this.open = false;
    this.#waiter?.resolve();
  }

  /** Answer with an error. */
  refuse(error: FaygerError): void {
    this.open = false;
    this.#error = error;
    this.#waiter?.reject(error);
  }
}

function waiter(): Waiter {
  let resolve!: () => void;
  let reject!: (error: FaygerError) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

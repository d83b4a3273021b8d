import type { LifecycleTrigger } from "../../../generated/lifecycle/transition-table.js";
import type { FaygerError } from "../../errors/fayger-error.js";

/**
 * A command that was accepted and not yet answered. Whoever gave it waits for {@link PendingCommand.answered}.
 *
 * @spec lifecycle.one-command
 */
export class PendingCommand {
  /** The command. */
  readonly trigger: LifecycleTrigger;
  /** Resolves when the transition was made; rejects with the FaygerError that answers the command. */
  readonly answered: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: FaygerError) => void;
  #open = true;

  /** @param trigger the command */
  constructor(trigger: LifecycleTrigger) {
    this.trigger = trigger;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the command still waits for its answer. False once it was answered or overtaken. */
  get open(): boolean {
    return this.#open;
  }

  /** Answer that the transition was made. */
  succeed(): void {
    this.#open = false;
    this.#resolve();
  }

  /** Answer with an error. */
  refuse(error: FaygerError): void {
    this.#open = false;
    this.#reject(error);
  }
}

import { type LifecycleState, LifecycleTrigger, nextState } from "../../../generated/lifecycle/transition-table.js";
import type { EventPublisher } from "../../contracts/event-bus.js";
import type { InstanceId } from "../../contracts/runtime-interface.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { illegalTransition, instanceFailed } from "../runtime-errors.js";
import { PendingCommand } from "./pending-command.js";

/** What the manager reads and writes of an instance. Nobody else writes to these members. */
export interface LifecycleSubject {
  /** The instance. */
  readonly id: InstanceId;
  /** Its state. */
  state: LifecycleState;
  /** The command that waits for its answer. */
  pending: PendingCommand | undefined;
}

/**
 * Moves instances along the transition table of the specification and nowhere else, one command at a time.
 *
 * The manager keeps nothing of its own: one serves any number of instances.
 *
 * @spec lifecycle.transitions
 */
export class LifecycleManager {
  readonly #events: EventPublisher;

  /** @param events where `lifecycle.transition` is published */
  constructor(events: EventPublisher) {
    this.#events = events;
  }

  /** Make known that a subject began to exist, in the state that the table gives the trigger. */
  enter(subject: LifecycleSubject, trigger: "load" | "restore"): void {
    subject.state = nextState(null, trigger) as LifecycleState;
    this.#publish(subject, undefined, trigger);
  }

  /**
   * Accept a command. Its transition is made by {@link LifecycleManager.complete}.
   *
   * @throws FaygerError `RT_ILLEGAL_TRANSITION` where the table has no such row or another command is pending; the
   * subject is then as before
   * @spec lifecycle.one-command
   */
  begin(subject: LifecycleSubject, trigger: LifecycleTrigger): PendingCommand {
    const to = nextState(subject.state, trigger);
    if (subject.pending !== undefined || to === undefined) {
      throw illegalTransition(subject.id, subject.state, trigger, subject.pending?.trigger);
    }
    const command = new PendingCommand(trigger, to);
    subject.pending = command;
    return command;
  }

  /** Make the transition of an accepted command and answer it. Nothing happens where it was overtaken. */
  complete(subject: LifecycleSubject, command: PendingCommand): void {
    if (!command.open) return;
    subject.pending = undefined;
    this.#enter(subject, command.trigger, command.to);
    command.succeed();
  }

  /** Answer an accepted command with an error; the state stays. Nothing happens where it was overtaken. */
  refuse(subject: LifecycleSubject, command: PendingCommand, error: FaygerError): void {
    if (!command.open) return;
    subject.pending = undefined;
    command.refuse(error);
  }

  /**
   * Make the transition of `terminate`, which overtakes whatever is pending.
   *
   * @throws FaygerError `RT_ILLEGAL_TRANSITION` where the subject is Terminated
   * @spec lifecycle.terminate-wins
   */
  terminate(subject: LifecycleSubject): void {
    const to = target(subject, LifecycleTrigger.Terminate);
    const overtaken = this.#takePending(subject);
    this.#enter(subject, LifecycleTrigger.Terminate, to);
    overtaken?.refuse(illegalTransition(subject.id, subject.state, overtaken.trigger, LifecycleTrigger.Terminate));
  }

  /**
   * Make the transition of `fail`. A command that is pending answers with `error` where it is what failed
   * (`failed`), and with `RT_INSTANCE_FAILED` and `error` as cause where the failure overtook it.
   *
   * @spec lifecycle.failure-overtakes
   */
  fail(subject: LifecycleSubject, error: FaygerError, failed?: PendingCommand): void {
    const to = target(subject, LifecycleTrigger.Fail);
    const pending = this.#takePending(subject);
    const before = subject.state;
    this.#enter(subject, LifecycleTrigger.Fail, to);
    if (pending === undefined) return;
    if (pending === failed) pending.refuse(error);
    else
      pending.refuse(
        instanceFailed(subject.id, before, `the instance failed before ${pending.trigger} was done`, error),
      );
  }

  /**
   * Make a transition the runtime itself caused. A command that is pending was overtaken by it and answers
   * `RT_ILLEGAL_TRANSITION` with the new state.
   *
   * @throws FaygerError `RT_ILLEGAL_TRANSITION` where the table has no such row
   */
  fire(subject: LifecycleSubject, trigger: "complete" | "quota"): void {
    const to = target(subject, trigger);
    const overtaken = this.#takePending(subject);
    this.#enter(subject, trigger, to);
    overtaken?.refuse(illegalTransition(subject.id, subject.state, overtaken.trigger));
  }

  #takePending(subject: LifecycleSubject): PendingCommand | undefined {
    const { pending } = subject;
    subject.pending = undefined;
    return pending;
  }

  #enter(subject: LifecycleSubject, trigger: LifecycleTrigger, to: LifecycleState): void {
    const from = subject.state;
    subject.state = to;
    this.#publish(subject, from, trigger);
  }

  // @spec lifecycle.events
  #publish(subject: LifecycleSubject, from: LifecycleState | undefined, trigger: LifecycleTrigger): void {
    if (!this.#events.enabled("lifecycle")) return;
    const fields = { trigger, to: subject.state };
    this.#events.publish("lifecycle.transition", from === undefined ? fields : { from, ...fields }, subject.id);
  }
}

/** Where a trigger leads. Without a row nothing changes, whoever asks. @spec lifecycle.illegal-transition */
function target(subject: LifecycleSubject, trigger: LifecycleTrigger): LifecycleState {
  const to = nextState(subject.state, trigger);
  if (to === undefined) throw illegalTransition(subject.id, subject.state, trigger);
  return to;
}

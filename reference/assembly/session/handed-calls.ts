import { ComponentId } from "../../../generated/enums/component-id.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import { type ActionJudge, ENTRY_CALLER } from "./action-judge.js";
import type { JudgedCall } from "./action-policy.js";
import type { ActionFacts } from "./action-table.js";
import type { ActionCause } from "./assembly-options.js";
import type { CallAnswer } from "./call-answer.js";
import type { PartCalls } from "./part-calls.js";
import { Patience } from "./patience.js";

/** Actions that wait until there is something to do: that may take any time. @spec assembly.calls.unanswered */
const WAITING_FOR_WHAT_IS_NEXT: ReadonlySet<string> = new Set([
  `${ComponentId.EgoModel}.next`,
  `${ComponentId.SelfDrivenBehavior}.next`,
]);

/** What handing calls over stands on. */
export interface HandedCallsParts {
  readonly judge: ActionJudge;
  readonly calls: PartCalls;
  readonly events: EventPublisher;
  readonly clock: Clock;
  /** Do something once, after so many nanoseconds. Gives what prevents it. */
  readonly after: (delay: bigint, task: () => void) => () => void;
  /** Milliseconds in which a part may do nothing for a call; 0 for as long as it likes. */
  readonly answerMilliseconds: number;
}

/** Hands calls that were allowed to their parts, tells of each when it begins and when it ended, and bounds their time. */
export class HandedCalls {
  readonly #parts: HandedCallsParts;
  readonly #patience: Patience;
  #cause: ActionCause = {};

  constructor(parts: HandedCallsParts) {
    const { judge, calls, clock, after, answerMilliseconds } = parts;
    this.#parts = parts;
    this.#patience = new Patience({
      limit: nanoseconds(answerMilliseconds),
      now: () => clock.monotonicNanoseconds(),
      after,
      waits: (call) => judge.waits(call),
      expire: (call) => calls.expire(call),
    });
  }

  /** Why the last action of the entry code failed; nothing where it did not. @spec assembly.calls.cause */
  get cause(): ActionCause {
    return this.#cause;
  }

  /** A part, or the entry code, does something. */
  heard(caller: string): void {
    this.#patience.heard(caller);
  }

  /** Hand a call to its part. Resolves to its answer. */
  hand(
    { action, caller, within }: Extract<JudgedCall, { readonly kind: "allowed" }>,
    call: number,
    { part, name }: ActionFacts,
    input: readonly Tlv[],
  ): Promise<CallAnswer> {
    const { judge, calls, events } = this.#parts;
    if (events.enabled("assembly")) {
      const outer = within !== undefined && { within };
      events.publish("assembly.action_started", { action, caller, call, ...outer });
    }
    if (!WAITING_FOR_WHAT_IS_NEXT.has(action)) this.#patience.begin(call, part);
    return calls.hand(call, part, name, input, (answer) => {
      judge.end(call);
      this.#patience.end(call);
      // What whoever called does with the answer takes its own time.
      this.#patience.heard(caller);
      const cause = causeOf(answer);
      if (caller === ENTRY_CALLER) this.#cause = cause;
      if (!events.enabled("assembly")) return;
      const { hostError, code } = cause;
      const outcome = answer.kind === "declined" ? "refused" : answer.kind;
      // @spec assembly.calls.cause
      const why = { ...(hostError !== undefined && { host_error: hostError }), ...(code !== undefined && { code }) };
      events.publish("assembly.action_ended", { action, call, outcome, ...why });
    });
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.#patience.close();
  }
}

/** @throws TypeError where it is no time */
function nanoseconds(milliseconds: number): bigint {
  if (!(milliseconds >= 0 && milliseconds <= Number.MAX_SAFE_INTEGER))
    throw new TypeError(`answerMilliseconds: expected milliseconds, 0 or more; found ${milliseconds}`);
  return BigInt(Math.ceil(milliseconds)) * 1_000_000n;
}

function causeOf(answer: CallAnswer): ActionCause {
  if (answer.kind === "done") return {};
  const { hostError, code } = answer;
  return { hostError, ...(code !== undefined && { code }) };
}

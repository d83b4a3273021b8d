import { ComponentId } from "../../../generated/enums/component-id.js";
import { ControlMode } from "../../../generated/enums/control-mode.js";
import { isHostError } from "../../../generated/enums/host-error.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { EventPublisher } from "../../contracts/event-bus.js";
import type { Assembled } from "../artifact/assembled.js";
import { ENTRY_CALLER } from "./action-judge.js";
import type { ActionCause, ActionOutcome } from "./assembly-options.js";
import { type CallAnswer, declined, done, failed, refusedWith, textAt, u64At } from "./call-answer.js";
import type { CommandQueue } from "./command-queue.js";
import type { PartCalls } from "./part-calls.js";
import { settingAt, settingsOf } from "./settings.js";

/** Most random bytes that one call gets. */
const MOST_RANDOM = 65_536n;
const OUTCOMES: readonly string[] = ["begun", "done", "refused", "failed"];

/** What the assembly service's own actions stand on. */
export interface ServiceActionParts {
  readonly assembled: Pick<Assembled, "manifest" | "parts">;
  readonly calls: PartCalls;
  readonly commands: CommandQueue;
  readonly events: EventPublisher;
  /** So many random bytes fit for keys. */
  readonly random: (count: number) => Uint8Array;
  /** Why the last action of the entry code failed; nothing where it did not. */
  readonly cause: () => ActionCause;
  /** Call an action of a part on behalf of another caller. */
  readonly call: (caller: string, action: string, input: readonly Tlv[]) => Promise<CallAnswer>;
}

/** One of the assembly service's own actions. */
export type ServiceAction = (caller: string, input: readonly Tlv[]) => CallAnswer | Promise<CallAnswer>;

/** The actions of `fayger_runtime`, by their names. @spec assembly.calls.service */
export function serviceActions(parts: ServiceActionParts): Readonly<Record<string, ServiceAction>> {
  const { assembled, calls, commands, events, random } = parts;
  const byName = new Map(assembled.parts.map((part) => [part.name, part]));
  const wrong = failed("invalid_argument", "not as the assembly service says");
  return {
    answer: (caller, [call, ...output]) => {
      const number = u64At([call ?? NONE], 0);
      if (number === undefined) return wrong;
      return calls.answer(caller, number, done(...output)) ? done() : notOpen(number);
    },
    refuse: (caller, input) => {
      const number = u64At(input, 0);
      const hostError = textAt(input, 1);
      if (number === undefined || hostError === undefined || !isHostError(hostError) || input.length !== 2)
        return wrong;
      return calls.answer(caller, number, declined(hostError, `${caller} refused`)) ? done() : notOpen(number);
    },
    next: async (caller, input) => {
      const outcome = textAt(input, 0);
      const action = textAt(input, 1);
      // @spec assembly.control-mode.next
      if (caller !== ENTRY_CALLER) return refusedWith("access_denied", "only the entry code asks for what is next");
      if (outcome === undefined || action === undefined || !OUTCOMES.includes(outcome)) return wrong;
      const { controlMode } = assembled.manifest;
      if (controlMode === ControlMode.Command) {
        const cause = outcome === "failed" ? parts.cause() : {};
        return nextCommand(commands, outcome, action, { output: input.slice(2), ...cause });
      }
      // @spec assembly.control-mode.ego, assembly.control-mode.autonomous
      const decider = controlMode === ControlMode.Ego ? ComponentId.EgoModel : ComponentId.SelfDrivenBehavior;
      // @spec assembly.control-mode.nobody
      return byName.has(decider) ? parts.call(caller, `${decider}.next`, input) : done();
    },
    setting: (caller, input) => {
      const pointer = textAt(input, 0);
      if (pointer === undefined || input.length !== 1) return wrong;
      const part = byName.get(caller);
      const value = part && settingAt(settingsOf(assembled.manifest, part), pointer);
      return value === undefined ? failed("not_found", "there is no such setting") : done(value);
    },
    random: (_caller, input) => {
      const count = u64At(input, 0);
      if (count === undefined || count > MOST_RANDOM || input.length !== 1) return wrong;
      return done({ type: "bytes", value: random(Number(count)) });
    },
    report: (caller, input) => {
      const text = textAt(input, 0);
      if (text === undefined || input.length !== 1) return wrong;
      if (events.enabled("assembly")) events.publish("assembly.reported", { part: caller, text });
      return done();
    },
  };
}

const NONE: Tlv = { type: "none" };

/** @spec assembly.calls.unanswerable */
function notOpen(number: bigint): CallAnswer {
  return failed("invalid_argument", `the call ${number} is not open, or another part's`);
}

/** @spec assembly.control-mode.command */
async function nextCommand(
  commands: CommandQueue,
  outcome: string,
  action: string,
  more: Omit<ActionOutcome, "outcome">,
): Promise<CallAnswer> {
  if (outcome !== "begun") commands.settle(action, { outcome: outcome as ActionOutcome["outcome"], ...more });
  const command = await commands.next();
  return command === undefined ? done() : done({ type: "text", value: command.action }, ...command.input);
}

import { ActionRefusal } from "../../../generated/enums/action-refusal.js";
import { readHostCallOperands, readHostSubscribeOperands } from "../../../generated/instructions/host.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { EventPublisher } from "../../contracts/event-bus.js";
import type { InstructionPolicy, PolicyDecision } from "../../contracts/policy.js";
import type { UniversalInstruction } from "../../contracts/universal-instruction.js";
import type { ActionDecision, ActionJudge } from "./action-judge.js";
import type { AssemblyOptions } from "./assembly-options.js";
import { type CallAnswer, failed, holdHandle, refusedWith } from "./call-answer.js";

/** What the policy stands on. */
export interface ActionPolicyParts {
  readonly judge: ActionJudge;
  readonly options: Pick<AssemblyOptions, "confirm" | "authentication">;
  readonly events: EventPublisher;
  /** Who an instance is: a part, or the entry code; `undefined` where it has ended or was never known. */
  readonly caller: (instance: string) => string | undefined;
  /** Whether an instance can wait for an answer. */
  readonly mayBlock: (instance: string) => boolean;
  /** Somebody answered what a part, or the entry code, was waiting for. */
  readonly heard: (caller: string) => void;
  /** A part is about to subscribe to its topic: it has when this turn is over. */
  readonly subscribes: (part: string) => void;
}

/** A call that was judged, on its way from the policy to its function. */
export type JudgedCall =
  | {
      readonly kind: "allowed";
      readonly caller: string;
      readonly action: string;
      /** Number of the call; `undefined` where the assembly service answers it itself. */
      readonly call: number | undefined;
      /** Number of the call that it is part of. */
      readonly within: number | undefined;
    }
  | { readonly kind: "answered"; readonly answer: CallAnswer };

/** A call before it is judged. */
interface Asked {
  readonly caller: string;
  readonly action: string;
  readonly input: readonly Tlv[];
  readonly within: number | undefined;
}

const ALLOW: PolicyDecision = { allow: true };

/**
 * The policy on the bus of an iFay's parts: hands every call to the judge, has people asked, and tells of what was
 * refused.
 *
 * @spec assembly.actions, assembly.calls, instructions.policy
 */
export class ActionPolicy implements InstructionPolicy {
  readonly #parts: ActionPolicyParts;
  /** Calls that were judged, by the very list of their input: nothing else tells two calls of one program apart. */
  readonly #judged = new WeakMap<readonly Tlv[], JudgedCall>();
  /** Calls that somebody has to be asked about first. */
  readonly #asking = new WeakMap<UniversalInstruction, readonly [Asked, ActionDecision]>();

  /** Calls that were allowed and have not come to their function, with who makes them. */
  readonly #underWay = new Map<number, string>();

  constructor(parts: ActionPolicyParts) {
    this.#parts = parts;
  }

  /** @inheritDoc */
  decide(instance: string, instruction: UniversalInstruction, name: string): PolicyDecision {
    const { judge, caller: callerOf } = this.#parts;
    const caller = callerOf(instance);
    if (caller === undefined) return { allow: false, reason: "not of this iFay" };
    if (name === "host.subscribe") return this.#subscribe(caller, instruction);
    if (name !== "host.call") return ALLOW;
    const { name: action, input } = readHostCallOperands(instruction.operands);
    // @spec assembly.calls.handles
    if (holdHandle(input)) return this.#answer(input, failed("invalid_argument", "a handle belongs to one program"));
    const asked = { caller, action, input, within: judge.within(caller) };
    const waits = !instruction.asynchronous;
    const decision = this.#withoutPeople(judge.begin(caller, action, asked.within, waits));
    if (decision.kind === "allowed" || decision.kind === "refused") return this.#decided(asked, decision);
    this.#asking.set(instruction, [asked, decision]);
    return { allow: "confirm", question: action };
  }

  /** @inheritDoc */
  async confirm(instance: string, instruction: UniversalInstruction): Promise<boolean> {
    const { caller: callerOf, mayBlock, judge } = this.#parts;
    const [asked, first] = this.#asking.get(instruction) ?? [];
    if (asked === undefined || first === undefined) return false;
    const waits = instruction.asynchronous || mayBlock(instance);
    const isThere = (): boolean => waits && callerOf(instance) !== undefined;
    const decision = await this.#settled(asked, first, isThere);
    // Who called may have ended meanwhile: then nobody hands the call on.
    if (decision.kind === "allowed" && decision.call !== undefined && !isThere()) {
      judge.end(decision.call);
      return false;
    }
    return this.#decided(asked, decision).allow === true;
  }

  /** What was judged of the call with this input, once. */
  take(input: readonly Tlv[]): JudgedCall | undefined {
    const judged = this.#judged.get(input);
    this.#judged.delete(input);
    if (judged?.kind === "allowed" && judged.call !== undefined) this.#underWay.delete(judged.call);
    return judged;
  }

  /** Who made calls has ended: those that have not come to their function never will. */
  forget(caller: string): void {
    for (const [call, by] of this.#underWay) {
      if (by === caller) {
        this.#underWay.delete(call);
        this.#parts.judge.end(call);
      }
    }
  }

  /** Judge a call that comes from the assembly service and not over the bus, and ask whoever is to be asked. */
  async permit(caller: string, action: string, input: readonly Tlv[]): Promise<JudgedCall> {
    const { judge } = this.#parts;
    const asked = { caller, action, input, within: judge.within(caller) };
    const begun = this.#withoutPeople(judge.begin(caller, action, asked.within));
    const decision = await this.#settled(asked, begun, () => true);
    if (decision.kind === "allowed") return { ...decision, caller, action, within: asked.within };
    const { reason } = decision;
    this.#tellRefused(asked, reason);
    return { kind: "answered", answer: refusedWith(hostErrorOf(reason), reason) };
  }

  // @spec assembly.calls.topic
  #subscribe(caller: string, instruction: UniversalInstruction): PolicyDecision {
    if (readHostSubscribeOperands(instruction.operands).topic !== caller) {
      return { allow: false, reason: "the topic of another part" };
    }
    this.#parts.subscribes(caller);
    return ALLOW;
  }

  #answer(input: readonly Tlv[], answer: CallAnswer): PolicyDecision {
    this.#judged.set(input, { kind: "answered", answer });
    return ALLOW;
  }

  #decided(asked: Asked, decision: Final): PolicyDecision {
    const { input } = asked;
    if (decision.kind === "allowed") {
      const { caller, action, within } = asked;
      const { call } = decision;
      if (call !== undefined) this.#underWay.set(call, caller);
      this.#judged.set(input, { kind: "allowed", caller, action, call, within });
      return ALLOW;
    }
    const { reason } = decision;
    this.#tellRefused(asked, reason);
    const hostError = hostErrorOf(reason);
    // Of the policy a program hears one host error alone; the two others are the function's to give.
    return hostError === "access_denied"
      ? { allow: false, reason }
      : this.#answer(input, refusedWith(hostError, reason));
  }

  /** Where nobody can be asked, nobody confirms: that needs no waiting. @spec assembly.actions.confirmation */
  #withoutPeople(decision: ActionDecision): ActionDecision {
    const { judge, options } = this.#parts;
    if (decision.kind !== "confirm" || options.confirm !== undefined) return decision;
    return judge.answer(decision.attempt, false);
  }

  /** Ask until nobody is to be asked any more. */
  async #settled(asked: Asked, first: ActionDecision, isThere: () => boolean): Promise<Final> {
    const { judge, events, heard } = this.#parts;
    let decision = first;
    while (decision.kind === "confirm" || decision.kind === "authenticate") {
      const yes = isThere() && (await this.#ask(asked, decision)) && isThere();
      if (yes && decision.kind === "authenticate" && events.enabled("assembly")) {
        const { permission, method } = decision;
        events.publish("assembly.permission_granted", { permission, method });
      }
      decision = judge.answer(decision.attempt, yes);
      // What somebody took to answer is not the part's own time.
      heard(asked.caller);
    }
    return decision;
  }

  async #ask(asked: Asked, decision: Exclude<ActionDecision, Final>): Promise<boolean> {
    const { confirm, authentication } = this.#parts.options;
    const { caller, action, input } = asked;
    try {
      if (decision.kind === "authenticate") {
        return (await authentication?.prove(decision.method, decision.permission, { action, caller, input })) === true;
      }
      const { skill, permission } = decision;
      return (await confirm?.({ action, caller, skill, permission, input })) === true;
    } catch {
      return false;
    }
  }

  #tellRefused({ action, caller }: Asked, reason: ActionRefusal): void {
    const { events } = this.#parts;
    if (events.enabled("assembly")) events.publish("assembly.action_refused", { action, caller, reason });
  }
}

type Final = Extract<ActionDecision, { readonly kind: "allowed" | "refused" }>;

/** The host error that a refused action is answered with. @spec assembly.actions.reply */
export function hostErrorOf(reason: ActionRefusal): "access_denied" | "not_found" | "would_block" {
  if (reason === ActionRefusal.UnknownAction) return "not_found";
  return reason === ActionRefusal.CallCycle ? "would_block" : "access_denied";
}

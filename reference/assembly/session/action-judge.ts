import { ActionRefusal } from "../../../generated/enums/action-refusal.js";
import { ControlMode } from "../../../generated/enums/control-mode.js";
import type { PermissionDeclaration } from "../../../generated/json/fay-manifest.js";
import type { Assembled } from "../artifact/assembled.js";
import { type ActionFacts, actionTable } from "./action-table.js";
import { Boundaries } from "./boundaries.js";

/** What became of an action that somebody wants to begin. @spec assembly.actions.order */
export type ActionDecision =
  | {
      readonly kind: "allowed";
      /** Number of the call, from 1; `undefined` where the assembly service answers it itself. */
      readonly call: number | undefined;
    }
  | { readonly kind: "refused"; readonly reason: ActionRefusal }
  | {
      /** Somebody has to agree: {@link ActionJudge.answer} says whether they do. */
      readonly kind: "confirm";
      readonly attempt: number;
      /** The skill that is to be confirmed, where it is the skill. */
      readonly skill: string | undefined;
      /** The permission that is to be confirmed, where it is the permission. */
      readonly permission: string | undefined;
    }
  | {
      /** Somebody has to prove who they are: {@link ActionJudge.answer} says whether this method succeeded. */
      readonly kind: "authenticate";
      readonly attempt: number;
      readonly permission: string;
      readonly method: string;
    };

/** How actions are judged. */
export interface ActionJudgeOptions {
  /**
   * Authentication methods that the host has.
   *
   * @defaultValue none
   * @spec assembly.actions.persistent
   */
  readonly methods?: readonly string[];
  /**
   * Persistent permissions that were given before.
   *
   * @defaultValue none
   */
  readonly given?: readonly string[];
}

/** Name of the entry code among those who call. No part can have it. */
export const ENTRY_CALLER = "assembly/main";

/** A call that is open, or that an open call is part of. */
interface OpenCall {
  readonly number: number;
  readonly caller: string;
  readonly part: string;
  readonly commanded: boolean;
  readonly within: OpenCall | undefined;
  /** Whether its program stands still until it is answered. */
  readonly waits: boolean;
  /** Open calls that are part of it, and attempts at such that somebody was asked about. */
  inner: number;
  /** Whether its part has begun to serve it. */
  isServed: boolean;
  /** Of the open calls that its part has begun to serve, the one before it and the one after it. */
  before: OpenCall | undefined;
  after: OpenCall | undefined;
}

/** An action somebody was asked about. */
interface Attempt {
  readonly caller: string;
  readonly facts: ActionFacts;
  readonly within: OpenCall | undefined;
  readonly waits: boolean;
  confirmed: boolean | undefined;
  /** Methods that are still to be tried. */
  methods: readonly string[];
  /** What the answer is about. */
  asked: "confirm" | "authenticate" | undefined;
}

/**
 * Judges every call of an iFay as an action: commands, boundaries, permissions and cycles. It keeps commands,
 * permissions that were given, and which calls are open; it asks nobody, runs nothing and knows no time, so the same
 * calls always get the same decisions.
 *
 * @spec assembly.actions, assembly.actions.order
 */
export class ActionJudge {
  readonly #mode: ControlMode;
  readonly #actions: ReadonlyMap<string, ActionFacts>;
  readonly #skills: Boundaries;
  readonly #permissions: Boundaries;
  readonly #inherent: ReadonlySet<string>;
  readonly #persistent: ReadonlySet<string>;
  readonly #methods: readonly string[];
  readonly #given: Set<string>;
  readonly #commands = new Map<string, number>();
  readonly #open = new Map<number, OpenCall>();
  /** The open call that each part has begun to serve last. One part may hold as many as all others may make. */
  readonly #served = new Map<string, OpenCall>();
  /** Calls for whose answers the programs of a caller stand still. */
  readonly #waiting = new Map<string, Set<OpenCall>>();
  readonly #attempts = new Map<number, Attempt>();
  #lastCall = 0;
  #lastAttempt = 0;

  constructor(assembled: Pick<Assembled, "manifest" | "parts">, options: ActionJudgeOptions = {}) {
    const { controlMode, ego, permissions = {} } = assembled.manifest;
    const { inherent = [], persistent = [], authMethods = [] }: PermissionDeclaration = permissions;
    this.#mode = controlMode;
    this.#actions = actionTable(assembled);
    // @spec assembly.actions.boundaries
    const constraints = controlMode === ControlMode.Command ? undefined : ego?.constraints;
    this.#skills = new Boundaries(constraints?.skillBoundaries);
    this.#permissions = new Boundaries(constraints?.permissionBoundaries);
    this.#inherent = new Set(inherent);
    this.#persistent = new Set(persistent);
    const has = new Set(options.methods);
    this.#methods = [...new Set(authMethods)].filter((method) => has.has(method));
    this.#given = new Set((options.given ?? []).filter((permission) => this.#persistent.has(permission)));
  }

  /** Calls that are not answered yet. */
  get openCalls(): number {
    return this.#open.size;
  }

  /** Actions that somebody was asked about and has not answered for. */
  get openAttempts(): number {
    return this.#attempts.size;
  }

  /** Persistent permissions that are given, in the order in which they were. */
  get given(): readonly string[] {
    return [...this.#given];
  }

  /** The skill and the permission of an action; `undefined` where no part has it. */
  action(name: string): ActionFacts | undefined {
    return this.#actions.get(name);
  }

  /**
   * One command of this name. Without effect in the other control modes.
   *
   * @param action `<part>.<action>`
   * @spec assembly.actions.command
   */
  command(action: string): void {
    if (this.#mode === ControlMode.Command) this.#commands.set(action, this.commands(action) + 1);
  }

  /** Commands of this name that nothing has consumed. */
  commands(action: string): number {
    return this.#commands.get(action) ?? 0;
  }

  /**
   * Judge an action before its part hears of it.
   *
   * @param caller the part that calls, or `assembly/main`
   * @param action `<part>.<action>`
   * @param within number of the call that this one is part of; one that is not open counts as none
   * @param waits whether the caller's program stands still until the call is answered
   */
  begin(
    caller: string,
    action: string,
    within: number | undefined = this.within(caller),
    waits = false,
  ): ActionDecision {
    const facts = this.#actions.get(action);
    if (facts === undefined) return { kind: "refused", reason: ActionRefusal.UnknownAction };
    const attempt: Attempt = {
      caller,
      facts,
      within: within === undefined ? undefined : this.#open.get(within),
      waits,
      confirmed: undefined,
      methods: this.#methods,
      asked: undefined,
    };
    return this.#judge(attempt, undefined);
  }

  /**
   * Go on with an action that somebody was asked about.
   *
   * @param attempt from the decision
   * @param yes whether they agreed, or proved who they are
   * @throws TypeError where nobody was asked about this attempt
   */
  answer(attempt: number, yes: boolean): ActionDecision {
    const asked = this.#attempts.get(attempt);
    if (asked === undefined) throw new TypeError(`nobody was asked about the attempt ${attempt}`);
    this.#attempts.delete(attempt);
    if (asked.within !== undefined) asked.within.inner -= 1;
    if (asked.asked === "confirm") asked.confirmed = yes;
    else if (!yes) asked.methods = asked.methods.slice(1);
    // @spec assembly.actions.persistent
    else this.#given.add(asked.facts.permission as string);
    // Judged from the beginning: meanwhile another action may have consumed the command, or got the permission.
    return this.#judge(asked, attempt);
  }

  /** The part of this call begins to serve it. A call that is not open is none. @spec assembly.calls.within */
  serve(call: number): void {
    const open = this.#open.get(call);
    if (open === undefined || open.isServed) return;
    open.isServed = true;
    open.before = this.#served.get(open.part);
    if (open.before !== undefined) open.before.after = open;
    this.#served.set(open.part, open);
  }

  /** The open call that this part began to serve last. @spec assembly.calls.within */
  within(part: string): number | undefined {
    return this.#served.get(part)?.number;
  }

  /** Whether a call waits for an answer to one that is part of it, or for somebody who is asked. */
  waits(call: number): boolean {
    return (this.#open.get(call)?.inner ?? 0) > 0;
  }

  /** A call is answered. @returns false where it was not open */
  end(call: number): boolean {
    const open = this.#open.get(call);
    if (open === undefined) return false;
    this.#open.delete(call);
    if (open.within !== undefined) open.within.inner -= 1;
    if (open.waits) this.#waiting.get(open.caller)?.delete(open);
    if (open.isServed) this.#serveNoMore(open);
    return true;
  }

  #serveNoMore({ part, before, after }: OpenCall): void {
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else if (before !== undefined) this.#served.set(part, before);
    else this.#served.delete(part);
  }

  /** The checks in the order of the table. @spec assembly.actions.order */
  #judge(attempt: Attempt, number: number | undefined): ActionDecision {
    const { facts, within, caller } = attempt;
    const acts = facts.skill !== undefined || facts.permission !== undefined;
    const skill = this.#skills.judge(facts.skill);
    const permission = this.#permissions.judge(facts.permission);
    // @spec assembly.actions.boundaries
    if (skill === "restricted") return refused(ActionRefusal.SkillRestricted);
    if (skill === "not_allowed") return refused(ActionRefusal.SkillNotAllowed);
    if (permission === "restricted") return refused(ActionRefusal.PermissionRestricted);
    if (permission === "not_allowed") return refused(ActionRefusal.PermissionNotAllowed);

    // @spec assembly.actions.command
    const isPart = within?.commanded === true;
    // Whatever part calls first would else take what a person commands, with an input of its own.
    const hasCommand = !isPart && caller === ENTRY_CALLER && this.commands(facts.action) > 0;
    if (this.#mode === ControlMode.Command && acts && !isPart && !hasCommand)
      return refused(ActionRefusal.NotCommanded);

    // @spec assembly.actions.permission
    const { permission: needed } = facts;
    const isInherent = needed === undefined || this.#inherent.has(needed);
    if (!isInherent && !this.#persistent.has(needed)) return refused(ActionRefusal.PermissionNotDeclared);

    // @spec assembly.actions.confirmation
    if (skill === "confirm" || permission === "confirm") {
      if (attempt.confirmed === false) return refused(ActionRefusal.NotConfirmed);
      if (attempt.confirmed === undefined) {
        return {
          kind: "confirm",
          attempt: this.#ask(attempt, "confirm", number),
          skill: skill === "confirm" ? facts.skill : undefined,
          permission: permission === "confirm" ? needed : undefined,
        };
      }
    }
    // @spec assembly.actions.persistent
    if (!isInherent && !this.#given.has(needed)) {
      const [method] = attempt.methods;
      if (method === undefined) return refused(ActionRefusal.NotAuthenticated);
      return {
        kind: "authenticate",
        attempt: this.#ask(attempt, "authenticate", number),
        permission: needed,
        method,
      };
    }
    // @spec assembly.calls.cycle, assembly.calls.deadlock
    if (
      facts.isPart &&
      (isAbove(facts.part, caller, within) || (attempt.waits && this.#standsFor(facts.part, caller)))
    ) {
      return refused(ActionRefusal.CallCycle);
    }

    // @spec assembly.actions.kept: here, where every check is passed
    if (hasCommand) this.#consume(facts.action);
    return { kind: "allowed", call: facts.isPart ? this.#openCall(attempt, isPart || hasCommand) : undefined };
  }

  #ask(attempt: Attempt, asked: "confirm" | "authenticate", number: number | undefined): number {
    if (number === undefined) this.#lastAttempt += 1;
    const known = number ?? this.#lastAttempt;
    attempt.asked = asked;
    this.#attempts.set(known, attempt);
    if (attempt.within !== undefined) attempt.within.inner += 1;
    return known;
  }

  #consume(action: string): void {
    const left = this.commands(action) - 1;
    if (left > 0) this.#commands.set(action, left);
    else this.#commands.delete(action);
  }

  #openCall({ caller, facts, within, waits }: Attempt, commanded: boolean): number {
    this.#lastCall += 1;
    const number = this.#lastCall;
    const made = { number, caller, part: facts.part, commanded, within, waits };
    const call: OpenCall = { ...made, inner: 0, isServed: false, before: undefined, after: undefined };
    this.#open.set(number, call);
    if (within !== undefined) within.inner += 1;
    if (!waits) return number;
    const waiting = this.#waiting.get(caller);
    if (waiting === undefined) this.#waiting.set(caller, new Set([call]));
    else waiting.add(call);
    return number;
  }

  /** Whether the program of a part stands still until the caller answers it, itself or through others. */
  #standsFor(part: string, caller: string): boolean {
    const reached = new Set([part]);
    for (const from of reached) {
      if (from === caller) return true;
      for (const call of this.#waiting.get(from) ?? []) reached.add(call.part);
    }
    return false;
  }
}

function refused(reason: ActionRefusal): ActionDecision {
  return { kind: "refused", reason };
}

/** Whether the part made a call, or one of those that it is part of. */
function isAbove(part: string, caller: string, within: OpenCall | undefined): boolean {
  if (caller === part) return true;
  for (let outer = within; outer !== undefined; outer = outer.within) if (outer.caller === part) return true;
  return false;
}

import { type CapabilityName, isCapabilityName } from "../../../../generated/capabilities.js";
import type {
  VectorInputs,
  VectorPublished,
  VectorTurn,
  VectorTurnEffects,
  VectorTurnResult,
} from "../../../../generated/json/vector.js";
import { createInstructionBus } from "../../../../reference/adapter/index.js";
import {
  type BusQuotas,
  createEventBus,
  type FaygerError,
  type FaygerEvent,
  type InstructionChannel,
  type InstructionPolicy,
  isFaygerError,
  type PolicyDecision,
} from "../../../../reference/index.js";
import { type Answer, accepted } from "../answer.js";
import { grouped } from "../conversation/grouped.js";
import { ConversingProgram } from "../conversation/program.js";
import { ScriptedHost } from "../conversation/scripted-host.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { given } from "../inputs.js";
import { Emitter, everyWay, type Way } from "../ways.js";

const MILLISECOND = 1_000_000n;

const DECISIONS: Readonly<Record<NonNullable<VectorTurn["decision"]>, PolicyDecision>> = {
  allow: { allow: true },
  refuse: { allow: false, reason: "the case says so" },
  unanswered: { allow: "confirm", question: "May it?" },
  ask: { allow: "confirm", question: "May it?" },
  broken: { allow: false, reason: "never said" },
};

/** Keep a channel through several turns. */
export function converse(inputs: VectorInputs): Promise<Answer> {
  return everyWay((way) => conversed(inputs, way));
}

async function conversed(inputs: VectorInputs, way: Way): Promise<Answer> {
  const conversation = new Conversation(inputs, way);
  const results: VectorTurnResult[] = [];
  const effects: VectorTurnEffects[] = [];
  for (const turn of given(inputs, "conversation")) {
    conversation.take(turn);
    // Whatever the turn causes happens before the next: only promises that are settled already are waited for.
    await new Promise<void>((resolve) => setImmediate(resolve));
    results.push(conversation.result());
    effects.push(conversation.effects());
  }
  return accepted({ turns: results }, { turns: effects });
}

class Conversation {
  readonly #emitter: Emitter;
  readonly #channel: InstructionChannel;
  readonly #host: ScriptedHost;
  readonly #program = new ConversingProgram();
  readonly #confirmations = new Map<number, (turn: VectorTurn) => void>();
  #raised: string[] = [];
  #published: VectorPublished[] = [];
  #turn = 0;
  #emits = 0;
  #current: VectorTurn | undefined;
  #reply: Uint8Array | undefined;
  #ended = false;
  #lastError: FaygerError | undefined;

  constructor(inputs: VectorInputs, way: Way) {
    const granted: CapabilityName[] = given(inputs, "granted").filter(isCapabilityName);
    this.#host = new ScriptedHost(granted, given(inputs, "supported"));
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => BigInt(this.#turn) * MILLISECOND };
    const events = createEventBus({ clock });
    const bus = createInstructionBus({
      adapter: this.#host.adapter,
      policy: { capabilities: granted, ...(inputs.host_quotas !== undefined && { quotas: inputs.host_quotas }) },
      ...(given(inputs, "conversation").some(({ decision }) => decision !== undefined) && {
        instructionPolicy: this.#policy(),
      }),
      events,
      clock,
    });
    this.#channel = bus.open({
      instance: "instance#1",
      required: granted,
      optional: [],
      hostFunctions: undefined,
      quotas: busQuotas(inputs.quotas ?? {}),
      mayBlock: inputs.may_wait ?? true,
      deliver: (event, completion, isWanted) => this.#program.deliver(event, completion, isWanted),
      pendingCompletions: () => this.#program.pendingCompletions,
    });
    this.#emitter = new Emitter(way, this.#channel);
    events.subscribe((event) => this.#published.push(published(event)), {
      categories: way === "heard" ? ["instruction", "resource"] : ["resource"],
    });
    events.subscribe(({ fields }) => this.#raised.push(String(fields["code"])), { categories: ["error"] });
  }

  take(turn: VectorTurn): void {
    this.#turn += 1;
    this.#current = turn;
    switch (turn.do) {
      case "emit":
        this.#emit(turn);
        return;
      case "confirm":
        this.#confirm(turn);
        return;
      case "answer":
        this.#host.answer(turn);
        return;
      case "event":
        for (let n = 0; n < (turn.times ?? 1); n += 1) this.#host.fire(turn.handle ?? 0, turn.count ?? 1);
        return;
      case "suspend":
        this.#channel.suspend();
        return;
      case "resume":
        this.#program.afterNext = turn.afterwards === undefined ? undefined : () => this.#afterwards(turn);
        this.#channel.resume();
        return;
      case "busy":
        this.#program.busy();
        return;
      case "idle":
        this.#program.idle();
        return;
      case "end":
        this.#end();
    }
  }

  /** What the program got in the turn. */
  result(): VectorTurnResult {
    const reply = this.#reply;
    this.#reply = undefined;
    const delivered = this.#program.taken();
    return {
      ...(reply !== undefined && { reply: toHexadecimal(reply) }),
      ...(delivered.length > 0 && { delivered }),
      open_handles: this.#channel.openHandles,
      open_sources: this.#channel.openSubscriptions,
      open_calls: this.#channel.openCalls + this.#program.pendingCompletions,
    };
  }

  /** What else happened in the turn. */
  effects(): VectorTurnEffects {
    const { calls, released } = this.#host;
    const errors = this.#newErrors();
    const told = grouped(this.#published);
    this.#host.calls = [];
    this.#host.released = [];
    this.#published = [];
    const raised = this.#raised;
    this.#raised = [];
    return {
      ...(calls.length > 0 && { calls }),
      ...(released.length > 0 && { released }),
      ...(errors.length > 0 && { errors }),
      ...(raised.length > 0 && { raised }),
      ...(told.length > 0 && { published: told }),
    };
  }

  #emit(turn: VectorTurn): void {
    this.#emits += 1;
    this.#host.expect(this.#emits, turn);
    const reply = this.#emitter.emit(fromHexadecimal(turn.bytes ?? ""));
    if (reply instanceof Uint8Array) this.#reply = reply;
    else {
      void reply.then((bytes) => {
        if (!this.#ended) this.#reply = bytes;
      });
    }
  }

  #confirm(turn: VectorTurn): void {
    const { emit = 0 } = turn;
    const give = this.#confirmations.get(emit);
    if (give === undefined) throw new InputError(`emit ${emit} waits for no confirmation`);
    this.#confirmations.delete(emit);
    give(turn);
  }

  #afterwards({ afterwards, handle = 0, count = 1 }: VectorTurn): void {
    if (afterwards === "suspend" || afterwards === "resume") this.#channel.suspend();
    if (afterwards === "resume") this.#channel.resume();
    if (afterwards === "event") this.#host.fire(handle, count);
    if (afterwards === "end") this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#program.end();
    this.#channel.close();
  }

  #policy(): InstructionPolicy {
    const decision = (): NonNullable<VectorTurn["decision"]> => this.#current?.decision ?? "allow";
    const confirm = (): Promise<boolean> => {
      // Nobody is asked about what was refused; where it happens, it must not look like a refusal.
      if (decision() !== "ask") return Promise.resolve(true);
      const number = this.#emits;
      return new Promise((resolve, reject) => {
        this.#confirmations.set(number, ({ agreed = true, lost = false }) => {
          if (lost) reject(new Error("nobody is there any more"));
          else resolve(agreed);
        });
      });
    };
    return {
      decide: () => {
        if (decision() === "broken") throw new Error("the policy is broken");
        return DECISIONS[decision()];
      },
      // Where nobody can be asked there is no method to ask with.
      get confirm() {
        return decision() === "unanswered" ? (undefined as never) : confirm;
      },
    };
  }

  #newErrors(): string[] {
    const error = this.#channel.lastError;
    if (error === this.#lastError) return [];
    this.#lastError = error;
    const codes: string[] = [];
    for (let each: unknown = error; isFaygerError(each); each = each.cause) codes.push(each.code);
    return codes;
  }
}

function busQuotas({ open_handles, open_calls, reply_bytes }: NonNullable<VectorInputs["quotas"]>): BusQuotas {
  return {
    ...(open_handles !== undefined && { openHandles: open_handles }),
    ...(open_calls !== undefined && { openCalls: open_calls }),
    ...(reply_bytes !== undefined && { replyBytes: reply_bytes }),
  };
}

function published({ category, name, fields }: FaygerEvent): VectorPublished {
  return { event: `${category}.${name}`, fields: { ...fields } };
}

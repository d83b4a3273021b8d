import type {
  VectorInputs,
  VectorPublished,
  VectorTurn,
  VectorTurnEffects,
  VectorTurnResult,
} from "../../../../generated/json/vector.js";
import { handle, leb128, type Tlv, u32, u64, writeInstruction } from "../../building/instruction.js";
import { bigEndian, fromHex, join, toHex } from "../../building/octets.js";
import { accepted, type Draft } from "../../corpus/family.js";
import {
  capabilityBit,
  categoryNumber,
  errorReply,
  hostErrorNumber,
  instructionRow,
  statusOf,
} from "../instruction-table.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What events say of an emit. */
interface Emitted {
  readonly name: string;
  readonly category: number;
  readonly opcode: number;
  readonly operandBytes: number;
  readonly asynchronous: boolean;
  readonly operands: readonly Tlv[];
  readonly turn: number;
}

/** An emit that is not told by its row. */
export interface Raw extends Omit<Emitted, "turn" | "operands"> {
  readonly hex: string;
}

/** Settings of an emit. */
type EmitSettings = Pick<VectorTurn, "decision" | "waits" | "results" | "host_error" | "fault"> & {
  readonly asynchronous?: boolean;
};

const ok = fromHex("0000");

/** The bytes of results: TLVs with their lengths. */
export function tlvs(...values: readonly Tlv[]): Uint8Array {
  return join(
    ...values.map(({ type, value }) => {
      if (!(value instanceof Uint8Array)) throw new TypeError("a list is not written here");
      return join(Uint8Array.of(type), leb128(value.length), value);
    }),
  );
}

/** The event that a timer fired. @spec instructions.events */
export function timerFired(timer: number, count: number): Uint8Array {
  return join(fromHex("030001"), tlvs(handle(timer), u64(BigInt(count))));
}

/**
 * A conversation as its author tells it: each turn, and then what comes of it. Nothing is decided here; the numbers that
 * an event counts are counted, and how many handles and calls are open stays what it was until it is told anew.
 */
export class Script {
  readonly turns: VectorTurn[] = [];
  readonly results: Mutable<VectorTurnResult>[] = [];
  readonly effects: Mutable<VectorTurnEffects>[] = [];
  readonly #emits: Emitted[] = [];
  #handles = 0;
  #calls = 0;
  readonly #sources = new Set<number>();

  /** A turn that is no emit. */
  turn(turn: VectorTurn): this {
    this.turns.push(turn);
    this.results.push({ open_handles: this.#handles, open_sources: this.#sources.size, open_calls: this.#calls });
    this.effects.push({});
    return this;
  }

  /** The program emits a released instruction. */
  emit(name: string, operands: readonly Tlv[] = [], { asynchronous = false, ...turn }: EmitSettings = {}): this {
    const row = instructionRow(name);
    const category = categoryNumber(row.category);
    const caps = row.capability === null ? 0 : 1 << capabilityBit(row.capability);
    const { hex } = writeInstruction({ category, opcode: row.opcode, caps, asynchronous, operands });
    const operandBytes = hex.length / 2 - 5;
    return this.#emitted(hex, turn, { name, category, opcode: row.opcode, operandBytes, asynchronous, operands });
  }

  /** The program emits whatever bytes. */
  emitRaw({ hex, ...about }: Raw, turn: EmitSettings = {}): this {
    return this.#emitted(hex, turn, { ...about, operands: [] });
  }

  #emitted(hex: string, turn: Omit<EmitSettings, "asynchronous">, emitted: Omit<Emitted, "turn">): this {
    this.turn({ do: "emit", bytes: hex, ...turn });
    this.#emits.push({ ...emitted, turn: this.turns.length });
    return this;
  }

  /** The host got the call of an emit. */
  called(number = this.#emits.length): this {
    const { name, operands } = this.#of(number);
    const effects = this.#effects();
    effects.calls = [...(effects.calls ?? []), { instruction: name, operands: operands.map(({ json }) => json) }];
    return this;
  }

  /** The program got a reply with status 0. */
  replied(results: Uint8Array = new Uint8Array(), number = this.#emits.length): this {
    return this.#reply(join(ok, results), 0, number);
  }

  /** The host got the call, and the program its results. */
  did(results: Uint8Array = new Uint8Array()): this {
    return this.called().replied(results);
  }

  /** The program got a call id. */
  began(call: number): this {
    return this.replied(tlvs(u32(call)));
  }

  /** The program got an error reply. */
  refused(code: string, hostError: string, number = this.#emits.length): this {
    this.#fail(code);
    return this.#reply(errorReply(code, hostError), statusOf(code), number);
  }

  #reply(reply: Uint8Array, status: number, number: number): this {
    const { name, category, opcode, operandBytes, asynchronous, turn } = this.#of(number);
    this.#result().reply = toHex(reply);
    return this.published("instruction.dispatched", {
      instruction: name,
      category,
      opcode,
      status,
      operand_bytes: operandBytes,
      reply_bytes: reply.length,
      asynchronous,
      duration_ns: this.#since(turn),
    });
  }

  /** The program got the completion of a call. */
  completed(number: number, call: number, results: Uint8Array = new Uint8Array()): this {
    return this.#complete(number, call, 0, results);
  }

  /** The program got the completion of a call that failed. */
  failed(number: number, call: number, code: string, hostError: string): this {
    this.#fail(code);
    return this.#complete(number, call, statusOf(code), tlvs(u32(hostErrorNumber(hostError))));
  }

  #complete(number: number, call: number, status: number, results: Uint8Array): this {
    const { name, category, opcode, turn } = this.#of(number);
    const head = join(Uint8Array.of(category | 0x40), bigEndian(BigInt(opcode), 2));
    const event = join(head, tlvs(u32(call), u32(status)), results);
    this.delivered(event);
    return this.published("instruction.completed", {
      instruction: name,
      call_id: call,
      status,
      reply_bytes: event.length,
      duration_ns: this.#since(turn),
    });
  }

  /** A completion that was sent in an earlier turn reaches the program now. */
  reached(category: number, opcode: number, call: number, results: Uint8Array = new Uint8Array()): this {
    const head = join(Uint8Array.of(category | 0x40), bigEndian(BigInt(opcode), 2));
    return this.delivered(join(head, tlvs(u32(call), u32(0)), results));
  }

  /** A completion was sent and is not taken yet. */
  sent(number: number, call: number): this {
    const taken = this.#result().delivered;
    this.completed(number, call);
    if (taken === undefined) delete this.#result().delivered;
    else this.#result().delivered = taken;
    return this;
  }

  /** An event reached the program. */
  delivered(event: Uint8Array, times = 1): this {
    const result = this.#result();
    result.delivered = [...(result.delivered ?? []), { bytes: toHex(event), ...(times > 1 && { times }) }];
    return this;
  }

  /** An instruction was answered that nobody waits for any more. */
  interrupted(number: number): this {
    this.refused("ADP_HOST_CALL_FAILED", "interrupted", number);
    delete this.#result().reply;
    return this;
  }

  /** Something was dropped. */
  dropped(name: string, reason: string, times = 1): this {
    return this.published("instruction.result_discarded", { instruction: name, reason }, times);
  }

  /** A quota was reached. */
  quota(quota: string, limit: number): this {
    return this.published("resource.quota_reached", { quota, limit, action: "reply" });
  }

  /** An event was published. */
  published(event: string, fields: VectorPublished["fields"], times = 1): this {
    const effects = this.#effects();
    effects.published = [...(effects.published ?? []), { event, fields, ...(times > 1 && { times }) }];
    return this;
  }

  /** Handles were released. */
  released(...handles: readonly number[]): this {
    this.#effects().released = [...handles];
    for (const handle of handles) this.spent(handle);
    return this;
  }

  /** A handle is a source of events from this turn on, until it is released. */
  source(handle: number): this {
    this.#sources.add(handle);
    this.#result().open_sources = this.#sources.size;
    return this;
  }

  /** A handle is a source of events no more, and stays open. */
  spent(handle: number): this {
    this.#sources.delete(handle);
    this.#result().open_sources = this.#sources.size;
    return this;
  }

  /** How many handles and calls are open from this turn on. */
  open(handles: number, calls: number): this {
    this.#handles = handles;
    this.#calls = calls;
    Object.assign(this.#result(), { open_handles: handles, open_calls: calls });
    return this;
  }

  // @spec adapters.host-errors
  #fail(code: string): void {
    const effects = this.#effects();
    effects.errors = [code, ...(code === "ADP_HOST_CALL_FAILED" ? ["HOST_ERROR"] : [])];
    effects.raised = [...(effects.raised ?? []), code];
  }

  #since(turn: number): number {
    return (this.turns.length - turn) * 1_000_000;
  }

  #of(number: number): Emitted {
    const emitted = this.#emits[number - 1];
    if (emitted === undefined) throw new RangeError(`there is no emit ${number}`);
    return emitted;
  }

  #result(): Mutable<VectorTurnResult> {
    return this.results.at(-1) as Mutable<VectorTurnResult>;
  }

  #effects(): Mutable<VectorTurnEffects> {
    return this.effects.at(-1) as Mutable<VectorTurnEffects>;
  }
}

/** A conversation. */
export interface Told {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly inputs?: Pick<VectorInputs, "granted" | "supported" | "quotas" | "host_quotas" | "may_wait">;
  readonly tell: (script: Script) => unknown;
  readonly why: string;
  readonly effect: string;
}

/** Everything that conversations use, granted and supported. */
const usual = {
  granted: ["fs.read", "io.stdio", "time.clock", "time.timer"],
  supported: [
    "io.close",
    "io.file_open_read",
    "io.file_read",
    "io.stdin_read",
    "io.stdout_write",
    "time.clock_wall",
    "time.sleep",
    "time.timer_start",
  ],
};

/** A vector of a conversation. */
export function conversation({ id, clauses, inputs, tell, why, effect }: Told): Draft {
  const script = new Script();
  tell(script);
  return accepted({
    id: `instruction-conversation/${id}`,
    operation: "converse",
    clauses,
    inputs: { ...usual, ...inputs, conversation: script.turns },
    result: { turns: script.results },
    effects: { turns: script.effects },
    why,
    effect,
  });
}

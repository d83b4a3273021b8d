import type { CapabilitySet } from "../../generated/capabilities.js";
import { HOST_ERROR_NUMBERS } from "../../generated/enums/host-error.js";
import { INSTRUCTION_HEAD_BYTES } from "../../generated/instructions/message.js";
import type { InstanceBinding } from "../contracts/platform-adapter.js";
import type { ChannelShared } from "./channel-shared.js";
import { OperandsInPlace } from "./direct-operands.js";
import { ReplyInPlace } from "./direct-reply.js";
import { type DirectRow, OPCODE_BITS } from "./direct-rows.js";
import {
  capabilityMissing,
  type InstructionIdentity,
  type Refusal,
  refusalOf,
  statusOf,
} from "./instruction-errors.js";

/** Longest instruction that goes the short way, in bytes. */
const LONGEST = 128;

/** A refusal with the numbers of its reply. */
interface Denial {
  readonly refusal: Refusal;
  readonly status: number;
  readonly error: number;
}

/** What a channel does about what goes wrong on the short way. */
export interface ShortWayOwner {
  /** Told of each refusal. */
  readonly refused: (refusal: Refusal) => void;
  /** Why a reply that is longer than {@link ShortWay.replyBytes} cannot be given. */
  readonly tooLong: (identity: InstructionIdentity) => Refusal;
}

/** What the short way stands on. */
interface ShortWayParts extends ShortWayOwner {
  /** By category and opcode. */
  readonly rows: readonly (DirectRow | undefined)[];
  readonly granted: CapabilitySet;
  readonly binding: InstanceBinding;
  /** How many listen to instructions: each of them has to hear of every one. */
  readonly listeners: { readonly count: number };
}

/** The short way of one channel; `undefined` where nobody counts who listens, and so each instruction is observed. */
export function openShortWay(
  { events, directRows: rows }: ChannelShared,
  granted: CapabilitySet,
  binding: InstanceBinding,
  replyBytes: number,
  owner: ShortWayOwner,
): ShortWay | undefined {
  const listeners = events.listeners?.("instruction");
  return listeners === undefined
    ? undefined
    : new ShortWay({ rows, granted, binding, listeners, ...owner }, replyBytes);
}

/**
 * Answers what is short, answered at once and heard by nobody, where it stands: the same checks in the same order, with
 * nothing that is thrown away. Whatever is not surely right it leaves to the long way, which says what is wrong.
 *
 * @spec instructions.check-order, instructions.bus.no-host-call
 */
export class ShortWay {
  readonly #parts: ShortWayParts;
  readonly #rows: ShortWayParts["rows"];
  readonly #granted: CapabilitySet;
  readonly #listeners: ShortWayParts["listeners"];
  readonly #binding: InstanceBinding;
  readonly #operands = new OperandsInPlace();
  readonly #reply = new ReplyInPlace();
  /** Refusals for want of a capability, by place: each is the same every time. */
  readonly #denials: (Denial | undefined)[] = [];
  readonly #last = new Uint8Array(LONGEST);
  #lastLength = 0;
  /** Most bytes of a reply. @spec quotas.bus */
  replyBytes: number;

  constructor(parts: ShortWayParts, replyBytes: number) {
    this.replyBytes = replyBytes;
    this.#parts = parts;
    this.#rows = parts.rows;
    this.#granted = parts.granted;
    this.#listeners = parts.listeners;
    this.#binding = parts.binding;
  }

  /** Where the replies are. */
  get reply(): DataView {
    return this.#reply.view;
  }

  /** A copy of the last reply. */
  copyReply(): Uint8Array {
    return this.#reply.copy();
  }

  /** The last instruction that went this way, since {@link ShortWay.forget}. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#lastLength === 0 ? undefined : this.#last.slice(0, this.#lastLength);
  }

  /** A later instruction goes the long way. */
  forget(): void {
    this.#lastLength = 0;
  }

  /** @returns the length of the reply, or -1 where the instruction has to go the long way and nothing has happened */
  emit(memory: Uint8Array, pointer: number, length: number): number {
    if (this.#listeners.count !== 0 || length > LONGEST || length < INSTRUCTION_HEAD_BYTES) return -1;
    const category = memory[pointer] as number;
    // No flag, and no opcode beyond the table.
    if (category > 7 || memory[pointer + 1] !== 0) return -1;
    const opcode = memory[pointer + 2] as number;
    const place = (category << OPCODE_BITS) | opcode;
    const direct = this.#rows[place];
    if (direct === undefined) return -1;
    const { capabilities, call } = direct;
    const high = memory[pointer + 3] as number;
    const low = memory[pointer + 4] as number;
    if ((high << 8) + low !== capabilities) return -1;
    const isDenied = (capabilities & ~this.#granted) !== 0;
    if (!isDenied && call === undefined) return -1;
    if (!this.#operands.take(memory, pointer, pointer + length, direct)) return -1;
    const last = this.#last;
    last[0] = category;
    last[2] = opcode;
    last[3] = high;
    last[4] = low;
    for (let at = INSTRUCTION_HEAD_BYTES; at < length; at += 1) last[at] = memory[pointer + at] as number;
    this.#lastLength = length;
    if (isDenied || call === undefined) {
      const { refusal, status, error } = this.#denials[place] ?? this.#denial(place, direct);
      this.#parts.refused(refusal);
      this.#reply.refuse(status, error);
      return this.#reply.length;
    }
    this.#reply.begin();
    try {
      if (!call(this.#operands, this.#reply, this.#binding)) return -1;
    } catch (error) {
      return this.#refuse(refusalOf(identityOf(direct), error));
    }
    const replied = this.#reply.length;
    return replied <= this.replyBytes ? replied : this.#refuse(this.#parts.tooLong(identityOf(direct)));
  }

  #denial(place: number, direct: DirectRow): Denial {
    const refusal = capabilityMissing(identityOf(direct), direct.capabilities, this.#granted);
    const denial = { refusal, status: statusOf(refusal), error: HOST_ERROR_NUMBERS[refusal.hostError] };
    this.#denials[place] = denial;
    return denial;
  }

  #refuse(refusal: Refusal): number {
    this.#parts.refused(refusal);
    this.#reply.refuse(statusOf(refusal), HOST_ERROR_NUMBERS[refusal.hostError]);
    return this.#reply.length;
  }
}

function identityOf({ row }: DirectRow): InstructionIdentity {
  return { category: row.category, opcode: row.opcode, row };
}

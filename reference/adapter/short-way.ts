import type { CapabilitySet } from "../../generated/capabilities.js";
import { HOST_ERROR_NUMBERS } from "../../generated/enums/host-error.js";
import { INSTRUCTION_HEAD_BYTES } from "../../generated/instructions/message.js";
import type { InstructionsInPlace } from "../contracts/instruction-bus.js";
import type { InstanceBinding } from "../contracts/platform-adapter.js";
import type { ChannelShared } from "./channel-shared.js";
import { OperandsInPlace } from "./direct-operands.js";
import { ReplyInPlace } from "./direct-reply.js";
import { type DirectRow, LAST_PLACE, NO_CALL, NO_ROWS } from "./direct-rows.js";
import {
  capabilityMissing,
  type InstructionIdentity,
  type Refusal,
  refusalOf,
  statusOf,
} from "./instruction-errors.js";

// Constants of this module stand in compiled code; what is imported is loaded and looked at for each instruction.
const HEAD_BYTES = INSTRUCTION_HEAD_BYTES;
const PLACES = LAST_PLACE;

/** Longer than any reply that stands in one memory. */
const LONGEST_REPLY = 0x3fff_ffff;

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
  /** Why a reply that is longer than {@link ShortWay.setReplyBytes} cannot be given. */
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
export class ShortWay implements InstructionsInPlace {
  readonly #parts: ShortWayParts;
  #rows: ShortWayParts["rows"];
  readonly #granted: CapabilitySet;
  readonly #listeners: ShortWayParts["listeners"];
  readonly #binding: InstanceBinding;
  /** Operands of the last instruction that went this way. */
  readonly #operands = new OperandsInPlace();
  #reply = new ReplyInPlace();
  /** Replies to others than the guest, which may not have read its own yet. */
  readonly #apart = new ReplyInPlace();
  /** Refusals for want of a capability, by place: each is the same every time. */
  readonly #denials: (Denial | undefined)[] = [];
  /** The last instruction that went this way. */
  #last: DirectRow | undefined;
  answered = 0;
  largestReply = 0;
  #replyBytes = 0;
  /** Up to so many bytes a reply is neither too long nor the longest. */
  #longestSoFar = 0;

  constructor(parts: ShortWayParts, replyBytes: number) {
    this.setReplyBytes(replyBytes);
    this.#parts = parts;
    this.#rows = parts.rows;
    this.#granted = parts.granted;
    this.#listeners = parts.listeners;
    this.#binding = parts.binding;
  }

  get reply(): DataView {
    return this.#reply.view;
  }

  /** The last instruction that went this way; `undefined` where a later one did not. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#last === undefined ? undefined : this.#operands.instruction(this.#last);
  }

  /** Set the most bytes of a reply; Infinity where there is no bound. @spec quotas.bus */
  setReplyBytes(most: number): void {
    // A small integer is compared without a conversion; no reply is as long.
    this.#replyBytes = Math.min(most, LONGEST_REPLY);
    this.#longestSoFar = 0;
  }

  /** Every later instruction goes the long way. */
  close(): void {
    this.#rows = NO_ROWS;
  }

  /**
   * Answer an instruction whose bytes and reply are kept elsewhere, and which somebody else counts. The guest's last reply
   * stays where it stands.
   *
   * @returns a copy of the reply; `undefined` where nothing has happened
   * @spec guest-abi.reply-read
   */
  emitApart(instruction: Uint8Array): Uint8Array | undefined {
    const own = this.#reply;
    this.#reply = this.#apart;
    try {
      const { buffer, byteOffset, length } = instruction;
      this.answered -= 1;
      if (this.emit(new DataView(buffer, byteOffset, length), 0, length) !== -1) return this.#apart.copy();
      this.answered += 1;
      return undefined;
    } finally {
      this.#reply = own;
      this.#last = undefined;
    }
  }

  // Called for every instruction of a guest. What is rare has functions of its own, so that engines can take the rest into
  // the guest's import, with what the host does.
  emit(memory: DataView, pointer: number, length: number): number {
    const rest = length - HEAD_BYTES;
    if (this.#listeners.count !== 0 || rest < 0) return -1;
    const head = memory.getUint32(pointer);
    const place = ((head >>> 16) ^ (head >>> 8)) & PLACES;
    const direct = this.#rows[place];
    if (direct === undefined || direct.head !== head || direct.lastOfHead !== memory.getUint8(pointer + 4)) return -1;
    if ((rest | direct.count) !== 0 && !this.#take(memory, pointer, rest, direct)) return -1;
    this.#last = direct;
    if ((direct.capabilities & ~this.#granted) !== 0) return this.#deny(place, direct);
    const reply = this.#reply;
    reply.begin();
    // Counted first, as on the long way: what the host does meanwhile may look, or end the instance.
    this.answered += 1;
    try {
      if (!direct.call(this.#operands, reply, this.#binding)) return this.#leave();
    } catch (error) {
      return this.#failed(direct, error);
    }
    const { length: replied } = reply;
    return replied > this.#longestSoFar ? this.#longer(direct, replied) : replied;
  }

  /** A reply longer than each before it: it may be too long. */
  #longer(direct: DirectRow, length: number): number {
    if (length > this.#replyBytes) return this.#refuse(this.#parts.tooLong(identityOf(direct)));
    this.#longestSoFar = length;
    return this.#measured(length);
  }

  /** The host call leaves the instruction to the long way. */
  #leave(): number {
    this.answered -= 1;
    return -1;
  }

  #take(memory: DataView, pointer: number, length: number, direct: DirectRow): boolean {
    // What is neither answered here nor refused is read on the long way: to read it here as well takes longer the longer
    // it is.
    if (direct.call === NO_CALL && (direct.capabilities & ~this.#granted) === 0) return false;
    return this.#operands.take(memory, pointer, length, direct);
  }

  #deny(place: number, direct: DirectRow): number {
    const { refusal, status, error } = this.#denials[place] ?? this.#denial(place, direct);
    this.answered += 1;
    return this.#answerError(refusal, status, error);
  }

  #denial(place: number, direct: DirectRow): Denial {
    const refusal = capabilityMissing(identityOf(direct), direct.capabilities, this.#granted);
    const denial = { refusal, status: statusOf(refusal), error: HOST_ERROR_NUMBERS[refusal.hostError] };
    this.#denials[place] = denial;
    return denial;
  }

  #failed(direct: DirectRow, error: unknown): number {
    return this.#refuse(refusalOf(identityOf(direct), error));
  }

  #refuse(refusal: Refusal): number {
    return this.#answerError(refusal, statusOf(refusal), HOST_ERROR_NUMBERS[refusal.hostError]);
  }

  #answerError(refusal: Refusal, status: number, error: number): number {
    this.#parts.refused(refusal);
    this.#reply.refuse(status, error);
    return this.#measured(this.#reply.length);
  }

  #measured(length: number): number {
    if (length > this.largestReply) this.largestReply = length;
    return length;
  }
}

function identityOf({ row }: DirectRow): InstructionIdentity {
  return { category: row.category, opcode: row.opcode, row };
}

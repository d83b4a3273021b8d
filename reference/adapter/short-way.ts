import type { CapabilitySet } from "../../generated/capabilities.js";
import { HOST_ERROR_NUMBERS } from "../../generated/enums/host-error.js";
import { INSTRUCTION_HEAD_BYTES } from "../../generated/instructions/message.js";
import type { InstructionsInPlace } from "../contracts/instruction-bus.js";
import type { DirectCall, InstanceBinding } from "../contracts/platform-adapter.js";
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

// Constants of this module stand in compiled code; what is imported is loaded and looked at for each instruction.
const HEAD_BYTES = INSTRUCTION_HEAD_BYTES;
const CATEGORY_SHIFT = OPCODE_BITS;

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

  get reply(): DataView {
    return this.#reply.view;
  }

  /** The last instruction that went this way; `undefined` where a later one did not. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#last === undefined ? undefined : this.#operands.instruction(this.#last);
  }

  /** Every later instruction goes the long way. */
  close(): void {
    this.#rows = [];
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
      if (this.emit(instruction, 0, instruction.length) === -1) return undefined;
      this.answered -= 1;
      return this.#apart.copy();
    } finally {
      this.#reply = own;
      this.#last = undefined;
    }
  }

  // Called for every instruction of a guest. What is rare has functions of its own; the rest stands together, longer
  // than what V8 takes into a caller (460 bytecodes): taken into the guest's import, it would leave no room for what the
  // host does, and each instruction would take half as long again.
  emit(memory: Uint8Array, pointer: number, length: number): number {
    if (this.#listeners.count !== 0 || length < HEAD_BYTES) return -1;
    const place = ((memory[pointer] as number) << CATEGORY_SHIFT) | (memory[pointer + 2] as number);
    const direct = place < this.#rows.length ? this.#rows[place] : undefined;
    if (direct === undefined) return -1;
    // No flag, and the capabilities of the row.
    const { capabilities, types } = direct;
    const low = ((memory[pointer + 3] as number) << 8) | (memory[pointer + 4] as number);
    if (memory[pointer + 1] !== 0 || low !== capabilities) return -1;
    const isDenied = (capabilities & ~this.#granted) !== 0;
    if (!isDenied && direct.call === undefined) return -1;
    if (types.length === 0) {
      if (length !== HEAD_BYTES) return -1;
    } else if (!this.#operands.take(memory, pointer + HEAD_BYTES, length - HEAD_BYTES, direct)) {
      return -1;
    }
    this.#last = direct;
    const reply = this.#reply;
    if (isDenied) this.#deny(place, direct);
    else {
      let refusal: Refusal | undefined;
      reply.begin();
      try {
        if (!(direct.call as DirectCall)(this.#operands, reply, this.#binding)) return -1;
        if (reply.length > this.replyBytes) refusal = this.#parts.tooLong(identityOf(direct));
      } catch (error) {
        refusal = refusalOf(identityOf(direct), error);
      }
      if (refusal !== undefined) this.#refuse(refusal);
    }
    const { length: replied } = reply;
    this.answered += 1;
    if (replied > this.largestReply) this.largestReply = replied;
    return replied;
  }

  #deny(place: number, direct: DirectRow): void {
    const { refusal, status, error } = this.#denials[place] ?? this.#denial(place, direct);
    this.#parts.refused(refusal);
    this.#reply.refuse(status, error);
  }

  #denial(place: number, direct: DirectRow): Denial {
    const refusal = capabilityMissing(identityOf(direct), direct.capabilities, this.#granted);
    const denial = { refusal, status: statusOf(refusal), error: HOST_ERROR_NUMBERS[refusal.hostError] };
    this.#denials[place] = denial;
    return denial;
  }

  #refuse(refusal: Refusal): void {
    this.#parts.refused(refusal);
    this.#reply.refuse(statusOf(refusal), HOST_ERROR_NUMBERS[refusal.hostError]);
  }
}

function identityOf({ row }: DirectRow): InstructionIdentity {
  return { category: row.category, opcode: row.opcode, row };
}

import type { AbiViolation } from "../../generated/enums/abi-violation.js";
import { INSTRUCTION_MAXIMUM_BYTES } from "../../generated/instructions/message.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import type { GuestServices } from "./guest-services.js";
import { GuestUnwind } from "./guest-unwind.js";
import { abiViolation, instanceFailed } from "./runtime-errors.js";

/** Longest section id in bytes. @spec index.section-id */
const LONGEST_SECTION_ID = 128;
/** Largest count an i32 result can tell apart from -1. */
const LARGEST_COUNT = 0x7fff_ffff;
const NOT_SELECTED = -1;
/** Up to so many bytes a loop is faster than a view. */
const LONGEST_COPIED_BY_WORDS = 96;
const NO_BYTES = new Uint8Array(0);
const NOTHING = new DataView(NO_BYTES.buffer);

/** A host function that cannot answer yet. A strategy without the capability `blocking_emit` never meets one. */
export interface BlockedCall {
  /** Resolves when it can. Never rejects. */
  readonly until: Promise<void>;
  /** The function's result. Only after `until`; may throw {@link GuestUnwind}. */
  finish(): number;
}

/**
 * The functions of the import module `fayger_1`, over the memory of one guest. Numbers are u32 unless said. Every
 * range is checked before anything else happens: a wild pointer costs the guest its instance and the host nothing.
 *
 * Each function may throw {@link GuestUnwind} and nothing else.
 *
 * @spec guest-abi.imports, guest-abi.pointers
 */
export class GuestFunctions {
  private readonly services: GuestServices;
  private readonly memory: () => Uint8Array;
  readonly #mayWait: boolean;
  /** The memory that was written to last, and a view of it. */
  private viewed: Uint8Array = NO_BYTES;
  private view: DataView = NOTHING;
  /** Where the last reply stands in the bus's own memory, and its length; -1 where it stands nowhere there. */
  private replyInPlace: DataView = NOTHING;
  private lengthInPlace = -1;
  #lastReply: Uint8Array = NO_BYTES;

  /**
   * @param services what the functions reach
   * @param memory the guest's memory as it is now
   * @param mayWait whether a call may be given back as a {@link BlockedCall}; where it may not, a promise of the
   * surroundings, which break their word with it, fails the instance
   */
  constructor(services: GuestServices, memory: () => Uint8Array, mayWait = true) {
    this.services = services;
    this.memory = memory;
    this.#mayWait = mayWait;
  }

  /** What `reply_read` gives; a restored program begins with the reply that was saved. */
  get lastReply(): Uint8Array {
    const { lengthInPlace: length, replyInPlace: reply } = this;
    return length === -1 ? this.#lastReply : new Uint8Array(reply.buffer, reply.byteOffset, length).slice();
  }

  set lastReply(reply: Uint8Array) {
    this.#lastReply = reply;
    this.lengthInPlace = -1;
  }

  /**
   * Import `emit`: the full length of the reply, of which as much as fits was copied. Numbers may also be i32.
   *
   * A function of its own and no method: an engine calls it without another in between, and has room to take into it all
   * that it calls. There is one for each guest, so an engine looks up each time what stands outside of it: private names
   * and the constants of this module too, of which it has none.
   *
   * @spec guest-abi.emit
   */
  readonly emit = (
    pointer: number,
    length: number,
    replyPointer: number,
    replyCapacity: number,
  ): number | BlockedCall => {
    const memory = this.memory();
    const end = memory.length;
    const { inPlace } = this.services;
    // Whatever else there is goes the long way, which says what: numbers of 2^31 and more too, which an i32 has below zero.
    if (
      inPlace === undefined ||
      (pointer | length | replyPointer | replyCapacity) < 0 ||
      pointer + length > end ||
      replyPointer + replyCapacity > end
    )
      return this.#emitCopy(memory, pointer >>> 0, length >>> 0, replyPointer >>> 0, replyCapacity >>> 0);
    if (this.viewed !== memory) this.#look(memory);
    const view = this.view;
    const replied = inPlace.emit(view, pointer, length);
    if (replied === -1) return this.#emitCopy(memory, pointer, length, replyPointer, replyCapacity);
    // The host call may have ended the instance: then its guest learns nothing more.
    if (this.services.ended !== false) this.#mustGoOn();
    const reply = inPlace.reply;
    if (this.replyInPlace !== reply) this.replyInPlace = reply;
    this.lengthInPlace = replied;
    // What most replies are: a status, and one value of 32 or 64 bits with its type and length.
    if ((replied !== 8 && replied !== 12) || replied > replyCapacity)
      return this.#giveInPlace(replied, replyPointer, replyCapacity);
    view.setUint32(replyPointer, reply.getUint32(0, true), true);
    view.setUint32(replyPointer + 4, reply.getUint32(4, true), true);
    if (replied === 12) view.setUint32(replyPointer + 8, reply.getUint32(8, true), true);
    return replied;
  };

  /** What cannot be answered where it stands. */
  #emitCopy(
    memory: Uint8Array,
    pointer: number,
    length: number,
    replyPointer: number,
    replyCapacity: number,
  ): number | BlockedCall {
    this.#mustRun("emit");
    if (pointer + length > memory.length) this.#violate("emit", "instruction_out_of_memory");
    if (replyPointer + replyCapacity > memory.length) this.#violate("emit", "reply_out_of_memory");
    // One byte above the largest instruction is enough for the bus to refuse it: what a guest says is its length
    // never decides what the host allocates.
    const copied = Math.min(length, INSTRUCTION_MAXIMUM_BYTES + 1);
    const instruction = memory.slice(pointer, pointer + copied);
    const reply = this.#guarded(() => this.services.emit(instruction));
    if (reply instanceof Uint8Array) return this.#giveReply(reply, replyPointer, replyCapacity);
    return this.#blocked(reply, (settled) => this.#giveReply(settled, replyPointer, replyCapacity));
  }

  /** Import `reply_read`: the full length of the last reply, 0 where there is none. @spec guest-abi.reply-read */
  replyRead(pointer: number, capacity: number): number {
    this.#mustGoOn();
    this.#mustLieInMemory("reply_read", pointer, capacity, "reply_out_of_memory");
    return this.#copyOut(this.lastReply, pointer, capacity);
  }

  /**
   * Import `section_read`: how many bytes were copied, 0 behind the section's end, -1 where it is not selected.
   *
   * @param offset u64, as the engine hands over an i64
   * @spec guest-abi.section-read, lifecycle.init.reads
   */
  sectionRead(
    idPointer: number,
    idLength: number,
    offset: bigint,
    pointer: number,
    capacity: number,
  ): number | BlockedCall {
    this.#mustGoOn();
    this.#mustLieInMemory("section_read", idPointer, idLength, "section_id_out_of_memory");
    this.#mustLieInMemory("section_read", pointer, capacity, "section_out_of_memory");
    const sectionId = this.#sectionId(idPointer, idLength);
    if (sectionId === undefined) return NOT_SELECTED;
    const body = this.#guarded(() => this.services.readSection(sectionId));
    // @spec guest-abi.section-read.unselected
    if (body === undefined) return NOT_SELECTED;
    const give = (bytes: Uint8Array): number => this.#copySection(bytes, BigInt.asUintN(64, offset), pointer, capacity);
    if (body instanceof Uint8Array) return give(body);
    return this.#blocked(body, give);
  }

  /** Import `exit`. @spec guest-abi.exit */
  exit(exitCode: number): never {
    this.#mustRun("exit");
    throw new GuestUnwind({ kind: "exited", exitCode: exitCode >>> 0 });
  }

  /** Import `abort`: the last error reply is the cause. @spec guest-abi.abort */
  abort(): never {
    this.#mustGoOn();
    const { instance, state, lastError } = this.services;
    throw new GuestUnwind({
      kind: "failed",
      error: instanceFailed(instance, state, "the program aborted", lastError),
    });
  }

  /** An instance that ended during its guest's call: the guest gets no further. */
  #mustGoOn(): void {
    if (this.services.ended) throw new GuestUnwind({ kind: "ended" });
  }

  /** @spec guest-abi.init-restrictions, guest-abi.violation.first: capabilities are granted at `start`, so nothing may be emitted before. */
  #mustRun(name: string): void {
    this.#mustGoOn();
    if (this.services.state !== LifecycleState.Running) this.#violate(name, "not_running");
  }

  // @spec guest-abi.ranges
  #mustLieInMemory(name: string, pointer: number, length: number, reason: AbiViolation): void {
    if (pointer + length > this.memory().length) this.#violate(name, reason);
  }

  #violate(name: string, reason: AbiViolation): never {
    throw new GuestUnwind({ kind: "failed", error: abiViolation(this.services.instance, name, reason) });
  }

  // @spec guest-abi.section-read.error
  #fail(cause: FaygerError): never {
    const { instance, state } = this.services;
    throw new GuestUnwind({ kind: "failed", error: instanceFailed(instance, state, "the host gave up", cause) });
  }

  /** Run host work; what it throws fails this instance and reaches nobody else. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      return this.#fail(isFaygerError(error) ? error : hostError(error));
    }
  }

  #blocked(pending: Promise<Uint8Array>, give: (bytes: Uint8Array) => number): BlockedCall {
    let settled: (() => number) | undefined;
    const until = pending.then(
      (bytes) => {
        settled = () => give(bytes);
      },
      (error: unknown) => {
        settled = () => this.#fail(isFaygerError(error) ? error : hostError(error));
      },
    );
    if (!this.#mayWait) this.#fail(hostError(new TypeError("a guest that cannot wait was given a promise")));
    return {
      until,
      finish: () => {
        if (settled === undefined) throw new TypeError("a blocked call was finished before it was answered");
        return settled();
      },
    };
  }

  #giveReply(reply: Uint8Array, pointer: number, capacity: number): number {
    // The host call may have ended the instance: then its guest learns nothing more.
    this.#mustGoOn();
    this.lastReply = reply;
    return this.#copyOut(reply, pointer, capacity);
  }

  /** Copy out of the reply that stands in the bus's memory, where it stays until the next one. */
  #giveInPlace(length: number, pointer: number, capacity: number): number {
    const { view, replyInPlace: reply } = this;
    if (length > capacity || length > LONGEST_COPIED_BY_WORDS) {
      const copied = new Uint8Array(reply.buffer, reply.byteOffset, Math.min(length, capacity));
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(copied, pointer);
      return length;
    }
    let at = 0;
    for (; at < length - 3; at += 4) view.setUint32(pointer + at, reply.getUint32(at, true), true);
    for (; at < length; at += 1) view.setUint8(pointer + at, reply.getUint8(at));
    return length;
  }

  /** The memory has grown, or is seen for the first time. */
  #look(memory: Uint8Array): void {
    this.viewed = memory;
    this.view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  }

  #copySection(body: Uint8Array, offset: bigint, pointer: number, capacity: number): number {
    this.#mustGoOn();
    if (offset >= BigInt(body.length)) return 0;
    const from = Number(offset);
    const count = Math.min(body.length - from, capacity, LARGEST_COUNT);
    this.memory().set(body.subarray(from, from + count), pointer);
    return count;
  }

  #copyOut(bytes: Uint8Array, pointer: number, capacity: number): number {
    const copied = bytes.length <= capacity ? bytes : bytes.subarray(0, capacity);
    if (copied.length > 0) this.memory().set(copied, pointer);
    return bytes.length;
  }

  /** The text of a section id; `undefined` where no section can have it. */
  #sectionId(pointer: number, length: number): string | undefined {
    if (length === 0 || length > LONGEST_SECTION_ID) return undefined;
    let text = "";
    for (const byte of this.memory().subarray(pointer, pointer + length)) {
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

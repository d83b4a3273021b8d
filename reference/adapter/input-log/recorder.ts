import type { InputLogEnd } from "../../../generated/codecs/input-log-end.js";
import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import type { InputLogQuotas } from "../../../generated/codecs/input-log-quotas.js";
import type { InputLogCommand } from "../../../generated/enums/input-log-command.js";
import type { QuotaName } from "../../../generated/enums/quota-name.js";
import type {
  BusQuotas,
  ChannelPosition,
  ChannelRequest,
  InstructionBus,
  InstructionChannel,
} from "../../contracts/instruction-bus.js";
import type { NegotiationResult } from "../../contracts/policy.js";
import type { Sha256 } from "../../contracts/security.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import type { InputLogSubject } from "./input-log-document.js";
import { inputLogInvalid } from "./input-log-errors.js";
import type { ChannelTap } from "./tapped-bus.js";
import { writeInputLog } from "./write-input-log.js";

/** Most bytes of instructions, replies and events that are kept for one log. */
const MOST_RECORDED_BYTES = 512 * 1024 * 1024;

/** An entry whose reply may still come. */
type OpenEntry = { -readonly [K in keyof InputLogEntry]: InputLogEntry[K] };

/**
 * Writes down what comes into one program. Works over every bus: it sees encoded bytes alone.
 *
 * @spec instructions.input-log.entries
 */
export class InputRecorder implements ChannelTap {
  readonly #subject: InputLogSubject;
  readonly #limit: number;
  #entries: OpenEntry[] = [];
  #bytes = 0;
  #negotiation: NegotiationResult = { granted: [], denied: [], warnings: [] };
  #isClosed = false;
  #isOver = false;

  /** @param limit most bytes that are kept */
  constructor(subject: InputLogSubject, limit = MOST_RECORDED_BYTES) {
    this.#subject = subject;
    this.#limit = limit;
  }

  open(request: ChannelRequest, bus: InstructionBus): InstructionChannel {
    const channel = bus.open(request);
    this.#negotiation = channel.negotiation;
    return new RecordingChannel(channel, this);
  }

  /** The program emitted an instruction. @returns takes the reply, and whether the program waited for it */
  emitted(instruction: Uint8Array): (reply: Uint8Array, waited: boolean) => void {
    const entry: OpenEntry = { instruction };
    this.#add(entry, instruction.length);
    return (reply, waited) => {
      // What comes after the end is a reply that the program never gets.
      if (this.#isOver || (waited && this.#isClosed)) return;
      entry.reply = reply;
      this.#count(reply.length);
    };
  }

  /** The channel is closed: nothing reaches the program any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** The program is called with an event. */
  called(event: Uint8Array): void {
    this.#add({ event }, event.length);
  }

  /** The host did something to the instance. @spec instructions.input-log.quota */
  commanded(command: Exclude<InputLogCommand, "grant">): void {
    this.#add({ command }, 0);
  }

  /** The host replaced a bound. */
  granted(quota: QuotaName, value: number): void {
    this.#add({ command: "grant", quota, value }, 0);
  }

  /**
   * The log, when the instance has ended. What comes later is not in it.
   *
   * @param quotas effective bounds at `start` or `restore`
   * @throws FaygerError `ADP_INPUT_LOG_INVALID` with reason `too_long` where there was no room for all of it
   * @spec instructions.input-log.whole
   */
  finish(quotas: InputLogQuotas, end: InputLogEnd, sha256: Sha256): Uint8Array {
    this.#isOver = true;
    if (this.#bytes > this.#limit) {
      throw inputLogInvalid("too_long", `it would hold more than ${this.#limit} bytes`);
    }
    const { manifestDigest, snapshotDigest, sections } = this.#subject;
    const { granted, denied, warnings } = this.#negotiation;
    return writeInputLog(
      {
        manifestDigest,
        record: {
          sections,
          ...(snapshotDigest !== undefined && { snapshotDigest }),
          quotas,
          granted,
          denied,
          warnings,
          entries: this.#entries,
          end,
        },
      },
      sha256,
    );
  }

  #add(entry: OpenEntry, bytes: number): void {
    if (this.#isOver) return;
    this.#count(bytes + 1);
    if (this.#bytes <= this.#limit) this.#entries.push(entry);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    // A log that will not be written need not be kept.
    if (this.#bytes > this.#limit) this.#entries = [];
  }
}

/** A channel that tells a recorder what goes through it, and changes nothing. */
class RecordingChannel implements InstructionChannel {
  readonly #channel: InstructionChannel;
  readonly #recorder: InputRecorder;

  constructor(channel: InstructionChannel, recorder: InputRecorder) {
    this.#channel = channel;
    this.#recorder = recorder;
  }

  get negotiation(): NegotiationResult {
    return this.#channel.negotiation;
  }

  get lastError(): FaygerError | undefined {
    return this.#channel.lastError;
  }

  get lastInstruction(): Uint8Array | undefined {
    return this.#channel.lastInstruction;
  }

  get position(): ChannelPosition {
    return this.#channel.position;
  }

  get openCalls(): number {
    return this.#channel.openCalls;
  }

  get openHandles(): number {
    return this.#channel.openHandles;
  }

  get openSubscriptions(): number {
    return this.#channel.openSubscriptions;
  }

  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const answered = this.#recorder.emitted(instruction);
    const reply = this.#channel.emit(instruction);
    if (reply instanceof Uint8Array) {
      answered(reply, false);
      return reply;
    }
    return reply.then((settled) => {
      answered(settled, true);
      return settled;
    });
  }

  called(event: Uint8Array): void {
    this.#recorder.called(event);
    this.#channel.called?.(event);
  }

  granted(quota: QuotaName, value: number): void {
    this.#recorder.granted(quota, value);
    this.#channel.granted?.(quota, value);
  }

  grant(quotas: BusQuotas): void {
    this.#channel.grant(quotas);
  }

  suspend(): void {
    this.#channel.suspend();
  }

  resume(): void {
    this.#channel.resume();
  }

  close(): void {
    this.#recorder.close();
    this.#channel.close();
  }
}

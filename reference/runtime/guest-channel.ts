import type { QuotaName } from "../../generated/enums/quota-name.js";
import type {
  BusQuotas,
  ChannelPosition,
  InstructionChannel,
  InstructionsInPlace,
} from "../contracts/instruction-bus.js";
import type { InstanceUsage } from "../contracts/runtime-interface.js";
import type { FaygerError } from "../errors/fayger-error.js";
import { ReplyThrottle } from "./reply-throttle.js";
import type { RunningTimeShared } from "./running-time.js";

/** What of the use of quotas a channel knows. */
export type ChannelUsage = Pick<
  InstanceUsage,
  "openHandles" | "openCalls" | "openSubscriptions" | "emits" | "emitsInWindow" | "largestReplyBytes"
>;

/** One program's channel to the bus from `start` on: counts what goes through, and keeps replies waiting. */
export class GuestChannel {
  readonly #throttle: ReplyThrottle;
  readonly #throttled: (limit: number) => void;
  #channel: InstructionChannel | undefined;
  #inPlace: InstructionsInPlace | undefined;
  #emits: number;
  #largestReply = 0;

  /**
   * @param throttled told of each reply that has to wait, with the bound that makes it wait
   * @param emits instructions that a saved program had emitted: they count, but the second of the throttle is a new one
   * @spec snapshots.throttle
   */
  constructor(shared: RunningTimeShared, throttled: (limit: number) => void, emits = 0) {
    this.#emits = emits;
    this.#throttle = new ReplyThrottle(shared);
    this.#throttled = throttled;
  }

  /** Go through this channel from now on. @param granted bounds that the host replaced before */
  open(channel: InstructionChannel, granted: BusQuotas | undefined): void {
    this.#channel = channel;
    if (granted !== undefined) channel.grant(granted);
  }

  /** The error behind the last error reply. */
  get lastError(): FaygerError | undefined {
    return this.#channel?.lastError;
  }

  /** Bytes of the last instruction. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#channel?.lastInstruction;
  }

  /** How far the program came. */
  get position(): ChannelPosition {
    return this.#channel?.position ?? { nextHandle: 1, nextCall: 1, lastInstruction: undefined };
  }

  /** Whether something can still come of its own accord: a completion, an event. */
  get awaitsEvents(): boolean {
    const channel = this.#channel;
    return channel !== undefined && (channel.openCalls > 0 || channel.openSubscriptions > 0);
  }

  /**
   * Hand an instruction to the bus.
   *
   * @param limit `emits_per_second`, where it is set
   */
  emit(instruction: Uint8Array, limit: number | undefined): Uint8Array | Promise<Uint8Array> {
    if (this.#channel === undefined) throw new TypeError("an instance emits only after start");
    this.#emits += 1;
    // @spec quotas.throttle: the host works at once; only what it answers waits.
    const pause = limit === undefined ? undefined : this.#throttle.count(limit);
    const reply = this.#channel.emit(instruction);
    if (pause !== undefined) {
      this.#throttled(limit as number);
      return this.#delayed(reply, pause);
    }
    if (reply instanceof Uint8Array) return this.#measured(reply);
    return reply.then((settled) => this.#measured(settled));
  }

  /** Answers instructions where they stand, without a bound of replies a second. */
  get inPlace(): InstructionsInPlace | undefined {
    // Asked for with the first instruction, and not by every instance that is opened.
    return this.#inPlace ?? this.#askInPlace();
  }

  /** The program is called with an event. */
  called(event: Uint8Array): void {
    this.#channel?.called?.(event);
  }

  /** A bound of the instance was replaced. */
  granted(quota: QuotaName, value: number): void {
    this.#channel?.granted?.(quota, value);
  }

  /** Replace bounds that the bus keeps. @spec quotas.grant */
  grant(quotas: BusQuotas): void {
    this.#channel?.grant(quotas);
  }

  /** Let all replies through that wait for `emits_per_second`. */
  release(): void {
    this.#throttle.reset();
  }

  // @spec lifecycle.suspend.held
  /** Hold what the host sends. */
  suspend(): void {
    this.#channel?.suspend();
  }

  /** Deliver what was held. */
  resume(): void {
    this.#channel?.resume();
  }

  /** Give the channel up. */
  close(): void {
    this.#channel?.close();
  }

  /** What went through so far, and what is open. */
  usage(): ChannelUsage {
    const channel = this.#channel;
    return {
      openHandles: channel?.openHandles ?? 0,
      openCalls: channel?.openCalls ?? 0,
      openSubscriptions: channel?.openSubscriptions ?? 0,
      emits: this.#emits + (this.#inPlace?.answered ?? 0),
      emitsInWindow: this.#throttle.emits,
      largestReplyBytes: Math.max(this.#largestReply, this.#inPlace?.largestReply ?? 0),
    };
  }

  #askInPlace(): InstructionsInPlace | undefined {
    this.#inPlace = this.#channel?.inPlace;
    return this.#inPlace;
  }

  async #delayed(reply: Uint8Array | Promise<Uint8Array>, pause: Promise<void>): Promise<Uint8Array> {
    const [settled] = await Promise.all([reply, pause]);
    return this.#measured(settled);
  }

  #measured(reply: Uint8Array): Uint8Array {
    if (reply.length > this.#largestReply) this.#largestReply = reply.length;
    return reply;
  }
}

import type { CapabilityName } from "../../generated/capabilities.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { FaygerError } from "../errors/fayger-error.js";
import type { NegotiationResult } from "./policy.js";

/** Upper bounds the bus keeps for one instance; absent means unbounded. @spec quotas.bus */
export interface BusQuotas {
  readonly openHandles?: number;
  readonly openCalls?: number;
  readonly replyBytes?: number;
}

/** An instance that wants to reach the host. */
export interface ChannelRequest {
  /** The instance. */
  readonly instance: string;
  /** Capabilities it cannot start without. */
  readonly required: readonly string[];
  /** Capabilities it can start without. */
  readonly optional: readonly string[];
  /** Host functions it may call by name; `undefined` where the manifest names none. */
  readonly hostFunctions: readonly string[] | undefined;
  /** Bounds the bus keeps at first. The lower of these and the host policy's holds. */
  readonly quotas: BusQuotas;
  /**
   * Whether the guest can wait for a reply. Where it cannot, an instruction without ASYNC that the host answers only
   * later gets the host error `would_block`. Absent means it can.
   */
  readonly mayBlock?: boolean;
  /**
   * Receives each encoded Universal_Event for the instance, in order. `completion` tells the completion of an
   * asynchronous call from other events: it has reserved room in the queue. `isWanted` is asked when the guest
   * is about to be called with the event: false where its handle was closed since, and the event is dropped. Never throws.
   */
  readonly deliver: (event: Uint8Array, completion: boolean, isWanted?: () => boolean) => void;
  /**
   * Completions that were delivered and have not reached the guest. They count against the quota of open calls: else a
   * guest that starts calls faster than it takes their completions would fill the host's memory. Absent means none.
   */
  readonly pendingCompletions?: () => number;
  /** Where an instance goes on that was saved; absent for one that begins. */
  readonly resumed?: ChannelPosition;
}

/** How far an instance came on a channel that is gone: numbers are not given out twice. @spec snapshots.state */
export interface ChannelPosition {
  /** Number of the next handle. */
  readonly nextHandle: number;
  /** Number of the next asynchronous call. */
  readonly nextCall: number;
  /** Bytes of the last instruction. */
  readonly lastInstruction: Uint8Array | undefined;
}

/**
 * Answers instructions where they stand, with nothing that is thrown away: what is short, answered at once, and heard by
 * nobody. What it does is what {@link InstructionChannel.emit} does.
 */
export interface InstructionsInPlace {
  /** Where the last reply stands, until the next one: another view where the memory was too small. */
  readonly reply: DataView;
  /** Instructions answered so far, and the one that is being answered. */
  readonly answered: number;
  /** Bytes of the longest reply so far. */
  readonly largestReply: number;
  /**
   * Answer an instruction, if that can be done.
   *
   * @param memory all of the program's memory, which is read during the call alone
   * @param pointer where the instruction begins, in bytes; with `length` it lies in the memory
   * @returns the length of the reply, which is the first bytes of {@link InstructionsInPlace.reply}; -1 where nothing has
   * happened and {@link InstructionChannel.emit} has to be asked
   */
  emit(memory: DataView, pointer: number, length: number): number;
}

/**
 * One instance's way to the host.
 *
 * @spec instructions.bus
 */
export interface InstructionChannel {
  /** What the negotiation gave. */
  readonly negotiation: NegotiationResult;
  /**
   * Answer one encoded Universal_Instruction with one encoded UniversalReply; a promise only where the host is
   * asynchronous. Never throws and never rejects for what a guest sends: every failure is an error reply, and
   * {@link InstructionChannel.lastError} holds the whole error.
   *
   * @param instruction bytes that nobody changes afterwards: a copy out of the guest's memory
   */
  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Answers instructions where they stand; the same for as long as the channel lives. Absent where nothing does. */
  readonly inPlace?: InstructionsInPlace | undefined;
  /** The error behind the last error reply or failed completion, with its causes. */
  readonly lastError: FaygerError | undefined;
  /** Bytes of the last instruction, for failure_info. */
  readonly lastInstruction: Uint8Array | undefined;
  /** How far the instance came. */
  readonly position: ChannelPosition;
  /** Asynchronous calls whose completion was not delivered yet. */
  readonly openCalls: number;
  /** Open handles. */
  readonly openHandles: number;
  /** Open handles that are sources of events. */
  readonly openSubscriptions: number;
  /** Replace bounds; what is absent stays as it is. They hold even above the policy's. @spec quotas.grant */
  grant(quotas: BusQuotas): void;
  /**
   * Told when the program is called with an event, whoever sent it. Absent where nobody wants to know.
   *
   * @spec instructions.input-log.entries
   */
  called?(event: Uint8Array): void;
  /** Told of each bound of the instance that is replaced, the runtime's own too. Absent where nobody wants to know. */
  granted?(quota: QuotaName, value: number): void;
  /** Hold completions and events until {@link InstructionChannel.resume}. */
  suspend(): void;
  /** Deliver what was held, then go on. */
  resume(): void;
  /** Discard late results and close every handle. Idempotent. */
  close(): void;
}

/** The adapter layer as the runtime sees it. @spec architecture.runtime-adapter */
export interface InstructionBus {
  /** Negotiate capabilities and open a channel for one instance. */
  open(request: ChannelRequest): InstructionChannel;
  /** Capabilities some adapter here can honour. */
  available(): readonly CapabilityName[];
}

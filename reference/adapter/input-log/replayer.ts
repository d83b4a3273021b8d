import { type CapabilitySet, capabilitySet } from "../../../generated/capabilities.js";
import type { InputLogEnd } from "../../../generated/codecs/input-log-end.js";
import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import type { InputLogRecord } from "../../../generated/codecs/input-log-record.js";
import { ERROR_CODES } from "../../../generated/errors/error-code.js";
import { encodeErrorReply } from "../../../generated/instructions/message.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import type { ChannelPosition, ChannelRequest, InstructionChannel } from "../../contracts/instruction-bus.js";
import type { NegotiationResult } from "../../contracts/policy.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { ChannelPublisher, type Observation } from "../channel-publisher.js";
import { instructionName, type Refusal } from "../instruction-errors.js";
import { CommandQueue, type ReplayCommands } from "./command-queue.js";
import { describeBytes, describeEntry } from "./describe-entry.js";
import { equalBytes } from "./input-log-document.js";
import { replayDiverged } from "./input-log-errors.js";
import { refusalOfCompletion, refusalOfReply } from "./recorded-error.js";
import { identityOf, type RecordedReply, recordedCompletion, recordedReply } from "./recorded-message.js";
import type { ChannelTap } from "./tapped-bus.js";

/** The reply to a program that has left its log, or whose reply never came. It is ended and does not read it. */
const INTERRUPTED = encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "interrupted");

/** What a replay stands on. */
export interface InputReplayerOptions {
  /** Events that a snapshot holds: the program is called with them first, and nobody hands them over. */
  readonly queuedEvents?: number;
  /** Where instructions are published. */
  readonly events: EventPublisher;
  /** For the durations in events. */
  readonly clock: Clock;
  /** What the log's commands do. */
  readonly commands: ReplayCommands;
  /** Told of the first difference; the instance is to be ended before this returns. */
  readonly diverged: (error: FaygerError<"ADP_REPLAY_DIVERGED">) => void;
}

/**
 * Takes the place of the bus for one program and answers from a log: no adapter, no host.
 *
 * Entries are taken in their order. An instruction takes its own; an event is handed over when it is the next, and
 * taken when the program is called with it; a command is carried out when it is the next.
 *
 * @spec instructions.replay
 */
export class InputReplayer implements ChannelTap, InstructionChannel {
  readonly negotiation: NegotiationResult;
  readonly #record: InputLogRecord;
  readonly #options: InputReplayerOptions;
  readonly #commands: CommandQueue;
  readonly #granted: CapabilitySet;
  #publisher: ChannelPublisher | undefined;
  #request: ChannelRequest | undefined;
  #next = 0;
  #queuedEvents: number;
  #isHandedOver = false;
  #hasBegun = false;
  #hasEnded = false;
  #diverged: FaygerError<"ADP_REPLAY_DIVERGED"> | undefined;
  #lastInstruction: Uint8Array | undefined;
  #lastRefusal: Refusal | undefined;
  #lastError: FaygerError | undefined;
  #unanswered: (() => void) | undefined;
  /** Calls that are under way by the log, where somebody listens. */
  readonly #calls = new Map<number, Observation>();

  constructor(record: InputLogRecord, options: InputReplayerOptions) {
    const { granted, denied, warnings } = record;
    this.negotiation = { granted, denied, warnings };
    this.#record = record;
    this.#options = options;
    this.#queuedEvents = options.queuedEvents ?? 0;
    this.#granted = capabilitySet(granted);
    this.#commands = new CommandQueue(
      options.commands,
      (at, command, error) => {
        const reason = error instanceof Error ? error.message : "a failure";
        this.#differ(at, `the command ${command}`, reason);
      },
      () => this.#advance(),
    );
  }

  open(request: ChannelRequest): InstructionChannel {
    const { events, clock } = this.#options;
    this.#request = request;
    this.#lastInstruction = request.resumed?.lastInstruction;
    this.#publisher = new ChannelPublisher(events, clock, request.instance);
    if (events.enabled("capability")) events.publish("capability.negotiated", this.negotiation, request.instance);
    return this;
  }

  /** The instance is Running, or was restored: commands and events may come from now on. */
  begin(): void {
    this.#hasBegun = true;
    this.#advance();
  }

  /** A quota has suspended the instance. @returns whether the log has that here */
  quotaReached(): boolean {
    return this.#commands.quotaReached();
  }

  /** An event that was handed over found no room. */
  eventRefused(): void {
    if (this.#isHandedOver) this.#differ(this.#next, this.#expected(), "no room for the event");
  }

  /** The first difference, which may be that the program has ended otherwise. Asked when the instance has ended. */
  finish(end: InputLogEnd): FaygerError<"ADP_REPLAY_DIVERGED"> | undefined {
    const { entries, end: recorded } = this.#record;
    const found = describeEnd(end);
    const { undone } = this.#commands;
    if (undone !== undefined) this.#differ(undone.at, describeEntry(undone.entry), `the end of the program, ${found}`);
    if (this.#next < entries.length) this.#differ(this.#next, this.#expected(), `the end of the program, ${found}`);
    if (found !== describeEnd(recorded)) this.#differ(entries.length, describeEnd(recorded), found);
    return this.#diverged;
  }

  /** The first difference so far. */
  get difference(): FaygerError<"ADP_REPLAY_DIVERGED"> | undefined {
    return this.#diverged;
  }

  // ---- what the runtime sees ----------------------------------------------------------------------------------------

  get lastError(): FaygerError | undefined {
    if (this.#lastRefusal !== undefined) {
      this.#lastError = this.#lastRefusal.build();
      this.#lastRefusal = undefined;
    }
    return this.#lastError;
  }

  get lastInstruction(): Uint8Array | undefined {
    return this.#lastInstruction;
  }

  get position(): ChannelPosition {
    const { nextHandle = 1, nextCall = 1 } = this.#request?.resumed ?? {};
    return { nextHandle, nextCall, lastInstruction: this.#lastInstruction };
  }

  /** One while something is still to come of its own accord. @spec instructions.replay.complete */
  get openCalls(): number {
    if (this.#hasEnded) return 0;
    if (this.#commands.isBusy) return this.#commands.waitsForQuota ? 0 : 1;
    return this.#entry?.event === undefined ? 0 : 1;
  }

  get openHandles(): number {
    return 0;
  }

  get openSubscriptions(): number {
    return 0;
  }

  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.#lastInstruction = instruction;
    if (this.#hasEnded) return INTERRUPTED;
    const observation = this.#publisher?.observe(instruction);
    const entry = this.#entry;
    if (entry?.instruction === undefined || !equalBytes(entry.instruction, instruction)) {
      // @spec instructions.replay.diverged
      this.#differ(this.#next, this.#expected(), describeBytes("instruction", instruction));
      return INTERRUPTED;
    }
    this.#next += 1;
    const { reply } = entry;
    if (reply !== undefined) {
      const recorded = recordedReply(reply);
      this.#lastRefusal = refusalOfReply(instruction, recorded, this.#granted) ?? this.#lastRefusal;
      if (observation !== undefined) this.#dispatched(instruction, recorded, reply.length, observation);
    }
    this.#advance();
    if (reply !== undefined) return reply;
    // It was ended while it waited, and so it is now.
    if (this.#hasEnded || this.#request?.mayBlock === false) return INTERRUPTED;
    return new Promise((resolve) => {
      this.#unanswered = () => resolve(INTERRUPTED);
    });
  }

  called(event: Uint8Array): void {
    if (this.#hasEnded) return;
    const expected = this.#entry?.event;
    if (expected === undefined || !equalBytes(expected, event)) {
      this.#differ(this.#next, this.#expected(), describeBytes("event", event));
      return;
    }
    this.#isHandedOver = false;
    this.#next += 1;
    const completion = recordedCompletion(event);
    if (completion !== undefined) {
      const { identity, call, status } = completion;
      this.#lastRefusal = refusalOfCompletion(completion) ?? this.#lastRefusal;
      const observation = this.#calls.get(call);
      this.#calls.delete(call);
      if (observation !== undefined)
        this.#publisher?.completed(instructionName(identity), call, status, event.length, observation);
    }
    this.#advance();
  }

  grant(): void {
    // Bounds of the bus have done their work in the replies of the log.
  }

  suspend(): void {
    // Nothing comes that would have to be held: the log knows what the program met while it was suspended.
  }

  resume(): void {
    // What is next has come already, or comes when the command is done that made it go on.
  }

  close(): void {
    this.#hasEnded = true;
    this.#commands.close();
    this.#unanswered?.();
    this.#unanswered = undefined;
  }

  // @spec instructions.replay.events
  #dispatched(instruction: Uint8Array, recorded: RecordedReply, replyBytes: number, observation: Observation): void {
    const { status, results } = recorded;
    const asynchronous = ((instruction[0] ?? 0) & 0x40) !== 0;
    this.#publisher?.dispatched(identityOf(instruction), status, replyBytes, asynchronous, observation);
    if (!asynchronous || status !== 0) return;
    const [call] = results();
    if (call?.type === "u32") this.#calls.set(call.value, observation);
  }

  // ---- entries ------------------------------------------------------------------------------------------------------

  get #entry(): InputLogEntry | undefined {
    return this.#record.entries[this.#next];
  }

  /** Carry out commands that are next, and hand an event over that is. */
  #advance(): void {
    if (!this.#hasBegun) return;
    for (;;) {
      const entry = this.#entry;
      if (this.#hasEnded || entry === undefined) return;
      if (entry.event !== undefined) {
        this.#handOver(entry.event);
        return;
      }
      if (entry.command === undefined) return;
      this.#next += 1;
      this.#commands.add(entry, this.#next - 1);
    }
  }

  #handOver(event: Uint8Array): void {
    if (this.#isHandedOver || this.#commands.isBusy) return;
    this.#isHandedOver = true;
    if (this.#queuedEvents > 0) this.#queuedEvents -= 1;
    else this.#request?.deliver(event, ((event[0] ?? 0) & 0x40) !== 0);
  }

  #expected(): string {
    return describeEntry(this.#entry);
  }

  #differ(at: number, expected: string, found: string): void {
    if (this.#diverged !== undefined) return;
    const error = replayDiverged(this.#request?.instance ?? "", at, expected, found);
    this.#diverged = error;
    this.#publisher?.raised(() => error);
    if (!this.#hasEnded) this.#options.diverged(error);
  }
}

function describeEnd({ state, exitCode, failure }: InputLogEnd): string {
  const parts = [state, ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]), ...(failure ? [failure] : [])];
  return parts.join(" with ");
}

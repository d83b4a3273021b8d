import type { DiscardReason } from "../../generated/enums/discard-reason.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import { describeChain } from "../errors/cause-chain.js";
import type { FaygerError } from "../errors/fayger-error.js";
import { type InstructionIdentity, instructionName } from "./instruction-errors.js";

/** What events tell of one instruction from its beginning; made only when somebody listens. */
export interface Observation {
  readonly begun: bigint;
  readonly operandBytes: number;
}

/**
 * The events of one channel. Fields are built only where somebody listens to the category.
 *
 * @spec events.isolation
 */
export class ChannelPublisher {
  readonly #events: EventPublisher;
  readonly #clock: Clock;
  readonly #instance: string;

  constructor(events: EventPublisher, clock: Clock, instance: string) {
    this.#events = events;
    this.#clock = clock;
    this.#instance = instance;
  }

  /** Begin to observe an instruction, or nothing where nobody listens. */
  observe(bytes: Uint8Array): Observation | undefined {
    if (!this.#events.enabled("instruction")) return undefined;
    // The head is 5 bytes; bit 7 of the first says that a length byte and that many bytes of capabilities follow.
    const extension = ((bytes[0] ?? 0) & 0x80) === 0 ? 0 : 1 + (bytes[5] ?? 0);
    return {
      begun: this.#clock.monotonicNanoseconds(),
      operandBytes: Math.max(0, bytes.length - 5 - extension),
    };
  }

  // @spec instructions.bus.events, instructions.bus.events.fields
  /** An instruction was answered. */
  dispatched(
    identity: InstructionIdentity,
    status: number,
    replyBytes: number,
    asynchronous: boolean,
    observation: Observation,
  ): void {
    this.#events.publish(
      "instruction.dispatched",
      {
        instruction: instructionName(identity),
        category: identity.category,
        opcode: identity.opcode,
        status,
        operand_bytes: observation.operandBytes,
        reply_bytes: replyBytes,
        asynchronous,
        duration_ns: this.#since(observation),
      },
      this.#instance,
    );
  }

  /** An asynchronous call completed. */
  completed(instruction: string, call: number, status: number, replyBytes: number, observation: Observation): void {
    this.#events.publish(
      "instruction.completed",
      { instruction, call_id: call, status, reply_bytes: replyBytes, duration_ns: this.#since(observation) },
      this.#instance,
    );
  }

  /** A result or an event was dropped. @spec instructions.discarded */
  discarded(instruction: string, reason: DiscardReason): void {
    if (!this.#events.enabled("instruction")) return;
    this.#events.publish("instruction.result_discarded", { instruction, reason }, this.#instance);
  }

  /** A quota of the bus was reached. */
  quotaReached(quota: QuotaName, limit: number): void {
    if (!this.#events.enabled("resource")) return;
    this.#events.publish("resource.quota_reached", { quota, limit, action: "reply" }, this.#instance);
  }

  // @spec events.raised
  /** An error left the adapter layer. @param build asked for the error only where somebody listens */
  raised(build: () => FaygerError | undefined): void {
    if (!this.#events.enabled("error")) return;
    const error = build();
    if (error === undefined) return;
    this.#events.publish(
      "error.raised",
      { code: error.code, layer: error.sourceLayer, message: error.message, chain: describeChain(error) },
      this.#instance,
    );
  }

  #since(observation: Observation): number {
    return Number(this.#clock.monotonicNanoseconds() - observation.begun);
  }
}

import type { CapabilitySet } from "../../generated/capabilities.js";
import { HOST_ERROR_NUMBERS } from "../../generated/enums/host-error.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import { encodeErrorReply, encodeEvent, encodeReply } from "../../generated/instructions/message.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { BusQuotas, ChannelPosition, ChannelRequest, InstructionChannel } from "../contracts/instruction-bus.js";
import type { HostSyscall, InstanceBinding } from "../contracts/platform-adapter.js";
import type { NegotiationResult } from "../contracts/policy.js";
import type { FaygerError } from "../errors/fayger-error.js";
import { askPolicy } from "./ask-policy.js";
import { CallSignal } from "./call-signal.js";
import { ChannelPublisher, type Observation } from "./channel-publisher.js";
import type { ChannelShared } from "./channel-shared.js";
import { type CheckedInstruction, checkInstruction, isRefused } from "./check-instruction.js";
import { DeliveryQueue } from "./delivery-queue.js";
import { HandleTable } from "./handle-table.js";
import { isPromise, type Outcome, perform } from "./host-call.js";
import { hostFunctionRefusal } from "./host-functions.js";
import { createBinding } from "./instance-binding.js";
import {
  hostCallFailed,
  type InstructionIdentity,
  isRefusal,
  policyDenied,
  type Refusal,
  refusalOf,
  statusOf,
} from "./instruction-errors.js";
import { openShortWay, type ShortWay } from "./short-way.js";

/**
 * One instance's way to the host: the checks in their order, then the host, then the encoded answer.
 *
 * @spec instructions.bus
 */
export class OpenChannel implements InstructionChannel {
  readonly negotiation: NegotiationResult;
  readonly #shared: ChannelShared;
  readonly #request: ChannelRequest;
  readonly #granted: CapabilitySet;
  #quotas: Required<BusQuotas>;
  readonly #handles: HandleTable;
  readonly #queue = new DeliveryQueue();
  readonly #publisher: ChannelPublisher;
  readonly #binding: InstanceBinding;
  /** Signals of host calls that somebody waits for. */
  readonly #running = new Set<CallSignal>();
  #lastCall = 0;
  #openCalls = 0;
  #closed = false;
  #shortWay: ShortWay | undefined;
  #lastInstruction: Uint8Array | undefined;
  /** The last refusal, whose error is built when somebody asks for it. */
  #lastRefusal: Refusal | undefined;
  #lastError: FaygerError | undefined;

  constructor(
    shared: ChannelShared,
    request: ChannelRequest,
    negotiation: NegotiationResult,
    granted: CapabilitySet,
    quotas: Required<BusQuotas>,
  ) {
    this.#shared = shared;
    this.#request = request;
    this.negotiation = negotiation;
    this.#granted = granted;
    this.#quotas = quotas;
    const { resumed } = request;
    this.#handles = new HandleTable(resumed === undefined ? 0 : resumed.nextHandle - 1);
    this.#lastCall = resumed === undefined ? 0 : resumed.nextCall - 1;
    this.#lastInstruction = resumed?.lastInstruction;
    this.#publisher = new ChannelPublisher(shared.events, shared.clock, request.instance);
    this.#binding = createBinding({
      instance: request.instance,
      policy: shared.policy,
      mayWait: request.mayBlock !== false,
      adapter: shared.adapter,
      handles: this.#handles,
      queue: this.#queue,
      publisher: this.#publisher,
      openHandles: () => this.#quotas.openHandles,
      ended: () => this.#closed,
      deliver: (event, isWanted) => request.deliver(event, false, isWanted),
    });
  }

  get lastError(): FaygerError | undefined {
    if (this.#lastRefusal !== undefined) {
      this.#lastError = this.#lastRefusal.build();
      this.#lastRefusal = undefined;
    }
    return this.#lastError;
  }

  get lastInstruction(): Uint8Array | undefined {
    return this.#shortWay?.lastInstruction ?? this.#lastInstruction;
  }

  get position(): ChannelPosition {
    return {
      nextHandle: this.#handles.last + 1,
      nextCall: this.#lastCall + 1,
      lastInstruction: this.lastInstruction,
    };
  }

  get openCalls(): number {
    return this.#openCalls;
  }

  get openHandles(): number {
    return this.#handles.size;
  }

  get openSubscriptions(): number {
    return this.#handles.subscriptions;
  }

  grant(quotas: BusQuotas): void {
    this.#quotas = { ...this.#quotas, ...quotas };
    this.#shortWay?.setReplyBytes(this.#quotas.replyBytes);
  }

  get inPlace(): ShortWay | undefined {
    return this.#shortWay ?? this.#openShortWay();
  }

  emit(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.#lastInstruction = bytes;
    const reply = this.inPlace?.emitApart(bytes);
    if (reply !== undefined) return reply;
    const observation = this.#publisher.observe(bytes);
    const checked = checkInstruction(bytes, this.#granted, this.#shared.supported, this.#shared.experimental);
    if (isRefused(checked)) {
      // @spec instructions.async.failed-check, instructions.reply.no-failure
      return this.#answer(checked.identity, checked.asynchronous, checked.refusal, observation);
    }
    const consent =
      this.#quotaRefusal(checked) ?? hostFunctionRefusal(checked, this.#request.hostFunctions) ?? this.#asked(checked);
    if (consent === undefined) return this.#call(checked, observation);
    if (!isPromise(consent)) return this.#answer(checked, checked.instruction.asynchronous, consent, observation);
    if (this.#wouldBlock(checked))
      return this.#answer(checked, false, hostCallFailed(checked, "would_block"), observation);
    // @spec instructions.async.confirmation
    const signal = new CallSignal();
    const outcome = consent.then((agreed) => this.#afterConsent(checked, agreed, signal));
    return checked.instruction.asynchronous
      ? this.#begin(checked, outcome, signal, observation)
      : this.#wait(checked, outcome, signal, observation);
  }

  suspend(): void {
    this.#queue.suspend();
  }

  resume(): void {
    this.#queue.resume();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shortWay?.close();
    this.#queue.close();
    for (const signal of this.#running) signal.abort();
    this.#running.clear();
    // @spec instructions.close: every handle is released, in ascending order, exactly once.
    this.#handles.closeAbove(0);
    this.#openCalls = 0;
  }

  /** Made when the first instruction comes: most instances of a host may never emit one. */
  #openShortWay(): ShortWay | undefined {
    if (this.#closed || this.#shared.instructionPolicy !== undefined) return undefined;
    const { replyBytes } = this.#quotas;
    this.#shortWay = openShortWay(this.#shared, this.#granted, this.#binding, replyBytes, {
      refused: (refusal) => this.#refused(refusal),
      tooLong: ({ category, opcode, row }) =>
        this.#quotaReached({ category, opcode, row }, "reply_bytes", this.#quotas.replyBytes),
    });
    return this.#shortWay;
  }

  // @spec adapters.translate
  /** Translate and call the host: every check before has passed. */
  #call(checked: CheckedInstruction, observation: Observation | undefined): Uint8Array | Promise<Uint8Array> {
    const { asynchronous } = checked.instruction;
    // @spec instructions.would-block: known from the table, so the host is not called for a result nobody can await.
    if (checked.row.dispatch === "async" && this.#wouldBlock(checked)) {
      return this.#answer(checked, false, hostCallFailed(checked, "would_block"), observation);
    }
    const syscall = this.#translate(checked);
    if (typeof syscall !== "function") return this.#answer(checked, asynchronous, syscall, observation);
    const signal = new CallSignal();
    const lastHandle = this.#handles.last;
    const outcome = perform(checked, syscall, signal);
    if (asynchronous) return this.#begin(checked, outcome, signal, observation);
    if (!isPromise(outcome)) {
      // The synchronous fast path: no promise, no turn of the event loop.
      const sealed = this.#seal(checked, outcome);
      // Nor does it know what a call that failed has opened before.
      if (isRefusal(sealed)) this.#handles.closeAbove(lastHandle);
      return this.#answer(checked, false, sealed, observation);
    }
    if (this.#wouldBlock(checked)) {
      signal.abort();
      void outcome.then((settled) => {
        this.#forget(settled);
        this.#publisher.discarded(checked.row.name, "would_block");
      });
      return this.#answer(checked, false, hostCallFailed(checked, "would_block"), observation);
    }
    return this.#wait(checked, outcome, signal, observation);
  }

  #wouldBlock(checked: CheckedInstruction): boolean {
    return !checked.instruction.asynchronous && this.#request.mayBlock === false;
  }

  // ---- policy and quotas ------------------------------------------------------------------------------------------

  /** Bounds that can be judged before anybody is asked. @spec quotas.bus, instructions.quotas-first */
  #quotaRefusal(checked: CheckedInstruction): Refusal | undefined {
    if (this.#closed) return policyDenied(checked, "unavailable", "the instance has ended");
    const { asynchronous } = checked.instruction;
    if (asynchronous && this.#openCalls + (this.#request.pendingCompletions?.() ?? 0) >= this.#quotas.openCalls) {
      return this.#quotaReached(checked, "open_calls", this.#quotas.openCalls);
    }
    if (checked.row.handle !== null && this.#handles.size >= this.#quotas.openHandles) {
      return this.#quotaReached(checked, "open_handles", this.#quotas.openHandles);
    }
    return undefined;
  }

  #quotaReached(identity: InstructionIdentity, quota: QuotaName, limit: number): Refusal {
    this.#publisher.quotaReached(quota, limit);
    return policyDenied(identity, "quota", `quota ${quota} of ${limit} is reached`);
  }

  #asked(checked: CheckedInstruction): Refusal | Promise<boolean> | undefined {
    const { instructionPolicy } = this.#shared;
    return instructionPolicy === undefined ? undefined : askPolicy(instructionPolicy, this.#request.instance, checked);
  }

  #afterConsent(checked: CheckedInstruction, agreed: boolean, signal: CallSignal): Outcome | Promise<Outcome> {
    if (!agreed) return policyDenied(checked, "access_denied", "not confirmed");
    // Consent may come after the instance has ended; then the host is not called any more.
    if (signal.aborted) return hostCallFailed(checked, "interrupted");
    const syscall = this.#translate(checked);
    return typeof syscall === "function" ? perform(checked, syscall, signal) : syscall;
  }

  #translate(checked: CheckedInstruction): HostSyscall | Refusal {
    try {
      return this.#shared.adapter.translate(checked.instruction, this.#binding);
    } catch (error) {
      return refusalOf(checked, error);
    }
  }

  // ---- answers ----------------------------------------------------------------------------------------------------

  /** The encoded reply to a success, within the quota. @spec quotas.bus */
  #seal(checked: CheckedInstruction, outcome: Outcome): Uint8Array | Refusal {
    if (isRefusal(outcome)) return outcome;
    let reply: Uint8Array;
    try {
      reply = encodeReply(0, outcome);
    } catch (error) {
      // An adapter gave results that no reply can carry: its fault, and not the guest's.
      return hostCallFailed(checked, "unknown", "encode", error);
    }
    if (reply.length <= this.#quotas.replyBytes) return reply;
    this.#forget(outcome);
    return this.#quotaReached(checked, "reply_bytes", this.#quotas.replyBytes);
  }

  /** Close the handles among results that the guest does not get: it cannot. @spec instructions.handles.unheard */
  #forget(outcome: Outcome): void {
    if (isRefusal(outcome)) return;
    for (const result of outcome) if (result.type === "handle") this.#handles.close(result.value);
  }

  #answer(
    identity: InstructionIdentity,
    asynchronous: boolean,
    sealed: Uint8Array | Refusal,
    observation: Observation | undefined,
  ): Uint8Array {
    let status = 0;
    let reply: Uint8Array;
    if (isRefusal(sealed)) {
      this.#refused(sealed);
      status = statusOf(sealed);
      // @spec instructions.host-errors: the code and one number are all a guest learns of a failure.
      reply = encodeErrorReply(status, sealed.hostError);
    } else {
      reply = sealed;
    }
    if (observation !== undefined)
      this.#publisher.dispatched(identity, status, reply.length, asynchronous, observation);
    return reply;
  }

  /** ASYNC: answer with the call's id at once, complete later by one event. @spec instructions.async */
  #begin(
    checked: CheckedInstruction,
    outcome: Outcome | Promise<Outcome>,
    signal: CallSignal,
    observation: Observation | undefined,
  ): Uint8Array {
    // @spec instructions.async.call-id
    this.#lastCall += 1;
    this.#openCalls += 1;
    const call = this.#lastCall;
    this.#running.add(signal);
    // Always through a promise: the immediate reply reaches the guest before its completion does.
    void Promise.resolve(outcome).then((settled) => {
      this.#running.delete(signal);
      const { name } = checked.row;
      this.#queue.offer(
        {
          deliver: () => this.#complete(checked, call, settled, observation),
          discard: (reason) => this.#publisher.discarded(name, reason),
        },
        true,
      );
    });
    return this.#answer(checked, true, encodeReply(0, [{ type: "u32", value: call }]), observation);
  }

  #complete(checked: CheckedInstruction, call: number, settled: Outcome, observation: Observation | undefined): void {
    this.#openCalls -= 1;
    const sealed = this.#seal(checked, settled);
    let status = 0;
    let results: readonly Tlv[];
    if (isRefusal(sealed)) {
      this.#refused(sealed);
      status = statusOf(sealed);
      results = [{ type: "u32", value: HOST_ERROR_NUMBERS[sealed.hostError] }];
    } else {
      results = settled as readonly Tlv[];
    }
    // @spec instructions.async.completion
    const event = encodeEvent({
      category: checked.instruction.category,
      opcode: checked.opcode,
      completion: true,
      payload: [{ type: "u32", value: call }, { type: "u32", value: status }, ...results],
    });
    if (observation !== undefined) {
      this.#publisher.completed(checked.row.name, call, status, event.length, observation);
    }
    this.#request.deliver(event, true);
  }

  /** A reply the guest waits for: held while the instance is suspended, replaced once it has ended. */
  #wait(
    checked: CheckedInstruction,
    outcome: Promise<Outcome>,
    signal: CallSignal,
    observation: Observation | undefined,
  ): Promise<Uint8Array> {
    this.#running.add(signal);
    return new Promise((resolve) => {
      void outcome.then((settled) => {
        this.#running.delete(signal);
        this.#queue.offer(
          {
            deliver: () => resolve(this.#answer(checked, false, this.#seal(checked, settled), observation)),
            discard: (reason) => {
              this.#publisher.discarded(checked.row.name, reason);
              resolve(this.#answer(checked, false, hostCallFailed(checked, "interrupted"), observation));
            },
          },
          true,
        );
      });
    });
  }

  #refused(refusal: Refusal): void {
    this.#lastRefusal = refusal;
    if (this.#shared.errorListeners?.count !== 0) this.#publisher.raised(() => this.lastError);
  }
}

import type { Manifest } from "../../../generated/codecs/manifest.js";
import { ComponentId } from "../../../generated/enums/component-id.js";
import { ControlMode } from "../../../generated/enums/control-mode.js";
import { hostAnnouncedEvent, hostCall } from "../../../generated/instructions/host.js";
import { decodeEvent, INSTRUCTION_MAXIMUM_BYTES } from "../../../generated/instructions/message.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import type { InstructionPolicy } from "../../contracts/policy.js";
import type { InstanceId, InstanceQueries, RuntimeInterface } from "../../contracts/runtime-interface.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import type { Assembled } from "../artifact/assembled.js";
import { ActionJudge, ENTRY_CALLER } from "./action-judge.js";
import { ActionPolicy, type JudgedCall } from "./action-policy.js";
import { type ActionFacts, actionTable } from "./action-table.js";
import {
  type ActionOutcome,
  type AssemblyOptions,
  type AssemblyResult,
  DEFAULT_ANSWER_MILLISECONDS,
} from "./assembly-options.js";
import { assemblySteps } from "./assembly-steps.js";
import { type CallAnswer, failed, holdHandle, refusedWith, type SessionFunction, textAt } from "./call-answer.js";
import { CommandQueue } from "./command-queue.js";
import { HandedCalls } from "./handed-calls.js";
import { PartCalls } from "./part-calls.js";
import { type ServiceAction, serviceActions } from "./service-actions.js";
import { takeSteps } from "./take-steps.js";

/** What a session gets from the composition root. */
export interface SessionServices {
  readonly events: EventPublisher;
  readonly clock: Clock;
  /** So many random bytes fit for keys. */
  readonly random: (count: number) => Uint8Array;
  /** Do something once, after so many nanoseconds. Gives what prevents it. */
  readonly after: (delay: bigint, task: () => void) => () => void;
  /** Whether what runs its parts was closed, and ends them all. */
  readonly isClosed: () => boolean;
}

/** What a session's parts run in: it is their only host. @spec assembly.calls */
export interface SessionHost {
  readonly runtime: RuntimeInterface & Pick<InstanceQueries, "whenSettled">;
  /**
   * Say something on a topic to one instance.
   *
   * @returns how many of its subscriptions were told
   */
  announce(topic: string, data: readonly Tlv[], instance: InstanceId): number;
  /** The quota that an instance is ended for, where it is. */
  exceeded(instance: InstanceId): FaygerError | undefined;
}

/** Bytes that begin every announcement. */
const ANNOUNCED = hostAnnouncedEvent(1, []).subarray(0, 3);

/**
 * One iFay: its parts, what they may do, and their calls. It runs nothing itself: the composition root connects it with
 * what does.
 *
 * @spec assembly.steps, assembly.calls, assembly.actions
 */
export class AssemblySession {
  /** Topics of its host: the names of its parts. */
  readonly topics: readonly string[];
  /** Functions of its host. */
  readonly functions: Readonly<Record<string, SessionFunction>>;
  /** The policy of its host's bus. */
  readonly policy: InstructionPolicy;
  readonly #assembled: Assembled;
  readonly #options: AssemblyOptions;
  readonly #services: SessionServices;
  readonly #judge: ActionJudge;
  readonly #policy: ActionPolicy;
  readonly #calls: PartCalls;
  readonly #handed: HandedCalls;
  readonly #commands = new CommandQueue();
  readonly #service: Readonly<Record<string, ServiceAction>>;
  readonly #actions: ReadonlyMap<string, ActionFacts>;
  #host: SessionHost | undefined;
  /** Who the instances are that have not ended, in the order in which they were made. */
  readonly #callers = new Map<InstanceId, string>();
  readonly #instances = new Map<string, InstanceId>();
  /** Instances that were taken to Running. */
  readonly #started = new Set<InstanceId>();
  readonly #blocking = new Set<InstanceId>();
  readonly #terminating = new Map<InstanceId, Promise<void>>();
  readonly #errors: FaygerError[] = [];
  #ending: Promise<void> | undefined;

  /**
   * @param assembled what `judgeAssembly` found
   * @param hostFunctions those of the artifact's manifest
   * @throws TypeError where an option is out of range: a fault of the calling program
   */
  constructor(
    assembled: Assembled,
    hostFunctions: readonly string[],
    options: AssemblyOptions,
    services: SessionServices,
  ) {
    this.#assembled = assembled;
    this.#options = options;
    this.#services = services;
    this.#actions = actionTable(assembled);
    const { authentication, given, answerMilliseconds = DEFAULT_ANSWER_MILLISECONDS } = options;
    this.#judge = new ActionJudge(assembled, {
      ...(authentication !== undefined && { methods: authentication.methods }),
      ...(given !== undefined && { given }),
    });
    this.#calls = new PartCalls((part, data) => this.#announce(part, data));
    const { events, random } = services;
    this.#handed = new HandedCalls({ ...services, judge: this.#judge, calls: this.#calls, answerMilliseconds });
    this.#policy = new ActionPolicy({
      judge: this.#judge,
      options,
      events,
      caller: (instance) => this.caller(instance),
      heard: (caller) => this.#handed.heard(caller),
      mayBlock: (instance) => this.#blocking.has(instance),
      // The subscription is made by the instruction that is being judged: in this turn, and after this.
      subscribes: (part) => void Promise.resolve().then(() => this.#calls.pump(part)),
    });
    this.policy = this.#policy;
    this.#service = serviceActions({
      assembled,
      calls: this.#calls,
      commands: this.#commands,
      events,
      random,
      cause: () => this.#handed.cause,
      call: (caller, action, input) => this.#callFor(caller, action, input),
    });
    this.topics = assembled.parts.map(({ name }) => name);
    for (const part of this.topics) this.#calls.add(part);
    // A name of which no part knows is there too: the judge says what becomes of it.
    this.functions = Object.fromEntries(
      hostFunctions.map((name) => [name, (input: readonly Tlv[]) => this.#call(input)]),
    );
  }

  /** Run the parts here. To be called once, before anything else. */
  connect(host: SessionHost): void {
    this.#host = host;
  }

  /** Who an instance is: the name of a part, or `assembly/main`; `undefined` where it has ended or was never made here. */
  caller(instance: InstanceId): string | undefined {
    return this.#callers.get(instance);
  }

  /** An instance opens its channel. @param mayBlock whether it can wait for answers */
  opened(instance: InstanceId, mayBlock: boolean): void {
    if (mayBlock) this.#blocking.add(instance);
  }

  /** The program of an instance is called with an event. @spec assembly.calls.within */
  delivered(instance: InstanceId, event: Uint8Array): void {
    const part = this.#callers.get(instance);
    if (part === undefined || ANNOUNCED.some((byte, index) => event[index] !== byte)) return;
    const data = decodeEvent(event).payload[1];
    const number = data?.type === "list" ? data.value[0] : undefined;
    if (number?.type !== "u64") return;
    this.#judge.serve(Number(number.value));
    this.#calls.reached(part, Number(number.value));
  }

  /**
   * Take the steps.
   *
   * @throws FaygerError `RT_ASSEMBLY_FAILED`; then nothing is left of it
   * @spec assembly.steps, assembly.steps.failed
   */
  async assemble(object: BufObject): Promise<AssemblyResult> {
    const { events, clock, isClosed } = this.#services;
    const { signal } = this.#options;
    const { manifest, resolution, parts } = this.#assembled;
    let fayId: string | undefined;
    await takeSteps(assemblySteps(this.#assembled), {
      events,
      start: ({ name, sectionId }) => this.#start(object, name, sectionId),
      stop: ({ name }) => this.#stop(name),
      finish: async () => {
        fayId = await this.#identify();
      },
      isAborted: () => signal?.aborted === true || isClosed(),
    });
    const drivers = parts.filter(({ component }) => component === undefined).map(({ name }) => name);
    const assembledComponents = resolution.allComponents.map(({ id }) => id as ComponentId);
    const assembledProtocols = resolution.allProtocols.map(({ id }) => id as ComponentId);
    if (events.enabled("assembly")) {
      events.publish("assembly.completed", {
        name: manifest.name,
        version: manifest.version,
        control_mode: manifest.controlMode,
        ...(fayId !== undefined && { fay_id: fayId }),
        components: assembledComponents,
        protocols: assembledProtocols,
        drivers,
      });
    }
    return {
      success: true,
      fayId,
      assembledComponents,
      assembledProtocols,
      controlMode: manifest.controlMode,
      timestamp: clock.unixNanoseconds(),
      errors: [...this.#errors],
    };
  }

  /**
   * Begin the entry code. An instance that cannot be started is destroyed.
   *
   * @param loaded called with the instance before it does anything
   * @returns its instance: Running, or ended where the signal was raised
   * @throws FaygerError what `load`, `init` and `start` throw
   * @spec assembly.steps.end
   */
  async begin(object: BufObject, loaded?: (instance: InstanceId) => void): Promise<InstanceId> {
    try {
      await this.#start(object, ENTRY_CALLER, object.manifest.entry.section, loaded);
    } catch (error) {
      // One that the caller's own abort overtook has ended, and did not fail.
      if (this.#options.signal?.aborted !== true || !this.#instances.has(ENTRY_CALLER)) throw error;
    }
    return this.#instances.get(ENTRY_CALLER) as InstanceId;
  }

  /**
   * One command of a person.
   *
   * @returns what became of it: `failed` with nothing where the iFay ended before, and with `too_large` where no program
   *   can call anything with so much
   * @throws TypeError where the control mode is another, or the input holds a handle or what is no value of its type: a
   *   fault of the calling program
   * @spec assembly.control-mode.command
   */
  command(action: string, input: readonly Tlv[] = []): Promise<ActionOutcome> {
    if (this.#assembled.manifest.controlMode !== ControlMode.Command) {
      throw new TypeError(`control mode ${this.#assembled.manifest.controlMode} takes no commands`);
    }
    if (holdHandle(input)) throw new TypeError("a handle belongs to one program");
    // Whoever answered it would wait for the next command within this one, which would get lost.
    if (action === NEXT) return Promise.resolve({ outcome: "refused", output: [] });
    // Told here: the entry code would get no command at all, and end.
    if (callLength(action, input) > INSTRUCTION_MAXIMUM_BYTES)
      return Promise.resolve({ outcome: "failed", output: [], hostError: "too_large" });
    if (!this.#commands.isClosed) this.#judge.command(action);
    return this.#commands.add(action, input);
  }

  /** There are no more commands than those that were given: after them, nothing comes next. */
  finish(): void {
    this.#commands.close();
  }

  /**
   * Terminate every instance that has not ended, the last one first. Never rejects; asked again, it waits for the same
   * end.
   *
   * @spec assembly.steps.end
   */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#commands.abandon();
    for (const instance of [...this.#callers.keys()].reverse()) await this.#terminate(instance);
    // Those that were never started.
    for (const part of this.topics) this.#calls.remove(part);
    this.#handed.close();
  }

  /** Take an instance to Running. @spec assembly.steps.instances */
  async #start(
    object: BufObject,
    name: string,
    section: string,
    loaded?: (instance: InstanceId) => void,
  ): Promise<void> {
    const { runtime } = this.#connected();
    const { signal } = this.#options;
    const { manifest } = object;
    const entry = { ...manifest.entry, section };
    const instance = runtime.load(withManifest(object, { ...manifest, entry }));
    this.#callers.set(instance, name);
    this.#instances.set(name, instance);
    loaded?.(instance);
    void runtime.whenSettled(instance).then(() => this.#ended(instance, name));
    const stop = (): void => void this.#terminate(instance);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    try {
      await runtime.init(instance);
      await runtime.start(instance);
      this.#started.add(instance);
    } catch (error) {
      await this.#terminate(instance);
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async #stop(name: string): Promise<void> {
    const instance = this.#instances.get(name);
    if (instance !== undefined && this.#callers.has(instance)) await this.#terminate(instance);
  }

  /** Terminate an instance; where that is under way, wait for it. */
  #terminate(instance: InstanceId): Promise<void> {
    const underWay = this.#terminating.get(instance);
    if (underWay !== undefined) return underWay;
    const terminated = this.#connected()
      .runtime.terminate(instance)
      // One that has ended meanwhile needs no end.
      .catch(() => undefined)
      .then(() => {
        this.#terminating.delete(instance);
        const name = this.#callers.get(instance);
        if (name !== undefined) this.#ended(instance, name);
      });
    this.#terminating.set(instance, terminated);
    return terminated;
  }

  /** @spec assembly.calls.ended */
  #ended(instance: InstanceId, name: string): void {
    if (!this.#callers.delete(instance)) return;
    const { runtime, exceeded } = this.#connected();
    const error = runtime.failureInfo(instance)?.error ?? exceeded(instance);
    if (error !== undefined && name !== ENTRY_CALLER) {
      this.#errors.push(error);
      if (this.#started.has(instance)) this.#tellFailed(name, error);
    }
    this.#started.delete(instance);
    this.#blocking.delete(instance);
    this.#policy.forget(name);
    this.#calls.remove(name, error?.code);
  }

  /** A part that no step waits for any more is told of here. @spec assembly.parts.failed */
  #tellFailed(part: string, { code, message }: FaygerError): void {
    const { events } = this.#services;
    if (events.enabled("assembly")) events.publish("assembly.part_failed", { part, code, message });
  }

  /** The identity of this iFay, as its part says. @spec assembly.calls.identity */
  async #identify(): Promise<string | undefined> {
    if (!this.#actions.has(IDENTIFY)) return undefined;
    const { signal } = this.#options;
    let stop = (): void => {};
    const aborted = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      signal?.addEventListener("abort", stop, { once: true });
    });
    try {
      const answer = await Promise.race([this.#callFor(ComponentId.FaygerRuntime, IDENTIFY, []), aborted]);
      return answer?.kind === "done" ? textAt(answer.output, 0) : undefined;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  // ---- calls ----------------------------------------------------------------------------------------------------------

  /** A call that passed the bus. */
  #call(input: readonly Tlv[]): CallAnswer | Promise<CallAnswer> {
    const judged = this.#policy.take(input);
    // @spec capabilities.deny-by-default: what nobody judged is not allowed.
    return judged === undefined ? refusedWith("access_denied", "nobody judged it") : this.#go(judged, input);
  }

  /** A call of the assembly service itself, on behalf of somebody. */
  async #callFor(caller: string, action: string, input: readonly Tlv[]): Promise<CallAnswer> {
    return this.#go(await this.#policy.permit(caller, action, input), input);
  }

  #go(judged: JudgedCall, input: readonly Tlv[]): CallAnswer | Promise<CallAnswer> {
    if (judged.kind === "answered") return judged.answer;
    const { action, caller, call } = judged;
    const facts = this.#actions.get(action) as ActionFacts;
    this.#handed.heard(caller);
    if (call === undefined) {
      return this.#service[facts.name]?.(caller, input) ?? failed("not_found", `there is no ${action}`);
    }
    return this.#handed.hand(judged, call, facts, input);
  }

  #announce(part: string, data: readonly Tlv[]): number {
    const instance = this.#instances.get(part);
    return instance === undefined ? 0 : this.#connected().announce(part, data, instance);
  }

  #connected(): SessionHost {
    if (this.#host === undefined) throw new TypeError("a session is connected before it is asked for anything");
    return this.#host;
  }
}

/** Bytes of the call that the entry code makes for a command. @throws TypeError where there is no such call */
function callLength(action: string, input: readonly Tlv[]): number {
  try {
    return hostCall(action, input).length;
  } catch (error) {
    throw new TypeError(`no program can call ${action} with this input`, { cause: error });
  }
}

/** What the entry code asks of its own accord, and nobody commands. @spec assembly.control-mode.next */
const NEXT = `${ComponentId.FaygerRuntime}.next`;
const IDENTIFY = `${ComponentId.FayId}.identify`;

/** The same artifact with another manifest; it closes nothing. */
function withManifest(object: BufObject, manifest: Manifest): BufObject {
  const { manifestDigest, index, trust, strategy, selection, sections } = object;
  return { manifest, manifestDigest, index, trust, strategy, selection, sections, close: async () => {} };
}

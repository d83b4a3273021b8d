import { EventCategory } from "../generated/enums/event-category.js";
import type { LoadProfilePreset } from "../generated/enums/load-profile-preset.js";
import { PLATFORMS } from "../generated/enums/platform.js";
import { Terminal } from "../generated/enums/terminal.js";
import type { HostPolicy } from "../generated/json/host-policy.js";
import type { LoadProfile } from "../generated/json/load-profile.js";
import { LifecycleState } from "../generated/lifecycle/transition-table.js";
import {
  type AdapterCandidate,
  AdapterRegistry,
  createInstructionBus,
  DENY_ALL_POLICY,
  judgeHostPolicy,
} from "./adapter/index.js";
import { TappedBus } from "./adapter/input-log/index.js";
import { assembleIFay, PartsRuntime } from "./assembled.js";
import type { Assembled } from "./assembly/artifact/index.js";
import type { AssemblyOptions } from "./assembly/session/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { BufSource } from "./contracts/buf-source.js";
import type { EventBus } from "./contracts/event-bus.js";
import type { HostEnvironment, PlatformAdapter } from "./contracts/platform-adapter.js";
import type { InstructionPolicy } from "./contracts/policy.js";
import type { InstanceId } from "./contracts/runtime-interface.js";
import { type FaygerError, is, isFaygerError } from "./errors/fayger-error.js";
import { hostError } from "./errors/host-error.js";
import type { FaygerHost, ImplementationServices } from "./fayger-host.js";
import { assembledOf, judgingHandOff } from "./judge-at-load.js";
import { createLoader, type Loader, type LoaderOptions, type LoadOptions, profilePreset } from "./loader/index.js";
import { createEventBus, type EventBusOptions, type ObservableEventBus } from "./observability/index.js";
import { overQuota } from "./over-quota.js";
import { NO_LOG, RecordedRun, ReplayedRun, type RunLog } from "./run-log.js";
import type { IFay, RunOptions, RunResult } from "./run-options.js";
import { type InstanceIds, RuntimeLayer, RuntimeRegistry, uuidV7Ids } from "./runtime/index.js";
import { createSignaturePolicy, emptyTrustStore, InstalledTrustStore, writeTrustStore } from "./security/index.js";

export type { FaygerHost, ImplementationServices } from "./fayger-host.js";

/** How a Fayger is set up. */
export interface FaygerOptions {
  /**
   * The trust store, as deterministic CBOR. Without one nobody is trusted.
   *
   * @spec trust-store.shape
   */
  readonly trustStore?: Uint8Array;
  /**
   * Whether artifacts need the signature of a trusted key. Security-relevant.
   *
   * @defaultValue true
   * @spec signatures.enforce-default
   */
  readonly enforceSignature?: boolean;
  /**
   * What programs may do. What it does not name is denied.
   *
   * @defaultValue nothing
   * @spec capabilities.deny-by-default
   */
  readonly policy?: HostPolicy;
  /**
   * Id of the Platform_Adapter to use, where it shall not be chosen by what the host is. It has to fit all the same.
   *
   * @spec adapters.selection.named
   */
  readonly adapter?: string;
  /** Asked for each instruction that passed every check before it. */
  readonly instructionPolicy?: InstructionPolicy;
  /** Limits and habits of the loader. */
  readonly loader?: Omit<LoaderOptions, "offers">;
  /** Issues instance ids; UUIDv7 where not given. */
  readonly ids?: InstanceIds;
  /**
   * The trace that an event belongs to, asked for each event that somebody receives. `beginTrace`, `childSpan` and
   * `parseTraceparent` make one.
   *
   * @defaultValue events belong to no trace
   * @spec events.trace-context
   */
  readonly trace?: NonNullable<EventBusOptions["trace"]>;
}

/**
 * One Fayger: the three layers, put together. The only place where they meet.
 *
 * @spec architecture.composition-root, architecture.layers, security.default-deny
 */
export class Fayger {
  /** Every event of every layer, and what became of them. */
  readonly events: ObservableEventBus;
  /** The Runtime_Implementations: more can be registered, and each replaced or deregistered, for new instances. */
  readonly registry: RuntimeRegistry;
  /** The keys this Fayger believes. */
  readonly trustStore: InstalledTrustStore;
  /** The loader. */
  readonly loader: Loader;
  /** The runtime layer: twelve methods over every registered engine. */
  readonly runtime: RuntimeLayer;
  /** What this host is, as it was detected. */
  readonly host: HostEnvironment;
  /** Every Platform_Adapter in the order in which they were asked, and whether it fits this host. */
  readonly adapters: readonly AdapterCandidate[];
  /** The Platform_Adapter that was selected for this host. */
  readonly adapter: PlatformAdapter;
  readonly #policy: HostPolicy;
  readonly #services: Pick<FaygerHost, "clock" | "sha256">;
  readonly #host: FaygerHost;
  readonly #ids: InstanceIds;
  /** Made when the first artifact is assembled: most hosts may never have one. */
  #parts: PartsRuntime | undefined;
  #isClosed = false;
  readonly #bus: TappedBus;
  /** The last restore that was asked for. */
  #restoring: Promise<unknown> = Promise.resolve();

  /**
   * Use {@link Fayger.create}, which lets subscribers hear what happens while the layers are put together.
   *
   * @throws FaygerError `ADP_NO_MATCHING_PLATFORM`, `ADP_DESCRIPTOR_INCONSISTENT`, `LDR_TRUST_STORE_INVALID`
   */
  private constructor(host: FaygerHost, options: FaygerOptions, events: ObservableEventBus) {
    const { clock, sha256 } = host;
    const policy = options.policy ?? DENY_ALL_POLICY;
    const problems = judgeHostPolicy(policy).map(({ field, message }) => `${field}: ${message}`);
    // A policy comes from the program that embeds Fayger: a wrong one is that program's fault. All of them: a misspelled
    // name is also one that is missing.
    if (problems.length > 0) throw new TypeError(`host policy: ${problems.join("; ")}`);
    this.events = events;
    this.#policy = policy;
    this.#host = host;

    const trustDocument = options.trustStore ?? writeTrustStore(emptyTrustStore(0), sha256);
    this.trustStore = new InstalledTrustStore(trustDocument, { sha256, clock, events });
    const signaturePolicy = createSignaturePolicy({
      trustStore: this.trustStore,
      backend: host.signatures,
      enforce: options.enforceSignature ?? true,
    });
    this.loader = createLoader(
      { sha256, signaturePolicy, events, clock, ...(host.crc32 !== undefined && { crc32: host.crc32 }) },
      { ...options.loader, ...(policy.offers !== undefined && { offers: policy.offers }) },
    );

    const adapters = new AdapterRegistry(events);
    for (const adapter of host.adapters) adapters.register(adapter);
    this.host = host.detector.detect();
    this.adapter = adapters.select(this.host, options.adapter);
    this.adapters = adapters.candidates(this.host);
    const bus = new TappedBus(
      createInstructionBus({
        adapter: this.adapter,
        policy,
        events,
        clock,
        ...(options.instructionPolicy !== undefined && { instructionPolicy: options.instructionPolicy }),
      }),
    );
    this.#bus = bus;
    this.#services = { clock, sha256 };

    this.registry = new RuntimeRegistry(events);
    const ids = options.ids ?? uuidV7Ids(clock, host.random);
    this.#ids = ids;
    const services: ImplementationServices = { bus, events, clock, ids, sha256, hostQuotas: policy.quotas };
    for (const make of host.implementations) this.registry.register(make(services));
    this.runtime = new RuntimeLayer(this.registry, policy);
  }

  /**
   * Put the layers together on a host.
   *
   * @param observe called with the event bus before anything is published on it
   * @throws FaygerError `ADP_NO_MATCHING_PLATFORM`, `ADP_DESCRIPTOR_INCONSISTENT`, `LDR_TRUST_STORE_INVALID`
   * @throws TypeError where the policy breaks a rule of its schema
   */
  static create(host: FaygerHost, options: FaygerOptions = {}, observe?: (events: EventBus) => void): Fayger {
    const { trace } = options;
    const events = createEventBus({ clock: host.clock, ...(trace !== undefined && { trace }) });
    observe?.(events);
    return new Fayger(host, options, events);
  }

  /**
   * The profile of this host: the terminal class of its adapter, and the capabilities that the adapter has and the
   * policy allows. Sizes are unbounded.
   *
   * @param preset takes terminal class and sizes from this preset instead
   * @spec selection.profile, selection.presets
   */
  profile(preset?: LoadProfilePreset): LoadProfile {
    const { platformId, supportedCapabilities } = this.adapter.descriptor();
    const row = PLATFORMS.find(({ name }) => name === platformId);
    const allowed = new Set(this.#policy.capabilities);
    const capabilities = supportedCapabilities.filter((name) => allowed.has(name));
    if (preset !== undefined) return profilePreset(preset, { capabilities });
    return { terminal: row?.terminal ?? Terminal.Server, capabilities, features: [] };
  }

  /**
   * Load an artifact through every phase. The loader owns the source from here on: it closes it when the load fails, and
   * the object closes it when it is closed.
   *
   * @throws FaygerError any `LDR_` code
   * @spec loader.phases
   */
  async load(source: BufSource, options: Partial<LoadOptions> = {}): Promise<BufObject> {
    return this.loader.load(source, { profile: this.profile(), ...options, handOff: judgingHandOff(options) });
  }

  /**
   * What the parts of iFay run in, once one was assembled here: not {@link Fayger.runtime}, whose instances reach the
   * host.
   *
   * @spec assembly.calls
   */
  get parts(): RuntimeLayer | undefined {
    return this.#parts?.runtime;
  }

  /**
   * End everything that runs here, iFay too, and give back what is kept for later programs, as idle threads. What was
   * loaded stays open until it is closed itself. Nothing can be run afterwards.
   *
   * @spec runtime.close
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.runtime.close(), this.#parts?.runtime.close()]);
  }

  /**
   * What an artifact is assembled of, whichever Fayger loaded it; `undefined` where it is not an assembled one.
   *
   * @throws TypeError where it is not what `load` gives, and where another copy of this package loaded an assembled one
   */
  assembled(object: BufObject): Assembled | undefined {
    return assembledOf(object);
  }

  /**
   * Take the steps of an assembled artifact and begin its entry code. Nothing of the host's policy but its quotas and
   * order of implementations holds for its parts: they reach each other, and nothing of the host.
   *
   * @throws FaygerError `RT_ASSEMBLY_FAILED`, also where it is closed meanwhile; what `init` and `start` of the entry code
   * throw, and `HOST_ERROR` where it is closed just before. Then nothing is left of it.
   * @throws TypeError where the artifact is not an assembled one or not what `load` gives, and where this Fayger was
   * closed
   * @spec assembly.steps, assembly.calls.policy
   */
  async assemble(object: BufObject, options: AssemblyOptions = {}): Promise<IFay> {
    return this.#assemble(object, options);
  }

  /**
   * Run a loaded artifact from `load` to its end; an assembled one through its steps, with all its parts. An instance that
   * cannot be started is destroyed and its error thrown; one that fails while it runs is reported in the result, and so is
   * one that a quota suspended and nobody granted more, and one that somebody else ends, also before it runs.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`, `RT_CODE_INVALID`, `RT_CAPABILITY_INSUFFICIENT` and what else
   * `init` and `start` throw; `RT_ASSEMBLY_FAILED`; `RT_SNAPSHOT_INVALID` and what else `restore` throws; `ADP_INPUT_LOG_INVALID`
   * @throws TypeError where the artifact is not what `load` gives, and where options are given that exclude each other or
   * are not offered for an assembled artifact
   */
  async run(object: BufObject, options: RunOptions = {}): Promise<RunResult> {
    if (assembledOf(object) !== undefined) return this.#runAssembled(object, options);
    if (options.assembly !== undefined) throw new TypeError("the artifact is not an assembled one");
    const { runtime } = this;
    const { signal, from, save = false } = options;
    const log = this.#log(object, options);
    const instance = from === undefined ? runtime.load(object) : await this.#restore(object, from, log);
    if (log !== undefined && from === undefined) this.#bus.tap(instance, log.tap);
    options.loaded?.(instance);
    let saved: Pick<RunResult, "snapshot" | "unsaved"> = { snapshot: undefined, unsaved: undefined };
    let exceeded: FaygerError<"RT_QUOTA_EXCEEDED"> | undefined;
    let ended: Promise<void> | undefined;
    const saveAndEnd = async (): Promise<void> => {
      if (save) saved = await this.#save(instance);
      await runtime.terminate(instance).catch(() => undefined);
    };
    // Once, whatever comes first: the signal or a quota.
    const end = (): Promise<void> => {
      ended ??= saveAndEnd();
      return ended;
    };
    const stop = (): void => void end();
    signal?.addEventListener("abort", stop, { once: true });
    // A signal that was raised while the artifact was loading tells nobody any more.
    if (signal?.aborted === true) stop();
    const subscription = this.events.subscribe(
      (event) => {
        if (log?.observe(event) === true || event.fields["trigger"] !== "quota") return;
        // Left to the next turn: the instance is still being suspended while its subscribers hear of it.
        void Promise.resolve().then(async () => {
          if (ended !== undefined) return;
          exceeded = await overQuota(runtime, instance, options.decide);
          if (exceeded !== undefined) await end();
        });
      },
      { categories: [EventCategory.Lifecycle, ...(log === undefined ? [] : [EventCategory.Resource])], instance },
    );
    try {
      if (from === undefined) await runtime.init(instance);
      log?.prepared(instance, runtime.usage(instance)?.quotas ?? {});
      if (from === undefined) await runtime.start(instance);
      else if (log?.commands === true) log.begun();
      else exceeded = await overQuota(runtime, instance, options.decide);
      if (exceeded !== undefined) await end();
      await runtime.whenSettled(instance);
    } catch (error) {
      // Whoever ends the instance, the caller's own abort or somebody else, leaves no failure of the program, and nothing
      // to destroy.
      const { Terminated } = LifecycleState;
      const isEnded = is(error, "RT_ILLEGAL_TRANSITION") && runtime.state(instance) === Terminated;
      await runtime.terminate(instance).catch(() => undefined);
      if (signal?.aborted !== true && !isEnded) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      subscription.unsubscribe();
      this.#bus.untap(instance);
    }
    const state = runtime.state(instance);
    const exitCode = runtime.exitCode(instance);
    const failure = runtime.failureInfo(instance);
    const isOwn = signal?.aborted !== true && exceeded === undefined;
    return {
      instance,
      state,
      exitCode,
      failure,
      exceeded,
      usage: runtime.usage(instance),
      ...saved,
      ...(log?.finish({ state, exitCode, failure: failure?.error }, isOwn) ?? NO_LOG),
    };
  }

  /** Run an assembled artifact to its end. */
  async #runAssembled(object: BufObject, options: RunOptions): Promise<RunResult> {
    const { from, save = false, record = false, replay, assembly = {}, signal, decide, loaded, running } = options;
    if (from !== undefined || replay !== undefined || save || record) {
      throw new TypeError("an assembled artifact is many programs: it is not recorded, replayed, saved or resumed");
    }
    const iFay = await this.#assemble(object, {
      ...assembly,
      ...(signal !== undefined && { signal }),
      ...(decide !== undefined && { decide }),
      ...(loaded !== undefined && { loaded }),
    });
    // Where nobody can give commands there are none.
    if (running === undefined) iFay.finish();
    running?.(iFay);
    return iFay.done;
  }

  #assemble(object: BufObject, options: AssemblyOptions & Pick<RunOptions, "decide" | "loaded">): Promise<IFay> {
    const assembled = assembledOf(object);
    if (assembled === undefined) throw new TypeError("the artifact is not an assembled one");
    if (this.#isClosed) throw new TypeError("this Fayger was closed");
    const services = { host: this.#host, policy: this.#policy, events: this.events };
    this.#parts ??= new PartsRuntime(services, this.#ids);
    const isClosed = (): boolean => this.#isClosed;
    return assembleIFay(assembled, object, options, { ...services, parts: this.#parts, isClosed });
  }

  /** The log that a run writes, or repeats, or both. */
  #log(object: BufObject, { record = false, replay, from, save, decide }: RunOptions): RunLog | undefined {
    const { sha256 } = this.#services;
    if (replay !== undefined && (save === true || decide !== undefined)) {
      throw new TypeError("a replay does what its log says: it is not saved, and nobody decides");
    }
    const services = { ...this.#services, runtime: this.runtime, policy: this.#policy, events: this.events };
    const replayed = replay === undefined ? undefined : new ReplayedRun(replay, object, from, services);
    return record ? new RecordedRun(object, from, sha256, replayed) : replayed;
  }

  /** Restore an instance. Its channel is opened before its id is known, so they take turns: none takes another's log. */
  async #restore(object: BufObject, from: Uint8Array, log: RunLog | undefined): Promise<InstanceId> {
    const restore = (): Promise<InstanceId> => this.runtime.restore(object, from);
    const restored = this.#restoring.then(() =>
      log === undefined ? restore() : this.#bus.tapRestored(log.tap, restore),
    );
    this.#restoring = restored.catch(() => undefined);
    return restored;
  }

  /** Stop an instance where it can be saved, and save it. Never rejects. */
  async #save(instance: InstanceId): Promise<Pick<RunResult, "snapshot" | "unsaved">> {
    const { runtime } = this;
    try {
      const { Running, Suspended } = LifecycleState;
      if (runtime.state(instance) === Running) {
        await runtime.suspend(instance).catch((error: unknown) => {
          // A quota was faster: the program stands still all the same.
          if (runtime.state(instance) !== Suspended) throw error;
        });
      }
      return { snapshot: runtime.snapshot(instance), unsaved: undefined };
    } catch (error) {
      return { snapshot: undefined, unsaved: isFaygerError(error) ? error : hostError(error, "snapshot") };
    }
  }
}

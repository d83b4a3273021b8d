import type { LoadProfilePreset } from "../generated/enums/load-profile-preset.js";
import { PLATFORMS } from "../generated/enums/platform.js";
import { Terminal } from "../generated/enums/terminal.js";
import { type HostPolicy, validateHostPolicy } from "../generated/json/host-policy.js";
import type { LoadProfile } from "../generated/json/load-profile.js";
import type { LifecycleState } from "../generated/lifecycle/transition-table.js";
import { AdapterRegistry, createInstructionBus, DENY_ALL_POLICY } from "./adapter/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { BufSource } from "./contracts/buf-source.js";
import type { CancellationSignal } from "./contracts/cancellation.js";
import type { Clock, EventBus } from "./contracts/event-bus.js";
import type { HostEnvironmentDetector, PlatformAdapter } from "./contracts/platform-adapter.js";
import type { InstructionPolicy } from "./contracts/policy.js";
import type { FailureInfo, InstanceId, RuntimeImplementation } from "./contracts/runtime-interface.js";
import type { Sha256, SignatureBackend } from "./contracts/security.js";
import {
  type Checksum,
  createLoader,
  type Loader,
  type LoaderOptions,
  type LoadOptions,
  profilePreset,
} from "./loader/index.js";
import { createEventBus } from "./observability/index.js";
import {
  type InstanceIds,
  type ManagedImplementationOptions,
  RuntimeLayer,
  RuntimeRegistry,
  uuidV7Ids,
} from "./runtime/index.js";
import { createSignaturePolicy, emptyTrustStore, InstalledTrustStore, writeTrustStore } from "./security/index.js";

/** What every Runtime_Implementation of one Fayger shares. */
export type ImplementationServices = Omit<ManagedImplementationOptions, "descriptor" | "strategy" | "scheduler">;

/** What one host contributes: everything that touches it. A preset such as `fayger/node` fills this in. */
export interface FaygerHost {
  readonly clock: Clock;
  /** So many random bytes fit for keys. */
  readonly random: (count: number) => Uint8Array;
  readonly sha256: Sha256;
  /** CRC-32/ISO-HDLC, where the host has it faster than the loader. */
  readonly crc32?: Checksum;
  readonly signatures: SignatureBackend;
  readonly detector: HostEnvironmentDetector;
  /** Platform_Adapters in the order of registration. */
  readonly adapters: readonly PlatformAdapter[];
  /** Makes the Runtime_Implementations, in the order of registration. */
  readonly implementations: readonly ((services: ImplementationServices) => RuntimeImplementation)[];
}

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
  /** Asked for each instruction that passed every check before it. */
  readonly instructionPolicy?: InstructionPolicy;
  /** Limits and habits of the loader. */
  readonly loader?: Omit<LoaderOptions, "offers">;
  /** Issues instance ids; UUIDv7 where not given. */
  readonly ids?: InstanceIds;
}

/** How a run ended. */
export interface RunResult {
  /** The instance. */
  readonly instance: InstanceId;
  /** Terminated or Failed. */
  readonly state: LifecycleState;
  /** What the program gave to `exit`; `undefined` where it did not call it. */
  readonly exitCode: number | undefined;
  /** Why it failed; `undefined` where it did not. */
  readonly failure: FailureInfo | undefined;
}

/**
 * One Fayger: the three layers, put together. The only place where they meet.
 *
 * @spec architecture.composition-root, architecture.layers, security.default-deny
 */
export class Fayger {
  /** Every event of every layer. */
  readonly events: EventBus;
  /** The keys this Fayger believes. */
  readonly trustStore: InstalledTrustStore;
  /** The loader. */
  readonly loader: Loader;
  /** The runtime layer: twelve methods over every registered engine. */
  readonly runtime: RuntimeLayer;
  /** The Platform_Adapter that was selected for this host. */
  readonly adapter: PlatformAdapter;
  readonly #policy: HostPolicy;

  /**
   * Use {@link Fayger.create}, which lets subscribers hear what happens while the layers are put together.
   *
   * @throws FaygerError `ADP_NO_MATCHING_PLATFORM`, `ADP_DESCRIPTOR_INCONSISTENT`, `LDR_TRUST_STORE_INVALID`
   */
  private constructor(host: FaygerHost, options: FaygerOptions, events: EventBus) {
    const { clock, sha256 } = host;
    const policy = options.policy ?? DENY_ALL_POLICY;
    const [problem] = validateHostPolicy(policy);
    // A policy comes from the program that embeds Fayger: a wrong one is that program's fault.
    if (problem !== undefined) throw new TypeError(`host policy: ${problem.field}: ${problem.message}`);
    this.events = events;
    this.#policy = policy;

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
    this.adapter = adapters.select(host.detector.detect());
    const bus = createInstructionBus({
      adapter: this.adapter,
      policy,
      events,
      clock,
      ...(options.instructionPolicy !== undefined && { instructionPolicy: options.instructionPolicy }),
    });

    const registry = new RuntimeRegistry();
    const ids = options.ids ?? uuidV7Ids(clock, host.random);
    const services: ImplementationServices = { bus, events, clock, ids, hostQuotas: policy.quotas };
    for (const make of host.implementations) registry.register(make(services));
    this.runtime = new RuntimeLayer(registry, policy);
  }

  /**
   * Put the layers together on a host.
   *
   * @param observe called with the event bus before anything is published on it
   * @throws FaygerError `ADP_NO_MATCHING_PLATFORM`, `ADP_DESCRIPTOR_INCONSISTENT`, `LDR_TRUST_STORE_INVALID`
   * @throws TypeError where the policy breaks a rule of its schema
   */
  static create(host: FaygerHost, options: FaygerOptions = {}, observe?: (events: EventBus) => void): Fayger {
    const events = createEventBus({ clock: host.clock });
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
    return this.loader.load(source, { profile: this.profile(), ...options });
  }

  /**
   * Run a loaded artifact from `load` to its end. An instance that cannot be started is destroyed and its error thrown;
   * one that fails while it runs is reported in the result.
   *
   * @param signal ends the instance: the result then says Terminated
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`, `RT_CODE_INVALID`, `RT_CAPABILITY_INSUFFICIENT` and what else
   * `init` and `start` throw
   */
  async run(object: BufObject, signal?: CancellationSignal): Promise<RunResult> {
    const { runtime } = this;
    const instance = runtime.load(object);
    const stop = (): void => void runtime.terminate(instance).catch(() => undefined);
    signal?.addEventListener("abort", stop, { once: true });
    // A signal that was raised while the artifact was loading tells nobody any more.
    if (signal?.aborted === true) stop();
    try {
      await runtime.init(instance);
      await runtime.start(instance);
      await runtime.whenSettled(instance);
    } catch (error) {
      // Already ended where the caller aborted; then there is nothing to destroy.
      await runtime.terminate(instance).catch(() => undefined);
      // A command that the caller's own abort overtook is no failure of the program.
      if (signal?.aborted !== true) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    return {
      instance,
      state: runtime.state(instance),
      exitCode: runtime.exitCode(instance),
      failure: runtime.failureInfo(instance),
    };
  }
}

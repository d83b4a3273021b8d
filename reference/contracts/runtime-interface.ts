import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { FaygerError } from "../errors/fayger-error.js";
import type { BufObject } from "./buf-object.js";

/** Id of an instance: a UUIDv7 in lower-case text form. @spec runtime.instance-id */
export type InstanceId = string;

/** Why an instance failed; kept until the instance is destroyed. @spec lifecycle.failure-info */
export interface FailureInfo {
  /** The last Universal_Instruction the instance emitted, encoded; absent where it emitted none. */
  readonly lastInstruction: Uint8Array | undefined;
  /** The error, with its causes. */
  readonly error: FaygerError;
  /** When it happened, in Unix nanoseconds. */
  readonly timeUnixNanoseconds: bigint;
}

/**
 * The runtime layer's contract: twelve methods. Every failure is a FaygerError, thrown or as a rejection.
 *
 * @spec runtime.interface
 */
export interface RuntimeInterface {
  /** Version of the Runtime_Interface: major, minor, patch. */
  rtVersion(): readonly [number, number, number];
  /** What this runtime can do. */
  capabilities(): ReadonlySet<RuntimeCapability>;
  /** Make an instance, in state Loaded. */
  load(object: BufObject): InstanceId;
  /** Decode, validate and instantiate; Loaded to Initialized. */
  init(id: InstanceId): Promise<void>;
  /** Begin execution; Initialized to Running. Resolves on entering Running. */
  start(id: InstanceId): Promise<void>;
  /** Stop where the program can go on; Running to Suspended. Resolves when the guest has stopped. */
  suspend(id: InstanceId): Promise<void>;
  /** Go on; Suspended to Running. */
  resume(id: InstanceId): Promise<void>;
  /** End the instance; any state but Terminated. */
  terminate(id: InstanceId): Promise<void>;
  /** The current state. */
  state(id: InstanceId): LifecycleState;
  /** Why the instance failed; `undefined` where it did not. */
  failureInfo(id: InstanceId): FailureInfo | undefined;
  /** Answer one encoded Universal_Instruction of an instance with one encoded UniversalReply. Running only. */
  emit(id: InstanceId, instruction: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Queue one encoded Universal_Event for an instance. Running or Suspended. */
  onEvent(id: InstanceId, event: Uint8Array): void;
}

/** What a Runtime_Implementation says of itself. @spec runtime.descriptor */
export interface RuntimeImplementationDescriptor {
  /** Implementation id, in the alphabet of an artifact name. */
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  /** Version of the implementation. */
  readonly version: string;
  /** Code formats it runs. */
  readonly codeFormats: readonly string[];
}

/** Upper bounds of one instance by the names of the table `quotas`; absent means that nothing is bounded or metered. */
export type InstanceQuotas = Readonly<Partial<Record<QuotaName, number>>>;

/** What an instance uses at the moment. @spec quotas.usage */
export interface InstanceUsage {
  /** Its upper bounds. */
  readonly quotas: InstanceQuotas;
  /** Bytes of its linear memory. */
  readonly memoryBytes: number;
  /** Events that wait for delivery, completions not counted. */
  readonly pendingEvents: number;
  /** Asynchronous calls not yet completed. */
  readonly openCalls: number;
  /** Open handles that are sources of events. */
  readonly openSubscriptions: number;
  /** Instructions emitted so far. */
  readonly emits: number;
}

/** What an implementation may answer beyond the twelve methods. @spec runtime.queries */
export interface InstanceQueries {
  /**
   * The state in which the instance ends: Terminated or Failed. Resolves at once where it has ended, and never where
   * it never does. Rejects with `RT_INSTANCE_NOT_FOUND`.
   */
  whenSettled(id: InstanceId): Promise<LifecycleState>;
  /** What the program gave to `exit`, a u32; `undefined` where it did not call it. */
  exitCode(id: InstanceId): number | undefined;
  /** What the instance uses; `undefined` before `init` and after its end. */
  usage(id: InstanceId): InstanceUsage | undefined;
}

/** A Runtime_Interface that can be registered. @spec runtime.registration */
export interface RuntimeImplementation extends RuntimeInterface {
  /** What the implementation is. Always the same. */
  readonly descriptor: RuntimeImplementationDescriptor;
  /** {@link InstanceQueries.whenSettled}, where the implementation answers it. */
  readonly whenSettled?: InstanceQueries["whenSettled"];
  /** {@link InstanceQueries.exitCode}, where the implementation answers it. */
  readonly exitCode?: InstanceQueries["exitCode"];
  /** {@link InstanceQueries.usage}, where the implementation answers it. */
  readonly usage?: InstanceQueries["usage"];
}

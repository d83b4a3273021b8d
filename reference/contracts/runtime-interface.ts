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
  /** Elements of all its tables. */
  readonly tableElements: number;
  /** Fuel it has used, 0 to 2^53-1; `undefined` where its implementation does not meter. */
  readonly fuel: number | undefined;
  /** Time in state Running, in whole milliseconds. */
  readonly runningMilliseconds: number;
  /** Events that wait for delivery, completions not counted. */
  readonly pendingEvents: number;
  /** Open handles. */
  readonly openHandles: number;
  /** Asynchronous calls whose completion has not reached the program. */
  readonly openCalls: number;
  /** Open handles that are sources of events. */
  readonly openSubscriptions: number;
  /** Instructions emitted so far. */
  readonly emits: number;
  /** Instructions emitted in the second that `emits_per_second` looks at; 0 where that quota is not set. */
  readonly emitsInWindow: number;
  /** Bytes of the largest reply so far, error replies included. */
  readonly largestReplyBytes: number;
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
  /** What the instance uses, and after its end what it had used then; `undefined` before `init`. */
  usage(id: InstanceId): InstanceUsage | undefined;
}

/** What a host may do to the quotas of an instance beyond the twelve methods. @spec quotas.grant */
export interface QuotaGrants {
  /**
   * Replace an upper bound of one instance, so that it can go on after it reached the old one.
   *
   * @param value the new bound, 0 to 2^53-1; it holds even above the host's ceiling
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`; `RT_ILLEGAL_TRANSITION` before `init` and after the instance's end
   * @throws TypeError where there is no such quota, the value is no such number, or the implementation cannot hold the
   * quota
   */
  grantQuota(id: InstanceId, quota: QuotaName, value: number): void;
}

/** Saving programs and going on with them, beyond the twelve methods. Comes with the RuntimeCapability `snapshot`. */
export interface InstanceSnapshots {
  /**
   * The state of a suspended instance as bytes: a document of the rule `snapshot`. The instance stays as it is.
   *
   * @throws FaygerError `RT_SNAPSHOT_UNAVAILABLE`, `RT_INSTANCE_NOT_FOUND`
   * @spec snapshots.shape, snapshots.keeps, lifecycle.snapshot.when
   */
  snapshot(id: InstanceId): Uint8Array;
  /**
   * Make an instance in state Suspended that goes on where a snapshot was taken. Capabilities are negotiated anew.
   *
   * @param object the artifact that the snapshot is of
   * @param snapshot must not change afterwards
   * @returns the id of the new instance; it was never known before, also to subscribers
   * @throws FaygerError `RT_SNAPSHOT_INVALID`, `RT_CODE_INVALID`, `RT_QUOTA_EXCEEDED`, `RT_CAPABILITY_INSUFFICIENT`,
   * `RT_NO_MATCHING_IMPLEMENTATION`, all as rejections; no instance is made
   * @spec lifecycle.snapshot.restore
   */
  restore(object: BufObject, snapshot: Uint8Array): Promise<InstanceId>;
}

/** A Runtime_Interface that can be registered. @spec runtime.registration */
export interface RuntimeImplementation extends RuntimeInterface {
  /** What the implementation is. Always the same. */
  readonly descriptor: RuntimeImplementationDescriptor;
  /** Whether the implementation issued this id; where it can tell, a runtime layer need not remember. */
  readonly holds?: (id: InstanceId) => boolean;
  /** {@link InstanceQueries.whenSettled}, where the implementation answers it. */
  readonly whenSettled?: InstanceQueries["whenSettled"];
  /** {@link InstanceQueries.exitCode}, where the implementation answers it. */
  readonly exitCode?: InstanceQueries["exitCode"];
  /** {@link InstanceQueries.usage}, where the implementation answers it. */
  readonly usage?: InstanceQueries["usage"];
  /** {@link QuotaGrants.grantQuota}, where the implementation holds quotas. */
  readonly grantQuota?: QuotaGrants["grantQuota"];
  /** {@link InstanceSnapshots.snapshot}, where the implementation has the capability `snapshot`. */
  readonly snapshot?: InstanceSnapshots["snapshot"];
  /** {@link InstanceSnapshots.restore}, where the implementation has the capability `snapshot`. */
  readonly restore?: InstanceSnapshots["restore"];
  /**
   * End every instance and give back what is kept for later ones, where anything is. Nothing can be loaded afterwards.
   *
   * @spec runtime.close
   */
  readonly close?: () => Promise<void>;
}

import type { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { InstanceId } from "../contracts/runtime-interface.js";
import type { FaygerError } from "../errors/fayger-error.js";

/** What the imports of a guest reach: its instance, seen from inside. */
export interface GuestServices {
  /** The instance. */
  readonly instance: InstanceId;
  /** Its state now. */
  readonly state: LifecycleState;
  /** Whether the instance ended while its guest was still active. */
  readonly ended: boolean;
  /** Whether the guest shall stop as soon as it can go on later: a host call in between may have brought that about. */
  readonly stopRequested: boolean;
  /** The error behind the last error reply or failed completion the guest was given. */
  readonly lastError: FaygerError | undefined;
  /**
   * Hand one encoded Universal_Instruction to the bus. Only while {@link GuestServices.state} is Running. A promise
   * only where the strategy has the capability `blocking_emit`.
   *
   * @param instruction bytes of its own: the bus may keep them
   */
  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Hand an instruction to the bus where it stands. Only while {@link GuestServices.state} is Running. Absent where
   * nothing can be answered so.
   *
   * @param memory the program's memory
   * @returns the length of the reply, the first bytes of {@link GuestServices.replyInPlace} until the next call; -1 where
   * nothing has happened and {@link GuestServices.emit} has to be asked
   */
  emitInPlace?(memory: Uint8Array, pointer: number, length: number): number;
  /** Where {@link GuestServices.emitInPlace} writes; the same from the first reply on. */
  readonly replyInPlace?: DataView;
  /**
   * The verified body of a section, or `undefined` where it is not selected. A promise only where the strategy has
   * the capability `blocking_emit`.
   *
   * @throws FaygerError of the loader, thrown or as a rejection
   */
  readSection(sectionId: string): Uint8Array | undefined | Promise<Uint8Array>;
  /**
   * Tell that memory or tables were not grown because of the quota; the program goes on with -1. To be called by a
   * strategy each time that happens.
   *
   * @spec quotas.memory, quotas.events
   */
  growthDenied(quota: "memory_bytes" | "table_elements"): void;
}

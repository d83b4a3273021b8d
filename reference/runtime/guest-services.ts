import type { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { InstructionsInPlace } from "../contracts/instruction-bus.js";
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
   * Answers instructions where they stand, asked for each of them: `undefined` where a quota forbids it, and wherever {@link
   * GuestServices.state} is not Running. What it does not answer goes to {@link GuestServices.emit}.
   */
  readonly inPlace?: InstructionsInPlace | undefined;
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

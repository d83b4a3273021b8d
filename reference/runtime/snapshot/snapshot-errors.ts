import type { DecodeReason } from "../../../generated/enums/decode-reason.js";
import type { SnapshotFault } from "../../../generated/enums/snapshot-fault.js";
import type { SnapshotRefusal } from "../../../generated/enums/snapshot-refusal.js";
import type { InstanceId } from "../../contracts/runtime-interface.js";
import { FaygerError } from "../../errors/fayger-error.js";

/** @spec lifecycle.snapshot.when, snapshots.unavailable */
export function snapshotUnavailable(instance: InstanceId, reason: SnapshotRefusal): FaygerError {
  return new FaygerError("RT_SNAPSHOT_UNAVAILABLE", `no snapshot can be taken: ${reason}`, { instance, reason });
}

/**
 * @param detail what was expected, for people
 * @param offset where a document breaks a rule of its encoding or schema, from the start of that document
 * @spec snapshots.invalid
 */
export function snapshotInvalid(
  reason: SnapshotFault | DecodeReason,
  detail: string,
  offset?: number,
): FaygerError<"RT_SNAPSHOT_INVALID"> {
  const context = { reason, ...(offset !== undefined && { offset }) };
  return new FaygerError("RT_SNAPSHOT_INVALID", `the snapshot cannot be used: ${detail}`, context);
}

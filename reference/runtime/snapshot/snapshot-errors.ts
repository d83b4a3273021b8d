import type { DecodeReason } from "../../../generated/enums/decode-reason.js";
import type { InstanceId } from "../../contracts/runtime-interface.js";
import { FaygerError } from "../../errors/fayger-error.js";

/** Why no snapshot can be taken. @spec snapshots.unavailable */
export type UnavailableReason = "not_supported" | "not_suspended" | "open_call" | "open_handle" | "waiting";

/** What is wrong with a snapshot beyond its encoding, in the order in which it is looked for. @spec snapshots.order */
export type InvalidReason = "unsupported_version" | "state_damaged" | "other_artifact" | "state_unfit";

/** @spec lifecycle.snapshot.when */
export function snapshotUnavailable(instance: InstanceId, reason: UnavailableReason): FaygerError {
  return new FaygerError("RT_SNAPSHOT_UNAVAILABLE", `no snapshot can be taken: ${reason}`, { instance, reason });
}

/**
 * @param detail what was expected, for people
 * @param offset where a document breaks a rule of its encoding or schema, from the start of that document
 * @spec snapshots.invalid
 */
export function snapshotInvalid(
  reason: InvalidReason | DecodeReason,
  detail: string,
  offset?: number,
): FaygerError<"RT_SNAPSHOT_INVALID"> {
  const context = { reason, ...(offset !== undefined && { offset }) };
  return new FaygerError("RT_SNAPSHOT_INVALID", `the snapshot cannot be used: ${detail}`, context);
}

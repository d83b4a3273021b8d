import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../../generated/codecs/snapshot.js";
import {
  decodeSnapshotState,
  encodeSnapshotState,
  type SnapshotState,
} from "../../../generated/codecs/snapshot-state.js";
import { isDecodeReason } from "../../../generated/enums/decode-reason.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { Sha256 } from "../../contracts/security.js";
import { snapshotInvalid } from "./snapshot-errors.js";

/** Version of the schemas `snapshot` and `snapshot-state`. */
const SCHEMA_VERSION = [1, 0] as const;

/**
 * Write a snapshot. Equal states of one artifact give equal bytes.
 *
 * @param state the program's state
 * @param object the artifact the program is of
 * @spec snapshots.shape, snapshots.deterministic, lifecycle.snapshot.pins
 */
export function writeSnapshot(state: SnapshotState, object: BufObject, sha256: Sha256): Uint8Array {
  const bytes = encodeSnapshotState(state);
  return encodeSnapshot({
    schemaVersion: SCHEMA_VERSION,
    manifestDigest: object.manifestDigest,
    stateDigest: sha256.digest(bytes),
    state: bytes,
  });
}

/**
 * Read a snapshot of an artifact. Whether the state is one of the program's is for the strategy to say: it knows the
 * code. Byte strings of the result are views into `bytes`, which must not change afterwards.
 *
 * @throws FaygerError `RT_SNAPSHOT_INVALID`
 * @spec snapshots.order, lifecycle.snapshot.invalid
 */
export function readSnapshot(
  bytes: Uint8Array,
  object: Pick<BufObject, "manifest" | "manifestDigest">,
  sha256: Sha256,
): SnapshotState {
  const snapshot: Snapshot = decoded(() => decodeSnapshot(bytes));
  const [major] = snapshot.schemaVersion;
  if (major !== SCHEMA_VERSION[0]) {
    throw snapshotInvalid("unsupported_version", `its schema has major version ${major}, not ${SCHEMA_VERSION[0]}`);
  }
  if (!equalBytes(sha256.digest(snapshot.state), snapshot.stateDigest)) {
    throw snapshotInvalid("state_damaged", "its state is not the one that was saved");
  }
  const state = decoded(() => decodeSnapshotState(snapshot.state));
  if (!equalBytes(snapshot.manifestDigest, object.manifestDigest)) {
    throw snapshotInvalid("other_artifact", `it is not of the artifact ${object.manifest.name}`);
  }
  return state;
}

/** What a decoder finds becomes the runtime's own error. @spec snapshots.invalid */
function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const { reason, path, offset, expected } = error as Partial<Record<string, unknown>>;
    if (typeof reason !== "string" || !isDecodeReason(reason) || typeof offset !== "number") throw error;
    throw snapshotInvalid(reason, `expected ${String(expected)} at ${String(path)}`, offset);
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

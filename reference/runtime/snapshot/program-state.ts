import type { SnapshotCall } from "../../../generated/codecs/snapshot-call.js";
import type { SnapshotState } from "../../../generated/codecs/snapshot-state.js";

/**
 * What a strategy knows of a program that stands still where a basic block begins, in the words of the snapshot's
 * schema: independent of how it executes code.
 *
 * @spec snapshots.state
 */
export interface ProgramState
  extends Pick<
    SnapshotState,
    "fuel" | "lastReply" | "memory" | "globals" | "tables" | "droppedElements" | "droppedData"
  > {
  /** The active call as far as the code is concerned; absent where none is active. */
  readonly active?: Omit<SnapshotCall, "event">;
}

import type { SnapshotMemory } from "../../../generated/codecs/snapshot-memory.js";
import type { SnapshotRun } from "../../../generated/codecs/snapshot-run.js";

/** Bytes of a page of memory. */
const PAGE = 65_536;
/** Bytes that are looked at together; a memory is a multiple of them. @spec snapshots.memory */
const BLOCK = 4096;

/**
 * A linear memory as a snapshot holds it: what is zero is left out.
 *
 * @param bytes all of it, a multiple of 65,536 bytes; the runs are views into it
 * @spec snapshots.memory
 */
export function memoryState(bytes: Uint8Array): SnapshotMemory {
  const runs: SnapshotRun[] = [];
  let start = -1;
  for (let offset = 0; offset <= bytes.length; offset += BLOCK) {
    const used = offset < bytes.length && !isZero(bytes, offset);
    if (used && start < 0) start = offset;
    if (!used && start >= 0) {
      runs.push({ offset: start, bytes: bytes.subarray(start, offset) });
      start = -1;
    }
  }
  return { pages: bytes.length / PAGE, runs };
}

/**
 * Whether the runs are those that {@link memoryState} makes: of whole blocks, ascending, with a gap between neighbours,
 * inside the memory, and none of their blocks all zero.
 *
 * @spec snapshots.memory, snapshots.unfit
 */
export function isMemoryState({ pages, runs }: SnapshotMemory): boolean {
  let free = -1;
  for (const { offset, bytes } of runs) {
    if (offset % BLOCK !== 0 || bytes.length % BLOCK !== 0 || offset <= free) return false;
    free = offset + bytes.length;
    if (free > pages * PAGE) return false;
    for (let at = 0; at < bytes.length; at += BLOCK) if (isZero(bytes, at)) return false;
  }
  return true;
}

function isZero(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at < offset + BLOCK; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

import type { VectorRange } from "../../../generated/json/vector.js";
import { type BufSource, createMemorySource } from "../../../reference/index.js";

/** A source over bytes that remembers what was asked of it. */
export interface RecordingSource extends BufSource {
  /** The reads, as they were asked for, in the order in which they began. */
  readonly reads: readonly VectorRange[];
}

/** A source with nothing but what every source has: each read is one request. */
export function createRecordingSource(bytes: Uint8Array): RecordingSource {
  const memory = createMemorySource(bytes, "vector");
  const reads: VectorRange[] = [];
  return {
    reads,
    description: memory.description,
    size: (signal) => memory.size(signal),
    read: (offset, length, signal) => {
      reads.push({ offset, length });
      return memory.read(offset, length, signal);
    },
    close: () => memory.close(),
  };
}

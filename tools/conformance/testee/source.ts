import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import type { VectorInputs, VectorRange, VectorStorage, VectorWays } from "../../../generated/json/vector.js";
import { type BufSource, FaygerError, type SourceEnds } from "../../../reference/index.js";

/** A source that remembers what was asked of it. */
export interface RecordingSource extends BufSource {
  /** The reads, as they were asked for, in the order in which they began. */
  readonly reads: readonly VectorRange[];
  /** How often it was closed. */
  readonly closes: () => number;
}

/** What a source can do beside what every source can. */
type Ability = NonNullable<VectorWays["source"]>[number];

/**
 * The source of a case: the storage that its inputs tell of. Without abilities it has nothing but what every source has,
 * and each read is one request.
 *
 * @param bytes the artifact
 * @param onStop called where the caller of a read is to stop; the read is then never answered
 */
export function createRecordingSource(
  bytes: Uint8Array,
  { storage = {}, ways = {} }: Pick<VectorInputs, "storage" | "ways"> = {},
  onStop: () => void = () => undefined,
): RecordingSource {
  const stored = new Storage(bytes, storage, onStop);
  const { reads } = stored;
  let closes = 0;
  const abilities: readonly Ability[] = ways.source ?? [];
  return {
    reads,
    description: "vector",
    size: async () => stored.size,
    read: async (offset, length) => (stored.stops(offset, length) ? NEVER : stored.read(offset, length)),
    ...(("etag" in storage || "etag" in (storage.change ?? {})) && { etag: async () => stored.etag }),
    ...(abilities.includes("synchronous") && { readSync: (offset, length) => stored.read(offset, length) }),
    ...(abilities.includes("in_place") && {
      readInto: async (offset, target) =>
        stored.stops(offset, target.length) ? NEVER : stored.readInto(offset, target),
    }),
    ...(abilities.includes("ends") && {
      openEnds: async (head, tail) => {
        const tailBytes = Math.min(tail, bytes.length);
        if (stored.stops(0, head)) return NEVER;
        if ((storage.nothing_at ?? head) < head) return null as unknown as SourceEnds;
        const ends = { head: stored.read(0, head), tail: stored.read(bytes.length - tailBytes, tailBytes) };
        const { size, etag } = stored;
        return { size, ...ends, ...(etag !== undefined && { etag }) };
      },
    }),
    ...(storage.retries !== undefined && {
      observe: (observer) => {
        for (const { attempt, delay_ms, reason, offset } of storage.retries ?? [])
          observer.retrying({ attempt, delayMs: delay_ms, reason, ...(offset !== undefined && { offset }) });
      },
    }),
    closes: () => closes,
    close: async () => {
      closes += 1;
    },
  };
}

/** What a read is answered with that is not answered. */
const NEVER = new Promise<never>(() => undefined);

/** Bytes with the faults of a `vector-storage`. */
class Storage {
  readonly reads: VectorRange[] = [];
  readonly #bytes: Uint8Array;
  readonly #faults: VectorStorage;
  readonly #onStop: () => void;
  #failures: number;
  #size: unknown;
  #etag: unknown;
  #isChanged = false;

  constructor(bytes: Uint8Array, faults: VectorStorage, onStop: () => void) {
    this.#onStop = onStop;
    this.#bytes = bytes;
    this.#faults = faults;
    this.#failures = faults.failures ?? Infinity;
    this.#size = "size" in faults ? faults.size : bytes.length;
    this.#etag = faults.etag;
  }

  /** What it says of itself, which need not be what the types of a source promise. */
  get size(): number {
    return this.#size as number;
  }

  get etag(): string | undefined {
    return (this.#etag ?? undefined) as string | undefined;
  }

  /** Whether the caller of a read stops meanwhile, which it is told then. */
  stops(offset: number, length: number): boolean {
    const { stops_at } = this.#faults;
    if (stops_at === undefined || stops_at < offset || stops_at >= offset + length) return false;
    this.reads.push({ offset, length });
    this.#onStop();
    return true;
  }

  read(offset: number, length: number): Uint8Array {
    this.reads.push({ offset, length });
    const { ends_at, excess_at, nothing_at, fails_at, change } = this.#faults;
    const touches = (at: number | undefined): at is number => at !== undefined && offset <= at && at < offset + length;
    if (touches(fails_at) && this.#failures > 0) {
      this.#failures -= 1;
      throw this.#failure();
    }
    if (touches(nothing_at)) return { length } as unknown as Uint8Array;
    const there = this.#bytes.slice(offset, touches(ends_at) ? ends_at : offset + length);
    const found = touches(excess_at) ? Uint8Array.of(...there, 0) : there;
    if (touches(change?.at) && !this.#isChanged) this.#change();
    return found;
  }

  readInto(offset: number, target: Uint8Array): number {
    const found = this.read(offset, target.length);
    target.set(found.subarray(0, target.length));
    return found.length;
  }

  /** An error with another phase than that of any read: only the loader knows for what it is read. */
  #failure(): Error {
    const code = this.#faults.fails_with;
    const context = { phase: LoaderPhase.HandOff, source: "vector" };
    switch (code) {
      case "LDR_SOURCE_UNAVAILABLE":
        return new FaygerError(code, "the storage fails here", { ...context, reason: "it fails" });
      case "LDR_SOURCE_CHANGED":
        return new FaygerError(code, "the storage has changed", {
          ...context,
          property: "etag",
          expected: "one",
          found: "another",
        });
      case "LDR_TRUNCATED":
        return new FaygerError(code, "the storage ends here", {
          phase: LoaderPhase.HandOff,
          offset: 0,
          expected: 1,
          available: 0,
        });
      default:
        return new Error("the storage fails here");
    }
  }

  #change(): void {
    const { change } = this.#faults;
    this.#isChanged = true;
    if (change === undefined) return;
    if ("size" in change) this.#size = change.size;
    if ("etag" in change) this.#etag = change.etag;
  }
}

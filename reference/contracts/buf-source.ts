import type { CancellationSignal } from "./cancellation.js";

/**
 * Random-access storage that holds one artifact. Everything it returns is untrusted.
 *
 * An implementation throws `LDR_SOURCE_UNAVAILABLE` when it cannot read and `LDR_SOURCE_CHANGED` when it knows that
 * the object is no longer the one it opened; the loader puts its own phase in the place of any the error has, and takes
 * everything else that is thrown for an error of the host. A signal is not always the host's own `AbortSignal`: a source
 * that needs one makes it and listens here.
 *
 * @spec loader.source.interface
 */
export interface BufSource {
  /** Where the artifact lies, for errors and events; holds no credentials. @spec loader.source.description */
  readonly description: string;
  /**
   * Size of the artifact in bytes. Asked again at each first access to a lazy body, so that a change is noticed: answer
   * from what the last read has shown where asking the storage is dear.
   */
  size(signal?: CancellationSignal): Promise<number>;
  /**
   * Read `length` bytes from `offset`. Fewer bytes are returned only where the artifact ends. The bytes belong to
   * the caller.
   */
  read(offset: number, length: number, signal?: CancellationSignal): Promise<Uint8Array>;
  /**
   * The same as {@link BufSource.read}, without waiting, where the storage can do so. A guest that runs in the
   * host's thread reaches a lazy section only through this.
   */
  readSync?(offset: number, length: number): Uint8Array;
  /**
   * The same as {@link BufSource.read} into memory of the caller: fill `target` from `offset`, and return the number of
   * bytes, fewer than `target.length` only where the artifact ends. `target` belongs to the source until the promise
   * settles. For storage that can do so without a copy: a loader then verifies and assembles long bodies in memory that
   * it makes once.
   */
  readInto?(offset: number, target: Uint8Array, signal?: CancellationSignal): Promise<number>;
  /**
   * Read the first `head` and the last `tail` bytes and the size, in one go where the storage can. Both are shorter
   * where the artifact is.
   */
  openEnds?(head: number, tail: number, signal?: CancellationSignal): Promise<SourceEnds>;
  /**
   * The strong entity tag of the object as it is now, where the storage has one. Asked together with
   * {@link BufSource.size}. A weak tag counts as none.
   */
  etag?(signal?: CancellationSignal): Promise<string | undefined>;
  /** Tell `observer` from now on what the source does about faults. Called once, before the first read. */
  observe?(observer: SourceObserver): void;
  /** Give back what the source holds. Idempotent. A closed source refuses reads with `LDR_SOURCE_UNAVAILABLE`. */
  close(): Promise<void>;
}

/** Both ends of an artifact, read together. */
export interface SourceEnds {
  /** Size of the artifact in bytes. */
  readonly size: number;
  /** Strong entity tag, where the storage has one. */
  readonly etag?: string;
  /** The first bytes. */
  readonly head: Uint8Array;
  /** The last bytes. */
  readonly tail: Uint8Array;
}

/** Hears what a source does on its own, so that the loader can tell about it. */
export interface SourceObserver {
  /** A passing fault, after which the source tries again. @spec loader.source.retry */
  retrying(retry: SourceRetry): void;
}

/** One repeated attempt. */
export interface SourceRetry {
  /** First byte that was asked for; absent for a request without a range. */
  readonly offset?: number;
  /** Number of the attempt that comes next, from 2. */
  readonly attempt: number;
  /** Milliseconds until then. */
  readonly delayMs: number;
  /** What went wrong, for people; holds no credentials. */
  readonly reason: string;
}

import type { BufSource, SourceEnds, SourceObserver } from "../../contracts/buf-source.js";
import type { CancellationSignal } from "../../contracts/cancellation.js";

/** One request that reached a source. */
export interface ObservedRead {
  readonly offset: number;
  readonly length: number;
}

/** What an observed source does besides answering. */
export interface ObservedSourceOptions {
  /** Whether it reads without waiting. */
  readonly isSynchronous?: boolean;
  /** Whether it reads both ends in one call. */
  readonly opensEnds?: boolean;
  /** Whether it reads into memory of the loader. */
  readonly fillsMemory?: boolean;
  /** Changes the answer of the request with this number, counted from 0. */
  readonly answer?: (bytes: Uint8Array, request: number) => Uint8Array | Promise<Uint8Array>;
}

/** A user's own source, which keeps a record of what was asked of it and can misbehave on purpose. */
export class ObservedSource implements BufSource {
  readonly description = "observed";
  /** Every range that was asked for, in order. */
  readonly reads: ObservedRead[] = [];
  /** How often the source was closed. */
  closed = 0;
  /** The artifact; a test may put another one in its place. */
  bytes: Uint8Array;
  /** Its entity tag; a test may change it. */
  tag: string | undefined;
  /** Who hears what it does about faults. */
  observer: SourceObserver | undefined;
  /** Signal of the last read. */
  signal: CancellationSignal | undefined;
  /** Memory of the loader that it was given, in order. */
  readonly targets: Uint8Array[] = [];
  readonly readSync?: (offset: number, length: number) => Uint8Array;
  readonly readInto?: (offset: number, target: Uint8Array, signal?: CancellationSignal) => Promise<number>;
  readonly openEnds?: (head: number, tail: number, signal?: CancellationSignal) => Promise<SourceEnds>;
  readonly #answer: (bytes: Uint8Array, request: number) => Uint8Array | Promise<Uint8Array>;

  constructor(bytes: Uint8Array, options: ObservedSourceOptions = {}) {
    this.bytes = bytes;
    this.#answer = options.answer ?? ((found) => found);
    if (options.isSynchronous === true) this.readSync = (offset, length) => this.#slice(offset, length);
    if (options.fillsMemory === true) {
      this.readInto = async (offset, target, signal) => {
        this.targets.push(target);
        const bytes = await this.read(offset, target.length, signal);
        target.set(bytes);
        return bytes.length;
      };
    }
    if (options.opensEnds === true) {
      this.openEnds = async (head, tail, signal) => ({
        size: this.bytes.length,
        head: await this.read(0, head, signal),
        tail: await this.read(Math.max(0, this.bytes.length - tail), tail, signal),
        ...(this.tag === undefined ? {} : { etag: this.tag }),
      });
    }
  }

  async size(): Promise<number> {
    return this.bytes.length;
  }

  async etag(): Promise<string | undefined> {
    return this.tag;
  }

  observe(observer: SourceObserver): void {
    this.observer = observer;
  }

  async read(offset: number, length: number, signal?: CancellationSignal): Promise<Uint8Array> {
    this.signal = signal;
    const request = this.reads.length;
    return this.#answer(this.#slice(offset, length), request);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  #slice(offset: number, length: number): Uint8Array {
    this.reads.push({ offset, length });
    return this.bytes.slice(offset, offset + length);
  }
}

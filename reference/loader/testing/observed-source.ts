import type { BufSource, SourceEnds } from "../../contracts/buf-source.js";
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
  readonly readSync?: (offset: number, length: number) => Uint8Array;
  readonly openEnds?: (head: number, tail: number, signal?: CancellationSignal) => Promise<SourceEnds>;
  readonly #answer: (bytes: Uint8Array, request: number) => Uint8Array | Promise<Uint8Array>;

  constructor(bytes: Uint8Array, options: ObservedSourceOptions = {}) {
    this.bytes = bytes;
    this.#answer = options.answer ?? ((found) => found);
    if (options.isSynchronous === true) this.readSync = (offset, length) => this.#slice(offset, length);
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

  async read(offset: number, length: number, _signal?: CancellationSignal): Promise<Uint8Array> {
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

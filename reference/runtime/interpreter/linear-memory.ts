import type { Limits } from "../wasm/types.js";

/** Bytes of a page. */
export const PAGE = 65_536;
const MOST_PAGES = 65_536;
/** How many bytes a bulk operation moves before others get their turn: a few milliseconds where all are touched first. */
export const PIECE_BYTES = 4_194_304;

/** The host has no memory left. @spec guest-abi.host-memory */
export class HostMemoryExhausted extends Error {}

/** Addresses from here on are not reached by the loop itself. */
const NEAR = 0x7fff_0000;

/** A memory as the loop reaches it: views of all of it, and how many bytes may be accessed through them. */
export interface Reach {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly limit: number;
}

/** One linear memory: bytes, of which some at the end may be reserve. */
export class LinearMemory {
  readonly maximum: number | undefined;
  /** Size in bytes, a multiple of 64 KiB. */
  byteLength: number;
  /** All bytes, the reserve included. */
  buffer: ArrayBuffer;
  reach: Reach;
  #bytes: Uint8Array;
  /** The buffer to which the bytes are on their way, while it grows. */
  #growth: { readonly buffer: ArrayBuffer; readonly length: number; copied: number } | undefined;

  /** @throws HostMemoryExhausted */
  constructor({ minimum, maximum }: Limits) {
    this.maximum = maximum;
    this.byteLength = minimum * PAGE;
    this.buffer = allocate(this.byteLength);
    this.reach = reachOf(this.buffer, this.byteLength);
    this.#bytes = this.reach.bytes;
  }

  /** The bytes as they are now, without the reserve. */
  get bytes(): Uint8Array {
    if (this.#bytes.length !== this.byteLength) this.#bytes = new Uint8Array(this.buffer, 0, this.byteLength);
    return this.#bytes;
  }

  /**
   * Add pages. Where many bytes have to move, only some do, and the call is to be made again.
   *
   * @param delta how many, 0 to 2^32-1
   * @param quota most bytes
   * @param denied called where only the quota is in the way
   * @returns the former size in pages; -1 exactly where the new size is above the maximum or the quota; `undefined`
   * where the same call has to be made again
   * @throws HostMemoryExhausted
   * @spec guest-abi.memory-grow, guest-abi.host-memory
   */
  grow(delta: number, quota: number, denied: () => void): number | undefined {
    const pages = this.byteLength / PAGE;
    if (this.#growth === undefined) {
      const larger = pages + delta;
      const maximum = Math.min(this.maximum ?? MOST_PAGES, MOST_PAGES);
      const most = Math.min(maximum, quota / PAGE);
      if (larger > most) {
        if (larger <= maximum) denied();
        return -1;
      }
      if (delta === 0) return pages;
      if (larger * PAGE <= this.buffer.byteLength) this.#show(this.buffer, larger * PAGE);
      else this.#growth = this.#roomFor(larger * PAGE, most * PAGE);
    }
    return this.#growth === undefined || this.#move(this.#growth) ? pages : undefined;
  }

  #roomFor(length: number, most: number): { readonly buffer: ArrayBuffer; readonly length: number; copied: number } {
    // Half as much again, so that growing page by page does not copy everything each time.
    const reserve = Math.min(Math.floor(most / PAGE) * PAGE, length + Math.floor(this.byteLength / PAGE / 2) * PAGE);
    return { buffer: reserve > length ? allocateEither(reserve, length) : allocate(length), length, copied: 0 };
  }

  /** Move some bytes to where the memory grows. True where that was the last of them. */
  #move(growth: { readonly buffer: ArrayBuffer; readonly length: number; copied: number }): boolean {
    const until = Math.min(growth.copied + PIECE_BYTES, this.byteLength);
    const piece = new Uint8Array(this.buffer, growth.copied, until - growth.copied);
    new Uint8Array(growth.buffer, growth.copied, piece.length).set(piece);
    growth.copied = until;
    if (until < this.byteLength) return false;
    this.#growth = undefined;
    this.#show(growth.buffer, growth.length);
    return true;
  }

  #show(buffer: ArrayBuffer, length: number): void {
    this.buffer = buffer;
    this.byteLength = length;
    this.reach = reachOf(buffer, length);
    this.#bytes = new Uint8Array(buffer, 0, length);
  }
}

function reachOf(buffer: ArrayBuffer, length: number): Reach {
  const bytes = new Uint8Array(buffer);
  return { view: new DataView(buffer), bytes, words: new Int32Array(buffer), limit: Math.min(length, NEAR) };
}

function allocate(length: number): ArrayBuffer {
  try {
    return new ArrayBuffer(length);
  } catch {
    throw new HostMemoryExhausted();
  }
}

function allocateEither(wanted: number, enough: number): ArrayBuffer {
  try {
    return new ArrayBuffer(wanted);
  } catch {
    return allocate(enough);
  }
}

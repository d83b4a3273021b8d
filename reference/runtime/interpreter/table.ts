import type { TableType } from "../wasm/types.js";
import { HostMemoryExhausted, PIECE_BYTES } from "./linear-memory.js";

const MOST_ELEMENTS = 0xffff_ffff;
/** How many elements a bulk operation moves before others get their turn. */
export const PIECE_ELEMENTS = PIECE_BYTES / 4;

/** One table: references as numbers, 0 for null. Some at the end may be reserve. */
export class Table {
  readonly type: TableType;
  /** Number of elements. */
  length: number;
  elements: Int32Array;
  /** The elements on their way, while it grows. */
  #growth: { readonly elements: Int32Array; readonly length: number; done: number } | undefined;

  /** @throws HostMemoryExhausted */
  constructor(type: TableType) {
    this.type = type;
    this.length = type.limits.minimum;
    this.elements = allocate(this.length);
  }

  /**
   * Add elements. Where many have to move or to be filled, only some are, and the call is to be made again.
   *
   * @param delta how many, 0 to 2^32-1
   * @param value the reference in each
   * @param most elements this table may have for the sake of the quota
   * @param denied called where only the quota is in the way
   * @returns the former length; -1 exactly where the new one is above the maximum or the quota; `undefined` where the same
   * call has to be made again
   * @throws HostMemoryExhausted
   * @spec guest-abi.memory-grow
   */
  grow(delta: number, value: number, most: number, denied: () => void): number | undefined {
    const { length } = this;
    if (this.#growth === undefined) {
      const larger = length + delta;
      const maximum = Math.min(this.type.limits.maximum ?? MOST_ELEMENTS, MOST_ELEMENTS);
      const bound = Math.min(maximum, most);
      if (larger > bound) {
        if (larger <= maximum) denied();
        return -1;
      }
      const fits = larger <= this.elements.length;
      const elements = fits ? this.elements : allocate(Math.min(bound, larger + (length >> 1)));
      this.#growth = { elements, length: larger, done: fits ? length : 0 };
    }
    return this.#fill(this.#growth, value) ? length : undefined;
  }

  /** Bring some elements to where the table grows: those it has, then new ones. True where that was the last of them. */
  #fill(growth: { readonly elements: Int32Array; readonly length: number; done: number }, value: number): boolean {
    const until = Math.min(growth.done + PIECE_ELEMENTS, growth.length);
    const kept = Math.min(until, this.length);
    if (growth.done < kept) growth.elements.set(this.elements.subarray(growth.done, kept), growth.done);
    growth.elements.fill(value, Math.max(growth.done, kept), until);
    growth.done = until;
    if (until < growth.length) return false;
    this.#growth = undefined;
    this.elements = growth.elements;
    this.length = growth.length;
    return true;
  }
}

function allocate(length: number): Int32Array {
  try {
    return new Int32Array(length);
  } catch {
    throw new HostMemoryExhausted();
  }
}

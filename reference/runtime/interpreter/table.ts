import type { TableType } from "../wasm/types.js";
import { HostMemoryExhausted } from "./linear-memory.js";

const MOST_ELEMENTS = 0xffff_ffff;

/** One table: references as numbers, 0 for null. Some at the end may be reserve. */
export class Table {
  readonly type: TableType;
  /** Number of elements. */
  length: number;
  elements: Int32Array;

  /** @throws HostMemoryExhausted */
  constructor(type: TableType) {
    this.type = type;
    this.length = type.limits.minimum;
    this.elements = allocate(this.length);
  }

  /**
   * Add elements.
   *
   * @param delta how many, 0 to 2^32-1
   * @param value the reference in each
   * @param most elements this table may have for the sake of the quota
   * @param denied called where only the quota is in the way
   * @returns the former length; -1 exactly where the new one is above the maximum or the quota
   * @throws HostMemoryExhausted
   * @spec guest-abi.memory-grow
   */
  grow(delta: number, value: number, most: number, denied: () => void): number {
    const { length } = this;
    const larger = length + delta;
    const maximum = Math.min(this.type.limits.maximum ?? MOST_ELEMENTS, MOST_ELEMENTS);
    const bound = Math.min(maximum, most);
    if (larger > bound) {
      if (larger <= maximum) denied();
      return -1;
    }
    if (larger > this.elements.length) {
      const elements = allocate(Math.min(bound, larger + (length >> 1)));
      elements.set(this.elements.subarray(0, length));
      this.elements = elements;
    }
    this.elements.fill(value, length, larger);
    this.length = larger;
    return length;
  }
}

function allocate(length: number): Int32Array {
  try {
    return new Int32Array(length);
  } catch {
    throw new HostMemoryExhausted();
  }
}

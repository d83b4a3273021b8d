import { compareText } from "./utf8.js";

/** How an item stands to the items before it. */
export type ItemOrder = "ascending" | "not_ascending" | "conflict";

/**
 * Judges texts or byte strings that must be strictly ascending by their bytes. Items are ranges of one buffer, so that
 * a reader compares the document and a writer its own output.
 *
 * @spec encoding.item-order
 */
export class AscendingItems {
  private previousStart = -1;
  private previousEnd = -1;

  /** Judges the next item, the bytes from `start` to `end`. */
  next(view: DataView, start: number, end: number): ItemOrder {
    const { previousStart, previousEnd } = this;
    this.previousStart = start;
    this.previousEnd = end;
    if (previousStart < 0) return "ascending";
    const common = commonPrefix(view, previousStart, previousEnd, start, end);
    return isGreater(view, previousStart, previousEnd, start, end, common) ? "ascending" : "not_ascending";
  }
}

/**
 * The same for path-like names of which none may lie below another: `a/b` conflicts with an earlier `a`.
 *
 * In ascending order every name that begins with `a` follows `a` without a gap. So it is enough to remember the lengths
 * of those earlier names that begin the last one.
 *
 * @spec encoding.item-conflict
 */
export class AscendingPaths {
  private previousStart = -1;
  private previousEnd = -1;
  /** Lengths of the earlier names that begin the last name, itself included; ascending. */
  private readonly beginnings: number[] = [];

  /** Judges the next name, the bytes from `start` to `end`. */
  next(view: DataView, start: number, end: number): ItemOrder {
    const { previousStart, previousEnd } = this;
    this.previousStart = start;
    this.previousEnd = end;
    const { beginnings } = this;
    if (previousStart >= 0) {
      const common = commonPrefix(view, previousStart, previousEnd, start, end);
      if (!isGreater(view, previousStart, previousEnd, start, end, common)) return "not_ascending";
      while (beginnings.length > 0 && (beginnings[beginnings.length - 1] as number) > common) beginnings.pop();
      for (let i = 0; i < beginnings.length; i++) {
        if (view.getUint8(start + (beginnings[i] as number)) === SLASH) return "conflict";
      }
    }
    beginnings.push(end - start);
    return "ascending";
  }
}

const SLASH = 0x2f;

/** Length of the longest common beginning of two ranges, four bytes at a time. */
function commonPrefix(view: DataView, a: number, aEnd: number, b: number, bEnd: number): number {
  const shorter = Math.min(aEnd - a, bEnd - b);
  let common = 0;
  for (; common + 4 <= shorter; common += 4) {
    const difference = view.getUint32(a + common) ^ view.getUint32(b + common);
    if (difference !== 0) return common + (Math.clz32(difference) >> 3);
  }
  while (common < shorter && view.getUint8(a + common) === view.getUint8(b + common)) common++;
  return common;
}

/** Whether range `b` is greater than range `a`, whose common beginning is `common` bytes long. */
function isGreater(view: DataView, a: number, aEnd: number, b: number, bEnd: number, common: number): boolean {
  if (common === bEnd - b) return false;
  return common === aEnd - a || view.getUint8(b + common) > view.getUint8(a + common);
}

/** Whether an ascending array holds a text. Takes logarithmic time, because the array comes from outside. */
export function isAmong(items: readonly string[], item: string): boolean {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(items[middle] as string, item) < 0) low = middle + 1;
    else high = middle;
  }
  return items[low] === item;
}

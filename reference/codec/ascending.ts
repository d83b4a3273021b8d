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
  protected lastStart = -1;
  protected lastEnd = -1;

  /** How many bytes the item from `start` to `end` has in common with the one before it. */
  common(view: DataView, start: number, end: number): number {
    // Before the first item stands an empty one.
    return commonPrefix(view, this.lastStart, this.lastEnd, start, end);
  }

  /** Judges the item from `start` to `end`, which has `common` bytes in common with the one before it. */
  judge(view: DataView, start: number, end: number, common: number): ItemOrder {
    const { lastStart, lastEnd } = this;
    this.lastStart = start;
    this.lastEnd = end;
    if (lastStart < 0) return "ascending";
    if (common === end - start) return "not_ascending";
    const greater = common === lastEnd - lastStart || view.getUint8(start + common) > view.getUint8(lastStart + common);
    return greater ? "ascending" : "not_ascending";
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
export class AscendingPaths extends AscendingItems {
  /** Lengths of the earlier names that begin the last name, itself included; ascending. */
  private readonly beginnings: number[] = [];

  override judge(view: DataView, start: number, end: number, common: number): ItemOrder {
    const order = super.judge(view, start, end, common);
    if (order !== "ascending") return order;
    const { beginnings } = this;
    while (beginnings.length > 0 && (beginnings[beginnings.length - 1] as number) > common) beginnings.pop();
    for (let i = 0; i < beginnings.length; i++) {
      if (view.getUint8(start + (beginnings[i] as number)) === SLASH) return "conflict";
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

/** Whether the bytes from `start` to `end` are greater than those from `otherStart` to `otherEnd`. */
export function isGreater(view: DataView, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const common = commonPrefix(view, start, end, otherStart, otherEnd);
  if (otherStart + common === otherEnd) return start + common < end;
  return start + common < end && view.getUint8(start + common) > view.getUint8(otherStart + common);
}

/** Up to this many items are compared one by one: the host does that faster than a search. */
const FEW_ITEMS = 8;

/** Whether an ascending array holds a text. Takes logarithmic time, because the array comes from outside. */
export function isAmong(items: readonly string[], item: string): boolean {
  if (items.length <= FEW_ITEMS) return items.includes(item);
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(items[middle] as string, item) < 0) low = middle + 1;
    else high = middle;
  }
  return items[low] === item;
}

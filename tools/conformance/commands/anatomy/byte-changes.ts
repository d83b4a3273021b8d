/** Bytes of a parent that stand otherwise in what became of it. */
export interface ByteChange {
  /** First byte in the parent. */
  readonly from: number;
  /** Bytes of the parent that are gone. */
  readonly removed: number;
  /** First byte in what became of it. */
  readonly at: number;
  /** Bytes that stand in their place. */
  readonly added: number;
}

/** Most bytes between two changes that still count as one. */
const NEAR = 2;
/** Bytes beyond which only the ends are compared. */
const LONGEST = 1 << 22;

/**
 * Where bytes differ from those they were made of: equal lengths byte by byte; other lengths by what is left between an
 * equal beginning and an equal end, shifted parts found again where there is one shift.
 */
export function byteChanges(parent: Uint8Array, child: Uint8Array): ByteChange[] {
  if (parent.length === child.length && parent.length <= LONGEST) return inPlace(parent, child, 0, 0, parent.length);
  let start = 0;
  while (start < parent.length && start < child.length && parent[start] === child[start]) start += 1;
  let end = 0;
  const most = Math.min(parent.length, child.length) - start;
  while (end < most && parent[parent.length - 1 - end] === child[child.length - 1 - end]) end += 1;
  const [left, right] = [parent.length - start - end, child.length - start - end];
  const insert = Math.min(left, right);
  // A field changed near the beginning and bytes came or went behind it: the shift is where most bytes agree again.
  if (insert > 0 && insert <= LONGEST) {
    const shift = right - left;
    const split = bestSplit(parent.subarray(start, start + left), child.subarray(start, start + right), shift);
    if (split !== undefined) {
      const head = inPlace(parent, child, start, start, split);
      const tailLength = insert - split;
      const [parentTail, childTail] = [start + left - tailLength, start + right - tailLength];
      const gap = { from: start + split, removed: Math.max(0, -shift), at: start + split, added: Math.max(0, shift) };
      return [...head, gap, ...inPlace(parent, child, parentTail, childTail, tailLength)];
    }
  }
  return [{ from: start, removed: left, at: start, added: right }];
}

/** Where to put the shift so that the fewest bytes differ: before it bytes stand as they were, behind it shifted. */
function bestSplit(parent: Uint8Array, child: Uint8Array, shift: number): number | undefined {
  const length = Math.min(parent.length, child.length);
  const [parentShift, childShift] = [Math.max(0, -shift), Math.max(0, shift)];
  let differing = 0;
  for (let index = 0; index < length; index += 1)
    if (parent[index + parentShift] !== child[index + childShift]) differing += 1;
  let [best, fewest] = [0, differing];
  for (let index = 0; index < length; index += 1) {
    if (parent[index] !== child[index]) differing += 1;
    if (parent[index + parentShift] !== child[index + childShift]) differing -= 1;
    if (differing < fewest) [best, fewest] = [index + 1, differing];
  }
  return fewest * 2 < length ? best : undefined;
}

function inPlace(parent: Uint8Array, child: Uint8Array, from: number, at: number, length: number): ByteChange[] {
  const changes: ByteChange[] = [];
  for (let index = 0; index < length; index += 1) {
    if (parent[from + index] === child[at + index]) continue;
    const last = changes.at(-1);
    const end = last === undefined ? Number.NEGATIVE_INFINITY : last.from + last.removed;
    if (last !== undefined && from + index - end <= NEAR) {
      const size = from + index + 1 - last.from;
      changes[changes.length - 1] = { ...last, removed: size, added: size };
    } else changes.push({ from: from + index, removed: 1, at: at + index, added: 1 });
  }
  return changes;
}

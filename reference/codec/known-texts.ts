import { type FastKey, isKeyAt, memberKey } from "./member-key.js";

/** Longest text whose head is one byte. */
const SHORT_BYTES = 23;

/** Positions of the table, as a power of two. */
const SLOT_BITS = 7;

/** Spreads words over the positions; any odd number with many bits does. */
const SPREAD = 0x9e37_79b1;

interface KnownText {
  readonly key: FastKey;
  readonly text: string;
  /** Another text at the same position. */
  readonly next: KnownText | undefined;
}

/**
 * Texts that a table of the specification lists, and that stand in most documents. Where one of them stands, its bytes
 * are compared with those of the one candidate: nothing is converted, and what the text must match is known already.
 */
export class KnownTexts {
  private readonly slots: (KnownText | undefined)[] = new Array<KnownText | undefined>(1 << SLOT_BITS).fill(undefined);

  /** @param texts ASCII, of 3 to 23 bytes; any other text is left out, which is never wrong */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      if (text.length > SHORT_BYTES || !/^[ -~]+$/.test(text)) continue;
      const { fast: key } = memberKey(text);
      if (key.length === 0) continue;
      const slot = slotOf(key.first);
      this.slots[slot] = { key, text, next: this.slots[slot] };
    }
  }

  /** The text whose item, head included, stands at `at`, or `undefined` where none of the texts does. */
  at(view: DataView, at: number, documentEnd: number): string | undefined {
    if (at + 4 > documentEnd) return undefined;
    let candidate = this.slots[slotOf(view.getUint32(at))];
    while (candidate !== undefined && !isKeyAt(candidate.key, view, at, documentEnd)) candidate = candidate.next;
    return candidate?.text;
  }
}

function slotOf(word: number): number {
  return Math.imul(word, SPREAD) >>> (32 - SLOT_BITS);
}

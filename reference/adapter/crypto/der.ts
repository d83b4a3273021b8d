/** Tags of DER that keys are made of. */
export const DerTag = { Integer: 0x02, BitString: 0x03, OctetString: 0x04, Sequence: 0x30 } as const;

/**
 * Reads DER element by element. Every method returns `undefined` for bytes that are not there, not in the shortest
 * form, or of another kind; nothing is copied.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The contents of the next element, which has this tag. */
  element(tag: number): Uint8Array | undefined {
    if (this.#bytes[this.#at] !== tag) return undefined;
    const first = this.#bytes[this.#at + 1] ?? 0x80;
    const size = first < 0x80 ? 0 : first - 0x80;
    // Two bytes of length reach further than any key here.
    if (first === 0x80 || size > 2) return undefined;
    let length = size === 0 ? first : 0;
    for (let byte = 0; byte < size; byte += 1) length = length * 0x100 + (this.#bytes[this.#at + 2 + byte] ?? NaN);
    if (!(length >= (size === 0 ? 0 : size === 1 ? 0x80 : 0x100))) return undefined;
    const begin = this.#at + 2 + size;
    if (begin + length > this.#bytes.length) return undefined;
    this.#at = begin + length;
    return this.#bytes.subarray(begin, this.#at);
  }

  /** The next element is a whole number that is not negative; its bytes without a sign byte. */
  unsigned(): Uint8Array | undefined {
    const contents = this.element(DerTag.Integer);
    const [first, second] = contents ?? [];
    if (contents === undefined || first === undefined || first >= 0x80) return undefined;
    if (first !== 0 || second === undefined) return contents;
    // A sign byte stands only where the number would be negative without it.
    return second >= 0x80 ? contents.subarray(1) : undefined;
  }

  /** The next bytes are these. */
  expects(expected: Uint8Array): boolean {
    const end = this.#at + expected.length;
    if (end > this.#bytes.length || !expected.every((byte, at) => this.#bytes[this.#at + at] === byte)) return false;
    this.#at = end;
    return true;
  }

  /** What was not read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}

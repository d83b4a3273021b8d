import type { DirectReply } from "../contracts/platform-adapter.js";

const U32 = 1;
const U64 = 2;
const BYTES = 6;
/** Bytes of a status, and of type and length before a value. */
const [STATUS, HEAD] = [2, 2];
/** Longest values with one byte and with two for their length. */
const [SHORT, LONG] = [0x7f, 0x3fff];
/** Bytes that there is room for at first: two short values. */
const FIRST = STATUS + 2 * (HEAD + SHORT);
/** Room that is kept for two numbers behind a value of bytes. */
const NUMBERS = 2 * (HEAD + 8);

/** A number of 64 bits taken apart: a store into a typed array is compiled, `setBigUint64` is a call in older engines. */
const WIDE = new BigUint64Array(1);
const WORDS = new Uint32Array(WIDE.buffer);
/** Which word is the upper one: the order of the host's bytes. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** Writes replies into the same memory, one after another, and into larger memory where one does not fit. */
export class ReplyInPlace implements DirectReply {
  readonly room = LONG;
  /** The reply is the first {@link ReplyInPlace.length} bytes. Another view after a reply for which it was too small. */
  view = new DataView(new ArrayBuffer(FIRST));
  length = 0;
  #bytes = new Uint8Array(this.view.buffer);
  /** Whether the last reply has a status other than 0. */
  #isRefusal = false;
  /** The bytes of the last value of bytes. */
  #room = this.#bytes;

  /** A copy of the reply. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  /** Begin a reply of status 0. */
  begin(): void {
    if (this.#isRefusal !== false) this.#clear();
    this.length = STATUS;
  }

  #clear(): void {
    this.#isRefusal = false;
    this.view.setUint16(0, 0);
  }

  /** An error reply. @spec instructions.reply */
  refuse(status: number, error: number): void {
    this.#isRefusal = true;
    this.view.setUint32(0, (status << 16) | (U32 << 8) | 4);
    this.view.setUint32(STATUS + HEAD, error);
    this.length = STATUS + HEAD + 4;
  }

  u32(value: number): void {
    this.view.setUint32(this.#head(U32, 4), value);
  }

  u64(value: bigint): void {
    const at = this.#head(U64, 8);
    const { view } = this;
    WIDE[0] = value;
    view.setUint32(at, WORDS[HIGH] as number);
    view.setUint32(at + 4, WORDS[LOW] as number);
  }

  bytes(count: number): Uint8Array {
    if (count > LONG) throw new RangeError(`there is room for ${LONG} bytes`);
    const needed = this.length + HEAD + 1 + count + NUMBERS;
    if (needed > this.#bytes.length) this.#grow(needed);
    const start = count > SHORT ? this.#longHead(count) : this.#head(BYTES, count);
    this.#room = this.#bytes.subarray(start, start + count);
    return this.#room;
  }

  filled(count: number): void {
    const { byteOffset: start, length } = this.#room;
    if (count > length) throw new RangeError(`there is room for ${length} bytes`);
    if (length <= SHORT) {
      this.#bytes[start - 1] = count;
      this.length = start + count;
    } else if (count > SHORT) {
      this.#bytes[start - 2] = (count & SHORT) | 0x80;
      this.#bytes[start - 1] = count >> 7;
      this.length = start + count;
    } else {
      // @spec instructions.tlv.length: the length takes a byte less, and what follows it moves up.
      this.#bytes[start - 2] = count;
      this.#bytes.copyWithin(start - 1, start, start + count);
      this.length = start - 1 + count;
    }
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(needed);
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** The head of a value of bytes whose length takes two; where the value begins. */
  #longHead(length: number): number {
    const at = this.length;
    this.#bytes[at] = BYTES;
    this.#bytes[at + 1] = (length & SHORT) | 0x80;
    this.#bytes[at + 2] = length >> 7;
    this.length = at + HEAD + 1 + length;
    return at + HEAD + 1;
  }

  /** Write type and length; where the value begins. */
  #head(type: number, length: number): number {
    const at = this.length;
    const head = (type << 8) | length;
    // Status and first head in one store: they are read as one word at once, which has to wait for two.
    if (at === STATUS) this.view.setUint32(0, head);
    else this.view.setUint16(at, head);
    this.length = at + HEAD + length;
    return at + HEAD;
  }
}

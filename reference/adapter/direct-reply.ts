import type { DirectReply } from "../contracts/platform-adapter.js";

const U32 = 1;
const U64 = 2;
const BYTES = 6;
/** Bytes of a status, and of type and length before a value. */
const [STATUS, HEAD] = [2, 2];
/** Longest value of one byte for its length. */
const ROOM = 0x7f;

/** A number of 64 bits taken apart: a store into a typed array is compiled, `setBigUint64` is a call in older engines. */
const WIDE = new BigUint64Array(1);
const WORDS = new Uint32Array(WIDE.buffer);
/** Which word is the upper one: the order of the host's bytes. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Writes replies into the same memory, one after another. None has more than two values of bytes. */
export class ReplyInPlace implements DirectReply {
  readonly room = ROOM;
  /** The reply is the first {@link ReplyInPlace.length} bytes. */
  readonly view = new DataView(new ArrayBuffer(STATUS + 2 * (HEAD + ROOM)));
  length = 0;
  readonly #bytes = new Uint8Array(this.view.buffer);
  /** The bytes of the last value of bytes. */
  #room = this.#bytes;

  /** A copy of the reply. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  /** Begin a reply of status 0. */
  begin(): void {
    this.view.setUint16(0, 0);
    this.length = STATUS;
  }

  /** An error reply. @spec instructions.reply */
  refuse(status: number, error: number): void {
    this.view.setUint32(0, (status << 16) | (U32 << 8) | 4);
    this.view.setUint32(STATUS + HEAD, error);
    this.length = STATUS + HEAD + 4;
  }

  u32(value: number): void {
    this.view.setUint32(this.#head(U32, 4), value);
  }

  u64(value: bigint): void {
    const at = this.#head(U64, 8);
    WIDE[0] = value;
    this.view.setUint32(at, WORDS[HIGH] as number);
    this.view.setUint32(at + 4, WORDS[1 - HIGH] as number);
  }

  bytes(count: number): Uint8Array {
    if (count > ROOM) throw new RangeError(`there is room for ${ROOM} bytes`);
    this.#room = new Uint8Array(this.view.buffer, this.#head(BYTES, count), count);
    return this.#room;
  }

  filled(count: number): void {
    const room = this.#room;
    if (count > room.length) throw new RangeError(`there is room for ${room.length} bytes`);
    this.view.setUint8(room.byteOffset - 1, count);
    this.length = room.byteOffset + count;
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

import type { DirectReply } from "../contracts/platform-adapter.js";

const U32 = 1;
const U64 = 2;
const BYTES = 6;
/** Bytes of a status, and of type and length before a value. */
const [STATUS, HEAD] = [2, 2];
/** Longest value of one byte for its length. */
const ROOM = 0x7f;

/** Writes replies into the same memory, one after another. None has more than two values. */
export class ReplyInPlace implements DirectReply {
  readonly room = ROOM;
  /** The reply is the first {@link ReplyInPlace.length} bytes. */
  readonly view = new DataView(new ArrayBuffer(STATUS + 2 * (HEAD + ROOM)));
  length = 0;
  readonly #bytes = new Uint8Array(this.view.buffer);

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
    this.view.setUint16(0, status);
    this.length = STATUS;
    this.u32(error);
  }

  u32(value: number): void {
    this.view.setUint32(this.#head(U32, 4), value);
  }

  u64(value: bigint): void {
    this.view.setBigUint64(this.#head(U64, 8), value);
  }

  bytes(count: number): Uint8Array {
    if (count > ROOM) throw new RangeError(`there is room for ${ROOM} bytes`);
    return new Uint8Array(this.view.buffer, this.#head(BYTES, count), count);
  }

  /** Write type and length; where the value begins. */
  #head(type: number, length: number): number {
    const at = this.length;
    this.view.setUint16(at, (type << 8) | length);
    this.length = at + HEAD + length;
    return at + HEAD;
  }
}

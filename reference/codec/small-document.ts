import { asciiWindow } from "./ascii-window.js";
import { hostLatin1 } from "./host-text.js";

/** Longest document that is copied before it is read. A copy costs less than views of the caller's memory. */
export const SMALL_BYTES = 4096;

/** No item begins with this byte. */
const NO_ITEM = 0xff;

/** Memory for one small document, used again for the next. */
export class SmallDocument {
  /** The document, one byte that begins no item, and whatever was there before. */
  readonly bytes: Uint8Array = new Uint8Array(SMALL_BYTES + 1);
  readonly view: DataView = new DataView(this.bytes.buffer);
  private readonly latin1 = hostLatin1(this.bytes.buffer as ArrayBuffer);

  /** Copies a document of at most {@link SMALL_BYTES} bytes. */
  take(document: Uint8Array): void {
    this.bytes.set(document);
    this.bytes[document.length] = NO_ITEM;
  }

  /** The first `length` bytes as text, one character a byte; right where the bytes are ASCII. */
  text(length: number): string {
    return this.latin1 === undefined ? asciiWindow(this.bytes, 0, length) : this.latin1.toString("latin1", 0, length);
  }
}

import { asciiWindow, WINDOW_BYTES } from "./ascii-window.js";
import { readHead } from "./head.js";
import { decodeUtf8 } from "./utf8.js";

/** First bytes of texts: of one of no bytes, and of the shortest one that does not tell its length in this byte. */
const EMPTY_TEXT = 0x60;
const LONG_TEXT = 0x78;

/** Bytes converted for a text that is asked for alone. */
const FIRST_WINDOW = 1024;

/**
 * Texts and byte strings of a document that has been read, made when somebody asks for them. All rows of an array share
 * one, so that an index of many sections costs neither time nor memory for what nobody looks at.
 */
export class LateValues {
  private readonly document: Uint8Array;
  /** Characters of the document from `windowAt` to `windowEnd`; see {@link asciiWindow}. */
  private window = "";
  private windowAt = 0;
  private windowEnd = 0;
  private size = FIRST_WINDOW;

  /** @param document bytes that must not change any more */
  constructor(document: Uint8Array) {
    this.document = document;
  }

  /** Bytes of the document. */
  get length(): number {
    return this.document.length;
  }

  /** The text whose item begins at `at`. It must be ASCII. */
  asciiText(at: number): string {
    const { document } = this;
    // Nearly every text has a head of one byte.
    const first = document[at] as number;
    let contentAt = at + 1;
    let end = contentAt + first - EMPTY_TEXT;
    if (first >= LONG_TEXT) ({ contentAt, end } = readHead(document, at));
    if (contentAt < this.windowAt || end > this.windowEnd) this.move(contentAt);
    if (end > this.windowEnd) return decodeUtf8(this.document, contentAt, end) as string;
    return this.window.substring(contentAt - this.windowAt, end - this.windowAt);
  }

  /** The byte string whose content begins at `contentAt`: a view into the document. */
  bytes(contentAt: number, length: number): Uint8Array {
    return this.document.subarray(contentAt, contentAt + length);
  }

  /** Converts what follows `start`: more at a time, the longer somebody goes on from window to window. */
  private move(start: number): void {
    const goesOn = start >= this.windowAt && start - this.windowEnd < this.size;
    this.size = goesOn ? Math.min(this.size * 4, WINDOW_BYTES) : FIRST_WINDOW;
    const length = Math.min(this.size, this.document.length - start);
    this.window = asciiWindow(this.document, start, length);
    this.windowAt = start;
    this.windowEnd = start + length;
  }
}

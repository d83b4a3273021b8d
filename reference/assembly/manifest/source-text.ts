import { decodeUtf8, isUtf8 } from "../../codec/utf8.js";
import type { SyntaxFault } from "./syntax-fault.js";

/** The text of a file, and what keeps its bytes from being one. */
export interface SourceText {
  /** The text; U+FFFD stands for each byte that is no UTF-8. */
  readonly text: string;
  /** Where the document begins: behind a byte order mark. */
  readonly from: number;
  readonly faults: readonly SyntaxFault[];
}

const BYTE_ORDER_MARK = "\ufeff";

/**
 * The text of a file in UTF-8 without a byte order mark.
 *
 * @spec encoding.json
 */
export function sourceText(file: string | Uint8Array): SourceText {
  const { text, faults } = typeof file === "string" ? { text: file, faults: halfPairs(file) } : decoded(file);
  if (!text.startsWith(BYTE_ORDER_MARK)) return { text, from: 0, faults };
  const mark: SyntaxFault = {
    offset: 0,
    length: 1,
    message: "expected no byte order mark at the begin of the file",
    suggestion: "Save the file as UTF-8 without a byte order mark.",
    fix: { offset: 0, length: 1, text: "" },
  };
  return { text, from: 1, faults: [mark, ...faults] };
}

/** A text that no UTF-8 can hold. */
function halfPairs(text: string): readonly SyntaxFault[] {
  const offset = text.search(/\p{Surrogate}/u);
  return offset < 0 ? [] : [{ offset, length: 1, message: "expected a character, found half of a surrogate pair" }];
}

function decoded(bytes: Uint8Array): { readonly text: string; readonly faults: readonly SyntaxFault[] } {
  const whole = decodeUtf8(bytes);
  if (whole !== undefined) return { text: whole, faults: [] };
  let text = "";
  let from = 0;
  let fault: SyntaxFault | undefined;
  for (let at = 0; at < bytes.length; ) {
    const size = characterSize(bytes, at);
    if (size > 0) {
      at += size;
      continue;
    }
    text += decodeUtf8(bytes, from, at) ?? "";
    fault ??= {
      offset: text.length,
      length: 1,
      message: `expected UTF-8, found byte 0x${(bytes[at] as number).toString(16).padStart(2, "0")} at byte ${at} of the file`,
      suggestion: isUtf16(bytes) ? "This is UTF-16: save the file as UTF-8." : "Save the file as UTF-8.",
    };
    text += "\ufffd";
    at++;
    from = at;
  }
  text += decodeUtf8(bytes, from) ?? "";
  return { text, faults: fault === undefined ? [] : [fault] };
}

/** Bytes of the character at `at`; 0 where there is none. */
function characterSize(bytes: Uint8Array, at: number): number {
  for (let size = 1; size <= 4 && at + size <= bytes.length; size++) if (isUtf8(bytes, at, at + size)) return size;
  return 0;
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

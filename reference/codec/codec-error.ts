import type { CodecReason } from "./codec-reason.js";
import { messageOf } from "./words.js";

export { CODEC_REASONS, type CodecReason, reasonRank } from "./codec-reason.js";

/** Everything a {@link CodecError} tells. */
export interface CodecErrorDetails {
  readonly reason: CodecReason;
  readonly path: string;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
  readonly rule: string;
}

/**
 * A document that a decoder refused, or a value that an encoder refused.
 *
 * @spec encoding.verdict
 */
export class CodecError extends Error implements CodecErrorDetails {
  /** What kind of fault it is. */
  readonly reason: CodecReason;
  /** Where it lies, for instance `$.entry.section`. @spec encoding.path */
  readonly path: string;
  /**
   * First byte of the item concerned, in bytes from the start of the document plus the decoder's `baseOffset`. From an
   * encoder: the place in the encoding being written.
   *
   * @spec encoding.offset
   */
  readonly offset: number;
  /** What should stand there, for people. */
  readonly expected: string;
  /** What stands there, for people. */
  readonly found: string;
  /** Schema rule that was being read or written, for instance `entry-point`. */
  readonly rule: string;

  constructor(details: CodecErrorDetails) {
    super(messageOf(details));
    this.name = "CodecError";
    this.reason = details.reason;
    this.path = details.path;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
    this.rule = details.rule;
  }
}

/**
 * What a decoder or encoder can find wrong, in the order of the table `decode-reasons`: at one offset the first
 * reason wins.
 *
 * @spec encoding.reasons
 */
export const CODEC_REASONS = [
  "truncated",
  "forbidden_item",
  "not_shortest_form",
  "invalid_utf8",
  "depth",
  "duplicate_key",
  "key_order",
  "missing_field",
  "unknown_field",
  "wrong_type",
  "length_out_of_range",
  "value_out_of_range",
  "pattern_mismatch",
  "item_order",
  "item_conflict",
  "trailing_bytes",
] as const;

/** One of {@link CODEC_REASONS}. */
export type CodecReason = (typeof CODEC_REASONS)[number];

/** Everything a {@link CodecError} tells. */
export interface CodecErrorDetails {
  readonly reason: CodecReason;
  readonly path: string;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
  readonly rule: string;
}

/** Longest path and longest text a message quotes in full. */
const QUOTED_LENGTH = 200;

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
    super(
      `${details.reason} at ${shortened(details.path)} (offset ${details.offset}, rule ${details.rule}): ` +
        `expected ${shortened(details.expected)}, found ${shortened(details.found)}`,
    );
    this.name = "CodecError";
    this.reason = details.reason;
    this.path = details.path;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
    this.rule = details.rule;
  }
}

function shortened(text: string): string {
  return text.length <= QUOTED_LENGTH ? text : `${text.slice(0, QUOTED_LENGTH)}...`;
}

/** Position of a reason in the table: smaller wins at one offset. */
export function reasonRank(reason: CodecReason): number {
  return CODEC_REASONS.indexOf(reason);
}

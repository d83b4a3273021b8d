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

/** One of `CODEC_REASONS`. */
export type CodecReason = (typeof CODEC_REASONS)[number];

/** Position of a reason in the table: smaller wins at one offset. */
export function reasonRank(reason: CodecReason): number {
  return CODEC_REASONS.indexOf(reason);
}

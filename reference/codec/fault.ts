import type { CodecReason } from "./codec-reason.js";

/**
 * What the fast pass throws: the bare facts, without a path and without a stack. `decodeDocument` and the writer turn
 * it into a `CodecError`; it never leaves the kernel.
 */
export class Fault {
  readonly reason: CodecReason;
  /** First byte of the item concerned, counted from the start of the document. */
  readonly offset: number;
  readonly expected: string;
  /** What stands there; empty: described from the bytes. */
  readonly found: string;
  readonly rule: string;
  /** For `missing_field`: depth of the map that lacks the member, and the member's name. */
  readonly missing: { readonly depth: number; readonly name: string } | undefined;

  constructor(
    reason: CodecReason,
    offset: number,
    rule: string,
    expected: string,
    found = "",
    missing?: { readonly depth: number; readonly name: string },
  ) {
    this.reason = reason;
    this.offset = offset;
    this.rule = rule;
    this.expected = expected;
    this.found = found;
    this.missing = missing;
  }
}

import type { FayFinding } from "../../../generated/enums/fay-finding.js";

/** One thing that validation says of a FayManifest. @spec faymanifest.validation */
export interface Finding {
  /** Where, as an RFC 9535 path: `$.modules[0].id`; `$` for what is wrong with the text itself. */
  readonly field: string;
  /** What, for people. */
  readonly message: string;
  /** What, for programs; `FAY_FINDING_SEVERITIES` tells errors from warnings. */
  readonly code: FayFinding;
  /** What to do about it, for people; every warning has one. */
  readonly suggestion?: string;
}

/** A finding and its place in the text. Offsets and lengths are in UTF-16 units. @spec faymanifest.validation.place */
export interface PlacedFinding extends Finding {
  /** The same place as `field`, as an RFC 6901 pointer: `/modules/0/id`; empty for the whole document. */
  readonly pointer: string;
  /** Where the text that is meant begins. */
  readonly offset: number;
  /** Length of the text that is meant; 0 where something is missing there. */
  readonly length: number;
  /** Line of the offset, from 1; lines end with LF, CR or both. */
  readonly line: number;
  /** Column of the offset, from 1, in code points. */
  readonly column: number;
  /** The edit that mends it, where that is certain. All fixes of one text can be applied together. */
  readonly fix?: TextEdit;
}

/** A part of a text and what belongs there instead. Offset and length are in UTF-16 units. */
export interface TextEdit {
  /** Where the part begins. */
  readonly offset: number;
  /** Length of the part; 0 inserts. */
  readonly length: number;
  /** What belongs there. */
  readonly text: string;
}

/** A text with some edits made, which must not overlap; what is inserted somewhere comes before what is replaced there. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let edited = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    edited += text.slice(at, edit.offset) + edit.text;
    at = edit.offset + edit.length;
  }
  return edited + text.slice(at);
}

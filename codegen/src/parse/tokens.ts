import type { BytesNotation, Comment } from "./syntax.js";

/** Fixed tokens. */
export type Punctuation =
  | "="
  | "/="
  | "//="
  | "=>"
  | "/"
  | "//"
  | ".."
  | "..."
  | ","
  | ":"
  | "^"
  | "~"
  | "&"
  | "?"
  | "+"
  | "*"
  | "("
  | ")"
  | "{"
  | "}"
  | "["
  | "]"
  | "<"
  | ">";

/** The value of a literal token. */
export type LiteralValue =
  | { readonly kind: "integer"; readonly value: bigint; readonly raw: string }
  | { readonly kind: "float"; readonly value: number; readonly raw: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array; readonly notation: BytesNotation };

/** An unsigned number right after `#n.`. */
export interface HeadNumber {
  readonly start: number;
  readonly end: number;
  readonly value: bigint;
  readonly raw: string;
}

/** `#`, `#n`, `#n.m`, or `#n.` directly before `<`. */
export interface HashHead {
  readonly major: number | undefined;
  readonly argument: HeadNumber | undefined;
  /** True when `.<` follows: the argument is a type. */
  readonly typeFollows: boolean;
}

interface TokenBase {
  readonly start: number;
  readonly end: number;
  /** How many comments of the file stand before this token. */
  readonly commentsBefore: number;
}

/** The smallest meaningful piece of the text. */
export type Token = TokenBase &
  (
    | { readonly kind: Punctuation }
    | { readonly kind: "identifier"; readonly name: string }
    /** `.name`; `name` has no dot. */
    | { readonly kind: "control"; readonly name: string }
    | { readonly kind: "literal"; readonly literal: LiteralValue }
    | { readonly kind: "hash"; readonly head: HashHead }
    | { readonly kind: "end" }
  );

/** All tokens of a file, the last one of kind `end`, and all its comments. */
export interface TokenList {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

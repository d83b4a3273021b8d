import type { Diagnostic, DiagnosticDetails } from "../diagnostics/diagnostic.js";
import { createDiagnostic, type DiagnosticCode, type DiagnosticParameters } from "../diagnostics/registry.js";
import { type SourceFile, spanOf } from "../diagnostics/source.js";
import { decodeBase64, decodeHex, encodeUtf8 } from "./byte-strings.js";
import { describeCharacter, isDigit, isNamePart, isNameStart, isPrintable } from "./characters.js";
import { isNumberStart, longestNumber, type ScannedNumber, scanNumber, scanUnsignedInteger } from "./numbers.js";
import { lineEndAt, scanString } from "./strings.js";
import type { BytesNotation, Comment } from "./syntax.js";
import type { HashHead, LiteralValue, Punctuation, Token, TokenList } from "./tokens.js";

/** Longest first, so that `//=` is not read as `//` and `=`. */
const punctuations: readonly Punctuation[] = [
  "//=",
  "...",
  "//",
  "/=",
  "=>",
  "..",
  ...("=/,:^~&?+*(){}[]<>".split("") as Punctuation[]),
];

/** A word as people write names in any script; CDDL takes ASCII alone. */
const anyWord = /[\p{L}\p{M}\p{N}@_$]+(?:[.-]+[\p{L}\p{M}\p{N}@_$]+)*/uy;
const letter = /[\p{L}\p{M}]/uy;

/** The largest argument that the head of a CBOR item has room for. */
const largestArgument = 0xffff_ffff_ffff_ffffn;

/** Splits a source text into tokens and comments. Reports what is no token and goes on behind it; linear time. */
export function tokenize(source: SourceFile): TokenList & { readonly diagnostics: readonly Diagnostic[] } {
  const lexer = new Lexer(source);
  lexer.run();
  return { tokens: lexer.tokens, comments: lexer.comments, diagnostics: lexer.diagnostics };
}

class Lexer {
  readonly tokens: Token[] = [];
  readonly comments: Comment[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceFile;
  readonly #text: string;
  #position = 0;
  #line = 1;
  #lineHasToken = false;

  constructor(source: SourceFile) {
    this.#source = source;
    this.#text = source.text;
  }

  run(): void {
    while (this.#position < this.#text.length) this.#step();
    this.tokens.push({ kind: "end", ...this.#range(this.#text.length, this.#text.length) });
  }

  #step(): void {
    const start = this.#position;
    const lineEnd = lineEndAt(this.#text, start);
    if (lineEnd > 0) {
      this.#position += lineEnd;
      this.#line++;
      this.#lineHasToken = false;
      return;
    }
    const character = this.#text.charAt(start);
    if (character === " ") this.#position++;
    else if (character === ";") this.#comment(start);
    else if (character === "\t") this.#tabs(start);
    else {
      if (!this.#token(start, character)) this.#unexpected(start);
      this.#lineHasToken = true;
    }
  }

  #token(start: number, character: string): boolean {
    if (character === '"') this.#textString(start);
    else if (character === "'") this.#byteString(start, start, "text");
    else if (this.#text.slice(start, start + 2).toLowerCase() === "h'") this.#byteString(start, start + 1, "hex");
    else if (this.#text.slice(start, start + 4).toLowerCase() === "b64'") this.#byteString(start, start + 3, "base64");
    else if (isNameStart(this.#text.charCodeAt(start)) || this.#isForeignLetter(start)) this.#identifier(start);
    else if (isNumberStart(this.#text, start)) this.#number(start);
    else if (character === "#") this.#hash(start);
    else if (character === "." && isNameStart(this.#text.charCodeAt(start + 1))) this.#control(start);
    else return this.#punctuation(start);
    return true;
  }

  #comment(start: number): void {
    let end = start;
    while (end < this.#text.length && lineEndAt(this.#text, end) === 0) end++;
    const text = this.#text.slice(start + 1, end);
    this.comments.push({ text, start, end, line: this.#line, ownLine: !this.#lineHasToken });
    this.#position = end;
    this.#checkCommentCharacters(start, end);
  }

  /** One report per comment: a line of garbage is one mistake. */
  #checkCommentCharacters(start: number, end: number): void {
    for (let offset = start; offset < end; ) {
      const codePoint = this.#text.codePointAt(offset) ?? 0;
      const next = offset + (codePoint > 0xffff ? 2 : 1);
      if (!isPrintable(codePoint)) {
        if (codePoint === 0x09) this.#reportTabs(offset, next);
        else this.#report("cddl/unexpected-character", offset, next, { character: describeCharacter(codePoint) });
        return;
      }
      offset = next;
    }
  }

  #tabs(start: number): void {
    while (this.#text[this.#position] === "\t") this.#position++;
    this.#reportTabs(start, this.#position);
  }

  #reportTabs(start: number, end: number): void {
    const edit = { file: this.#source.path, start, end, replacement: "  ".repeat(end - start) };
    this.#report(
      "cddl/tab-character",
      start,
      end,
      {},
      {
        fixes: [{ title: "replace with blanks", applicability: "safe", edits: [edit] }],
      },
    );
  }

  #textString(start: number): void {
    const { end, closed, value } = this.#string(start, start, '"');
    if (!closed) this.#report("cddl/unterminated-text", start, end, {});
    this.#literal(start, end, { kind: "text", value });
  }

  #byteString(start: number, quote: number, notation: BytesNotation): void {
    const { end, closed, value: content } = this.#string(start, quote, "'");
    if (!closed) this.#report("cddl/unterminated-bytes", start, quote + 1, {});
    this.#line += countLineFeeds(this.#text, start, end);
    const value = closed ? this.#decode(start, end, content, notation) : new Uint8Array(0);
    this.#literal(start, end, { kind: "bytes", value, notation });
  }

  #string(start: number, quote: number, mark: '"' | "'"): { end: number; closed: boolean; value: string } {
    const scanned = scanString(this.#text, quote, mark);
    for (const problem of scanned.problems) {
      if (problem.kind === "invalid-escape") {
        const sequence = this.#text.slice(problem.start, problem.end);
        this.#report("cddl/invalid-escape", problem.start, problem.end, { sequence });
      } else {
        const character = describeCharacter(this.#text.codePointAt(problem.start) ?? 0);
        this.#report(
          "cddl/unexpected-character",
          problem.start,
          problem.end,
          { character },
          {
            help: ["inside a string, write it as an escape sequence such as `\\u{9}`"],
          },
        );
      }
    }
    this.#position = Math.max(scanned.end, start + 1);
    return scanned;
  }

  #decode(start: number, end: number, content: string, notation: BytesNotation): Uint8Array {
    if (notation === "text") return encodeUtf8(content);
    const decoded = notation === "hex" ? decodeHex(content) : decodeBase64(content);
    if ("bytes" in decoded) return decoded.bytes;
    const code = notation === "hex" ? "cddl/invalid-hex" : "cddl/invalid-base64";
    this.#report(code, start, end, { reason: decoded.problem });
    return new Uint8Array(0);
  }

  #identifier(start: number): void {
    const end = this.#wordEnd(start);
    this.#position = end;
    this.tokens.push({ kind: "identifier", name: this.#text.slice(start, end), ...this.#range(start, end) });
  }

  /** A name with letters outside ASCII is one mistake and stays one name, so that what stands around it is understood. */
  #wordEnd(start: number): number {
    const end = this.#isForeignLetter(start) ? start : this.#nameEnd(start);
    if (!this.#isForeignLetter(end)) return end;
    anyWord.lastIndex = start;
    anyWord.test(this.#text);
    const help = ["a name is made of ASCII letters, digits, `@`, `_` and `$`, with `-` and `.` inside"];
    const codePoint = this.#text.codePointAt(end) ?? 0;
    const next = end + (codePoint > 0xffff ? 2 : 1);
    const character = describeCharacter(codePoint);
    this.#report("cddl/unexpected-character", end, next, { character }, { help });
    return anyWord.lastIndex;
  }

  #isForeignLetter(offset: number): boolean {
    letter.lastIndex = offset;
    return this.#text.charCodeAt(offset) > 0x7f && letter.test(this.#text);
  }

  #control(start: number): void {
    const end = this.#nameEnd(start + 1);
    this.#position = end;
    this.tokens.push({ kind: "control", name: this.#text.slice(start + 1, end), ...this.#range(start, end) });
  }

  /** Dots and hyphens may stand inside a name, never at its end. */
  #nameEnd(start: number): number {
    let end = start + 1;
    let offset = end;
    for (; offset < this.#text.length; offset++) {
      const code = this.#text.charCodeAt(offset);
      if (isNamePart(code)) end = offset + 1;
      else if (code !== 0x2d && code !== 0x2e) break;
    }
    return end;
  }

  #number(start: number): void {
    const scanned = scanNumber(this.#text, start);
    this.#position = scanned.end;
    this.#checkNumber(start, scanned);
    this.#literal(start, scanned.end, scanned.literal);
  }

  #checkNumber(start: number, scanned: ScannedNumber): void {
    const { end, problem } = scanned;
    if (problem === undefined) return;
    const raw = scanned.literal.raw;
    if (problem === "leading-zero") {
      const zeros = /^-?(0+)(?=\d)/.exec(raw)?.[1]?.length ?? 0;
      const digits = raw.startsWith("-") ? start + 1 : start;
      const edit = { file: this.#source.path, start: digits, end: digits + zeros, replacement: "" };
      this.#report(
        "cddl/leading-zero",
        start,
        end,
        { number: shortened(raw) },
        {
          fixes: [{ title: "remove the leading zeros", applicability: "unsafe", edits: [edit] }],
        },
      );
      return;
    }
    const reason =
      problem === "too-long"
        ? `has more than ${longestNumber} characters`
        : "is larger than a 64-bit floating-point number can be";
    this.#report("cddl/number-out-of-range", start, end, { number: shortened(raw), reason });
  }

  /** `#`, `#n`, `#n.m` and `#n.` before `<` are one token, because nothing may stand between their parts. */
  #hash(start: number): void {
    const text = this.#text;
    let end = start + 1;
    let major: number | undefined;
    let argument: HashHead["argument"];
    let typeFollows = false;
    if (isDigit(text.charCodeAt(end))) {
      major = text.charCodeAt(end) - 0x30;
      end++;
      const scanned = text[end] === "." ? scanUnsignedInteger(text, end + 1) : undefined;
      if (scanned !== undefined && scanned.literal.kind === "integer") {
        this.#checkNumber(end + 1, scanned);
        const { value, raw } = scanned.literal;
        if (scanned.problem === undefined && value > largestArgument) {
          const reason = "is larger than the argument of a CBOR item can be, 2^64-1";
          this.#report("cddl/number-out-of-range", end + 1, scanned.end, { number: shortened(raw), reason });
        }
        argument = { start: end + 1, end: scanned.end, value, raw };
        end = scanned.end;
      } else if (text[end] === "." && text[end + 1] === "<") {
        typeFollows = true;
        end++;
      }
    }
    this.#position = end;
    this.tokens.push({ kind: "hash", head: { major, argument, typeFollows }, ...this.#range(start, end) });
  }

  #punctuation(start: number): boolean {
    if (this.#text[start] === "|") return this.#bar(start);
    const kind = punctuations.find((candidate) => this.#text.startsWith(candidate, start));
    if (kind === undefined) return false;
    this.#position = start + kind.length;
    this.tokens.push({ kind, ...this.#range(start, this.#position) });
    return true;
  }

  /** `|` and `||`, which part alternatives in other notations, are read as the `/` and `//` that they stand for. */
  #bar(start: number): boolean {
    const end = start + (this.#text[start + 1] === "|" ? 2 : 1);
    const kind = end - start === 2 ? "//" : "/";
    const help = ["alternatives are parted by `/`, and those of groups by `//`"];
    const edit = { file: this.#source.path, start, end, replacement: kind };
    const fixes = [{ title: `replace with \`${kind}\``, applicability: "unsafe" as const, edits: [edit] }];
    this.#report("cddl/unexpected-character", start, end, { character: "`|`" }, { help, fixes });
    this.#position = end;
    this.tokens.push({ kind, ...this.#range(start, end) });
    return true;
  }

  #literal(start: number, end: number, literal: LiteralValue): void {
    this.tokens.push({ kind: "literal", literal, ...this.#range(start, end) });
  }

  /** Reports a run of characters outside ASCII as one mistake, anything else singly. */
  #unexpected(start: number): void {
    const codePoint = this.#text.codePointAt(start) ?? 0;
    this.#position += codePoint > 0xffff ? 2 : 1;
    while (codePoint > 0x7f && this.#text.charCodeAt(this.#position) > 0x7f) this.#position++;
    const help =
      codePoint === 0xfeff
        ? ["the file starts with a byte order mark: save it as UTF-8 without one"]
        : codePoint === 0x0d
          ? ["lines end with LF or CR LF, not with CR alone"]
          : [];
    const character = describeCharacter(codePoint);
    this.#report("cddl/unexpected-character", start, this.#position, { character }, { help });
  }

  #range(start: number, end: number): { start: number; end: number; commentsBefore: number } {
    return { start, end, commentsBefore: this.comments.length };
  }

  #report<Code extends DiagnosticCode>(
    code: Code,
    start: number,
    end: number,
    parameters: DiagnosticParameters<Code>,
    details: DiagnosticDetails = {},
  ): void {
    this.diagnostics.push(createDiagnostic(code, spanOf(this.#source, start, end), parameters, details));
  }
}

function countLineFeeds(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; offset++) if (text.charCodeAt(offset) === 0x0a) count++;
  return count;
}

/** Keeps messages short when the number itself is the problem. */
function shortened(raw: string): string {
  return raw.length <= 40 ? raw : `${raw.slice(0, 20)}...`;
}

import type { Diagnostic, DiagnosticDetails } from "../diagnostics/diagnostic.js";
import { createDiagnostic, type DiagnosticCode, type DiagnosticParameters } from "../diagnostics/registry.js";
import { type SourceFile, spanOf } from "../diagnostics/source.js";
import { type BracketMap, mapBrackets } from "./brackets.js";
import type { Comment, Commented, Identifier } from "./syntax.js";
import type { Punctuation, Token, TokenList } from "./tokens.js";

/** Deepest nesting of brackets and generic arguments. Beyond it the parser reports and jumps over the region. */
export const nestingLimit = 200;

/**
 * The place of the parser in the token list, and everything that needs the list: looking ahead, comments around a
 * node, and reporting. Never moves past the `end` token.
 */
export class Cursor {
  readonly source: SourceFile;
  readonly comments: readonly Comment[];
  readonly diagnostics: Diagnostic[] = [];
  readonly #tokens: readonly Token[];
  readonly #brackets: BracketMap;
  #index = 0;
  #depth = 0;
  #reportedDepth = false;
  #lastReported = -1;

  constructor(source: SourceFile, list: TokenList) {
    this.source = source;
    this.comments = list.comments;
    this.#tokens = list.tokens;
    this.#brackets = mapBrackets(source, list.tokens);
  }

  /** Index of the current token: the identity of a place, used for comments and bracket partners. */
  get index(): number {
    return this.#index;
  }

  get token(): Token {
    return this.peek(0);
  }

  /** The token `distance` places ahead; the `end` token beyond the end. */
  peek(distance: number): Token {
    const last = this.#tokens.length - 1;
    const token = this.#tokens[Math.min(this.#index + distance, last)];
    if (token === undefined) throw new RangeError("a token list ends with an end token");
    return token;
  }

  is(kind: Token["kind"]): boolean {
    return this.token.kind === kind;
  }

  /** True when the token at `distance` directly touches the one before it. */
  touches(distance: number): boolean {
    return this.peek(distance - 1).end === this.peek(distance).start;
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Consumes the current token when it is of the given kind. */
  accept(kind: Punctuation): Token | undefined {
    return this.is(kind) ? this.advance() : undefined;
  }

  /** Start offset of the token at `index`. */
  startOf(index: number): number {
    return this.#tokens[index]?.start ?? this.source.text.length;
  }

  /** End offset of the last consumed token, 0 at the beginning. */
  get previousEnd(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  /** True when a rule certainly begins here, or the file ends. */
  atRuleStart(): boolean {
    return this.is("end") || this.#brackets.ruleStart[this.#index] === 1;
  }

  /** True when the bracket at token `index` has a partner. */
  hasPartner(index: number): boolean {
    return (this.#brackets.partner[index] ?? -1) >= 0;
  }

  skipToRuleStart(): void {
    while (!this.atRuleStart()) this.#index++;
  }

  /**
   * Runs `parse` one nesting level deeper. At the limit it reports instead, moves behind the region that the opening
   * token at `opener` begins, and returns `undefined`.
   */
  nested<Result>(opener: number, parse: () => Result): Result | undefined {
    if (this.#depth >= nestingLimit) {
      if (!this.#reportedDepth) this.#reportAt("cddl/nesting-too-deep", opener, { limit: nestingLimit });
      this.#reportedDepth = true;
      const partner = this.#brackets.partner[opener] ?? -1;
      if (partner > opener) this.#index = partner + 1;
      else this.skipToRuleStart();
      return undefined;
    }
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Comments that belong to a node which began at token `first` and ended before the current token. */
  commentsOf(first: number): Commented {
    const leadingFrom = this.#tokens[first - 1]?.commentsBefore ?? 0;
    const leadingTo = this.#tokens[first]?.commentsBefore ?? leadingFrom;
    const leading = this.comments.slice(leadingFrom, leadingTo).filter((comment) => comment.ownLine);
    return { leading, trailing: this.#trailingComment() };
  }

  #trailingComment(): Comment | undefined {
    const last = this.#tokens[this.#index - 1];
    if (last === undefined) return undefined;
    const direct = this.#commentBehind(last, this.token);
    if (direct !== undefined) return direct;
    const separator = this.token;
    if (separator.kind !== "," && separator.kind !== "/" && separator.kind !== "//") return undefined;
    return this.#commentBehind(separator, this.peek(1));
  }

  #commentBehind(token: Token, next: Token): Comment | undefined {
    if (next.commentsBefore === token.commentsBefore) return undefined;
    const comment = this.comments[token.commentsBefore];
    return comment === undefined || comment.ownLine ? undefined : comment;
  }

  /** Reports at the current token, at most once per token: a second complaint about the same place helps nobody. */
  report<Code extends DiagnosticCode>(
    code: Code,
    parameters: DiagnosticParameters<Code>,
    details: DiagnosticDetails = {},
  ): void {
    this.#reportAt(code, this.#index, parameters, details);
  }

  /** Reports about a range of text that has been read already. */
  reportRange<Code extends DiagnosticCode>(
    code: Code,
    start: number,
    end: number,
    parameters: DiagnosticParameters<Code>,
    details: DiagnosticDetails = {},
  ): void {
    this.diagnostics.push(createDiagnostic(code, spanOf(this.source, start, end), parameters, details));
  }

  #reportAt<Code extends DiagnosticCode>(
    code: Code,
    index: number,
    parameters: DiagnosticParameters<Code>,
    details: DiagnosticDetails = {},
  ): void {
    if (index <= this.#lastReported) return;
    this.#lastReported = index;
    const token = this.#tokens[index];
    if (token !== undefined) this.reportRange(code, token.start, token.end, parameters, details);
  }

  /** The current token for a message. */
  describeToken(): string {
    const text = describeToken(this.token, this.source);
    return this.atRuleStart() && !this.is("end") ? `rule ${text}` : text;
  }

  /** The token behind the current one, for a message. */
  describeNext(): string {
    return describeToken(this.peek(1), this.source);
  }
}

/** A token for a message: its text in backticks, or what it is when the text would be long. */
function describeToken(token: Token, source: SourceFile): string {
  if (token.kind === "end") return "the end of the file";
  const text = source.text.slice(token.start, token.end);
  if (text.length > 40 || text.includes("\n"))
    return token.kind === "literal" ? `a ${token.literal.kind} literal` : "a long name";
  return `\`${text}\``;
}

/** Makes an identifier node. */
export function identifierNode(name: string, start: number, end: number): Identifier {
  return { kind: "identifier", name, start, end };
}

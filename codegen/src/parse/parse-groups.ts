import type { RelatedLocation } from "../diagnostics/diagnostic.js";
import { spanOf } from "../diagnostics/source.js";
import type { Cursor } from "./cursor.js";
import { loneReference, typeFromGroup } from "./group-as-type.js";
import {
  continueType,
  continueTypeExpression,
  expectToken,
  parenthesizedType,
  parseType,
  parseTypeExpression,
} from "./parse-types.js";
import type {
  Group,
  GroupChoice,
  GroupEntry,
  MemberKey,
  Occurrence,
  ReferenceType,
  Type,
  TypeExpression,
} from "./syntax.js";
import type { Punctuation, Token } from "./tokens.js";

const closerOf = { "(": ")", "[": "]", "{": "}" } as const;

/**
 * Parses from the opening bracket, which is the current token, to behind its closing one, and returns the group
 * between. Returns `undefined` only at the nesting limit, where the region has been skipped.
 */
export function parseBracketedGroup(cursor: Cursor): Group | undefined {
  const opener = cursor.index;
  return cursor.nested(opener, () => {
    const open = cursor.advance();
    const closer = closerOf[open.kind as keyof typeof closerOf];
    const start = open.end;
    const choices = [parseChoice(cursor, opener, closer)];
    while (cursor.accept("//") !== undefined) choices.push(parseChoice(cursor, opener, closer));
    const end = Math.max(start, cursor.previousEnd);
    closeBracket(cursor, open, closer);
    return { kind: "group", choices, start, end };
  });
}

function closeBracket(cursor: Cursor, open: Token, closer: Punctuation): void {
  if (cursor.accept(closer) !== undefined) return;
  const opened: RelatedLocation = {
    span: spanOf(cursor.source, open.start, open.end),
    message: `\`${open.kind}\` opened here`,
  };
  const found = cursor.token;
  if (isCloser(found) && !cursor.hasPartner(cursor.index)) {
    cursor.report("cddl/mismatched-bracket", { expected: closer, found: found.kind }, { related: [opened] });
    cursor.advance();
    return;
  }
  cursor.report(
    "cddl/unclosed-bracket",
    { bracket: open.kind, found: cursor.is("end") ? "the end of the file" : cursor.describeToken() },
    { related: [opened] },
  );
}

/** Entries up to `//`, a closing bracket, or the place where the bracket at token `opener` must have been forgotten. */
function parseChoice(cursor: Cursor, opener: number, closer: Punctuation): GroupChoice {
  const first = cursor.index;
  const before = cursor.previousEnd;
  const entries: GroupEntry[] = [];
  while (!atChoiceEnd(cursor, opener, closer)) {
    if (!startsEntry(cursor)) {
      cursor.report("cddl/expected-token", { expected: `an entry or \`${closer}\``, found: cursor.describeToken() });
      cursor.advance();
      continue;
    }
    entries.push(parseEntry(cursor));
    cursor.accept(",");
  }
  if (cursor.index === first) {
    return { kind: "group-choice", entries, start: before, end: before, leading: [], trailing: undefined };
  }
  const start = cursor.startOf(first);
  return { kind: "group-choice", entries, start, end: cursor.previousEnd, ...cursor.commentsOf(first) };
}

function atChoiceEnd(cursor: Cursor, opener: number, closer: Punctuation): boolean {
  const token = cursor.token;
  if (token.kind === closer || token.kind === "//" || cursor.atRuleStart()) return true;
  // A closing bracket of another kind: either it belongs further out, or it stands for ours.
  return isCloser(token) && (cursor.hasPartner(cursor.index) || !cursor.hasPartner(opener));
}

function isCloser(token: Token): boolean {
  return token.kind === ")" || token.kind === "]" || token.kind === "}";
}

const entryStarts: ReadonlySet<Token["kind"]> = new Set<Token["kind"]>([
  "identifier",
  "literal",
  "hash",
  "(",
  "{",
  "[",
  "~",
  "&",
  "?",
  "*",
  "+",
]);

function startsEntry(cursor: Cursor): boolean {
  return entryStarts.has(cursor.token.kind);
}

/** One entry. Always consumes at least one token when the current one may start an entry. */
export function parseEntry(cursor: Cursor): GroupEntry {
  const first = cursor.index;
  const start = cursor.token.start;
  const occurrence = parseOccurrence(cursor);
  const keyed = parseSimpleKey(cursor);
  if (keyed !== undefined)
    return member(cursor, first, start, occurrence, keyed, parseType(cursor, parseBracketedGroup));
  if (cursor.is("(")) return parseParenthesizedEntry(cursor, first, start, occurrence);
  const expression = parseTypeExpression(cursor, parseBracketedGroup);
  return continueEntry(cursor, first, start, occurrence, expression);
}

/** `name:` and `value:`. */
function parseSimpleKey(cursor: Cursor): MemberKey | undefined {
  const token = cursor.token;
  const next = cursor.peek(1);
  if (cursor.atRuleStart()) return undefined;
  if (token.kind === "identifier" && (next.kind === "=" || next.kind === "/=" || next.kind === "//=")) {
    return parseAssignmentAsKey(cursor, token.name, next);
  }
  if (next.kind !== ":") return undefined;
  const range = { start: token.start, end: next.end };
  if (token.kind === "identifier") {
    cursor.advance();
    cursor.advance();
    return { kind: "bareword-key", name: token.name, cut: true, ...range };
  }
  if (token.kind === "literal") {
    const first = cursor.index;
    cursor.advance();
    const literal = { ...token.literal, start: token.start, end: token.end, ...cursor.commentsOf(first) };
    cursor.advance();
    return { kind: "value-key", literal, cut: true, ...range };
  }
  return undefined;
}

/** `name = type` between brackets: most likely `:` was meant. */
function parseAssignmentAsKey(cursor: Cursor, name: string, operator: Token): MemberKey {
  const { start } = cursor.token;
  const edit = { file: cursor.source.path, start: operator.start, end: operator.end, replacement: ":" };
  cursor.report(
    "cddl/assignment-in-group",
    { name, operator: operator.kind },
    {
      help: ["a member is written `name: type` or `key => type`"],
      fixes: [{ title: "replace with `:`", applicability: "unsafe", edits: [edit] }],
    },
  );
  cursor.advance();
  cursor.advance();
  return { kind: "bareword-key", name, cut: true, start, end: operator.end };
}

/** Decides what an expression read so far is: a key, the first alternative of a type, or a lone name. */
function continueEntry(
  cursor: Cursor,
  first: number,
  start: number,
  occurrence: Occurrence | undefined,
  expression: TypeExpression,
): GroupEntry {
  const key = parseArrow(cursor, expression);
  if (key !== undefined) return member(cursor, first, start, occurrence, key, parseType(cursor, parseBracketedGroup));
  if (expression.kind === "reference" && !cursor.is("/")) {
    return referenceEntry(cursor, first, start, occurrence, expression);
  }
  const type = continueType(cursor, expression, parseBracketedGroup);
  if (cursor.is("=>") || cursor.is("^")) return choiceAsKey(cursor, first, start, occurrence, type);
  return member(cursor, first, start, occurrence, undefined, type);
}

/** `=>` or `^ =>` behind a key type; a `:` there is reported and read as `^ =>`. */
function parseArrow(cursor: Cursor, type: TypeExpression): MemberKey | undefined {
  if (cursor.is(":")) {
    cursor.report(
      "cddl/expected-token",
      { expected: "`=>`", found: "`:`" },
      {
        help: ["only a name or a single value stands before `:`; any other key type is followed by `=>`"],
      },
    );
    cursor.advance();
    return { kind: "type-key", type, cut: true, start: type.start, end: cursor.previousEnd };
  }
  const cut = cursor.accept("^") !== undefined;
  if (cursor.accept("=>") === undefined) {
    if (!cut) return undefined;
    expectToken(cursor, "`=>` behind `^`");
  }
  return { kind: "type-key", type, cut, start: type.start, end: cursor.previousEnd };
}

function choiceAsKey(
  cursor: Cursor,
  first: number,
  start: number,
  occurrence: Occurrence | undefined,
  type: Type,
): GroupEntry {
  const file = cursor.source.path;
  cursor.reportRange(
    "cddl/key-needs-parentheses",
    type.start,
    type.end,
    {},
    {
      fixes: [
        {
          title: "put the key in parentheses",
          applicability: "safe",
          edits: [
            { file, start: type.start, end: type.start, replacement: "(" },
            { file, start: type.end, end: type.end, replacement: ")" },
          ],
        },
      ],
    },
  );
  const { end } = type;
  const key = parseArrow(cursor, {
    kind: "parenthesized",
    type,
    start: type.start,
    end,
    leading: [],
    trailing: undefined,
  });
  return member(cursor, first, start, occurrence, key, parseType(cursor, parseBracketedGroup));
}

/** An entry that begins with `(`: a group, or a type or key in parentheses. */
function parseParenthesizedEntry(
  cursor: Cursor,
  first: number,
  start: number,
  occurrence: Occurrence | undefined,
): GroupEntry {
  const opener = cursor.index;
  const group = parseBracketedGroup(cursor) ?? emptyGroup(cursor.previousEnd);
  if (!continuesType(cursor) && (typeFromGroup(group) === undefined || loneReference(group) !== undefined)) {
    return { kind: "inline-group", occurrence, group, start, end: cursor.previousEnd, ...cursor.commentsOf(first) };
  }
  const primary = parenthesizedType(cursor, opener, group);
  const expression = continueTypeExpression(cursor, opener, primary, parseBracketedGroup);
  return continueEntry(cursor, first, start, occurrence, expression);
}

function emptyGroup(offset: number): Group {
  const choice: GroupChoice = {
    kind: "group-choice",
    entries: [],
    start: offset,
    end: offset,
    leading: [],
    trailing: undefined,
  };
  return { kind: "group", choices: [choice], start: offset, end: offset };
}

const typeContinuations: ReadonlySet<Token["kind"]> = new Set<Token["kind"]>([
  "/",
  "..",
  "...",
  "control",
  "=>",
  "^",
  ":",
]);

function continuesType(cursor: Cursor): boolean {
  return typeContinuations.has(cursor.token.kind);
}

function member(
  cursor: Cursor,
  first: number,
  start: number,
  occurrence: Occurrence | undefined,
  key: MemberKey | undefined,
  type: Type,
): GroupEntry {
  return { kind: "member", occurrence, key, type, start, end: cursor.previousEnd, ...cursor.commentsOf(first) };
}

function referenceEntry(
  cursor: Cursor,
  first: number,
  start: number,
  occurrence: Occurrence | undefined,
  reference: ReferenceType,
): GroupEntry {
  const end = cursor.previousEnd;
  return { kind: "reference-entry", occurrence, reference, start, end, ...cursor.commentsOf(first) };
}

/** `?`, `+`, `[n]*[m]`. The numbers of `n*m` touch the star; `1 * x` is the entry `1` and then `* x`. */
function parseOccurrence(cursor: Cursor): Occurrence | undefined {
  const { start } = cursor.token;
  const finish = (minimum: bigint, maximum: bigint | undefined): Occurrence => {
    return { kind: "occurrence", minimum, maximum, start, end: cursor.previousEnd };
  };
  if (cursor.accept("?") !== undefined) return finish(0n, 1n);
  if (cursor.accept("+") !== undefined) return finish(1n, undefined);
  let minimum = 0n;
  const bound = unsignedIn(cursor);
  if (bound !== undefined && cursor.peek(1).kind === "*" && cursor.touches(1)) {
    minimum = bound;
    cursor.advance();
  }
  if (cursor.accept("*") === undefined) return undefined;
  const maximum = cursor.touches(0) ? unsignedIn(cursor) : undefined;
  if (maximum === undefined || isKeyMark(cursor.peek(1))) return finish(minimum, undefined);
  cursor.advance();
  return finish(minimum, maximum);
}

/** The next token's value, where it is an unsigned integer. */
function unsignedIn(cursor: Cursor): bigint | undefined {
  const { token } = cursor;
  if (token.kind !== "literal" || token.literal.kind !== "integer" || token.literal.raw.startsWith("-"))
    return undefined;
  return token.literal.value;
}

/** In `*2 => x` the number can only be the key. */
function isKeyMark(token: Token): boolean {
  return token.kind === ":" || token.kind === "=>" || token.kind === "^";
}

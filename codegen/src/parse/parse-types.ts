import { type Cursor, identifierNode } from "./cursor.js";
import { typeFromGroup } from "./group-as-type.js";
import type {
  ErrorType,
  Group,
  Identifier,
  IntegerLiteral,
  PrimaryType,
  ReferenceType,
  Type,
  TypeExpression,
} from "./syntax.js";
import type { HeadNumber } from "./tokens.js";

/**
 * Parses the group between brackets: from the opening bracket, which is the current token, to behind the closing one.
 * It is passed in because groups contain types and types contain groups, and files must not import each other.
 */
export type ParseBracketed = (cursor: Cursor) => Group | undefined;

/** `type1 *("/" type1)`. Always returns a node; reports and returns an error type where none can be read. */
export function parseType(cursor: Cursor, parseBracketed: ParseBracketed): Type {
  return continueType(cursor, parseTypeExpression(cursor, parseBracketed), parseBracketed);
}

/** The rest of a type whose first alternative has been read. */
export function continueType(cursor: Cursor, first: TypeExpression, parseBracketed: ParseBracketed): Type {
  const alternatives = [first];
  while (cursor.accept("/") !== undefined) alternatives.push(parseTypeExpression(cursor, parseBracketed));
  return { kind: "type", alternatives, start: first.start, end: alternatives.at(-1)?.end ?? first.end };
}

/** One alternative: a primary type with at most one range or control operator. */
export function parseTypeExpression(cursor: Cursor, parseBracketed: ParseBracketed): TypeExpression {
  const first = cursor.index;
  return continueTypeExpression(cursor, first, parsePrimaryType(cursor, parseBracketed), parseBracketed);
}

/** The operator, if any, behind a primary type that began at token `first`. */
export function continueTypeExpression(
  cursor: Cursor,
  first: number,
  primary: TypeExpression,
  parseBracketed: ParseBracketed,
): TypeExpression {
  let expression = primary;
  for (let operators = 0; ; operators++) {
    const token = cursor.token;
    if (token.kind !== ".." && token.kind !== "..." && token.kind !== "control") return expression;
    if (operators > 0) reportOperatorChain(cursor, expression);
    cursor.advance();
    const right = parsePrimaryType(cursor, parseBracketed);
    // The tree keeps the first operation only: a chain must not become a nesting as deep as it is long.
    if (operators > 0) continue;
    const range = { start: expression.start, end: right.end, ...cursor.commentsOf(first) };
    if (token.kind === "control") {
      const operator = identifierNode(token.name, token.start, token.end);
      expression = { kind: "control", target: expression, operator, argument: right, ...range };
    } else {
      expression = { kind: "range", low: expression, high: right, inclusive: token.kind === "..", ...range };
    }
  }
}

function reportOperatorChain(cursor: Cursor, left: TypeExpression): void {
  const file = cursor.source.path;
  const { start, end } = cursor.token;
  cursor.report(
    "cddl/operator-chain",
    { operator: cursor.source.text.slice(start, end) },
    {
      fixes: [
        {
          title: "put the first operation in parentheses",
          applicability: "unsafe",
          edits: [
            { file, start: left.start, end: left.start, replacement: "(" },
            { file, start: left.end, end: left.end, replacement: ")" },
          ],
        },
      ],
    },
  );
}

/** A type without an operator. */
function parsePrimaryType(cursor: Cursor, parseBracketed: ParseBracketed): PrimaryType {
  skipOccurrences(cursor);
  const first = cursor.index;
  const token = cursor.token;
  const { start } = token;
  if (cursor.atRuleStart()) {
    reportMissingType(cursor);
    return errorType(cursor, first);
  }
  const finish = () => ({ start, end: cursor.previousEnd, ...cursor.commentsOf(first) });
  switch (token.kind) {
    case "literal":
      cursor.advance();
      return { ...token.literal, ...finish() };
    case "identifier":
      return parseReference(cursor, token.name, parseBracketed);
    case "(": {
      const group = parseBracketed(cursor);
      return group === undefined ? errorType(cursor, first) : parenthesizedType(cursor, first, group);
    }
    case "{":
    case "[": {
      const group = parseBracketed(cursor);
      if (group === undefined) return errorType(cursor, first);
      return { kind: token.kind === "{" ? "map" : "array", group, ...finish() };
    }
    case "~": {
      cursor.advance();
      const name = cursor.token;
      if (name.kind !== "identifier" || cursor.atRuleStart()) return missing(cursor, first, "a rule name behind `~`");
      const reference = parseReference(cursor, name.name, parseBracketed);
      return { kind: "unwrap", reference, ...finish() };
    }
    case "&": {
      cursor.advance();
      const operand = cursor.token;
      if (operand.kind === "identifier" && !cursor.atRuleStart()) {
        const group = parseReference(cursor, operand.name, parseBracketed);
        return { kind: "enumeration", group, ...finish() };
      }
      if (operand.kind !== "(") return missing(cursor, first, "`(` or a group name behind `&`");
      const group = parseBracketed(cursor);
      return group === undefined ? errorType(cursor, first) : { kind: "enumeration", group, ...finish() };
    }
    case "hash":
      return parseHash(cursor, parseBracketed);
    default:
      reportMissingType(cursor);
      return errorType(cursor, first);
  }
}

/** A parenthesised type made of a group that began at token `first`; reports when the group is no type. */
export function parenthesizedType(cursor: Cursor, first: number, group: Group): PrimaryType {
  const type = typeFromGroup(group);
  const bracketStart = group.start - 1;
  if (type === undefined) {
    cursor.reportRange("cddl/group-used-as-type", bracketStart, cursor.previousEnd, { what: "these parentheses hold" });
    return errorType(cursor, first);
  }
  return { kind: "parenthesized", type, start: bracketStart, end: cursor.previousEnd, ...cursor.commentsOf(first) };
}

/** A name with its generic arguments; the current token is the name. */
function parseReference(cursor: Cursor, name: string, parseBracketed: ParseBracketed): ReferenceType {
  const first = cursor.index;
  const token = cursor.advance();
  const genericArguments: TypeExpression[] = [];
  if (cursor.is("<") && cursor.touches(0)) {
    const opener = cursor.index;
    cursor.nested(opener, () => {
      cursor.advance();
      do genericArguments.push(parseTypeExpression(cursor, parseBracketed));
      while (cursor.accept(",") !== undefined);
      if (cursor.accept(">") === undefined) expectToken(cursor, "`,` or `>` in the generic arguments");
    });
  }
  return {
    kind: "reference",
    name: identifierNode(name, token.start, token.end),
    genericArguments,
    start: token.start,
    end: cursor.previousEnd,
    ...cursor.commentsOf(first),
  };
}

/** `#`, `#n`, `#n.m`, `#n.<type>`, and tags: `#6`, `#6.n`, `#6.<type>` directly before a parenthesis. */
function parseHash(cursor: Cursor, parseBracketed: ParseBracketed): PrimaryType {
  const first = cursor.index;
  const token = cursor.advance();
  if (token.kind !== "hash") return errorType(cursor, first);
  const { major, argument: number, typeFollows } = token.head;
  const argument = typeFollows
    ? parseHeadType(cursor, parseBracketed)
    : number === undefined
      ? undefined
      : headLiteral(number);
  const finish = () => ({ start: token.start, end: cursor.previousEnd, ...cursor.commentsOf(first) });
  if (major === undefined) return { kind: "any", ...finish() };
  if (major > 7) {
    cursor.reportRange("cddl/major-type-out-of-range", token.start, token.start + 2, { major });
    return errorType(cursor, first);
  }
  if (major !== 6 || !cursor.is("(") || !cursor.touches(0)) return { kind: "major", major, argument, ...finish() };

  const opener = cursor.index;
  const group = parseBracketed(cursor);
  const content = group === undefined ? errorType(cursor, opener) : parenthesizedType(cursor, opener, group);
  const type: Type =
    content.kind === "parenthesized"
      ? content.type
      : { kind: "type", alternatives: [content], start: content.start, end: content.end };
  return { kind: "tag", number: argument, type, ...finish() };
}

function parseHeadType(cursor: Cursor, parseBracketed: ParseBracketed): Type | undefined {
  const opener = cursor.index;
  return cursor.nested(opener, () => {
    cursor.advance();
    const type = parseType(cursor, parseBracketed);
    if (cursor.accept(">") === undefined) expectToken(cursor, "`>` behind the number type");
    return type;
  });
}

function headLiteral(number: HeadNumber): IntegerLiteral {
  return { kind: "integer", ...number, leading: [], trailing: undefined };
}

function missing(cursor: Cursor, first: number, expected: string): ErrorType {
  expectToken(cursor, expected);
  return errorType(cursor, first);
}

/** Reports that something else than `expected` stands at the current token. */
export function expectToken(cursor: Cursor, expected: string): void {
  cursor.report("cddl/expected-token", { expected, found: cursor.describeToken() });
}

function reportMissingType(cursor: Cursor, help: readonly string[] = []): void {
  cursor.report("cddl/expected-type", { found: cursor.describeToken() }, { help });
}

/** `key: ? type` is a common slip: the occurrence is reported and what stands behind it is read as the type. */
function skipOccurrences(cursor: Cursor): void {
  while (cursor.is("?") || cursor.is("*") || cursor.is("+")) {
    reportMissingType(cursor, ["an occurrence stands before the key: `? key: type`"]);
    cursor.advance();
  }
}

/** A stand-in for the type that began at token `first` and could not be read. */
function errorType(cursor: Cursor, first: number): ErrorType {
  const start = first === cursor.index ? cursor.token.start : Math.min(cursor.startOf(first), cursor.previousEnd);
  const end = Math.max(start, first === cursor.index ? start : cursor.previousEnd);
  return { kind: "error", start, end, leading: [], trailing: undefined };
}

/** A rule name of any kind: an identifier token as node. */
export function acceptIdentifier(cursor: Cursor): Identifier | undefined {
  const token = cursor.token;
  if (token.kind !== "identifier") return undefined;
  cursor.advance();
  return identifierNode(token.name, token.start, token.end);
}

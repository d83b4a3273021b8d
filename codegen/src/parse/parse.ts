import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../diagnostics/source.js";
import { Cursor, identifierNode } from "./cursor.js";
import { typeFromEntry } from "./group-as-type.js";
import { tokenize } from "./lexer.js";
import { parseBracketedGroup, parseEntry } from "./parse-groups.js";
import { acceptIdentifier, expectToken, parseType } from "./parse-types.js";
import type { Assignment, CddlFile, GroupEntry, Identifier, Rule, Type } from "./syntax.js";

/** A tree for every input, and what is wrong with the input. */
export interface ParseResult {
  readonly tree: CddlFile;
  /** In the order found; errors only. Sort them for output. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses one CDDL file by the grammar of RFC 8610 as updated by RFC 9682.
 *
 * Never throws and takes time linear in the length of the text. After a mistake it goes on with the next entry or the
 * next rule, so that one run reports the independent mistakes of a file.
 */
export function parseCddl(source: SourceFile): ParseResult {
  const { tokens, comments, diagnostics: lexical } = tokenize(source);
  const cursor = new Cursor(source, { tokens, comments });
  const rules: Rule[] = [];
  while (!cursor.is("end")) {
    const rule = parseRule(cursor);
    if (rule !== undefined) rules.push(rule);
    if (cursor.atRuleStart()) continue;
    const mistyped = parseMistypedRule(cursor);
    if (mistyped !== undefined) rules.push(mistyped);
    else {
      reportNoRule(cursor);
      cursor.skipToRuleStart();
    }
  }
  const tree: CddlFile = { kind: "file", source, rules, comments, start: 0, end: source.text.length };
  return { tree, diagnostics: [...lexical, ...cursor.diagnostics] };
}

/** `name [<parameters>] assignment body`; `undefined`, with nothing consumed, where no rule begins. */
function parseRule(cursor: Cursor): Rule | undefined {
  if (!cursor.atRuleStart()) return undefined;
  const first = cursor.index;
  const start = cursor.token.start;
  const name = acceptIdentifier(cursor);
  if (name === undefined) return undefined;
  const genericParameters = parseGenericParameters(cursor);
  const assignment = parseAssignment(cursor);
  if (assignment === undefined) return undefined;
  const body = parseBody(cursor, assignment);
  const end = cursor.previousEnd;
  return { kind: "rule", name, genericParameters, assignment, body, start, end, ...cursor.commentsOf(first) };
}

/** `name: body` where a rule belongs: read as the rule that was meant, so that its name is no further mistake. */
function parseMistypedRule(cursor: Cursor): Rule | undefined {
  const first = cursor.index;
  const { token } = cursor;
  const colon = cursor.peek(1);
  if (token.kind !== "identifier" || colon.kind !== ":") return undefined;
  const edits = [{ file: cursor.source.path, start: colon.start, end: colon.end, replacement: " =" }];
  cursor.report(
    "cddl/expected-assignment",
    { name: token.name, found: cursor.describeNext() },
    { fixes: [{ title: "replace `:` with ` =`", applicability: "unsafe", edits }] },
  );
  const name = identifierNode(token.name, token.start, token.end);
  cursor.advance();
  cursor.advance();
  const body = parseBody(cursor, "=");
  const end = cursor.previousEnd;
  return {
    kind: "rule",
    name,
    genericParameters: [],
    assignment: "=",
    body,
    start: token.start,
    end,
    ...cursor.commentsOf(first),
  };
}

function parseGenericParameters(cursor: Cursor): Identifier[] {
  if (!cursor.is("<")) return [];
  if (!cursor.touches(0)) expectToken(cursor, "`<` directly behind the rule name");
  const parameters: Identifier[] = [];
  do {
    cursor.advance();
    const token = cursor.token;
    if (token.kind !== "identifier") {
      expectToken(cursor, "the name of a generic parameter");
      break;
    }
    parameters.push(identifierNode(token.name, token.start, token.end));
    cursor.advance();
  } while (cursor.is(","));
  if (cursor.accept(">") === undefined) expectToken(cursor, "`,` or `>` in the generic parameters");
  return parameters;
}

function parseAssignment(cursor: Cursor): Assignment | undefined {
  const { kind } = cursor.token;
  if (kind !== "=" && kind !== "/=" && kind !== "//=") return undefined;
  cursor.advance();
  return kind;
}

/** `/=` takes a type, `//=` an entry; `=` takes a type where the text can be one and an entry otherwise. */
function parseBody(cursor: Cursor, assignment: Assignment): Type | GroupEntry {
  if (assignment === "/=") return parseType(cursor, parseBracketedGroup);
  const entry = parseEntry(cursor);
  return assignment === "=" ? (typeFromEntry(entry) ?? entry) : entry;
}

/** Says why the text at the current token belongs to no rule. */
function reportNoRule(cursor: Cursor): void {
  const token = cursor.token;
  const found = cursor.describeToken();
  if (token.kind === "//") {
    cursor.report(
      "cddl/group-choice-outside-group",
      {},
      {
        help: ["put the choice in parentheses: `rule = ( a // b )`"],
      },
    );
  } else if (token.kind === "identifier") {
    cursor.report("cddl/expected-assignment", { name: token.name, found: cursor.describeNext() });
  } else {
    const help = token.kind === "hash" ? { help: ["a comment begins with `;`"] } : {};
    cursor.report("cddl/expected-rule", { found }, help);
  }
}

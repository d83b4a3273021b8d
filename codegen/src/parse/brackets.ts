import type { SourceFile } from "../diagnostics/source.js";
import { positionAt } from "../diagnostics/source.js";
import type { Token } from "./tokens.js";

/**
 * What the bracket structure of a file says before parsing. It lets the parser tell a bracket that was forgotten from
 * one that was mistyped, and jump over a region in one step.
 */
export interface BracketMap {
  /** Index of the partner of each bracket token; -1 for one without a partner and for other tokens. */
  readonly partner: Int32Array;
  /** 1 where a new rule certainly begins, so that an unclosed bracket ends there at the latest. */
  readonly ruleStart: Uint8Array;
}

const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const closers = new Set(Object.values(closerOf));

/** Pairs brackets and finds the beginnings of rules; linear time. */
export function mapBrackets(source: SourceFile, tokens: readonly Token[]): BracketMap {
  const partner = new Int32Array(tokens.length).fill(-1);
  const ruleStart = new Uint8Array(tokens.length);
  const heads = ruleHeads(tokens);
  const open: number[] = [];
  const openCount = new Map<string, number>();
  let ruleColumn = Number.POSITIVE_INFINITY;

  for (const [index, token] of tokens.entries()) {
    if (heads[index] === 1) {
      const column = positionAt(source, token.start).column;
      // Inside brackets `name =` is more likely a mistyped member, unless it stands where rules begin.
      if (open.length === 0 || (column <= ruleColumn && isFirstOnLine(source, tokens, index))) {
        ruleStart[index] = 1;
        ruleColumn = column;
        open.length = 0;
        openCount.clear();
      }
    } else if (closerOf[token.kind] !== undefined) {
      open.push(index);
      openCount.set(token.kind, (openCount.get(token.kind) ?? 0) + 1);
    } else if (closers.has(token.kind)) {
      closeBracket(token.kind, index);
    }
  }
  return { partner, ruleStart };

  function closeBracket(closer: string, index: number): void {
    const opener = closer === ")" ? "(" : closer === "]" ? "[" : "{";
    if ((openCount.get(opener) ?? 0) === 0) return;
    for (let top = open.pop(); top !== undefined; top = open.pop()) {
      const kind = tokens[top]?.kind ?? "";
      openCount.set(kind, (openCount.get(kind) ?? 1) - 1);
      if (kind !== opener) continue;
      partner[top] = index;
      partner[index] = top;
      return;
    }
  }
}

/** Marks every name that an assignment follows, with or without generic parameters between. */
function ruleHeads(tokens: readonly Token[]): Uint8Array {
  const heads = new Uint8Array(tokens.length);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "=" && token.kind !== "/=" && token.kind !== "//=") continue;
    const name = tokens[index - 1]?.kind === ">" ? nameBeforeParameters(tokens, index - 2) : index - 1;
    if (tokens[name]?.kind === "identifier") heads[name] = 1;
  }
  return heads;
}

/** Walks back from the last generic parameter over `a, b` and `<` to the rule name; -1 when that is not what is there. */
function nameBeforeParameters(tokens: readonly Token[], lastParameter: number): number {
  let index = lastParameter;
  while (tokens[index]?.kind === "identifier" || tokens[index]?.kind === ",") index--;
  return tokens[index]?.kind === "<" && index < lastParameter ? index - 1 : -1;
}

function isFirstOnLine(source: SourceFile, tokens: readonly Token[], index: number): boolean {
  const previous = tokens[index - 1];
  const current = tokens[index];
  if (previous === undefined || current === undefined) return true;
  return positionAt(source, previous.end).line < positionAt(source, current.start).line;
}

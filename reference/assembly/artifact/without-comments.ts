/** What ends a comment of one line, as JavaScript has it. */
const LINE_END = /[\n\r\u2028\u2029]/g;
/** The line breaks that JSON takes as white space. */
const JSON_LINE_END = /[\n\r]/g;

/**
 * The same JSON text with each comment replaced by one space, or by its line breaks where it has any. A text without
 * comments stays as it is; a comment or a text in quotes that does not end is left for whoever parses the result.
 *
 * @spec faymanifest.comments
 */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = nextMark(text, 0); at >= 0; ) {
    const end = text[at] === '"' ? endOfText(text, at) : endOfComment(text, at);
    if (end < 0) break;
    if (text[at] !== '"' && end > at + 1) {
      kept.push(text.slice(from, at), (text.slice(at, end).match(JSON_LINE_END) ?? [" "]).join(""));
      from = end;
    }
    at = nextMark(text, end);
  }
  return kept.join("") + text.slice(from);
}

/** The next quote or slash from `from` on, or -1. */
function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const unit = text[at];
    if (unit === '"' || unit === "/") return at;
  }
  return -1;
}

/** Behind the text in quotes that begins at `at`, or -1. */
function endOfText(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next += 1) {
    const unit = text[next];
    if (unit === '"') return next + 1;
    if (unit === "\\") next += 1;
  }
  return -1;
}

/** Behind the comment that begins at `at`, behind the slash where it is none, or -1. */
function endOfComment(text: string, at: number): number {
  if (text[at + 1] === "*") {
    const end = text.indexOf("*/", at + 2);
    return end < 0 ? -1 : end + 2;
  }
  if (text[at + 1] !== "/") return at + 1;
  LINE_END.lastIndex = at;
  const found = LINE_END.exec(text);
  LINE_END.lastIndex = 0;
  return found?.index ?? text.length;
}

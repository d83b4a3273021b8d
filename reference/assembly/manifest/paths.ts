/** One step into a document: the name of a member or the index of an element. */
export type Segment = string | number;

/** Escapes of a normalized path that stand for another character than the one behind the backslash. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * The steps of a path as `JsonCheck` and {@link fieldOf} write it.
 *
 * @spec encoding.json.paths
 */
export function segmentsOf(field: string): readonly Segment[] {
  const segments: Segment[] = [];
  const step = /\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\['/y;
  step.lastIndex = 1;
  for (let found = step.exec(field); found !== null; found = step.exec(field)) {
    const [, name, index] = found;
    if (index !== undefined) segments.push(Number(index));
    else if (name !== undefined) segments.push(name);
    else {
      const [text, end] = unquoted(field, step.lastIndex);
      segments.push(text);
      step.lastIndex = end;
    }
  }
  return segments;
}

/** A text in single quotes, and what comes behind it. No expression: a name may be as long as a file. */
function unquoted(field: string, start: number): readonly [text: string, end: number] {
  let text = "";
  let from = start;
  for (let at = start; ; at++) {
    const character = field[at];
    if (character === undefined || character === "'") return [text + field.slice(from, at), at + "']".length];
    if (character !== "\\") continue;
    text += field.slice(from, at);
    const letter = field[at + 1] ?? "";
    const isNumber = letter === "u";
    text += isNumber
      ? String.fromCharCode(Number.parseInt(field.slice(at + 2, at + 6), 16))
      : (SHORT_ESCAPES[letter] ?? letter);
    from = at + (isNumber ? 6 : 2);
    at = from - 1;
  }
}

/** The RFC 6901 pointer of some steps. */
export function pointerOf(segments: readonly Segment[]): string {
  let pointer = "";
  for (const segment of segments) pointer += `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return pointer;
}

/** One step into a document: the name of a member or the index of an element. */
export type Segment = string | number;

/** Escapes of a normalized path that stand for one character. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * The steps of a path as `JsonCheck` and {@link fieldOf} write it.
 *
 * @spec encoding.json.paths
 */
export function segmentsOf(field: string): readonly Segment[] {
  const segments: Segment[] = [];
  const step = /\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\['((?:[^'\\]|\\u[0-9a-f]{4}|\\.)*)'\]/gsy;
  step.lastIndex = 1;
  for (let found = step.exec(field); found !== null; found = step.exec(field)) {
    const [, name, index, quoted] = found;
    if (index !== undefined) segments.push(Number(index));
    else segments.push(name ?? unescaped(quoted as string));
  }
  return segments;
}

function unescaped(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, hex: string | undefined, short: string) =>
    hex === undefined ? (SHORT_ESCAPES[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The RFC 6901 pointer of some steps. */
export function pointerOf(segments: readonly Segment[]): string {
  let pointer = "";
  for (const segment of segments) pointer += `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return pointer;
}

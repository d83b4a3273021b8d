/** One place where what was answered is not what was expected. */
export interface DifferenceLine {
  /** Where, as a path of members; empty for the whole. */
  readonly path: string;
  /** What was expected there; undefined where nothing was. */
  readonly expected: string | undefined;
  /** What was answered there; undefined where nothing was. */
  readonly found: string | undefined;
}

/** Characters of one value. */
const LONGEST = 100;
/** Characters before the first one that differs. */
const BEFORE = 24;

/**
 * The leaves in which two values differ, for people: long texts are shown around the first character that differs.
 * Members that are only in `found` are shown where the expectation has nothing to compare, such as the code of a refusal
 * that should have been an acceptance.
 */
export function differences(expected: unknown, found: unknown): DifferenceLine[] {
  if (isTree(expected) && isTree(found) && "verdict" in expected)
    return [{ path: "", expected: verdictLine(expected), found: verdictLine(found) }];
  const lines: DifferenceLine[] = [];
  compare("", expected, found, lines);
  return lines;
}

/** Acceptance or refusal in one line: `reject LDR_TRUNCATED, reason …, phase read`. */
function verdictLine(answer: Readonly<Record<string, unknown>>): string {
  const { verdict, code, result, context } = answer;
  const { reason, phase } = { ...(isTree(context) ? context : {}), ...answer };
  const parts = [
    `${String(verdict)}${code === undefined ? "" : ` ${String(code)}`}`,
    ...(reason === undefined ? [] : [`reason ${String(reason)}`]),
    ...(phase === undefined ? [] : [`phase ${String(phase)}`]),
    ...(result === undefined ? [] : [`result ${JSON.stringify(result)}`]),
  ];
  return around(parts.join(", "), 0);
}

function compare(path: string, expected: unknown, found: unknown, lines: DifferenceLine[]): void {
  if (isTree(expected) && isTree(found) && Array.isArray(expected) === Array.isArray(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    for (const name of names) {
      const below = Array.isArray(expected) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
      compare(below, member(expected, name), member(found, name), lines);
    }
    return;
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return;
  const [left, right] = [textOf(expected), textOf(found)];
  const at = firstDifference(left, right);
  lines.push({
    path,
    expected: left === undefined ? undefined : around(left, at),
    found: right === undefined ? undefined : around(right, at),
  });
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function member(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function firstDifference(a = "", b = ""): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function around(text: string, at: number): string {
  if (text.length <= LONGEST) return text === "" ? '""' : text;
  // Hexadecimal is cut between bytes.
  const from = at <= BEFORE ? 0 : (at - BEFORE) & ~1;
  const piece = text.slice(from, from + LONGEST);
  const tail = from + LONGEST < text.length ? "…" : "";
  return `${from > 0 ? "…" : ""}${piece}${tail}${from > 0 ? ` (from character ${from})` : ""}`;
}

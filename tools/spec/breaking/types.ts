/** How two types written as canonical CDDL relate, as far as their text tells. */
export type TypeRelation = "same" | "wider" | "different";

/** The form that both types have; `type` where they have none in common. */
export type TypeForm = "enumeration" | "range" | "type";

/** Whether `now` accepts exactly what `before` did, all of it and more, or something else. */
export function relate(before: string, now: string): TypeRelation {
  if (before === now) return "same";
  return accepts(now, before) ? "wider" : "different";
}

/** What to call a difference between two types. */
export function formOf(before: string, now: string): TypeForm {
  if (valuesOf(before) !== undefined && valuesOf(now) !== undefined) return "enumeration";
  if (rangeOf(before) !== undefined && rangeOf(now) !== undefined) return "range";
  const [sizeBefore, sizeNow] = [sizeOf(before), sizeOf(now)];
  return sizeBefore !== undefined && sizeNow !== undefined && sizeBefore.rest === sizeNow.rest ? "range" : "type";
}

/**
 * A type with every rule that only names a type written out. Names of `kept` rules stay: what they accept is compared
 * where they are defined.
 */
export function expand(type: string, aliases: ReadonlyMap<string, string>, depth = 0): string {
  // Texts stand for themselves; a name before a colon is a key. Beyond any sensible depth a name stays as it is.
  return type.replace(
    /"(?:[^"\\]|\\.)*"|(?<![.A-Za-z0-9])[A-Za-z_@$][A-Za-z0-9_@$.-]*(?![A-Za-z0-9_@$.-]|\s*:)/g,
    (token) => {
      const alias = aliases.get(token);
      return alias === undefined || depth > 20 ? token : `(${expand(alias, aliases, depth + 1)})`;
    },
  );
}

/** A type without parentheses around the whole of it, or around a single name or text. */
export function simplified(type: string): string {
  let text = type.trim();
  for (;;) {
    const next = text.replace(/\(("(?:[^"\\]|\\.)*"|[A-Za-z0-9_@$.-]+)\)/g, "$1");
    const inner = closesAtEnd(next) ? next.slice(1, -1).trim() : next;
    if (inner === text) return text;
    text = inner;
  }
}

/** Whether the parenthesis at the beginning is closed by the last character. */
function closesAtEnd(text: string): boolean {
  if (!text.startsWith("(")) return false;
  let depth = 0;
  let at = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[()]|[^"()]+/g)) {
    at += token.length;
    if (token === "(") depth++;
    if (token === ")" && --depth === 0) return at === text.length;
  }
  return false;
}

function accepts(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === "any") return true;
  const [wideValues, narrowValues] = [valuesOf(wide), valuesOf(narrow)];
  if (wideValues !== undefined && narrowValues !== undefined)
    return narrowValues.every((value) => wideValues.includes(value));
  const [wideRange, narrowRange] = [rangeOf(wide), rangeOf(narrow)];
  if (wideRange !== undefined && narrowRange !== undefined) return contains(wideRange, narrowRange);
  const [wideSize, narrowSize] = [sizeOf(wide), sizeOf(narrow)];
  if (wideSize !== undefined && narrowSize !== undefined)
    return wideSize.rest === narrowSize.rest && contains(wideSize.range, narrowSize.range);
  const [wideList, narrowList] = [listOf(wide), listOf(narrow)];
  return (
    wideList !== undefined &&
    narrowList !== undefined &&
    (wideList.sign === "*" || narrowList.sign === "+") &&
    accepts(wideList.item, narrowList.item)
  );
}

type Range = readonly [low: bigint, high: bigint];

function contains(wide: Range, narrow: Range): boolean {
  return wide[0] <= narrow[0] && wide[1] >= narrow[1];
}

/** The texts of an enumeration. */
function valuesOf(type: string): string[] | undefined {
  const text = simplified(type);
  return /^"(?:[^"\\]|\\.)*"( \/ "(?:[^"\\]|\\.)*")*$/.test(text)
    ? (text.match(/"(?:[^"\\]|\\.)*"/g) ?? [])
    : undefined;
}

function rangeOf(type: string): Range | undefined {
  if (type === "uint") return [0n, 2n ** 64n - 1n];
  const match = /^(-?\d+) \.\. (-?\d+)$/.exec(simplified(type));
  return match === null ? undefined : [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0)];
}

/** Bounds of a length, and what else is asked of the text or byte string. */
function sizeOf(type: string): { readonly range: Range; readonly rest: string } | undefined {
  const text = simplified(type);
  const match = /^(.*?) \.size (?:\((\d+) \.\. (\d+)\)|(\d+))(.*)$/.exec(text);
  if (match === null) return text === "tstr" || text === "bstr" ? { range: [0n, 2n ** 64n], rest: text } : undefined;
  const [, before = "", low, high, exact, behind = ""] = match;
  return { range: [BigInt(low ?? exact ?? 0), BigInt(high ?? exact ?? 0)], rest: before + behind };
}

function listOf(type: string): { readonly sign: string; readonly item: string } | undefined {
  const match = /^\[ ([*+]) (.*) \]$/.exec(simplified(type));
  return match === null ? undefined : { sign: match[1] ?? "", item: simplified(match[2] ?? "") };
}

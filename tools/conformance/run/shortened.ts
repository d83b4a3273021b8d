/** Characters of a text that stay where it is shortened. */
const KEPT = 1000;
/** Items of a list that stay. */
const ITEMS = 200;
/** Levels below which nothing is shown. */
const DEPTH = 40;

/** A value of JSON with long texts and lists cut, so that what an implementation floods does not flood a report. */
export function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === "string")
    return value.length <= 2 * KEPT
      ? value
      : `${value.slice(0, KEPT)}… (${value.length.toLocaleString("en-US")} characters)`;
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEPTH) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS).map((item) => shortened(item, depth + 1));
    return value.length > ITEMS ? [...items, `… (${value.length.toLocaleString("en-US")} items)`] : items;
  }
  const members = Object.entries(value);
  const shown = members.slice(0, ITEMS).map(([name, item]) => [name, shortened(item, depth + 1)]);
  if (members.length > ITEMS) shown.push(["…", `(${members.length.toLocaleString("en-US")} members)`]);
  return Object.fromEntries(shown);
}

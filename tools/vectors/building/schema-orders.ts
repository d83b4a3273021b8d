import { array, type Item, itemAt, replace, type Step, text, write } from "./cbor.js";
import { type ArrayShape, type Body, bodyOf } from "./schema.js";
import { push, put, type Site } from "./schema-site.js";

/** Texts in each order that some comparison would turn around. @spec encoding.item-order */
export function orderOfTexts(site: Site, { item: element, order }: ArrayShape): void {
  const list = (...values: string[]): Item => array(values.map((value) => text(value)));
  const wrong = (name: string, values: string[], why: string): void => {
    const document = replace(site.document, site.steps, list(...values));
    const fault = { reason: "item_order", ...write(document).locus(...site.steps, 1) };
    push(site, name, document, fault, `${site.label} has ${why}.`);
  };
  put(site, "longer-first", list("aa", "b"), undefined, `${site.label} ascends by bytes and not by length.`);
  put(site, "beginning-first", list("a", "aa"), undefined, `${site.label} has a text before one that begins with it.`);
  wrong("descending", ["b", "a"], "a smaller text behind a greater one");
  wrong("twice", ["a", "a"], "a text twice");
  wrong("beginning-last", ["aa", "a"], "a text behind one that begins with it");
  wrong("shorter-first", ["b", "aa"], "texts ascending by length");
  if (element.kind === "text" && element.pattern === null) {
    const [low, high] = ["\uff5e", "\u{1f600}"];
    put(
      site,
      "bytes-not-units",
      list(low, high),
      undefined,
      `${site.label} ascends by the bytes of UTF-8, where U+FF5E is smaller than U+1F600.`,
    );
    wrong("units-not-bytes", [high, low], "texts ascending by the units of UTF-16");
  }
  if (order.disjointFrom !== null) conflict(site, order.disjointFrom);
}

/** @spec encoding.item-conflict */
function conflict(site: Site, other: string): void {
  const steps = [...site.steps.slice(0, -1), other];
  const elsewhere = itemAt(site.document, steps);
  if (elsewhere.kind !== "array") throw new TypeError(`${other} is no array in the sample`);
  for (const [at, name] of [
    [0, "common-first"],
    [elsewhere.items.length - 1, "common-last"],
  ] as const) {
    const common = elsewhere.items[at];
    if (common?.kind !== "text") throw new TypeError(`${other} holds no text in the sample`);
    const document = replace(site.document, site.steps, array([text("a"), text(common.bytes)]));
    const fault = { reason: "item_conflict", ...write(document).locus(...site.steps, 1) };
    push(site, name, document, fault, `${site.label} has an element that ${other} has as well.`);
  }
}

/** Rows in the wrong order of one member, and ids that begin each other. @spec encoding.item-order, encoding.item-conflict */
export function orderOfRows(site: Site, rows: readonly Item[], shape: ArrayShape, by: string): void {
  const member = shape.item.kind === "reference" ? stepOf(bodyOf(shape.item.rule), by) : by;
  const [first, second] = rows;
  if (first === undefined || second === undefined)
    throw new TypeError(`${site.label} has no two elements in the sample`);
  const wrong = (name: string, items: readonly Item[], at: number, reason: string, why: string): void => {
    const document = replace(site.document, site.steps, array(items));
    push(
      site,
      name,
      document,
      { reason, ...write(document).locus(...site.steps, at, member) },
      `${site.label} has ${why}.`,
    );
  };
  // An item is written at one place: what stands twice is made twice.
  const named = (row: Item, key: Item): Item => replace(row, [member], key);
  const keys = rows.map((row) => itemAt(row, [member]));
  wrong(
    "descending",
    [second, first, ...rows.slice(2)],
    1,
    "item_order",
    `its first two elements turned around, by ${by}`,
  );
  const [key] = keys;
  if (key === undefined) return;
  wrong("twice", [first, named(second, { ...key }), ...rows.slice(2)], 1, "item_order", `two elements of one ${by}`);
  if (!shape.order.prefixFree) return;
  const [a, b, c] = [rows[0], rows[1], rows[2]];
  if (a === undefined || b === undefined || c === undefined) throw new TypeError("three elements are needed");
  const three = (...ids: [string, string, string]): Item[] => [
    named(a, text(ids[0])),
    named(b, text(ids[1])),
    named(c, text(ids[2])),
  ];
  put(
    site,
    "no-prefix",
    array(three("a", "a-b", "a.b")),
    undefined,
    `${site.label} has ids of which none is a path prefix of another.`,
  );
  put(
    site,
    "prefix-of-name",
    array(three("a", "ab", "ab-c")),
    undefined,
    `${site.label} has an id that begins another one within its segment.`,
  );
  wrong(
    "prefix-directly-before",
    three("a", "a/b", "b"),
    1,
    "item_conflict",
    "an id that is a path prefix of the next",
  );
  wrong(
    "prefix-further-before",
    three("a", "a-b", "a/b"),
    2,
    "item_conflict",
    "an id that is a path prefix of one behind the next",
  );
  wrong(
    "prefix-of-two-segments",
    three("a/b", "a/b-c", "a/b/c/d"),
    2,
    "item_conflict",
    "an id of two segments that is a path prefix",
  );
}

function stepOf(body: Body, member: string): Step {
  if (body.kind !== "tuple" && body.kind !== "row") return member;
  return body.members.findIndex(({ name }) => name === member);
}

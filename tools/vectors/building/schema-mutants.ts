import {
  array,
  bool,
  bytes,
  editEntries,
  type Item,
  integer,
  item,
  itemAt,
  map,
  replace,
  sorted,
  text,
  write,
} from "./cbor.js";
import { type ArrayShape, type Body, bodyOf, type Member, type Shape, type TextShape, valuesOf } from "./schema.js";
import { missing, renamed, unknown } from "./schema-members.js";
import { orderOfRows, orderOfTexts } from "./schema-orders.js";
import { longHead, type Mutant, push, put, type Site, wrongTypes } from "./schema-site.js";
import { textsOf } from "./texts.js";

/**
 * Every change of one thing that the rule's schema speaks of, with what it says of the outcome: accepted at each bound,
 * refused beside it. A member that is added to the schema brings its mutants along, as soon as `document` has it.
 */
export function schemaMutants(document: Item, rule: string): Mutant[] {
  const out: Mutant[] = [];
  visitBody({ document, steps: [], label: "document", out, around: [rule], patterns: new Set() }, bodyOf(rule));
  return out;
}

function visitBody(site: Site, body: Body): void {
  if (body.kind === "map") visitMap(site, body.members);
  else if (body.kind === "list") visitArray(site, body.array);
  else if (body.kind !== "choice") visitRow(site, body.members);
}

function visit(site: Site, shape: Shape): void {
  longHead(site);
  if (shape.kind === "uint") visitInteger(site, BigInt(shape.minimum), BigInt(shape.maximum));
  else if (shape.kind === "big-uint") visitInteger(site, 0n, 2n ** 64n - 1n);
  else if (shape.kind === "text") visitText(site, shape);
  else if (shape.kind === "bytes") visitBytes(site, shape.minimum, shape.maximum);
  else if (shape.kind === "array") visitArray(site, shape);
  else if (shape.kind === "table") visitTable(site, shape.value, shape.minimum);
  else if (shape.kind === "enumeration") visitEnumeration(site, valuesOf(shape.rule));
  else if (shape.kind === "bool") wrongTypes(site, ["integer", "text"]);
  else if (shape.kind === "reference" && !site.around.includes(shape.rule))
    visitBody({ ...site, around: [...site.around, shape.rule] }, bodyOf(shape.rule));
}

function visitInteger(site: Site, minimum: bigint, maximum: bigint): void {
  wrongTypes(site, ["text", "bool"]);
  const safe = maximum === 2n ** 53n - 1n ? ["encoding.integers.safe"] : [];
  for (const [name, value] of [["lowest", minimum] as const, ["highest", maximum] as const])
    put(site, name, integer(value), undefined, `${site.label} may be ${value}.`, safe);
  const every = ["encoding.integers"];
  const outside: [string, bigint, readonly string[]][] = [
    ["below-range", minimum - 1n, safe],
    ["lowest-of-cbor", -(2n ** 64n), every],
  ];
  if (maximum < 2n ** 64n - 1n)
    outside.push(["above-range", maximum + 1n, safe], ["highest-of-cbor", 2n ** 64n - 1n, every]);
  for (const [name, value, clauses] of outside)
    put(site, name, integer(value), "value_out_of_range", `${site.label} is ${value}, outside its bounds.`, clauses);
}

function visitText(site: Site, { minimum, maximum, pattern }: TextShape): void {
  wrongTypes(site, ["bytes", "integer"]);
  const texts = pattern === null ? undefined : textsOf(pattern.rule);
  const ofLength = texts?.ofLength ?? ((length: number) => "é".repeat(Math.floor(length / 2)) + "x".repeat(length % 2));
  const longest = maximum ?? 300;
  for (const length of new Set([minimum, longest])) {
    const value = ofLength(length);
    if (value !== undefined)
      put(site, `${length}-bytes`, text(value), undefined, `${site.label} may have ${bytesOf(length)}.`);
  }
  const outside = [...(minimum > 0 ? [minimum - 1] : []), ...(maximum === null ? [] : [maximum + 1])];
  for (const length of outside)
    put(
      site,
      `${length}-bytes`,
      text(ofLength(length) ?? ""),
      "length_out_of_range",
      `${site.label} has ${bytesOf(length)}.`,
    );
  if (maximum !== null && texts === undefined)
    // Fewer characters than the bound, and more bytes.
    put(
      site,
      "bytes-not-characters",
      text("é".repeat(maximum / 2 + 1)),
      "length_out_of_range",
      `${site.label} has ${maximum / 2 + 1} characters, which are ${maximum + 2} bytes.`,
    );
  if (texts === undefined || pattern === null) return;
  const isFirst = !site.patterns.has(pattern.rule);
  site.patterns.add(pattern.rule);
  for (const [at, value] of texts.good.entries())
    if (isFirst)
      put(
        site,
        `good-${at + 1}`,
        text(value),
        undefined,
        `${site.label} may be ${JSON.stringify(value)}: ${texts.meaning}.`,
      );
  for (const [name, value] of isFirst ? texts.bad : texts.bad.slice(0, 3))
    put(
      site,
      name,
      text(value),
      "pattern_mismatch",
      `${site.label} is ${JSON.stringify(value)}, which is not ${texts.meaning}.`,
    );
}

function visitBytes(site: Site, minimum: number, maximum: number | null): void {
  wrongTypes(site, ["text", "array"]);
  const of = (length: number): Item => bytes(new Uint8Array(length).fill(0xa5));
  if (minimum === maximum)
    put(site, "text-of-its-length", text("x".repeat(minimum)), "wrong_type", `${site.label} is a text of its length.`);
  for (const length of new Set([minimum, maximum ?? 300]))
    put(site, `${length}-bytes`, of(length), undefined, `${site.label} may have ${bytesOf(length)}.`);
  const outside = [...(minimum > 0 ? [0, minimum - 1] : []), ...(maximum === null ? [] : [maximum + 1, maximum * 2])];
  for (const length of new Set(outside))
    put(site, `${length}-bytes`, of(length), "length_out_of_range", `${site.label} has ${bytesOf(length)}.`);
}

function visitEnumeration(site: Site, values: readonly (string | number)[]): void {
  wrongTypes(site, typeof values[0] === "string" ? ["integer", "bytes"] : ["text", "bool"]);
  for (const value of values) put(site, `value-${value}`, item(value), undefined, `${site.label} may be ${value}.`);
  const [first] = values;
  if (typeof first === "string") {
    for (const [name, value] of [
      ["empty", ""],
      ["upper-case", first.toUpperCase()],
      ["cut", first.slice(0, -1)],
    ] as const)
      put(
        site,
        name,
        text(value),
        "value_out_of_range",
        `${site.label} is ${JSON.stringify(value)}, none of the listed.`,
      );
    return;
  }
  const numbers = values.map(Number);
  for (const [name, value] of [
    ["below-range", Math.min(...numbers) - 1],
    ["above-range", Math.max(...numbers) + 1],
  ] as const)
    put(site, name, integer(value), "value_out_of_range", `${site.label} is ${value}, none of the listed.`);
}

function visitArray(site: Site, shape: ArrayShape): void {
  wrongTypes(site, ["map", "text"]);
  const whole = itemAt(site.document, site.steps);
  if (whole.kind !== "array") throw new TypeError(`${site.label} is no array in the sample`);
  if (shape.minimum === 0) put(site, "empty", array([]), undefined, `${site.label} may be empty.`);
  else put(site, "empty", array([]), "length_out_of_range", `${site.label} is there and empty.`);
  const longest = [...whole.items].sort((a, b) => write(b).bytes.length - write(a).bytes.length)[0];
  if (longest === undefined) return;
  const single = replace(site.document, site.steps, array([longest]));
  if (whole.items.length > 1)
    put(site, "one-element", array([longest]), undefined, `${site.label} may have one element.`);
  visit(
    {
      ...site,
      document: single,
      steps: [...site.steps, 0],
      label: site.label === "document" ? "entry" : `${site.label}.item`,
    },
    shape.item,
  );
  if (shape.order.ascendingBy === "") orderOfTexts(site, shape);
  else if (shape.order.ascendingBy !== null) orderOfRows(site, whole.items, shape, shape.order.ascendingBy);
  else if (whole.items.length > 1)
    put(
      site,
      "turned-around",
      array([...whole.items].reverse()),
      undefined,
      `${site.label} is in whatever order it was given.`,
    );
}

function visitRow(site: Site, members: readonly Member[]): void {
  wrongTypes(site, ["map", "integer"]);
  const row = itemAt(site.document, site.steps);
  if (row.kind !== "array") throw new TypeError(`${site.label} is no array in the sample`);
  const lengths: [string, readonly Item[]][] = [
    ["one-fewer", row.items.slice(0, -1)],
    ["one-more", [...row.items, integer(0)]],
    ["empty", []],
  ];
  for (const [name, items] of lengths)
    put(
      site,
      name,
      array(items),
      "length_out_of_range",
      `${site.label} has ${items.length} elements and not ${members.length}.`,
    );
  for (const [at, { name, shape }] of members.entries())
    visit({ ...site, steps: [...site.steps, at], label: `${site.label}.${name}` }, shape);
}

function visitMap(site: Site, members: readonly Member[]): void {
  wrongTypes(site, ["array", "text"]);
  for (const member of members) missing(site, member);
  for (const member of members) renamed(site, member);
  for (const [name, key] of [
    ["first", "x"],
    ["inside", "unknown_name"],
    ["last", "z".repeat(40)],
  ] as const)
    unknown(site, `unknown-${name}`, key);
  // Smaller than every text, and greater.
  unknown(site, "integer-key", integer(1));
  unknown(site, "array-key", array([]));
  for (const { name, shape } of members) {
    const label = site.label === "document" ? name : `${site.label}.${name}`;
    visit({ ...site, steps: [...site.steps, name], label }, shape);
  }
}

function visitTable(site: Site, value: Shape, minimum: number): void {
  wrongTypes(site, ["array", "text"]);
  if (minimum === 0) put(site, "empty", map([]), undefined, `${site.label} may be empty.`);
  else put(site, "empty", map([]), "length_out_of_range", `${site.label} is there and empty.`);
  for (const [name, key] of [
    ["integer-key", integer(1)],
    ["bytes-key", bytes(Uint8Array.of(1, 2))],
    ["bool-key", bool(true)],
    ["array-key", array([])],
  ] as const) {
    const document = editEntries(site.document, site.steps, (entries) =>
      sorted([...entries, { key, value: text("x") }]),
    );
    const written = write(document);
    const fault = { reason: "wrong_type", at: written.placeOf(key).start, path: written.value(...site.steps).path };
    push(site, name, document, fault, `${site.label} has a key that is no text.`, "add-member", {
      key: write(key).hex,
    });
  }
  put(
    site,
    "empty-key",
    map([{ key: text(""), value: text("x") }]),
    undefined,
    `${site.label} may have a member whose name is empty.`,
  );
  if (value.kind === "choice" || value.kind === "reference") return;
  const single = replace(site.document, site.steps, map([{ key: text("key"), value: text("x") }]));
  put(
    site,
    "one-member",
    map([{ key: text("key"), value: text("x") }]),
    undefined,
    `${site.label} may have one member.`,
  );
  visit({ ...site, document: single, steps: [...site.steps, "key"], label: `${site.label}.value` }, value);
}

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

import { array, type Item, integer, map, raw, text } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { fault, spaced, value } from "./values.js";

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Every first byte that no document has, with a whole head behind it and, of what opens something, what it opens. */
function forbiddenItems(): [name: string, bytes: string, what: string][] {
  const items: [string, string, string][] = [];
  for (const major of range(0, 5))
    for (const information of [28, 29, 30])
      items.push([`reserved-${hex((major << 5) | information)}`, hex((major << 5) | information), "a reserved head"]);
  for (const major of [0, 1])
    items.push([`reserved-${hex((major << 5) | 31)}`, hex((major << 5) | 31), "a reserved head"]);
  items.push(["indefinite-bytes", "5f4161ff", "a byte string of indefinite length"]);
  items.push(["indefinite-text", "7f6161ff", "a text of indefinite length"]);
  items.push(["indefinite-array", "9f00ff", "an array of indefinite length"]);
  items.push(["indefinite-map", "bf616100ff", "a map of indefinite length"]);
  for (const tag of range(0, 23)) items.push([`tag-${tag}`, `${hex(0xc0 | tag)}00`, `the tag ${tag}`]);
  items.push(["tag-24", "d81800", "the tag 24"], ["tag-256", "d9010000", "the tag 256"]);
  items.push(
    ["tag-65536", "da0001000000", "a tag of four bytes"],
    ["tag-2-32", "db000000010000000000", "a tag of eight bytes"],
  );
  for (const information of [28, 29, 30, 31])
    items.push([`reserved-${hex(0xc0 | information)}`, hex(0xc0 | information), "a reserved head"]);
  for (const simple of range(0, 19)) items.push([`simple-${simple}`, hex(0xe0 | simple), `the simple value ${simple}`]);
  items.push(["null", "f6", "null"], ["undefined", "f7", "undefined"]);
  for (const simple of [0x00, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x1f, 0x20, 0xff])
    items.push([`simple-in-two-bytes-${simple}`, `f8${hex(simple)}`, `the simple value ${simple} in two bytes`]);
  items.push(["half-float-zero", "f90000", "a float of two bytes"], ["half-float-nan", "f97e00", "NaN of two bytes"]);
  items.push(["half-float-one", "f93c00", "the float 1.0 of two bytes"], ["half-float-infinity", "f97c00", "infinity"]);
  items.push(
    ["float", "fa47c35000", "a float of four bytes"],
    ["double", "fb3ff199999999999a", "a float of eight bytes"],
  );
  for (const byte of [0xfc, 0xfd, 0xfe]) items.push([`reserved-${hex(byte)}`, hex(byte), "a reserved head"]);
  items.push(["break", "ff", "a lone break"]);
  return items;
}

/** Every item that no document holds. @spec encoding.items */
export function forbiddenDrafts(): Draft[] {
  const of = (element: Item): Item => array([integer(1), element]);
  const parent = value("forbidden/none", ["encoding.items"], of(integer(0)), "An array of two integers.");
  const inArray = forbiddenItems().map(([name, bytes, what]) =>
    fault(parent, {
      name: `forbidden/${name}`,
      document: of(raw(bytes)),
      reason: "forbidden_item",
      at: [1],
      mutator: "replace",
      arguments: { path: "$[1]", by: bytes },
      clauses: ["encoding.pass.form"],
      why: `${spaced(bytes)} is ${what}.`,
    }),
  );
  return [parent, ...inArray, ...elsewhere(), ...headAlone(parent, of)];
}

/** Forbidden items as the document, a key and a member. */
function elsewhere(): Draft[] {
  const zero = value("forbidden/document-none", ["encoding.items"], integer(7), "An integer alone is a value.");
  const of = (key: Item, member: Item): Item => map([{ key, value: member }]);
  const parent = value("forbidden/member-none", ["encoding.items"], of(text("a"), integer(0)), "A map of one member.");
  const items = [
    ["null", "f6"],
    ["double", "fb3ff0000000000000"],
    ["tag", "c11a514b67b0"],
    ["break", "ff"],
  ] as const;
  return [
    zero,
    parent,
    ...items.flatMap(([name, bytes]) => [
      fault(zero, {
        name: `forbidden/document-${name}`,
        document: raw(bytes),
        reason: "forbidden_item",
        at: { at: 0, path: "$" },
        mutator: "replace",
        arguments: { path: "$", by: bytes },
        why: `The document is the forbidden item ${spaced(bytes)}.`,
      }),
      fault(parent, {
        name: `forbidden/key-${name}`,
        document: of(raw(bytes), integer(0)),
        reason: "forbidden_item",
        at: (written) => ({ at: written.key({ entry: 0 }).start, path: "$" }),
        mutator: "replace",
        arguments: { path: "$", entry: 0, by: bytes },
        clauses: ["encoding.path.keys"],
        why: `A key is the forbidden item ${spaced(bytes)}.`,
      }),
      fault(parent, {
        name: `forbidden/member-${name}`,
        document: of(text("a"), raw(bytes)),
        reason: "forbidden_item",
        at: ["a"],
        mutator: "replace",
        arguments: { path: "$.a", by: bytes },
        why: `A member is the forbidden item ${spaced(bytes)}.`,
      }),
    ]),
  ];
}

/** What a head decides that is whole, or is not, where nothing follows it. @spec encoding.truncated */
function headAlone(parent: Draft, of: (element: Item) => Item): Draft[] {
  const whole = [
    ["tag", "c0"],
    ["long-tag", "d800"],
    ["indefinite-array", "9f"],
    ["indefinite-text", "7f"],
  ] as const;
  const cut = [
    ["tag", "d9"],
    ["tag-half", "d901"],
    ["simple", "f8"],
    ["half-float", "f97e"],
    ["float", "fa47c350"],
    ["double", "fb3ff19999999999"],
  ] as const;
  return [
    ...whole.map(([name, bytes]) =>
      fault(parent, {
        name: `forbidden/nothing-behind-${name}`,
        document: of(raw(bytes)),
        reason: "forbidden_item",
        at: [1],
        mutator: "replace",
        arguments: { path: "$[1]", by: bytes },
        clauses: ["encoding.truncated", "encoding.pass.form"],
        why: `${spaced(bytes)} is forbidden by its head, whatever is missing behind it.`,
      }),
    ),
    ...cut.map(([name, bytes]) =>
      fault(parent, {
        name: `forbidden/cut-${name}`,
        document: of(raw(bytes)),
        reason: "truncated",
        at: [1],
        mutator: "replace",
        arguments: { path: "$[1]", by: bytes },
        clauses: ["encoding.truncated"],
        why: `The head that begins with ${spaced(bytes)} is cut, which comes before what it would be.`,
      }),
    ),
    fault(parent, {
      name: "forbidden/tag-in-long-head",
      document: of(raw("d80000")),
      reason: "forbidden_item",
      at: [1],
      mutator: "replace",
      arguments: { path: "$[1]", by: "d80000" },
      clauses: ["encoding.pass.form"],
      why: "A tag with a head that is too long is first of all a tag.",
    }),
  ];
}

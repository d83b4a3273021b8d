import {
  array,
  bytes,
  type HeadWidth,
  type Item,
  integer,
  map,
  type Step,
  shortest,
  text,
  write,
} from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { fault, value } from "./values.js";

/** Arguments on both sides of each width of a head. */
const EDGES = [
  ["zero", 0n],
  ["highest-in-first-byte", 23n],
  ["lowest-of-one-byte", 24n],
  ["highest-of-one-byte", 0xffn],
  ["lowest-of-two-bytes", 0x100n],
  ["highest-of-two-bytes", 0xffffn],
  ["lowest-of-four-bytes", 0x1_0000n],
  ["highest-of-four-bytes", 0xffff_ffffn],
  ["lowest-of-eight-bytes", 0x1_0000_0000n],
  ["highest-exact", 2n ** 53n - 1n],
  ["lowest-inexact", 2n ** 53n],
  ["second-inexact", 2n ** 53n + 1n],
  ["highest-signed", 2n ** 63n - 1n],
  ["lowest-unsigned", 2n ** 63n],
  ["highest-of-all", 2n ** 64n - 1n],
] as const;

const WIDTHS: readonly HeadWidth[] = [1, 2, 4, 8];

interface Kind {
  readonly name: string;
  readonly what: string;
  /** An item whose head has this argument. */
  readonly make: (argument: bigint, width?: HeadWidth) => Item;
  /** Edges above this are not made: items of that length are too long. */
  readonly highest: bigint;
}

function headed(width: HeadWidth | undefined): { readonly width?: HeadWidth } {
  return width === undefined ? {} : { width };
}

function keyNumber(n: number): string {
  return n.toString(16).padStart(4, "0");
}

const KINDS: readonly Kind[] = [
  { name: "unsigned", what: "integer", make: (n, width) => integer(n, headed(width)), highest: 2n ** 64n },
  {
    name: "negative",
    what: "negative integer",
    make: (n, width) => integer(-1n - n, headed(width)),
    highest: 2n ** 64n,
  },
  {
    name: "bytes",
    what: "byte string",
    make: (n, width) => bytes(new Uint8Array(Number(n)), headed(width)),
    highest: 0x1_0000n,
  },
  { name: "text", what: "text", make: (n, width) => text("x".repeat(Number(n)), headed(width)), highest: 0x1_0000n },
  {
    name: "array",
    what: "array",
    make: (n, width) =>
      array(
        Array.from({ length: Number(n) }, () => integer(0)),
        headed(width),
      ),
    highest: 0x100n,
  },
  {
    name: "map",
    what: "map",
    make: (n, width) =>
      map(
        Array.from({ length: Number(n) }, (_, i) => ({ key: text(keyNumber(i)), value: integer(i) })),
        headed(width),
      ),
    highest: 0x100n,
  },
];

/** Every width of every head: accepted where it is the shortest, refused where it is longer. */
export function headDrafts(): Draft[] {
  return [...KINDS.flatMap(kindDrafts), ...keyDrafts(), ...insideDrafts()];
}

function kindDrafts({ name, what, make, highest }: Kind): Draft[] {
  return EDGES.filter(([, argument]) => argument <= highest).flatMap(([edge, argument]) => {
    const parent = value(
      `heads/${name}/${edge}`,
      ["encoding.deterministic", name === "unsigned" || name === "negative" ? "encoding.integers" : "encoding.items"],
      make(argument),
      `The head of this ${what} has the argument ${argument}.`,
    );
    const longer = WIDTHS.filter((width) => width > shortest(argument) && argument < 0x1_0000_0000n);
    return [
      parent,
      ...longer.map((width) => long(parent, `heads/${name}/${edge}`, make(argument, width), argument, width)),
    ];
  });
}

function long(parent: Draft, name: string, document: Item, argument: bigint, width: HeadWidth): Draft {
  return fault(parent, {
    name: `${name}-in-${width}`,
    document,
    reason: "not_shortest_form",
    at: [],
    mutator: "lengthen-head",
    arguments: { path: "$", width },
    why: `The argument ${argument} stands in ${width} bytes where ${shortest(argument)} are enough.`,
  });
}

/** Heads of keys, whose fault names the map. @spec encoding.path.keys */
function keyDrafts(): Draft[] {
  const of = (width?: HeadWidth): Item => map([{ key: text("key", headed(width)), value: integer(1) }]);
  const parent = value("heads/key/text", ["encoding.deterministic"], of(), "A key of three bytes.");
  return [
    parent,
    ...WIDTHS.map((width) =>
      fault(parent, {
        name: `heads/key/text-in-${width}`,
        document: of(width),
        reason: "not_shortest_form",
        at: (written) => ({ at: written.key("key").start, path: "$" }),
        mutator: "lengthen-head",
        arguments: { path: "$", entry: 0, width },
        clauses: ["encoding.path.keys"],
        why: `The length of a key stands in ${width} bytes where none is needed.`,
      }),
    ),
  ];
}

/** Long heads inside of containers, found at their own place. */
function insideDrafts(): Draft[] {
  const of = (element: Item, member: Item): Item =>
    map([
      { key: text("a"), value: array([integer(1), element]) },
      { key: text("b"), value: member },
    ]);
  const parent = value(
    "heads/inside",
    ["encoding.deterministic"],
    of(integer(2), text("x")),
    "Items in an array and a map.",
  );
  const place = (name: string, document: Item, steps: readonly Step[]): Draft =>
    fault(parent, {
      name: `heads/inside-${name}`,
      document,
      reason: "not_shortest_form",
      at: steps,
      mutator: "lengthen-head",
      arguments: { path: write(document).locus(...steps).path, width: 1 },
      clauses: ["encoding.offset", "encoding.path"],
      why: `A long head in ${name === "array" ? "an array" : "a map"} is reported at its own place.`,
    });
  return [
    parent,
    place("array", of(integer(2, { width: 1 }), text("x")), ["a", 1]),
    place("map", of(integer(2), text("x", { width: 1 })), ["b"]),
  ];
}

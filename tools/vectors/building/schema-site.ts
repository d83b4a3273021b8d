import {
  array,
  bool,
  bytes,
  type HeadWidth,
  type Item,
  integer,
  itemAt,
  type Locus,
  map,
  replace,
  type Step,
  shortest,
  text,
  write,
} from "./cbor.js";

/** A document that came out of one change of another one. */
export interface Mutant {
  /** What was changed, for ids: `quotas.memory_bytes`. */
  readonly label: string;
  /** How, for ids: `above-range`. */
  readonly name: string;
  readonly document: Item;
  /** The accepted document it was made of. */
  readonly parent: Item;
  readonly mutator: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What is wrong with it; nothing where the schema takes it. */
  readonly fault?: { readonly reason: string } & Locus;
  /** Requirements about the kind of the change, beside those about the place and the reason. */
  readonly clauses: readonly string[];
  readonly why: string;
}

/** One item of an accepted document, and where its mutants go. */
export interface Site {
  /** The accepted document. */
  readonly document: Item;
  readonly steps: readonly Step[];
  readonly label: string;
  readonly out: Mutant[];
  /** Rules around, so that a rule that holds itself is entered once. */
  readonly around: readonly string[];
  /** Rules of patterns whose whole list of bad texts was used already. */
  readonly patterns: Set<string>;
}

const OTHER_TYPES = {
  integer: (): Item => integer(1),
  text: (): Item => text("1"),
  bytes: (): Item => bytes(Uint8Array.of(0x61)),
  bool: (): Item => bool(true),
  array: (): Item => array([]),
  map: (): Item => map([]),
} as const;

/** An item of each of these types in the place of the right one. @spec encoding.type */
export function wrongTypes(site: Site, kinds: readonly (keyof typeof OTHER_TYPES)[]): void {
  const names = {
    integer: "an integer",
    text: "a text",
    bytes: "a byte string",
    bool: "a boolean",
    array: "an array",
    map: "a map",
  };
  for (const kind of kinds)
    put(site, `wrong-type-${kind}`, OTHER_TYPES[kind](), "wrong_type", `${site.label} is ${names[kind]}.`);
}

const WIDER: Readonly<Record<HeadWidth, HeadWidth>> = { 0: 1, 1: 2, 2: 4, 4: 8, 8: 8 };

/** The right item behind a head that is one step longer than it needs to be. @spec encoding.deterministic */
export function longHead(site: Site): void {
  const head = headOf(itemAt(site.document, site.steps));
  if (head === undefined || head.width === 8) return;
  const width = WIDER[head.width];
  const document = replace(site.document, site.steps, head.widened(width));
  const fault = { reason: "not_shortest_form", ...write(document).locus(...site.steps) };
  push(
    site,
    "long-head",
    document,
    fault,
    `The head of ${site.label} is longer than it needs to be.`,
    "lengthen-head",
    {
      width,
    },
  );
}

/** The width of an item's head, and the item with another; of those that have one. */
function headOf(item: Item): { readonly width: HeadWidth; readonly widened: (width: HeadWidth) => Item } | undefined {
  if (item.kind === "bool" || item.kind === "raw") return undefined;
  return { width: shortest(argumentOf(item)), widened: (width) => ({ ...item, width }) };
}

function argumentOf(item: Exclude<Item, { kind: "bool" | "raw" }>): bigint {
  switch (item.kind) {
    case "integer":
      return item.value < 0n ? -1n - item.value : item.value;
    case "bytes":
    case "text":
      return BigInt(item.bytes.length);
    case "array":
      return BigInt(item.items.length);
    case "map":
      return BigInt(item.entries.length);
  }
}

/** Another item at the site: refused there for `reason`, or accepted. */
export function put(
  site: Site,
  name: string,
  other: Item,
  reason: string | undefined,
  why: string,
  clauses: readonly string[] = [],
): void {
  const document = replace(site.document, site.steps, other);
  const fault = reason === undefined ? undefined : { reason, ...write(document).locus(...site.steps) };
  push(site, name, document, fault, why, "replace", {}, clauses);
}

/** A document in which the site was changed. */
export function push(
  site: Site,
  name: string,
  document: Item,
  fault: Mutant["fault"],
  why: string,
  mutator = "replace",
  more: Readonly<Record<string, unknown>> = {},
  clauses: readonly string[] = [],
): void {
  const path = site.steps.length === 0 ? "$" : pathTo(site);
  site.out.push({
    label: site.label,
    name,
    document,
    parent: site.document,
    mutator,
    arguments: { path, ...(mutator === "replace" && { by: write(itemAt(document, site.steps)).hex }), ...more },
    ...(fault !== undefined && { fault }),
    clauses,
    why: why.replace(/^document /, "The document "),
  });
}

function pathTo({ document, steps }: Site): string {
  return write(document).value(...steps).path;
}

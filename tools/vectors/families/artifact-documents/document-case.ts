import type { Built, Fault, Repair } from "../../building/artifact.js";
import { array, type Entry, editEntries, type Item, replace, type Step, type Written } from "../../building/cbor.js";
import { join } from "../../building/octets.js";
import type { Draft, Refusal } from "../../corpus/family.js";
import { type LoadParent, refused } from "../artifact-drafts.js";
import { indexInvalid, manifestInvalid } from "../artifact-refusals.js";

/** A key of no schema, which stands behind all keys that manifests have. */
export const laterMember = "zone_of_a_later_minor";

/** Where a fault is told: the value at these steps, the key of the entry there, or a byte and a path. */
export type At =
  | { readonly value: readonly Step[]; readonly path?: string }
  | { readonly key: readonly Step[]; readonly path?: string }
  | { readonly offset: (written: Written) => number; readonly path: string };

export interface DocumentCase {
  readonly name: string;
  readonly reason: string;
  readonly clauses: readonly string[];
  readonly items?: (document: Item) => Item;
  readonly bytes?: (written: Written) => Uint8Array;
  readonly at: At;
  readonly why: string;
  readonly repair?: Repair;
  /** Mutator and settings where the name of the fault does not say everything. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export const effect: Readonly<Record<string, string>> = {
  truncated: "A reader goes on behind the end, or makes up what is not there.",
  forbidden_item: "Readers that take more than the format has disagree on what an artifact says.",
  not_shortest_form:
    "One content has several strings of bytes, and digests and signatures no longer say what was signed.",
  invalid_utf8: "A name is shown, compared or written in another form than it was signed in.",
  depth: "A few bytes make a recursive reader run out of stack.",
  duplicate_key: "Two readers take different values for one member.",
  key_order: "One content has several strings of bytes, and digests and signatures no longer say what was signed.",
  missing_field: "A default is made up for something the publisher had to decide.",
  unknown_field: "A member that one reader obeys and another one ignores slips through both.",
  wrong_type: "A value is converted, each reader in its own way.",
  length_out_of_range: "A text or digest of the wrong length is cut, padded or compared in part.",
  value_out_of_range: "A number wraps or rounds where it is stored in fewer bits.",
  pattern_mismatch: "A name that is no name reaches paths and logs.",
  item_order: "A set holds something twice, or lookups by bisection miss what is there.",
  item_conflict:
    "A section is unpacked into a file that has to be a folder, or a capability is at once required and optional.",
  trailing_bytes: "Bytes that nobody reads travel inside the signed part.",
};

export type Part = "manifest" | "index";

export function refusalAt(part: Part, { reason, at }: DocumentCase, made: Built): Refusal {
  const written = part === "manifest" ? made.manifestWritten : made.indexWritten;
  const base = part === "manifest" ? 48 : made.indexAt;
  const place =
    "offset" in at
      ? { start: at.offset(written), path: at.path }
      : "key" in at
        ? written.key(...at.key)
        : written.value(...at.value);
  const refusal = part === "manifest" ? manifestInvalid : indexInvalid;
  return refusal(reason, at.path ?? place.path, base + place.start);
}

export function documentFault(part: Part, { items, bytes: change }: DocumentCase): Fault {
  return part === "manifest"
    ? { ...(items && { manifestItems: items }), ...(change && { manifest: change }) }
    : { ...(items && { indexItems: items }), ...(change && { index: change }) };
}

export function documents(parent: LoadParent, part: Part, cases: readonly DocumentCase[]): Draft[] {
  return cases.map((each) =>
    refused(parent, {
      id: `artifact-documents/${part}/${each.name}`,
      clauses: [
        part === "manifest" ? "loader.parse.manifest" : "loader.parse.index",
        "encoding.offset",
        "encoding.reasons",
        ...each.clauses,
      ],
      fault: documentFault(part, each),
      repair: each.repair ?? "digests",
      mutator: `edit-${part}`,
      arguments: { fault: each.name, ...each.arguments },
      refusal: (made) => refusalAt(part, each, made),
      why: each.why,
      effect: effect[each.reason] ?? "",
    }),
  );
}

/** The document with the first two entries of a map exchanged. */
export function exchanged(steps: readonly Step[], at: number): (document: Item) => Item {
  return (document) =>
    editEntries(document, steps, (entries) => {
      const [a, b] = [entries[at] as Entry, entries[at + 1] as Entry];
      return [...entries.slice(0, at), b, a, ...entries.slice(at + 2)];
    });
}

/** The document with one entry of a map there twice. */
export function doubled(steps: readonly Step[], at: number): (document: Item) => Item {
  return (document) =>
    editEntries(document, steps, (entries) => {
      const twice = entries[at] as Entry;
      const again = { key: { ...twice.key }, value: { ...twice.value } };
      return [...entries.slice(0, at + 1), again, ...entries.slice(at + 1)];
    });
}

/** So many arrays, each the only element of the one around it. */
export function nested(depth: number): Item {
  return depth === 1 ? array([]) : array([nested(depth - 1)]);
}

/** The root with another count in its head. */
export function declaring(by: number): (document: Item) => Item {
  return (document) => {
    if (document.kind === "map") return { ...document, declared: BigInt(document.entries.length + by) };
    if (document.kind === "array") return { ...document, declared: BigInt(document.items.length + by) };
    return document;
  };
}

export const set =
  (steps: readonly Step[], by: Item) =>
  (document: Item): Item =>
    replace(document, steps, by);
export const append =
  (digits: string) =>
  (written: Written): Uint8Array =>
    join(written.bytes, Uint8Array.from(Buffer.from(digits, "hex")));
export const cut =
  (count: number) =>
  (written: Written): Uint8Array =>
    written.bytes.slice(0, written.bytes.length - count);
export const whole = (written: Written): number => written.bytes.length;

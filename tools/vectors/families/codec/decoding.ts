import { type Item, jsonOf, type Locus, type Written, write } from "../../building/cbor.js";
import type { Mutant } from "../../building/schema-site.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { LONGEST_INLINE_BYTES } from "../../corpus/write.js";

/** What is said of an accepted document. */
export interface AcceptedDocument {
  readonly id: string;
  readonly rule: string;
  readonly clauses: readonly string[];
  readonly document: Item;
  readonly why: string;
  readonly schemaVersion?: string;
  /** Whether the encoding is asked for again although the document is long. */
  readonly again?: true;
}

/** A document that is decoded, with its value, and encoded to the same bytes again. @spec encoding.write.round-trip */
export function decodes({ id, rule, clauses, document, why, schemaVersion, again }: AcceptedDocument): Draft {
  const { hex } = write(document);
  const isLong = hex.length > LONGEST_INLINE_BYTES * 2;
  return accepted({
    id,
    operation: "decode",
    clauses,
    inputs: { rule, bytes: hex, ...(schemaVersion !== undefined && { schema_version: schemaVersion }) },
    // A long document is there for its verdict: its value in every accepting vector would be most of the corpus.
    ...(!isLong && { result: { value: jsonOf(document), bytes: hex } }),
    ...(isLong && again === true && { result: { bytes: hex } }),
    why,
    effect: "A reader that refuses it turns away documents that are right.",
  });
}

/** What is said of a refused document. */
export interface RefusedDocument {
  readonly id: string;
  readonly clauses: readonly string[];
  /** What is decoded: a document as it was written, or its bytes. */
  readonly bytes: Written | string;
  readonly reason: string;
  readonly locus: Locus;
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
  readonly effect?: string;
}

/** One change of a decoded document, which is refused with `CODEC`. @spec conformance.refusal, encoding.reasons */
export function refuses(parent: Draft, refused: RefusedDocument): Draft {
  const { id, clauses, bytes, reason, locus, mutator, why, effect = EFFECTS[reason] } = refused;
  return mutated(parent, {
    id,
    clauses: [...new Set(clauses)],
    recipe: {
      mutator,
      ...(refused.arguments !== undefined && { arguments: refused.arguments }),
      repair: "raw",
    },
    inputs: { bytes: typeof bytes === "string" ? bytes : bytes.hex },
    refusal: { code: "CODEC", reason, locus: { at: locus.at, path: locus.path } },
    why,
    ...(effect !== undefined && { effect }),
  });
}

/** Requirement behind each reason. */
export const REASON_CLAUSES: Readonly<Record<string, string>> = {
  truncated: "encoding.pass.form",
  forbidden_item: "encoding.items",
  not_shortest_form: "encoding.deterministic",
  invalid_utf8: "encoding.text",
  depth: "encoding.depth",
  duplicate_key: "encoding.key-order",
  key_order: "encoding.key-order",
  missing_field: "encoding.missing-field",
  unknown_field: "encoding.unknown-field",
  wrong_type: "encoding.type",
  length_out_of_range: "encoding.length",
  value_out_of_range: "encoding.value",
  pattern_mismatch: "encoding.pattern",
  item_order: "encoding.item-order",
  item_conflict: "encoding.item-conflict",
  trailing_bytes: "encoding.whole",
};

/** What goes wrong where a reader takes a document that is refused for the reason. */
const EFFECTS: Readonly<Record<string, string>> = {
  truncated: "A document that was cut on its way is taken for a shorter one.",
  forbidden_item: "An item that other readers cannot represent gets into a document they must agree about.",
  not_shortest_form: "Two byte strings stand for one document, so that its digest no longer names it.",
  invalid_utf8: "A text that every library repairs in a way of its own reads differently from host to host.",
  depth: "A reader that recurses runs out of stack on a few hundred bytes.",
  duplicate_key: "One reader takes the first member and another the last: what was reviewed is not what runs.",
  key_order: "Two byte strings stand for one document, so that its digest no longer names it.",
  missing_field:
    "A reader that goes on puts a default of its own in the place, and hosts run one artifact differently.",
  unknown_field: "A member nobody judged travels along under the signature, and later readers give it a meaning.",
  wrong_type: "A reader that takes it works on with the item as something it is not.",
  length_out_of_range: "A length that nobody planned for ends in a buffer, a path or a column that is too short.",
  value_out_of_range: "A number that some hosts cannot represent is rounded or wraps there.",
  pattern_mismatch: "A text outside its alphabet becomes part of a path, a log line or an address.",
  item_order: "Several byte strings stand for one set, and a search by halves misses elements.",
  item_conflict: "Two statements that exclude each other are both there, and each reader believes another one.",
  trailing_bytes: "Bytes that nothing describes travel along behind what was judged.",
};

/** What a family says of mutants that come out of the schema. */
export interface MutantFamily {
  readonly family: string;
  readonly rule: string;
  readonly schemaVersion?: string;
  /** Draft of the document the mutants begin with. */
  readonly base: Draft;
  readonly document: Item;
  /** Anchors of the requirements behind the place that was changed. */
  readonly clauses: (label: string, mutant: Mutant) => readonly string[];
  /** Mutants of whose outcome the schema is not the only judge. */
  readonly leaveOut?: (mutant: Mutant) => boolean;
}

/**
 * Vectors of mutants. A refused one has the accepted document it was made of as its parent, which thus has to be a draft
 * itself: `base`, or one of the accepted mutants.
 */
export function mutantDrafts(mutants: readonly Mutant[], family: MutantFamily): Draft[] {
  const { rule, base, clauses, leaveOut = () => false } = family;
  const parents = new Map([[family.document, base]]);
  const asked = new Set([base.inputs.bytes]);
  const drafts: Draft[] = [];
  const byBytes = new Map([[base.inputs.bytes, base]]);
  for (const mutant of mutants) {
    const { label, name, document, parent, fault, why } = mutant;
    const written = write(document);
    // A document that is the same by another name asks nothing new.
    if (leaveOut(mutant) || asked.has(written.hex)) continue;
    asked.add(written.hex);
    const id = `${family.family}/${idOf(label)}/${idOf(name)}`;
    const anchors = [...new Set([...clauses(label, mutant), ...mutant.clauses])];
    if (fault === undefined) {
      const draft = decodes({
        id,
        rule,
        clauses: anchors,
        document,
        why,
        ...(family.schemaVersion !== undefined && { schemaVersion: family.schemaVersion }),
      });
      drafts.push(draft);
      byBytes.set(written.hex, draft);
      continue;
    }
    const from = parents.get(parent) ?? byBytes.get(write(parent).hex);
    if (from === undefined) throw new TypeError(`${id}: its parent is no vector`);
    parents.set(parent, from);
    const behind = REASON_CLAUSES[fault.reason];
    drafts.push(
      refuses(from, {
        id,
        clauses: [...(behind === undefined ? [] : [behind]), ...anchors],
        bytes: written,
        reason: fault.reason,
        locus: fault,
        mutator: mutant.mutator,
        arguments: mutant.arguments,
        why,
      }),
    );
  }
  return drafts;
}

/** A part of an id: lower case, everything else but letters, digits, dots and underscores being a dash. */
function idOf(part: string): string {
  return part.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
}

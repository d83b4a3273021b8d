import { type Item, jsonOf, type Locus, write } from "../../building/cbor.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { REASON_CLAUSES } from "../codec/decoding.js";

const WRITE = "encoding.write";
const ROUND_TRIP = "encoding.write.round-trip";
const EFFECT = "A tool writes documents that no reader takes, and whoever made them finds out when it is too late.";

/** What is said of a value that is written. */
export interface Encoded {
  readonly id: string;
  readonly rule: string;
  readonly document: Item;
  readonly clauses?: readonly string[];
  readonly why: string;
  readonly schemaVersion?: string;
}

/** A value that is written. @spec encoding.write.round-trip */
export function encodes({ id, rule, document, clauses = [], why, schemaVersion }: Encoded): Draft {
  return accepted({
    id: `codec-encode/${id}`,
    operation: "encode",
    clauses: [...new Set([ROUND_TRIP, "encoding.deterministic", ...clauses])],
    inputs: { rule, value: jsonOf(document), ...(schemaVersion !== undefined && { schema_version: schemaVersion }) },
    result: { bytes: write(document).hex },
    why,
    effect: "Two writers make different bytes of one document, so that its digest no longer names it.",
  });
}

/** What is said of a value that is refused. */
export interface Unwritten {
  readonly id: string;
  readonly document: Item;
  readonly reason: string;
  readonly locus: Locus;
  readonly mutator: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** A value that no document has, refused where a reader would refuse its encoding. @spec encoding.write */
export function unwritten(
  parent: Draft,
  { id, document, reason, locus, mutator, clauses = [], why, ...more }: Unwritten,
): Draft {
  const behind = REASON_CLAUSES[reason];
  return mutated(parent, {
    id: `codec-encode/${id}`,
    clauses: [...new Set([WRITE, ...(behind === undefined ? [] : [behind]), ...clauses])],
    recipe: { mutator, arguments: more.arguments, repair: "raw" },
    inputs: { value: jsonOf(document) },
    refusal: { code: "CODEC", reason, locus: { at: locus.at, path: locus.path } },
    why,
    effect: EFFECT,
  });
}

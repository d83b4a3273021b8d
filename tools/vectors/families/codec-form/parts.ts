import { item, raw, text, withMember, write } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, REASON_CLAUSES, refuses } from "../codec/decoding.js";
import { locusOf, PARTS, type Part } from "../codec/parts.js";

/** Parts of documents that stand alone: they are documents like any other. @spec encoding.whole, encoding.verdict */
export function partDrafts(): Draft[] {
  return PARTS.flatMap(draftsOf);
}

/** A member that stands behind the map it would belong to. @spec encoding.whole */
export function memberBehindDrafts(): Draft[] {
  const document = item({ fuel: 1 });
  const parent = decodes({
    id: "codec-form/parts/quotas-of-one",
    rule: "quotas",
    clauses: ["quotas.manifest"],
    document,
    why: "Quotas of one member.",
  });
  const { hex, bytes } = write(document);
  const behind = (name: string, key: string): Draft =>
    refuses(parent, {
      id: `codec-form/parts/quotas-of-one-and-${name}`,
      clauses: ["encoding.whole"],
      bytes: `${hex}${write(text(key)).hex}02`,
      reason: "trailing_bytes",
      locus: { at: bytes.length, path: "$" },
      mutator: "append",
      arguments: { key },
      why: "Behind quotas of one member stands what reads like another one.",
    });
  return [parent, behind("the-next", "wall_ms"), behind("the-last", "max_pending_events"), behind("itself", "fuel")];
}

function draftsOf(part: Part): Draft[] {
  const { rule, clause, document, fault } = part;
  const parent = decodes({
    id: `codec-form/parts/${rule}`,
    rule,
    clauses: [clause, "encoding.write.round-trip"],
    document: document(),
    why: `One ${rule} that stands alone.`,
  });
  const whole = write(document());
  const behind = REASON_CLAUSES[fault.reason];
  return [
    parent,
    refuses(parent, {
      id: `codec-form/parts/${rule}-${fault.reason.replaceAll("_", "-")}`,
      clauses: [clause, ...(behind === undefined ? [] : [behind])],
      bytes: write(fault.document()),
      reason: fault.reason,
      locus: locusOf(part),
      mutator: "replace",
      why: fault.why,
    }),
    refuses(parent, {
      id: `codec-form/parts/${rule}-and-more`,
      clauses: ["encoding.whole"],
      bytes: `${whole.hex}${write(text("")).hex}`,
      reason: "trailing_bytes",
      locus: { at: whole.bytes.length, path: "$" },
      mutator: "append",
      arguments: { bytes: "60" },
      why: `An empty text stands behind the ${rule}.`,
    }),
  ];
}

/** Members of later minors in parts that grow. @spec encoding.growth.index */
export function laterPartDrafts(): Draft[] {
  return PARTS.filter(({ grows }) => grows).flatMap(({ rule, document }) => {
    const later = withMember(document(), [], LATE, text("later"));
    const key = write(later).key(LATE);
    const bad = write(withMember(document(), [], LATE, raw("f6")));
    const parent = decodes({
      id: `codec-growth/parts/${rule}`,
      rule,
      schemaVersion: "1.4",
      clauses: ["encoding.growth.higher", "encoding.write.round-trip"],
      document: later,
      why: `A later minor gave ${rule} a member.`,
    });
    const known = decodes({
      id: `codec-growth/parts/${rule}-known`,
      rule,
      schemaVersion: "1.0",
      clauses: ["encoding.growth.known"],
      document: document(),
      why: `A ${rule} of the version 1.0.`,
    });
    return [
      parent,
      known,
      refuses(known, {
        id: `codec-growth/parts/${rule}-unknown`,
        clauses: ["encoding.growth.known", "encoding.unknown-field"],
        bytes: write(later),
        reason: "unknown_field",
        locus: { at: key.start, path: "$" },
        mutator: "add-member",
        arguments: { key: LATE },
        why: `The version 1.0 of ${rule} does not know the member.`,
      }),
      refuses(parent, {
        id: `codec-growth/parts/${rule}-null`,
        clauses: ["encoding.growth.higher", "encoding.items"],
        bytes: bad,
        reason: "forbidden_item",
        locus: bad.locus(LATE),
        mutator: "replace",
        arguments: { path: `$.${LATE}`, by: "f6" },
        why: "What a later minor brought is judged by its form.",
      }),
    ];
  });
}

/** A member that no minor has; greater than every known one. */
const LATE = "added_by_a_later_minor_still";

import { text, withMember, write } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { locusOf, PARTS, type Part } from "../codec/parts.js";
import { encodes, unwritten } from "./drafts.js";

/** Parts of documents that are written alone. @spec encoding.write */
export function partDrafts(): Draft[] {
  return PARTS.flatMap(draftsOf);
}

function draftsOf(part: Part): Draft[] {
  const { rule, clause, document, grows, fault } = part;
  const parent = encodes({
    id: `parts/${rule}`,
    rule,
    document: document(),
    clauses: [clause],
    why: `One ${rule} that stands alone.`,
  });
  const refused = unwritten(parent, {
    id: `parts/${rule}-${fault.reason.replaceAll("_", "-")}`,
    document: fault.document(),
    reason: fault.reason,
    locus: locusOf(part),
    mutator: "replace",
    arguments: { path: locusOf(part).path },
    clauses: [clause],
    why: fault.why,
  });
  if (!grows) return [parent, refused];
  // In front of every known member, and behind every one.
  const later = withMember(withMember(document(), [], "a", text("later")), [], "z".repeat(40), text("later"));
  const early = withMember(document(), [], "a", text("later"));
  return [
    parent,
    refused,
    encodes({
      id: `parts/${rule}-later`,
      rule,
      document: later,
      schemaVersion: "1.4",
      clauses: ["encoding.growth.higher"],
      why: `A later minor gave ${rule} members in front of the known ones and behind them.`,
    }),
    unwritten(parent, {
      id: `parts/${rule}-unknown`,
      document: early,
      reason: "unknown_field",
      locus: { at: write(early).key("a").start, path: "$" },
      mutator: "add-member",
      arguments: { key: "a" },
      clauses: ["encoding.unknown-field"],
      why: `The version 1.0 of ${rule} does not know the member.`,
    }),
  ];
}

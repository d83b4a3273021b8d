import { array, bool, bytes, type Item, integer, map, replace, text, write } from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import type { Draft } from "../../corpus/family.js";
import { encodes, unwritten } from "./drafts.js";

/** Documents longer than what a writer has room for at first, and what stands across such an end. @spec encoding.write */
export function longDrafts(): Draft[] {
  const value = (name: string, document: Item, why: string): Draft =>
    encodes({ id: `long/${name}`, rule: "context-value", document, why });
  return [
    value("ascii", text("abcdefg".repeat(900)), "A text of 6300 bytes."),
    value("not-ascii", text("aé€\u{1f600}".repeat(700)), "A text of 7000 bytes in 3500 characters of every length."),
    value("bytes", bytes(new Uint8Array(9000).map((_, at) => at & 255)), "A byte string of 9000 bytes."),
    value("array", array(Array.from({ length: 3000 }, (_, at) => integer(at))), "An array of 3000 integers."),
    value(
      "map",
      map(Array.from({ length: 700 }, (_, at) => ({ key: text(`key-${at + 1000}`), value: bool(at % 2 === 0) }))),
      "A map of 700 members.",
    ),
    ...noticeDrafts(),
  ];
}

/** Faults behind much that was written already. */
function noticeDrafts(): Draft[] {
  const long = replace(manifests.maximal(), ["deprecation_notice"], text(`${"é".repeat(3000)} end`));
  const parent = encodes({
    id: "long/manifest",
    rule: "manifest",
    document: long,
    why: "A manifest with a notice of 6004 bytes.",
  });
  const wrong = replace(long, ["section_index_digest"], bytes(new Uint8Array(31)));
  const conflict = replace(long, ["required_capabilities"], array([text("a"), text("time.clock")]));
  return [
    parent,
    unwritten(parent, {
      id: "long/manifest-digest",
      document: wrong,
      reason: "length_out_of_range",
      locus: write(wrong).locus("section_index_digest"),
      mutator: "replace",
      arguments: { path: "$.section_index_digest" },
      why: "Behind a long notice stands a digest of 31 bytes.",
    }),
    unwritten(parent, {
      id: "long/manifest-conflict",
      document: conflict,
      reason: "item_conflict",
      locus: write(conflict).locus("required_capabilities", 1),
      mutator: "replace",
      arguments: { path: "$.required_capabilities" },
      why: "Behind a long notice stands a required capability that is optional as well.",
    }),
  ];
}

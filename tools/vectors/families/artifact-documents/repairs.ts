import { bytes, integer, text, withMember } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { type LoadParent, refused } from "../artifact-drafts.js";
import { type DocumentCase, documentFault, effect, type Part, refusalAt, set } from "./document-case.js";

/** A fault of a document is told in `parse`, however much behind it is right. */
export function repairs(signed: LoadParent): Draft[] {
  const cases: readonly (readonly [Part, DocumentCase])[] = [
    [
      "manifest",
      {
        name: "name-upper-case",
        reason: "pattern_mismatch",
        clauses: ["loader.checks.order"],
        items: set(["name"], text("Vectors/documents-signed")),
        at: { value: ["name"] },
        why: "The name has an upper-case letter",
      },
    ],
    [
      "manifest",
      {
        name: "block-grows",
        reason: "unknown_field",
        clauses: ["signatures.block", "loader.checks.order"],
        items: (document) => withMember(document, ["signature"], "x", integer(0)),
        at: { key: ["signature", "x"], path: "$.signature" },
        why: "The signature block has a further member",
      },
    ],
    [
      "manifest",
      {
        name: "key-id-short",
        reason: "length_out_of_range",
        clauses: ["signatures.block"],
        items: set(["signature", "key_id"], bytes(new Uint8Array(20))),
        at: { value: ["signature", "key_id"] },
        why: "The key id has 20 bytes",
      },
    ],
    [
      "index",
      {
        name: "kind-zero",
        reason: "value_out_of_range",
        clauses: ["loader.checks.order"],
        items: set([0, 1], integer(0)),
        at: { value: [0, 1] },
        why: "A kind is 0",
      },
    ],
  ];
  const words = {
    raw: "nothing else is right any more",
    digests: "digests and checksum are right again",
    signed: "the signature is right again as well",
  };
  return cases.flatMap(([part, each]) =>
    (["raw", "digests", "signed"] as const)
      .filter((repair) => each.name === "name-upper-case" || part === "index" || repair === "digests")
      .map((repair) =>
        refused(signed, {
          id: `artifact-documents/signed/${part}-${each.name}/${repair}`,
          clauses: [part === "manifest" ? "loader.parse.manifest" : "loader.parse.index", ...each.clauses],
          fault: documentFault(part, each),
          repair,
          mutator: `edit-${part}`,
          arguments: { fault: each.name },
          refusal: (made) => refusalAt(part, each, made),
          why: `${each.why}; ${words[repair]}.`,
          effect: effect[each.reason] ?? "",
        }),
      ),
  );
}

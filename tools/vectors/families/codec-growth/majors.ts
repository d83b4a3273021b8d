import {
  type Item,
  integer,
  item,
  raw,
  replace,
  type Step,
  text,
  withMember,
  without,
  write,
} from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { accept, changed, keyAt, LATE, ofVersion, valueAt } from "./changes.js";

/** What is asked of a manifest of another major. @spec encoding.growth.major */
export function majorDrafts(): Draft[] {
  const anchor = "encoding.growth.major";
  const digest = new Uint8Array(32).fill(0xd1);
  const bare = item({ schema_version: [2, 0], section_index_digest: digest });
  const parent = accept(
    "major/bare",
    [anchor, "compatibility.schema.frozen"],
    bare,
    "Version and digest of the index are all that every major has.",
  );
  const strange = item({
    name: 7,
    entry: [1, 2],
    quotas: "many",
    schema_version: [2, 5],
    unknown_to_version_one: { 1: { deep: [] } },
    section_index_digest: digest,
    required_capabilities: ["b", "a", "b"],
  });
  const signed = item({
    signature: { algorithm: "later", key_id: digest, value: new Uint8Array(3) },
    schema_version: [2, 0],
    section_index_digest: digest,
  });
  const signedDraft = accept(
    "major/signed",
    [anchor, "compatibility.schema.frozen"],
    signed,
    "The signature block is the same in every major.",
  );
  const majors = [0, 3, 65_535].map((major) =>
    accept(
      `major/${major}`,
      [anchor, "encoding.growth.version"],
      ofVersion(bare, major, 0),
      `The major ${major} is not known.`,
    ),
  );
  const put = (
    name: string,
    from: Draft,
    document: Item,
    steps: readonly Step[],
    by: Item,
    reason: string,
    why: string,
  ): Draft =>
    changed(from, {
      name: `major/${name}`,
      document: replace(document, steps, by),
      reason,
      at: valueAt(...steps),
      clauses: [anchor, "compatibility.schema.frozen"],
      mutator: "replace",
      arguments: { path: write(document).value(...steps).path, by: write(by).hex },
      why,
    });
  const late = withMember(bare, [], LATE, integer(1));
  const lateDraft = accept("major/late-member", [anchor], late, "A member of another major stands behind its version.");
  return [
    parent,
    accept("major/strange", [anchor], strange, "Members of another major may be of any type, order and name."),
    signedDraft,
    ...majors,
    lateDraft,
    changed(parent, {
      name: "major/no-digest",
      document: without(bare, ["section_index_digest"]),
      reason: "missing_field",
      at: (written) => ({ at: written.bytes.length, path: "$.section_index_digest" }),
      clauses: [anchor],
      mutator: "remove",
      arguments: { path: "$.section_index_digest" },
      why: "The digest of the index is there in every major.",
    }),
    put(
      "digest-text",
      parent,
      bare,
      ["section_index_digest"],
      text("x".repeat(32)),
      "wrong_type",
      "The digest is a byte string in every major.",
    ),
    put(
      "digest-31",
      parent,
      bare,
      ["section_index_digest"],
      item(new Uint8Array(31)),
      "length_out_of_range",
      "The digest has 32 bytes in every major.",
    ),
    put(
      "signature-text",
      signedDraft,
      signed,
      ["signature"],
      text("none"),
      "wrong_type",
      "The signature is a block in every major.",
    ),
    put(
      "signature-value",
      signedDraft,
      signed,
      ["signature", "value"],
      text("none"),
      "wrong_type",
      "The signature's value is a byte string in every major.",
    ),
    changed(signedDraft, {
      name: "major/signature-member",
      document: withMember(signed, ["signature"], LATE, integer(1)),
      reason: "unknown_field",
      at: keyAt("signature", LATE),
      clauses: [anchor, "encoding.growth.arrays"],
      mutator: "add-member",
      arguments: { path: "$.signature", key: LATE },
      why: "The signature block grows in no major.",
    }),
    changed(signedDraft, {
      name: "major/signature-missing",
      document: without(signed, ["signature", "key_id"]),
      reason: "missing_field",
      at: (written) => ({ at: written.key("signature", "algorithm").start, path: "$.signature.key_id" }),
      clauses: [anchor],
      mutator: "remove",
      arguments: { path: "$.signature.key_id" },
      why: "The signature block has its three members in every major.",
    }),
    changed(parent, {
      name: "major/integer-key",
      document: withMember(late, [], item([1]), integer(1)),
      reason: "wrong_type",
      at: (written) => ({ at: written.key({ entry: 3 }).start, path: "$" }),
      clauses: [anchor, "encoding.key-type"],
      mutator: "add-member",
      arguments: { key: "8101" },
      why: "The outermost map has text keys in every major.",
    }),
    changed(lateDraft, {
      name: "major/null",
      document: replace(late, [LATE], raw("f6")),
      reason: "forbidden_item",
      at: valueAt(LATE),
      clauses: [anchor],
      mutator: "replace",
      arguments: { path: `$.${LATE}`, by: "f6" },
      why: "The form is judged in every major.",
    }),
  ];
}

import { blockOf } from "../../building/artifact.js";
import type { Draft } from "../../corpus/family.js";
import { ladder, refused } from "../artifact-drafts.js";
import { crcMismatch, signatureFail, structure } from "../artifact-refusals.js";
import { type Both, key } from "./parents.js";

/** The flag SIGNED against the signature block, both ways. */
export function signedFlag({ unsigned, signed }: Both): Draft[] {
  const clauses = ["loader.verify-structure.reasons", "format.header.flags"];
  const effect = "Tools that look at the flag alone call an artifact signed that is not, or the other way round.";
  return [
    ...ladder(
      signed,
      {
        id: "artifact-structure/signed-flag/cleared",
        clauses,
        fault: { header: { flags: 0 } },
        mutator: "set-header-field",
        arguments: { flags: 0 },
        why: "The manifest has a signature block and SIGNED is not set",
        effect,
      },
      { raw: crcMismatch, digests: () => structure("signed_flag", 8), signed: () => structure("signed_flag", 8) },
    ),
    ...ladder(
      unsigned,
      {
        id: "artifact-structure/signed-flag/set",
        clauses,
        fault: { header: { flags: 1 } },
        mutator: "set-header-field",
        arguments: { flags: 1 },
        why: "The manifest has no signature block and SIGNED is set",
        effect,
      },
      { raw: crcMismatch, digests: () => structure("signed_flag", 8) },
    ),
    refused(signed, {
      id: "artifact-structure/signed-flag/block-taken-out",
      clauses: [...clauses, "signatures.decision"],
      fault: { members: { signature: undefined }, header: { flags: 1 } },
      mutator: "remove-signature",
      arguments: { flags: 1 },
      refusal: () => structure("signed_flag", 8),
      why: "The signature block was taken out, and the flag stayed.",
      effect: "Stripping a signature goes unnoticed.",
    }),
    refused(signed, {
      id: "artifact-structure/signed-flag/block-and-flag-taken-out",
      clauses: ["signatures.decision", "signatures.enforce-default"],
      fault: { members: { signature: undefined } },
      mutator: "remove-signature",
      refusal: () => signatureFail("MissingSignature"),
      why: "Signature block and flag were taken out and everything is right again: the structure has nothing to say.",
      effect: "Stripping a signature goes unnoticed.",
    }),
    refused(unsigned, {
      id: "artifact-structure/signed-flag/other-major",
      clauses: [...clauses, "encoding.growth.major"],
      fault: { members: { schema_version: [2, 0] }, header: { flags: 1 } },
      mutator: "set-member",
      arguments: { schema_version: [2, 0], flags: 1 },
      refusal: () => structure("signed_flag", 8),
      why: "Of another major too, a flag without a signature block is a fault of the structure.",
      effect,
    }),
    refused(unsigned, {
      id: "artifact-structure/signed-flag/block-put-in",
      clauses,
      fault: { members: { signature: blockOf(key, new Uint8Array(64)) }, header: { flags: 0 } },
      mutator: "add-signature",
      arguments: { flags: 0 },
      refusal: () => structure("signed_flag", 8),
      why: "A signature block was put in, and the flag stayed clear.",
      effect,
    }),
  ];
}

import { fromHex, join, toHex, utf8 } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { sampleInstruction, sampleTlv, tlv } from "../instruction-table.js";
import { malformedAnchor, noHostCall, refused, usual, write } from "./drafts.js";

/** Bytes that are no instruction reach nobody. */
export function malformed(): readonly Draft[] {
  const whole = sampleInstruction(write);
  const rows: readonly (readonly [string, Uint8Array, string, number, string])[] = [
    ["empty", new Uint8Array(), "truncated", 0, "No byte is no instruction."],
    ["head-alone", whole.slice(0, 3), "truncated", 3, "The capabilities are missing."],
    [
      "reserved-bits",
      join(Uint8Array.of(0x10), whole.slice(1)),
      "reserved_bits",
      0,
      "Bit 4 of the category byte is reserved.",
    ],
    ["reserved-category", join(Uint8Array.of(0x08), whole.slice(1)), "reserved_category", 0, "Category 8 is reserved."],
    [
      "capability-not-declared",
      join(whole.slice(0, 3), fromHex("0000"), whole.slice(5)),
      "capability_mismatch",
      3,
      "The opcode needs a capability that the instruction does not declare.",
    ],
    [
      "capability-too-many",
      join(whole.slice(0, 3), fromHex("0005"), whole.slice(5)),
      "capability_mismatch",
      3,
      "The instruction declares a capability that the opcode does not need.",
    ],
    ["operand-missing", whole.slice(0, 5), "operand_missing", 5, "The operand is missing."],
    [
      "operand-of-another-type",
      join(whole.slice(0, 5), tlv(7, utf8("hi"))),
      "operand_type",
      5,
      "The operand is a text and must be bytes.",
    ],
    ["operand-too-many", join(whole, sampleTlv("u32")), "operand_extra", whole.length, "A second operand follows."],
  ];
  return rows.map(([name, bytes, reason, at, why]) =>
    refused(usual, {
      id: `malformed/${name}`,
      clauses: [
        malformedAnchor,
        noHostCall,
        "instructions.bus",
        ...(reason === "capability_mismatch" ? ["instructions.caps.exact", "instructions.caps.by-opcode"] : []),
      ],
      mutator: "replace-instruction",
      settings: { bytes: toHex(bytes) },
      inputs: { bytes: toHex(bytes) },
      check: "malformed",
      reason,
      at,
      ...(name === "empty" && { published: ["instruction.dispatched"] }),
      why,
    }),
  );
}

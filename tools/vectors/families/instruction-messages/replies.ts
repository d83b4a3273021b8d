import { text, u32 } from "../../building/instruction.js";
import { bigEndian, join, toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { typical } from "../instruction-codec/rows.js";
import { hostErrorNumber, hostErrors, type InstructionRow, instructionRows, statusOf } from "../instruction-table.js";
import { bytesOf, jsonOf, SAMPLES, WRONG_TLVS } from "./samples.js";

const reply = "instructions.reply";
const reasons = "instructions.message-reasons";

/** Codes a reply can have. */
const CODES = [
  "ADP_UNSUPPORTED_INSTRUCTION",
  "ADP_CAPABILITY_DENIED",
  "ADP_HOST_CALL_FAILED",
  "ADP_INSTRUCTION_MALFORMED",
  "ADP_POLICY_DENIED",
];

function wellFormed(
  id: string,
  clauses: readonly string[],
  status: number,
  operands: Parameters<typeof bytesOf>[0],
  why: string,
): Draft {
  const bytes = toHex(join(bigEndian(BigInt(status), 2), bytesOf(operands)));
  return accepted({
    id: `instruction-messages/reply/${id}`,
    operation: "decode_reply",
    clauses: [reply, ...clauses],
    inputs: { bytes },
    result: { status, operands: jsonOf(operands), bytes },
    why,
    effect: "A program cannot read what its host answered.",
  });
}

/** Replies, right and wrong ones. */
export function replyDrafts(): readonly Draft[] {
  const ok = wellFormed("ok", ["instructions.layout"], 0, [], "Status 0 without results is two bytes.");
  const error = wellFormed("error", [], statusOf("ADP_POLICY_DENIED"), [u32(4)], "An error has one u32.");
  const refuse = (
    id: string,
    parent: Draft,
    hex: string,
    reason: string,
    at: number,
    clauses: readonly string[],
    why: string,
  ): Draft =>
    mutated(parent, {
      id: `instruction-messages/reply/${id}`,
      clauses: [reasons, ...clauses],
      recipe: { mutator: "replace-bytes", arguments: { bytes: hex }, repair: "raw" },
      inputs: { bytes: hex },
      refusal: { code: "ADP_INSTRUCTION_MALFORMED", reason, locus: { at } },
      why,
      effect: "A program takes what is no reply for one, and believes it.",
    });
  return [
    ok,
    error,
    ...Object.entries(SAMPLES)
      .filter(([name]) => name !== "nothing")
      .map(([name, results]) =>
        wellFormed(`results/${name}`, ["instructions.tlv"], 0, results, `Results of this kind: ${name}.`),
      ),
    ...differentResults().map((row) =>
      wellFormed(
        `rows/${row.category}-${row.name.replaceAll("_", "-")}`,
        ["instructions.table"],
        0,
        Object.values(row.results).map(typical),
        `What ${row.category}.${row.name} answers.`,
      ),
    ),
    wellFormed(
      "results-of-later-versions",
      ["instructions.results.extra"],
      0,
      [u32(1), text("later"), u32(2)],
      "Results behind those that anybody knows are read like others.",
    ),
    ...CODES.map((code) =>
      wellFormed(
        `errors/${code.slice(4).toLowerCase().replaceAll("_", "-")}`,
        ["instructions.host-errors"],
        statusOf(code),
        [u32(hostErrorNumber("unknown"))],
        `${code} with the host error \`unknown\`.`,
      ),
    ),
    ...hostErrors
      .filter((name) => name !== "unknown")
      .map((name) =>
        wellFormed(
          `host-errors/${name.replaceAll("_", "-")}`,
          ["instructions.host-errors"],
          statusOf("ADP_HOST_CALL_FAILED"),
          [u32(hostErrorNumber(name))],
          `The host error \`${name}\`.`,
        ),
      ),
    refuse("cut/nothing", ok, "", "truncated", 0, [], "No byte is no status."),
    refuse("cut/half-a-status", ok, "00", "truncated", 0, [], "One byte is half a status."),
    refuse("cut/half-an-error", error, "30", "truncated", 0, [], "One byte of an error is half a status."),
    refuse("error/without-host-error", error, "3006", "operand_missing", 2, [reply], "An error has a host error."),
    refuse("error/of-status-one", error, "0001", "operand_missing", 2, [reply], "Every status but 0 is an error."),
    refuse("error/of-a-high-status", error, "0100", "operand_missing", 2, [reply], "A status has two bytes."),
    refuse("error/text", error, "300607013f", "operand_type", 2, [reply], "A host error is no text."),
    refuse("error/handle", error, "3006080400000004", "operand_type", 2, [reply], "A host error is no handle."),
    refuse(
      "error/two",
      error,
      "3006010400000004010400000004",
      "operand_extra",
      8,
      [reply],
      "An error has one host error.",
    ),
    refuse(
      "error/two-of-other-types",
      error,
      "3006010400000004050101",
      "operand_extra",
      8,
      [reply],
      "Nothing stands behind a host error.",
    ),
    ...WRONG_TLVS.flatMap(([name, hex, reason, at, clause]) => [
      refuse(`tlv/${name}`, ok, `0000${hex}`, reason, 2 + at, [clause], `A result that is wrong: ${name}.`),
      refuse(
        `tlv/${name}-in-an-error`,
        error,
        `3006010400000004${hex}`,
        reason,
        8 + at,
        [clause],
        `Behind a host error, what is no TLV is found before that it is too many: ${name}.`,
      ),
    ]),
  ];
}

/** One row of those that answer with the same types. */
function differentResults(): readonly InstructionRow[] {
  const rows = new Map(instructionRows.map((row) => [Object.values(row.results).join(), row]));
  rows.delete("");
  return [...rows.values()];
}

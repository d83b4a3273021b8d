import { exampleTlvs } from "../../building/examples.js";
import { bool, type Tlv, u32 } from "../../building/instruction.js";
import { bigEndian, join, toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { categoryNumber, type InstructionRow, instructionEventRows, instructionRows } from "../instruction-table.js";
import { bytesOf, jsonOf } from "./samples.js";

const effect = "A program cannot read what happened.";

/** The examples of the tables: what every instruction answers, and every event. */
export function exampleDrafts(): readonly Draft[] {
  const told = instructionRows.filter(({ results }) => Object.keys(results).length > 0);
  return [
    ...told.filter(({ dispatch }) => dispatch !== "async").map(replyOf),
    ...instructionRows.filter(({ dispatch }) => dispatch !== "sync").map(completionOf),
    ...instructionEventRows.flatMap(eventOf),
  ];
}

const nameOf = ({ category, name }: { readonly category: string; readonly name: string }): string =>
  `${category}-${name.replaceAll("_", "-")}`;

/** What the program gets at once. @spec instructions.reply */
function replyOf(row: InstructionRow): Draft {
  const results = exampleTlvs(row.results, row.example.results);
  const bytes = toHex(join(bigEndian(0n, 2), bytesOf(results)));
  return accepted({
    id: `instruction-messages/example/reply/${nameOf(row)}`,
    operation: "decode_reply",
    clauses: ["instructions.reply", "instructions.table", "instructions.tlv"],
    inputs: { bytes },
    result: { status: 0, operands: jsonOf(results), bytes },
    why: `What ${row.category}.${row.name} answers in the table's example.`,
    effect: "A program cannot read what its host answered.",
  });
}

/** What the program gets later. @spec instructions.async.completion */
function completionOf(row: InstructionRow): Draft {
  const payload = [u32(row.opcode), u32(0), ...exampleTlvs(row.results, row.example.results)];
  return decoded(
    `completion/${nameOf(row)}`,
    ["instructions.async.completion", "instructions.table"],
    { category: row.category, opcode: row.opcode, completion: true, payload },
    `How ${row.category}.${row.name} completes in the table's example.`,
  );
}

interface Told {
  readonly category: string;
  readonly opcode: number;
  readonly completion: boolean;
  readonly payload: readonly Tlv[];
}

function written({ category, opcode, completion, payload }: Told): string {
  const head = Uint8Array.of(categoryNumber(category) + (completion ? 0x40 : 0));
  return toHex(join(head, bigEndian(BigInt(opcode), 2), bytesOf(payload)));
}

function decoded(id: string, clauses: readonly string[], told: Told, why: string): Draft {
  const bytes = written(told);
  const { payload, ...head } = told;
  return accepted({
    id: `instruction-messages/example/${id}`,
    operation: "decode_event",
    clauses,
    inputs: { bytes },
    result: { ...head, operands: jsonOf(payload), bytes },
    why,
    effect,
  });
}

/** An event as the table shows it, without its last part, and with one more. @spec instructions.events */
function eventOf(row: (typeof instructionEventRows)[number]): readonly Draft[] {
  const name = `${row.category}.${row.name}`;
  const payload = exampleTlvs(row.payload, row.example);
  const told: Told = { category: row.category, opcode: row.opcode, completion: false, payload };
  const parent = decoded(`event/${nameOf(row)}`, ["instructions.events"], told, `${name} as the table shows it.`);
  const end = written(told).length / 2;
  const wrong = (what: string, tlvs: readonly Tlv[], reason: string, at: number, why: string): Draft =>
    mutated(parent, {
      id: `instruction-messages/example/event/${nameOf(row)}/${what}`,
      clauses: ["instructions.message-reasons", "instructions.events"],
      recipe: { mutator: what, repair: "raw" },
      inputs: { bytes: written({ ...told, payload: tlvs }) },
      refusal: { code: "ADP_INSTRUCTION_MALFORMED", reason, locus: { at } },
      why,
      effect: "A program takes what is no event for one, and believes it.",
    });
  const shorter = payload.slice(0, -1);
  const shorterEnd = written({ ...told, payload: shorter }).length / 2;
  return [
    parent,
    wrong("last-missing", shorter, "operand_missing", shorterEnd, `${name} without the last part of its payload.`),
    wrong("one-more", [...payload, bool(true)], "operand_extra", end, `${name} with one part more than its row.`),
    wrong(
      "subscription-of-another-type",
      [bool(true), ...payload.slice(1)],
      "operand_type",
      3,
      `${name} does not begin with the handle of its subscription.`,
    ),
  ];
}

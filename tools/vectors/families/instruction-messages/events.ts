import { bool, handle, type Tlv, text, u32, u64 } from "../../building/instruction.js";
import { bigEndian, join, toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { categoryNumber, hostErrorNumber, statusOf } from "../instruction-table.js";
import { bytesOf, jsonOf, SAMPLES, WRONG_TLVS } from "./samples.js";

const events = "instructions.events";
const completion = "instructions.async.completion";
const reasons = "instructions.message-reasons";

interface Event {
  readonly category?: string;
  readonly opcode?: number;
  readonly completes?: boolean;
  readonly payload: readonly Tlv[];
}

function wellFormed(id: string, clauses: readonly string[], event: Event, why: string): Draft {
  const { category = "time", opcode = 1, completes = false, payload } = event;
  const cat = categoryNumber(category) + (completes ? 0x40 : 0);
  const bytes = toHex(join(Uint8Array.of(cat), bigEndian(BigInt(opcode), 2), bytesOf(payload)));
  return accepted({
    id: `instruction-messages/event/${id}`,
    operation: "decode_event",
    clauses,
    inputs: { bytes },
    result: { category, opcode, completion: completes, operands: jsonOf(payload), bytes },
    why,
    effect: "A program cannot read what happened.",
  });
}

/** Events and completions, right and wrong ones. */
export function eventDrafts(): readonly Draft[] {
  const fired = wellFormed(
    "timer-fired",
    [events],
    { payload: [handle(1), u64(1n)] },
    "`timer_fired` begins with the handle of its timer.",
  );
  const done = wellFormed(
    "completed",
    [completion],
    { opcode: 3, completes: true, payload: [u32(1), u32(0)] },
    "A completion has bit 6 of its first byte set and begins with call id and status.",
  );
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
      id: `instruction-messages/event/${id}`,
      clauses: [reasons, ...clauses],
      recipe: { mutator: "replace-bytes", arguments: { bytes: hex }, repair: "raw" },
      inputs: { bytes: hex },
      refusal: { code: "ADP_INSTRUCTION_MALFORMED", reason, locus: { at } },
      why,
      effect: "A program takes what is no event for one, and believes it.",
    });
  return [fired, done, ...more(), ...completions(), ...cut(refuse, fired, done), ...payloads(refuse, fired, done)];
}

function more(): readonly Draft[] {
  return [
    wellFormed(
      "timer-fired-often",
      [events],
      { payload: [handle(0xffff_ffff), u64(2n ** 64n - 1n)] },
      "Handle and count go to the ends of their types.",
    ),
    ...["io", "net", "ui", "time", "random", "crypto", "proc", "host"].map((category) =>
      wellFormed(
        `unknown/${category}`,
        [events, "instructions.categories"],
        { category, opcode: 0xbcde, payload: [bool(true), text("later")] },
        `An event of ${category} that no row has is checked for its form alone.`,
      ),
    ),
    wellFormed(
      "unknown/without-payload",
      [events],
      { category: "io", opcode: 1, payload: [] },
      "An event that no row has may have no payload at all.",
    ),
    wellFormed(
      "unknown/next-opcode",
      [events],
      { opcode: 2, payload: [u32(1)] },
      "The opcode beside one of the table is another event.",
    ),
    wellFormed(
      "unknown/high-opcode",
      [events],
      { opcode: 0x0101, payload: [u32(1)] },
      "Both bytes of an opcode count.",
    ),
    ...Object.entries(SAMPLES)
      .filter(([name]) => name !== "nothing")
      .map(([name, payload]) =>
        wellFormed(
          `payload/${name}`,
          [events, "instructions.tlv"],
          { category: "ui", opcode: 0x7abc, payload },
          `A payload of this kind: ${name}.`,
        ),
      ),
  ];
}

function completions(): readonly Draft[] {
  return [
    wellFormed(
      "completed/with-results",
      [completion, "instructions.results.extra"],
      { opcode: 3, completes: true, payload: [u32(0xffff_ffff), u32(0), text("a"), u64(1n)] },
      "The results stand behind the status.",
    ),
    wellFormed(
      "completed/failed",
      [completion],
      {
        opcode: 3,
        completes: true,
        payload: [u32(7), u32(statusOf("ADP_HOST_CALL_FAILED")), u32(hostErrorNumber("unknown"))],
      },
      "A call that failed has its host error behind the status.",
    ),
    wellFormed(
      "completed/of-a-timer-opcode",
      [completion, events],
      { opcode: 1, completes: true, payload: [u32(1), u32(0)] },
      "With bit 6 the opcode is that of an instruction, and no event of the table.",
    ),
    wellFormed(
      "completed/of-a-timer-opcode-with-results",
      [completion, events],
      { opcode: 1, completes: true, payload: [u32(2), u32(0), u64(1n)] },
      "Results of a completion are compared with no event.",
    ),
    wellFormed(
      "completed/unknown",
      [completion],
      { category: "host", opcode: 0x8001, completes: true, payload: [u32(2), u32(0), bool(false)] },
      "Calls of opcodes that no row has are completed like others.",
    ),
  ];
}

type Refuse = (
  id: string,
  parent: Draft,
  hex: string,
  reason: string,
  at: number,
  clauses: readonly string[],
  why: string,
) => Draft;

function cut(refuse: Refuse, fired: Draft, done: Draft): readonly Draft[] {
  return [
    refuse("cut/nothing", fired, "", "truncated", 0, [], "No byte is no category."),
    refuse("cut/no-opcode", fired, "03", "truncated", 1, [], "A category alone has no opcode."),
    refuse("cut/half-an-opcode", fired, "0300", "truncated", 1, [], "Half an opcode is none."),
    refuse("cut/wrong-bits-and-short", fired, "f300", "truncated", 1, [], "The length is looked at before the bits."),
    ...([0x10, 0x20, 0x80] as const).flatMap((bit) => [
      refuse(
        `bits/${bit.toString(16)}`,
        fired,
        `${(0x03 | bit).toString(16)}000108040000000102080000000000000001`,
        "reserved_bits",
        0,
        ["instructions.category-byte"],
        `Bit ${Math.log2(bit)} of the first byte of an event is zero.`,
      ),
      refuse(
        `bits/${bit.toString(16)}-of-a-completion`,
        done,
        `${(0x43 | bit).toString(16)}0003010400000001010400000000`,
        "reserved_bits",
        0,
        ["instructions.category-byte"],
        `Bit ${Math.log2(bit)} of the first byte of a completion is zero.`,
      ),
    ]),
    refuse(
      "bits/and-a-reserved-category",
      fired,
      "180001",
      "reserved_bits",
      0,
      [],
      "Bits are looked at before the category.",
    ),
    ...([8, 12, 15] as const).map((category) =>
      refuse(
        `category/${category}`,
        fired,
        `0${category.toString(16)}0001`,
        "reserved_category",
        0,
        ["instructions.categories"],
        `Category ${category} is reserved.`,
      ),
    ),
    refuse(
      "category/before-the-payload",
      fired,
      "080001ff",
      "reserved_category",
      0,
      [],
      "The category is looked at before the payload.",
    ),
  ];
}

function payloads(refuse: Refuse, fired: Draft, done: Draft): readonly Draft[] {
  return [
    refuse("payload/none", fired, "030001", "operand_missing", 3, [events], "`timer_fired` has a handle."),
    refuse("payload/no-count", fired, "030001080400000001", "operand_missing", 9, [events], "It has a count."),
    refuse(
      "payload/no-handle",
      fired,
      "03000102080000000000000001",
      "operand_type",
      3,
      [events],
      "It begins with the handle.",
    ),
    refuse(
      "payload/count-of-another-type",
      fired,
      "030001080400000001010400000001",
      "operand_type",
      9,
      [events],
      "The count is a u64.",
    ),
    refuse(
      "payload/more",
      fired,
      "03000108040000000102080000000000000001050101",
      "operand_extra",
      19,
      [events],
      "It has nothing behind the count.",
    ),
    refuse("completion/empty", done, "430003", "operand_missing", 3, [completion], "A completion has a call id."),
    refuse(
      "completion/no-status",
      done,
      "430003010400000001",
      "operand_missing",
      9,
      [completion],
      "A completion has a status.",
    ),
    refuse(
      "completion/id-of-another-type",
      done,
      "430003080400000001010400000000",
      "operand_type",
      3,
      [completion],
      "A call id is no handle.",
    ),
    refuse(
      "completion/status-of-another-type",
      done,
      "43000301040000000102080000000000000000",
      "operand_type",
      9,
      [completion],
      "A status is a u32.",
    ),
    ...WRONG_TLVS.flatMap(([name, hex, reason, at, clause]) => [
      refuse(`tlv/${name}`, fired, `050001${hex}`, reason, 3 + at, [clause], `A payload that is wrong: ${name}.`),
      refuse(
        `tlv/${name}-in-a-completion`,
        done,
        `430003010400000001010400000000${hex}`,
        reason,
        15 + at,
        [clause],
        `Results of a completion that are wrong: ${name}.`,
      ),
    ]),
  ];
}

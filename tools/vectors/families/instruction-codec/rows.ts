import {
  bool,
  bytes,
  f64,
  handle,
  type Instruction,
  i64,
  list,
  none,
  type Tlv,
  TYPES,
  text,
  told,
  u32,
  u64,
  writeInstruction,
} from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { malformed, wellFormed } from "./drafts.js";
import { capabilityBit, categoryNumber, type InstructionRow, instructionRows } from "./table.js";

const TYPICAL: Readonly<Record<string, () => Tlv>> = {
  u32: () => u32(4096),
  u64: () => u64(1_000_000_000n),
  i64: () => i64(-1n),
  f64: () => f64("3ff0000000000000"),
  bool: () => bool(true),
  bytes: () => bytes(fromHex("68690a")),
  text: () => text("/data/notes.txt"),
  handle: () => handle(3),
  list: () => list(text("a")),
};

export function typical(type: string): Tlv {
  const make = TYPICAL[type.replace("?", "")];
  if (make === undefined) throw new RangeError(`no operand for the type ${type}`);
  return make();
}

/** An operand of another type. */
function otherThan(type: string): Tlv {
  return type.startsWith("u32")
    ? handle(3)
    : type.startsWith("handle")
      ? u32(3)
      : type.startsWith("text")
        ? bytes(fromHex("2f61"))
        : type.startsWith("bytes")
          ? text("hi")
          : u32(3);
}

/** A row's instruction, right in every respect. */
export function rightly(row: InstructionRow): Instruction & {
  readonly operands: readonly Tlv[];
  /** The capability it declares. */
  readonly bits: readonly number[];
} {
  const bit = row.capability === null ? undefined : capabilityBit(row.capability);
  const extension = bit === undefined || bit < 16 ? undefined : extensionOf(bit);
  return {
    category: categoryNumber(row.category),
    opcode: row.opcode,
    caps: bit === undefined || bit >= 16 ? 0 : 1 << bit,
    ...(extension !== undefined && { extension }),
    operands: Object.values(row.operands).map(typical),
    bits: bit === undefined ? [] : [bit],
  };
}

/** The bytes between `caps` and the operands that declare one capability. @spec instructions.caps.extension */
function extensionOf(bit: number): Uint8Array {
  const length = Math.floor((bit - 16) / 8) + 1;
  const extension = new Uint8Array(1 + length);
  extension[0] = length;
  extension[length] = 1 << (bit % 8);
  return extension;
}

/** Every released opcode, and what its row refuses. @spec instructions.table */
export function rowDrafts(): Draft[] {
  return [...instructionRows.flatMap(oneRow), ...orderDrafts(), ...longDrafts()];
}

function oneRow(row: InstructionRow): Draft[] {
  const name = `${row.category}.${row.name}`;
  const { bits, ...right } = rightly(row);
  const parent = wellFormed({
    id: `table/${name}`,
    clauses: ["instructions.table", "instructions.caps", "capabilities.table"],
    instruction: right,
    bits,
    why: `${name} with the operands and the capability of its row.`,
  });
  const bad = (
    what: string,
    instruction: Instruction,
    reason: string,
    at: number,
    clauses: readonly string[],
    why: string,
  ): Draft =>
    malformed(parent, {
      id: `table/${name}/${what}`,
      clauses,
      instruction,
      reason,
      at,
      mutator: what.replace(/-[0-9]+$/, ""),
      arguments: { instruction: name },
      why,
    });
  const exact = ["instructions.caps.exact", "instructions.caps.by-opcode"];
  const end = writeInstruction(right).bytes.length;
  const [another, anotherBit] = row.capability === "proc.env" ? ["fs.read", 0] : ["proc.env", 14];
  const extended = right.extension !== undefined;
  const drafts = [
    parent,
    bad(
      "one-capability-more",
      { ...right, caps: (right.caps ?? 0) | (1 << Number(anotherBit)) },
      "capability_mismatch",
      3,
      exact,
      `${name} declares ${another} besides.`,
    ),
    bad(
      "extension",
      { ...right, extension: fromHex(extended ? "0103" : "0101") },
      "capability_mismatch",
      3,
      exact,
      extended ? `${name} declares bit 17 besides.` : `${name} declares net.listen besides.`,
    ),
    bad(
      "extension-of-three-bytes",
      { ...right, extension: fromHex("03000001") },
      "capability_mismatch",
      3,
      exact,
      `${name} declares bit 32 besides, which no capability has yet.`,
    ),
    bad(
      "one-operand-more",
      { ...right, operands: [...right.operands, u32(1)] },
      "operand_extra",
      end,
      ["instructions.operands", "instructions.table"],
      `${name} has an operand more than its row.`,
    ),
    ...right.operands.flatMap((_, position) => [
      isOptionalFrom(row, position)
        ? operandLeftOut(name, bits, right, position)
        : operandMissing(bad, name, right, position),
      operandWrong(bad, name, row, right, position),
    ]),
  ];
  if (row.capability !== null)
    drafts.push(
      bad("no-capability", without(right), "capability_mismatch", 3, exact, `${name} declares no capability.`),
    );
  if (row.dispatch === "sync")
    drafts.push(
      bad(
        "asynchronous",
        { ...right, asynchronous: true },
        "async_not_allowed",
        0,
        ["instructions.dispatch", "instructions.table"],
        `${name} is synchronous only.`,
      ),
    );
  else
    drafts.push(
      wellFormed({
        id: `table/${name}/asynchronous`,
        clauses: ["instructions.dispatch", "instructions.table"],
        instruction: { ...right, asynchronous: true },
        bits,
        why: `${name} may be asked to complete later.`,
      }),
    );
  return drafts;
}

/** The instruction without its capabilities. */
function without({ extension: _, ...instruction }: Right): Instruction {
  return { ...instruction, caps: 0 };
}

type Bad = (
  what: string,
  instruction: Instruction,
  reason: string,
  at: number,
  clauses: readonly string[],
  why: string,
) => Draft;
type Right = Omit<ReturnType<typeof rightly>, "bits">;

/** Whether this operand and all behind it may be left out. */
function isOptionalFrom(row: InstructionRow, position: number): boolean {
  return Object.values(row.operands)
    .slice(position)
    .every((type) => type.endsWith("?"));
}

/** Optional operands from this one on are left out. */
function operandLeftOut(name: string, bits: readonly number[], right: Right, position: number): Draft {
  return wellFormed({
    id: `table/${name}/operands-cut-to-${position}`,
    clauses: ["instructions.operands", "instructions.table"],
    instruction: { ...right, operands: right.operands.slice(0, position) },
    bits,
    why: `Operand ${position} of ${name} may be left out.`,
  });
}

/** All operands from this one on are missing. */
function operandMissing(bad: Bad, name: string, right: Right, position: number): Draft {
  const cut = { ...right, operands: right.operands.slice(0, position) };
  const end = writeInstruction(cut).bytes.length;
  return bad(
    `operands-cut-to-${position}`,
    cut,
    "operand_missing",
    end,
    ["instructions.operands", "instructions.table"],
    `${name} has ${position} operands.`,
  );
}

function operandWrong(bad: Bad, name: string, row: InstructionRow, right: Right, position: number): Draft {
  const other = otherThan(Object.values(row.operands)[position] ?? "");
  const operands = right.operands.map((operand, at) => (at === position ? other : operand));
  const changed = { ...right, operands };
  const at = writeInstruction(changed).placeOf(other).type;
  return bad(
    `operand-of-other-type-${position}`,
    changed,
    "operand_type",
    at,
    ["instructions.operands", "instructions.table"],
    `Operand ${position} of ${name} is of another type.`,
  );
}

/** Where a fault is that stands behind operands whose lengths take one, two and three bytes. @spec instructions.reasons */
function longDrafts(): Draft[] {
  const row = instructionRows.find(({ name }) => name === "file_write_at");
  if (row === undefined) throw new TypeError("the table has no io.file_write_at");
  const { bits, ...right } = rightly(row);
  const parent = wellFormed({
    id: "long/none",
    clauses: ["instructions.table", "instructions.tlv.length"],
    instruction: { ...right, operands: [handle(1), u64(2n), bytes(new Uint8Array(200).fill(0x61))] },
    bits,
    why: "An operand whose length takes two bytes.",
  });
  return [
    parent,
    ...[127, 128, 200, 16_383, 16_384].map((length) => {
      const extra = u32(5);
      return malformed(parent, {
        id: `long/extra-behind-${length}`,
        instruction: { ...right, operands: [handle(1), u64(2n), bytes(new Uint8Array(length).fill(0x61)), extra] },
        reason: "operand_extra",
        at: (written) => written.placeOf(extra).type,
        mutator: "operand-behind-long",
        why: `One operand too many stands behind ${length} bytes.`,
      });
    }),
  ];
}

/** Which of two faults is reported. @spec instructions.reasons */
function orderDrafts(): Draft[] {
  const row = instructionRows.find(({ name }) => name === "file_read_at");
  if (row === undefined) throw new TypeError("the table has no io.file_read_at");
  const { bits, ...right } = rightly(row);
  const parent = wellFormed({
    id: "order/none",
    clauses: ["instructions.table"],
    instruction: { ...right, operands: [handle(1), u64(2n), u32(3)] },
    bits,
    why: "An instruction of three operands without a fault.",
  });
  const two = (
    name: string,
    instruction: Instruction,
    reason: string,
    at: number | Tlv,
    which: "type" | "length" | "value",
    why: string,
  ): Draft =>
    malformed(parent, {
      id: `order/${name}`,
      instruction,
      reason,
      at: typeof at === "number" ? at : (written) => written.placeOf(at)[which],
      mutator: "two-faults",
      why,
    });
  const broken = told(TYPES.bool, "01", "07");
  const brokenLast = told(TYPES.bool, "01", "07");
  const noneLast = none();
  const noneMiddle = none();
  const wrongFirst = u32(1);
  return [
    parent,
    two(
      "category-before-caps",
      { ...right, category: 8, caps: 0 },
      "reserved_category",
      0,
      "type",
      "A reserved category comes before capabilities.",
    ),
    two(
      "bits-before-extension",
      { ...right, otherBits: 0x20, extension: fromHex("00") },
      "reserved_bits",
      0,
      "type",
      "Reserved bits come before an empty extension.",
    ),
    two(
      "category-before-extension",
      { ...right, category: 15, extension: fromHex("00") },
      "reserved_category",
      0,
      "type",
      "A reserved category comes before an empty extension.",
    ),
    two(
      "extension-before-caps",
      { ...right, caps: 0, extension: fromHex("0100") },
      "capability_extension",
      6,
      "type",
      "A bitmap that ends with zero comes before capabilities that are not the row's.",
    ),
    two(
      "caps-before-async",
      { ...right, caps: 0, asynchronous: true },
      "capability_mismatch",
      3,
      "type",
      "Capabilities come before ASYNC.",
    ),
    two(
      "extension-before-async",
      { ...right, asynchronous: true, extension: fromHex("00") },
      "capability_extension",
      5,
      "type",
      "An extension without a byte comes before ASYNC.",
    ),
    two(
      "extended-caps-before-async",
      { ...right, asynchronous: true, extension: fromHex("020001") },
      "capability_mismatch",
      3,
      "type",
      "A capability of the extension that is not the row's comes before ASYNC.",
    ),
    two(
      "caps-before-operands",
      { ...right, caps: 0, operands: [broken] },
      "capability_mismatch",
      3,
      "type",
      "Capabilities come before operands.",
    ),
    two(
      "async-before-operands",
      { ...right, asynchronous: true, operands: [broken] },
      "async_not_allowed",
      0,
      "type",
      "ASYNC comes before operands.",
    ),
    two(
      "form-before-type",
      { ...right, operands: [wrongFirst, u64(2n), brokenLast] },
      "invalid_bool",
      brokenLast,
      "value",
      "An operand that is no operand comes before an earlier one of the wrong type.",
    ),
    two(
      "trailing-none-before-missing",
      { ...right, operands: [handle(1), u64(2n), noneLast] },
      "trailing_none",
      noneLast,
      "type",
      "A none at the end comes before the operand it stands for.",
    ),
    two(
      "none-for-required",
      { ...right, operands: [handle(1), noneMiddle, u32(3)] },
      "operand_type",
      noneMiddle,
      "type",
      "A none stands for an operand that cannot be left out.",
    ),
    two(
      "trailing-none-before-extra",
      { ...right, operands: [...right.operands, none(), noneLast] },
      "trailing_none",
      noneLast,
      "type",
      "A none at the end comes before an operand too many.",
    ),
    ...twoWrong(two, right),
  ];
}

function twoWrong(
  two: (
    name: string,
    instruction: Instruction,
    reason: string,
    at: number | Tlv,
    which: "type" | "length" | "value",
    why: string,
  ) => Draft,
  right: Right,
): Draft[] {
  const first = u32(1);
  const extra = text("more");
  const second = text("2");
  const last = u64(3n);
  return [
    two(
      "first-of-two-types",
      { ...right, operands: [first, u32(2), u32(3)] },
      "operand_type",
      first,
      "type",
      "Of two operands of the wrong type the first is reported.",
    ),
    two(
      "type-before-missing",
      { ...right, operands: [first] },
      "operand_type",
      first,
      "type",
      "An operand of the wrong type stands before two that are missing.",
    ),
    two(
      "second-type-before-missing",
      { ...right, operands: [handle(1), second] },
      "operand_type",
      second,
      "type",
      "The last operand that is there is of the wrong type, and one more is missing.",
    ),
    two(
      "last-type-before-extras",
      { ...right, operands: [handle(1), u64(2n), last, u32(4), text("5")] },
      "operand_type",
      last,
      "type",
      "The last operand of the row is of the wrong type, and two stand behind it.",
    ),
    two(
      "first-of-two-extras",
      { ...right, operands: [handle(1), u64(2n), u32(3), extra, u32(5)] },
      "operand_extra",
      extra,
      "type",
      "Of two operands too many the first is reported.",
    ),
    two(
      "type-before-extra",
      { ...right, operands: [first, u64(2n), u32(3), u32(4)] },
      "operand_type",
      first,
      "type",
      "An operand of the wrong type stands before one too many.",
    ),
  ];
}

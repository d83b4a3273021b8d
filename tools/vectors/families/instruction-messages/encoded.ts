import { type Tlv, u32, writeInstruction } from "../../building/instruction.js";
import { fromHex, toHex } from "../../building/octets.js";
import { accepted, type Draft } from "../../corpus/family.js";
import { typical } from "../instruction-codec/rows.js";
import { capabilityBit, categoryNumber, instructionRows } from "../instruction-table.js";
import { jsonOf, SAMPLES } from "./samples.js";

/** The only capability of a row that stands in the extension. */
const NET_LISTEN = 16;

const effect = "A program is told by every bus that what it sends is malformed.";

interface Written {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly category?: string;
  readonly opcode?: number;
  readonly asynchronous?: boolean;
  readonly bits?: readonly number[];
  /** The length byte and the bitmap behind `caps`. */
  readonly extension?: string;
  readonly operands?: readonly Tlv[];
  readonly why: string;
}

function written(told: Written): Draft {
  const { id, clauses, category = "io", opcode = 0x7abc, asynchronous, bits, extension, operands = [], why } = told;
  const low = (bits ?? []).filter((bit) => bit < 16).reduce((sum, bit) => sum + 2 ** bit, 0);
  const bytes = writeInstruction({
    category: categoryNumber(category),
    opcode,
    caps: low,
    operands,
    ...(extension !== undefined && { extension: fromHex(extension) }),
    ...(asynchronous !== undefined && { asynchronous }),
  }).bytes;
  return accepted({
    id: `instruction-messages/encode/${id}`,
    operation: "encode_instruction",
    clauses: ["instructions.layout", ...clauses],
    inputs: {
      category,
      opcode,
      operands: jsonOf(operands),
      ...(asynchronous !== undefined && { asynchronous }),
      ...(bits !== undefined && { capability_bits: bits }),
    },
    result: { bytes: toHex(bytes) },
    why,
    effect,
  });
}

/** Instructions as programs write them. */
export function encodedInstructions(): readonly Draft[] {
  return [...heads(), ...capabilities(), ...operandTypes(), ...rows()];
}

function heads(): readonly Draft[] {
  const clauses = ["instructions.category-byte", "instructions.categories"];
  return [
    ...["io", "net", "ui", "time", "random", "crypto", "proc", "host"].map((category) =>
      written({
        id: `head/${category}`,
        clauses,
        category,
        opcode: 0xffff,
        why: `The category ${category} is its number in bits 0 to 3 of the first byte.`,
      }),
    ),
    written({ id: "head/asynchronous", clauses, asynchronous: true, why: "ASYNC is bit 6 of the first byte." }),
    written({
      id: "head/synchronous",
      clauses,
      asynchronous: false,
      opcode: 0,
      why: "Without ASYNC bit 6 of the first byte is zero.",
    }),
    written({
      id: "head/both-flags",
      clauses,
      category: "host",
      asynchronous: true,
      bits: [16],
      extension: "0101",
      why: "ASYNC and EXT_CAPS stand beside each other and the category.",
    }),
  ];
}

function capabilities(): readonly Draft[] {
  const all: readonly (readonly [string, readonly number[], string | undefined, string])[] = [
    ["none", [], undefined, "Without capabilities `caps` is zero and there is no extension."],
    ["first", [0], undefined, "Capability 0 is the lowest bit of `caps`."],
    ["fifteenth", [15], undefined, "Capability 15 is the highest bit of `caps`."],
    ["all-of-caps", Array.from({ length: 16 }, (_, bit) => bit), undefined, "`caps` holds the first 16 capabilities."],
    ["sixteenth", [16], "0101", "Capability 16 is the lowest bit of the first byte of the extension."],
    ["twenty-third", [23], "0180", "Capability 23 is the highest bit of the first byte of the extension."],
    ["twenty-fourth", [24], "020001", "Capability 24 needs a second byte of the extension."],
    ["thirtieth", [30], "020040", "Capability 30 is bit 6 of the second byte."],
    ["both-parts", [3, 9, 17], "0102", "Capabilities of both parts stand in both."],
    [
      "all",
      Array.from({ length: 31 }, (_, bit) => bit),
      "02ff7f",
      "All 31 capabilities fill `caps` and the extension.",
    ],
    ["first-byte", [16, 17, 18, 19, 20, 21, 22, 23], "01ff", "Eight capabilities fill one byte of the extension."],
    ["both-bytes", [16, 23, 24], "028101", "An extension of two bytes keeps the bits of the first."],
  ];
  return all.map(([id, bits, extension, why]) =>
    written({
      id: `capabilities/${id}`,
      clauses: ["instructions.caps", ...(extension === undefined ? [] : ["instructions.caps.extension"])],
      bits,
      ...(extension !== undefined && { extension }),
      operands: [u32(1)],
      why,
    }),
  );
}

function operandTypes(): readonly Draft[] {
  return Object.entries(SAMPLES).map(([name, operands]) =>
    written({
      id: `operands/${name}`,
      clauses: ["instructions.tlv", "instructions.tlv.length", "instructions.operands"],
      operands,
      why: `Operands of this kind (${name}) are written with type, shortest length and value.`,
    }),
  );
}

function rows(): readonly Draft[] {
  return instructionRows.map((row) => {
    const bits = row.capability === null ? [] : [capabilityBit(row.capability)];
    return written({
      id: `rows/${row.category}-${row.name.replaceAll("_", "-")}`,
      clauses: ["instructions.table", "instructions.caps.by-opcode"],
      category: row.category,
      opcode: row.opcode,
      ...(row.dispatch === "async" && { asynchronous: true }),
      bits,
      ...(bits.includes(NET_LISTEN) && { extension: "0101" }),
      operands: Object.values(row.operands).map(typical),
      why: `${row.category}.${row.name} is written as its row says.`,
    });
  });
}

import { bytes, type Instruction, list, u32, writeInstruction } from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { malformed, UNKNOWN, wellFormed, withOperands } from "./drafts.js";

const LONGEST = 1_048_576;

export function headDrafts(): Draft[] {
  return [...layoutDrafts(), ...categoryDrafts(), ...extensionDrafts(), ...sizeDrafts()];
}

/** Fields of the head that are not whole. @spec instructions.layout */
function layoutDrafts(): Draft[] {
  const parent = wellFormed({
    id: "head/five-bytes",
    clauses: ["instructions.layout"],
    instruction: { ...UNKNOWN, caps: 0x0102 },
    bits: [1, 8],
    why: "An instruction without operands has five bytes.",
  });
  const whole = writeInstruction({ ...UNKNOWN, caps: 0x0102 }).hex;
  const starts = [0, 1, 1, 3, 3];
  return [
    parent,
    ...starts.map((at, length) =>
      malformed(parent, {
        id: `head/cut-to-${length}`,
        clauses: ["instructions.layout"],
        instruction: whole.slice(0, 2 * length),
        reason: "truncated",
        at,
        mutator: "truncate",
        arguments: { length },
        why: `Of ${length} bytes the field at ${at} is not whole.`,
      }),
    ),
  ];
}

/** @spec instructions.category-byte, instructions.categories */
function categoryDrafts(): Draft[] {
  const each = Array.from({ length: 8 }, (_, category) =>
    wellFormed({
      id: `head/category-${category}`,
      clauses: ["instructions.categories", "instructions.category-byte", "instructions.caps.unknown"],
      instruction: { category, opcode: 0x7abd },
      why: `The category ${category} with an opcode nobody knows is well-formed.`,
    }),
  );
  const opcodes = [0x0000, 0x7fff, 0x8000, 0x8001, 0xffff].map((opcode) =>
    wellFormed({
      id: `head/opcode-${opcode}`,
      clauses: ["instructions.layout", opcode >= 0x8000 ? "instructions.experimental" : "instructions.caps.unknown"],
      instruction: { category: 1, opcode, caps: 0xffff },
      bits: Array.from({ length: 16 }, (_, bit) => bit),
      why: `The opcode ${opcode} with every capability of the first sixteen is well-formed.`,
    }),
  );
  const async = wellFormed({
    id: "head/asynchronous",
    clauses: ["instructions.category-byte"],
    instruction: { ...UNKNOWN, asynchronous: true },
    why: "Bit 6 asks for a completion, also of an opcode nobody knows.",
  });
  const [parent] = each;
  if (parent === undefined) return [];
  const reserved = [0x10, 0x20, 0x30].map((otherBits) =>
    malformed(parent, {
      id: `head/reserved-bits-${otherBits.toString(16)}`,
      clauses: ["instructions.category-byte"],
      instruction: { category: 0, opcode: 0x7abd, otherBits },
      reason: "reserved_bits",
      at: 0,
      mutator: "set-bits",
      arguments: { byte: 0, bits: otherBits },
      why: "A reserved bit of the first byte is set.",
    }),
  );
  const categories = Array.from({ length: 8 }, (_, i) => 8 + i).map((category) =>
    malformed(parent, {
      id: `head/category-${category}`,
      clauses: ["instructions.categories"],
      instruction: { category, opcode: 0x7abd },
      reason: "reserved_category",
      at: 0,
      mutator: "set-category",
      arguments: { category },
      why: `The category ${category} is reserved.`,
    }),
  );
  return [
    ...each,
    ...opcodes,
    async,
    ...reserved,
    ...categories,
    malformed(parent, {
      id: "head/reserved-bits-and-category",
      clauses: ["instructions.category-byte"],
      instruction: { category: 9, opcode: 0x7abd, otherBits: 0x10 },
      reason: "reserved_bits",
      at: 0,
      mutator: "set-bits",
      arguments: { byte: 0, value: 0x19 },
      why: "A reserved bit comes before a reserved category.",
    }),
    malformed(parent, {
      id: "head/other-reserved-bit-and-last-category",
      clauses: ["instructions.category-byte"],
      instruction: {
        category: 15,
        opcode: 0x7abd,
        asynchronous: true,
        otherBits: 0x20,
        extension: fromHex("01ff"),
        operands: [u32(1)],
      },
      reason: "reserved_bits",
      at: 0,
      mutator: "set-bits",
      arguments: { byte: 0, value: 0xef },
      why: "The other reserved bit comes before the last reserved category, with both flags set.",
    }),
  ];
}

/** @spec instructions.caps.extension */
function extensionDrafts(): Draft[] {
  const clauses = ["instructions.caps.extension"];
  const of = (hex: string): Instruction => ({ ...UNKNOWN, extension: fromHex(hex) });
  const good = (name: string, hex: string, bits: readonly number[], why: string): Draft =>
    wellFormed({ id: `extension/${name}`, clauses, instruction: of(hex), bits, why });
  const parent = good("one-byte", "01ff", [16, 17, 18, 19, 20, 21, 22, 23], "One byte of bitmap, all bits.");
  const bad = (name: string, instruction: Instruction | string, reason: string, at: number, why: string): Draft =>
    malformed(parent, {
      id: `extension/${name}`,
      clauses,
      instruction,
      reason,
      at,
      mutator: "replace-extension",
      arguments: { instruction: typeof instruction === "string" ? instruction : writeInstruction(instruction).hex },
      why,
    });
  const long = new Uint8Array(256).fill(0);
  long[0] = 255;
  long[255] = 0x80;
  return [
    parent,
    good("lowest-bit", "0101", [16], "Bit 0 of the first byte is the capability 16."),
    good("second-byte", "020001", [24], "Bit 0 of the second byte is the capability 24; bytes in front may be zero."),
    good("high-bits", "03808080", [23, 31, 39], "Bit 7 of byte i is the capability 23 + 8i."),
    wellFormed({
      id: "extension/255-bytes",
      clauses,
      instruction: { ...UNKNOWN, extension: long },
      bits: [16 + 8 * 254 + 7],
      why: "The longest extension has 255 bytes.",
    }),
    wellFormed({
      id: "extension/and-caps",
      clauses: ["instructions.caps", ...clauses],
      instruction: { ...of("0102"), caps: 0x8001, operands: [u32(1)] },
      bits: [0, 15, 17],
      why: "Extension, caps and operands follow each other.",
    }),
    bad("absent", of(""), "truncated", 5, "EXT_CAPS is set and no length follows."),
    bad("length-zero", of("00"), "capability_extension", 5, "The extension has no bytes."),
    bad("no-bitmap", of("01"), "truncated", 6, "The bitmap of one byte is absent."),
    bad("cut-bitmap", of("030101"), "truncated", 6, "The bitmap of three bytes has two."),
    bad("last-zero", of("0100"), "capability_extension", 6, "The only byte of the bitmap is zero."),
    bad("last-of-two-zero", of("020100"), "capability_extension", 7, "The last byte of the bitmap is zero."),
    bad(
      "zero-and-operand",
      { ...of("00"), operands: [u32(1)] },
      "capability_extension",
      5,
      "The extension is empty, and operands follow.",
    ),
  ];
}

/** @spec instructions.size */
function sizeDrafts(): Draft[] {
  // Five bytes of head, the type, and three of the length.
  const content = new Uint8Array(LONGEST - 9);
  const parent = wellFormed({
    id: "size/longest",
    clauses: ["instructions.size"],
    instruction: withOperands(bytes(content)),
    why: "An instruction of 1,048,576 bytes is well-formed.",
  });
  // The same head, six bytes of an integer, and type and length of the list and of what it holds.
  const inList = wellFormed({
    id: "size/longest-of-several",
    clauses: ["instructions.size"],
    instruction: withOperands(u32(1), list(bytes(new Uint8Array(LONGEST - 19).fill(0x61)))),
    why: "An instruction of 1,048,576 bytes with an integer and a list is well-formed.",
  });
  return [
    parent,
    inList,
    malformed(parent, {
      id: "size/one-more",
      clauses: ["instructions.size"],
      instruction: withOperands(bytes(new Uint8Array(LONGEST - 8))),
      reason: "too_long",
      at: LONGEST,
      mutator: "lengthen",
      arguments: { bytes: 1 },
      why: "An instruction of 1,048,577 bytes is too long.",
    }),
    malformed(parent, {
      id: "size/one-more-and-reserved",
      clauses: ["instructions.size"],
      instruction: { ...withOperands(bytes(new Uint8Array(LONGEST - 8))), otherBits: 0x30 },
      reason: "too_long",
      at: LONGEST,
      mutator: "lengthen",
      arguments: { bytes: 1, bits: 0x30 },
      why: "The length is looked at before the first byte.",
    }),
  ];
}

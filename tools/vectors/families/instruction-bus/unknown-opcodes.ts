import { toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { categoryNumber, sampleTlv, writeInstruction } from "../instruction-table.js";
import { type About, type Check, noHostCall, refused, supportedAnchor, unknownAnchor, usual } from "./drafts.js";

/** Opcodes that no released table has. */
export function unknownOpcodes(): readonly Draft[] {
  const make = (
    category: string,
    opcode: number,
    bits: readonly number[],
    more: Partial<Parameters<typeof writeInstruction>[0]> = {},
  ): string => toHex(writeInstruction({ category: categoryNumber(category), opcode, bits, ...more }));
  interface Case {
    readonly id: string;
    readonly bytes: string;
    readonly granted?: string[];
    readonly check: Check;
    readonly about: About;
    readonly missing?: string[];
    readonly clauses: readonly string[];
    readonly why: string;
  }
  const experimental = "instructions.experimental";
  const cases: readonly Case[] = [
    {
      id: "needs-nothing",
      bytes: make("io", 0x7fff, []),
      check: "unsupported",
      about: { category: 0, opcode: 0x7fff },
      clauses: [unknownAnchor, supportedAnchor],
      why: "An unknown opcode that needs nothing is unsupported.",
    },
    {
      id: "granted",
      bytes: make("io", 0x7fff, [0, 1]),
      granted: ["fs.read", "fs.write"],
      check: "unsupported",
      about: { category: 0, opcode: 0x7fff },
      clauses: [unknownAnchor],
      why: "An unknown opcode whose capabilities were all granted is unsupported.",
    },
    {
      id: "partly-granted",
      bytes: make("io", 0x7fff, [0, 1]),
      granted: ["fs.read"],
      check: "denied",
      about: { category: 0, opcode: 0x7fff },
      missing: ["fs.write"],
      clauses: [unknownAnchor],
      why: "An unknown opcode is judged by what it declares before it is unsupported.",
    },
    {
      id: "other-category",
      bytes: make("random", 0x0011, []),
      check: "unsupported",
      about: { category: 4, opcode: 0x11 },
      clauses: [unknownAnchor],
      why: "An opcode of one category means nothing in another.",
    },
    {
      id: "behind-the-last",
      bytes: make("random", 0x0002, []),
      check: "unsupported",
      about: { category: 4, opcode: 2 },
      clauses: [unknownAnchor],
      why: "The opcode behind the last one of a category is none of the table.",
    },
    {
      id: "opcode-zero",
      bytes: make("io", 0, []),
      check: "unsupported",
      about: { category: 0, opcode: 0 },
      clauses: [unknownAnchor],
      why: "Opcode 0 is none of the table.",
    },
    {
      id: "any-operands",
      bytes: make("io", 0x7fff, [], { operands: [sampleTlv("list"), sampleTlv("bool"), sampleTlv("i64")] }),
      check: "unsupported",
      about: { category: 0, opcode: 0x7fff },
      clauses: [unknownAnchor],
      why: "Operands of an unknown opcode are compared with nothing.",
    },
    {
      id: "asynchronous",
      bytes: make("io", 0x7fff, [], { asynchronous: true }),
      check: "unsupported",
      about: { category: 0, opcode: 0x7fff },
      clauses: [unknownAnchor, "instructions.async.failed-check"],
      why: "An unknown opcode may be asynchronous, and is answered at once.",
    },
    {
      id: "experimental",
      bytes: make("io", 0x8001, []),
      check: "unsupported",
      about: { category: 0, opcode: 0x8001 },
      clauses: [experimental, unknownAnchor],
      why: "An experimental opcode that no adapter registered is unsupported.",
    },
    {
      id: "experimental-of-a-released-number",
      bytes: make("io", 0x8011, [2]),
      granted: ["io.stdio"],
      check: "unsupported",
      about: { category: 0, opcode: 0x8011 },
      clauses: [experimental, unknownAnchor],
      why: "Bit 15 makes another opcode: 0x8011 is not 0x0011.",
    },
    {
      id: "experimental-not-granted",
      bytes: make("ui", 0xffff, [6]),
      check: "denied",
      about: { category: 2, opcode: 0xffff },
      missing: ["ui.dom"],
      clauses: [experimental, unknownAnchor],
      why: "An experimental opcode is judged by the capabilities it declares.",
    },
  ];
  return cases.map(({ id, bytes, granted = [], check, about, missing: absent, clauses, why }) =>
    refused(usual, {
      id: `unknown/${id}`,
      clauses: [...clauses, noHostCall],
      mutator: "replace-instruction",
      settings: { ...about },
      inputs: { bytes, granted },
      check,
      context: { ...about, ...(absent !== undefined && { missing: absent }) },
      why,
    }),
  );
}

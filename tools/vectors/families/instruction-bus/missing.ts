import { CAPABILITY_NAMES } from "../../../../generated/capabilities.js";
import { join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import {
  capabilityBit,
  categoryNumber,
  instructionRow,
  sampleInstruction,
  sampleTlv,
  writeInstruction,
} from "../instruction-table.js";
import { answered, capabilitiesAnchor, noHostCall, ok, refused, unknownAnchor } from "./drafts.js";

/** What is missing, by name and by bit. */
export function missing(): readonly Draft[] {
  const unknown = (bits: readonly number[]): string =>
    toHex(writeInstruction({ category: categoryNumber("io"), opcode: 0x7fff, bits, operands: [] }));
  const named = [...CAPABILITY_NAMES].sort();
  const rows: readonly (readonly [string, readonly number[], readonly string[], readonly string[], string])[] = [
    ["one", [0], [], ["fs.read"], "One capability is missing."],
    ["two", [0, 11], [], ["fs.read", "random.get"], "Two are missing, ascending by name."],
    [
      "by-name-and-not-by-bit",
      [0, 6, 12],
      [],
      ["crypto.primitive", "fs.read", "ui.dom"],
      "The order is that of the names.",
    ],
    ["one-of-two", [0, 11], ["fs.read"], ["random.get"], "What was granted is not missing."],
    ["extension", [16], [], ["net.listen"], "A capability of the extension is missing by its name."],
    ["all-named", named.map(capabilityBit), [], named, "Every capability of the table can be missing."],
    ["unnamed", [17], named, ["bit 17"], "A bit without a capability belongs to one that nobody was granted."],
    ["unnamed-ascending", [30, 18, 17], named, ["bit 17", "bit 18", "bit 30"], "Bits without a name stand ascending."],
    ["unnamed-behind-named", [0, 17], [], ["fs.read", "bit 17"], "Bits without a name stand behind the names."],
    ["bit-31", [31], named, ["bit 31 or above"], "From bit 31 on all are told as one."],
    ["bits-from-31", [31, 32, 100], named, ["bit 31 or above"], "Several bits from 31 on are told once."],
    ["bit-30-and-31", [30, 31], named, ["bit 30", "bit 31 or above"], "Bit 30 is the last that is told by itself."],
    [
      "highest-bit",
      [2055],
      named,
      ["bit 31 or above"],
      "The last bit of the longest extension is a bit like any other.",
    ],
    [
      "named-and-all-else",
      [16, 17, 200],
      [],
      ["net.listen", "bit 17", "bit 31 or above"],
      "Names, then bits, then the rest.",
    ],
  ];
  const parent = answered({
    id: "missing/nothing",
    clauses: [capabilitiesAnchor],
    inputs: {
      bytes: toHex(sampleInstruction(instructionRow("time.clock_wall"))),
      granted: ["random.get", "time.clock"],
      supported: ["time.clock_wall"],
      results: toHex(sampleTlv("u64")),
    },
    reply: join(ok, sampleTlv("u64")),
    why: "Nothing is missing where the one capability was granted.",
  });
  return [
    parent,
    ...rows.map(([name, bits, granted, absent, why]) =>
      refused(parent, {
        id: `missing/${name}`,
        clauses: [
          capabilitiesAnchor,
          unknownAnchor,
          noHostCall,
          ...(bits.some((bit) => bit > 15) ? ["instructions.caps.extension"] : []),
        ],
        mutator: "replace-instruction",
        settings: { opcode: 0x7fff, bits: [...bits] },
        inputs: { bytes: unknown(bits), granted: [...granted] },
        check: "denied",
        context: { category: 0, opcode: 0x7fff, missing: absent },
        why,
      }),
    ),
  ];
}

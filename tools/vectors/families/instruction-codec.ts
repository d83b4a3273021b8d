import type { Draft, Family } from "../corpus/family.js";
import { cutDrafts } from "./instruction-codec/cut.js";
import { exampleDrafts } from "./instruction-codec/examples.js";
import { headDrafts } from "./instruction-codec/head.js";
import { rowDrafts } from "./instruction-codec/rows.js";
import { tlvDrafts } from "./instruction-codec/tlvs.js";

function drafts(): Draft[] {
  return [...headDrafts(), ...tlvDrafts(), ...rowDrafts(), ...exampleDrafts(), ...cutDrafts()];
}

/** Instructions and their operands. */
export const instructionCodec: Family = { name: "instruction-codec", drafts };

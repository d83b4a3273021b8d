import type { VectorClass } from "../../../../generated/json/vector.js";
import { type Instruction, list, type Tlv, text, u32, u64, writeInstruction } from "../../building/instruction.js";
import type { Draft } from "../../corpus/family.js";
import { UNKNOWN, wellFormed } from "./drafts.js";
import { capabilityBit } from "./table.js";

type Expectation = VectorClass["expect"];

/** Instructions cut at every byte. @spec conformance.expansion, instructions.reasons */
export function cutDrafts(): Draft[] {
  const free = { ...UNKNOWN, operands: [u32(7), text("x".repeat(130)), list(u64(1n), list()), u32(8)] };
  const rename = {
    category: 0,
    opcode: 0x000c,
    caps: 1 << capabilityBit("fs.write"),
    operands: [text("/a"), text("/b")],
  };
  return [
    ...everywhere("unknown-opcode", free, [], (kept) => ({
      verdict: "accept",
      result: { operands: kept.map(({ json }) => json) },
    })),
    ...everywhere("io.path_rename", rename, [capabilityBit("fs.write")], (_, at) => refusal("operand_missing", at)),
  ];
}

function refusal(reason: string, at: number): Expectation {
  return { verdict: "reject", code: "ADP_INSTRUCTION_MALFORMED", reason, locus: { at } };
}

/** `between` says what comes out where the cut falls between two operands. */
function everywhere(
  name: string,
  instruction: Instruction & { readonly operands: readonly Tlv[] },
  bits: readonly number[],
  between: (kept: readonly Tlv[], at: number) => Expectation,
): Draft[] {
  const draft = wellFormed({
    id: `cut/${name}`,
    clauses: ["instructions.layout", "instructions.tlv"],
    instruction,
    bits,
    why: "An instruction that is whole.",
  });
  const written = writeInstruction(instruction);
  const expected = (n: number): Expectation => {
    if (n < written.operandsAt) return refusal("truncated", n < 1 ? 0 : n < 3 ? 1 : 3);
    const cut = instruction.operands.find((operand) => n < written.placeOf(operand).end);
    if (cut === undefined) throw new RangeError("nothing is cut");
    const place = written.placeOf(cut);
    if (n <= place.type) return between(instruction.operands.slice(0, instruction.operands.indexOf(cut)), n);
    return refusal("truncated", n < place.value ? place.length : place.value);
  };
  const classes: { first: number; last: number; expect: Expectation }[] = [];
  for (let n = 0; n < written.bytes.length; n += 1) {
    const expect = expected(n);
    const last = classes.at(-1);
    if (last !== undefined && JSON.stringify(last.expect) === JSON.stringify(expect)) last.last = n;
    else classes.push({ first: n, last: n, expect });
  }
  return [
    draft,
    {
      ...draft,
      id: `cut/${name}-everywhere`.replace(/^/, "instruction-codec/"),
      clauses: ["instructions.reasons", "instructions.layout", "instructions.tlv"],
      parent: draft.id,
      recipe: { mutator: "truncate", repair: "raw" },
      expand: { mutator: "truncate", cases: written.bytes.length, classes },
      why: "An instruction that ends early is truncated at the field that is not whole, or lacks operands.",
      effect: "The bus reads what stands behind the instruction in memory.",
    },
  ];
}

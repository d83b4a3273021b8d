import type { VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import { GUEST_EXPORTS, readGuestModule } from "../../../../reference/runtime/index.js";
import { type Answer, answering } from "../answer.js";
import { given, givenBytes } from "../inputs.js";

const ORIGIN = { instance: "instance#1", sectionId: "code/main" };

/** Judge the code of a program. @spec guest-abi.code */
export function validateCode(inputs: VectorInputs): Promise<Answer> {
  const code = givenBytes(inputs, "bytes");
  const entry = given(inputs, "symbol");
  return answering(() => judged(code, entry));
}

function judged(code: Uint8Array, entry: string): VectorResult {
  const { validated } = readGuestModule(code, entry, ORIGIN);
  const { imports, exports } = validated.module;
  const names = new Set(exports.map(({ name }) => name));
  return {
    operand_heights: validated.profiles.map(({ operandHeight }) => operandHeight),
    stack_charges: validated.profiles.map(({ stackCharge }) => stackCharge),
    imports: imports.map(({ name }) => name),
    exports: ["memory", entry, ...Object.keys(GUEST_EXPORTS)].filter((name) => names.has(name)),
  };
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryReader } from "../../wasm/binary-reader.js";
import { decodeModule } from "../../wasm/decode-module.js";
import { InstructionReader } from "../../wasm/instruction-reader.js";
import { instructions } from "../../wasm/opcodes.js";
import { validateModule } from "../../wasm/validate-module.js";
import { decisionsFrom } from "./choices.js";
import { randomGuest, randomModule } from "./random-module.js";

const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 600, size: "max" });

describe("random modules", () => {
  it("are valid in all their forms", () => {
    fc.assert(
      fc.property(decisions, (numbers) => {
        const { plain, counting } = randomModule(numbers);
        for (const bytes of [plain, counting, randomGuest(numbers)]) validateModule(decodeModule(bytes));
      }),
    );
  });

  it("hold every instruction of the code format sooner or later", () => {
    const missing = new Set(instructions.flatMap((instruction) => instruction?.name ?? []));
    for (let seed = 1; seed < 3000 && missing.size > 0; seed += 1) {
      const { plain } = randomModule(decisionsFrom(seed, 600));
      for (const { body } of decodeModule(plain).functions) {
        const reader = new InstructionReader(new BinaryReader(plain, body!.codeStart, body!.end));
        while (reader.reader.position < body!.end) missing.delete(reader.next().name);
      }
    }
    expect([...missing]).toEqual([]);
  });
});

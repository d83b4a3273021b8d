import { u64 } from "../../building/instruction.js";
import type { Draft } from "../../corpus/family.js";
import { conversation, type Raw } from "./script.js";
import { hi } from "./words.js";

const bus = "instructions.bus.events";
const fields = "instructions.bus.events.fields";
const effect = "A log of what programs did names what they did not do.";

/** What events tell of instructions that are no row of the table, or none at all. */
export function publishedStories(): readonly Draft[] {
  const told = (id: string, why: string, code: string, hostError: string, ...raws: readonly Raw[]): Draft =>
    conversation({
      id: `published/${id}`,
      clauses: [bus, fields, "instructions.bus", "events.raised"],
      tell: (script) => {
        for (const raw of raws) script.emitRaw(raw).refused(code, hostError);
      },
      why,
      effect,
    });
  const raw = (
    hex: string,
    name: string,
    category: number,
    opcode: number,
    operandBytes: number,
    asynchronous = false,
  ): Raw => ({ hex, name, category, opcode, operandBytes, asynchronous });
  return [
    told(
      "unknown-opcodes",
      "An opcode that no row has is named by its category and its number.",
      "ADP_UNSUPPORTED_INSTRUCTION",
      "unavailable",
      raw("0000ff0000", "io.0x00ff", 0, 0xff, 0),
      raw("04800000000601ff", "random.0x8000", 4, 0x8000, 3),
      raw("47abcd0000", "host.0xabcd", 7, 0xabcd, 0, true),
    ),
    told(
      "unknown-opcodes-with-capabilities",
      "What is denied is named and counted as well, without the bytes of the capabilities.",
      "ADP_CAPABILITY_DENIED",
      "access_denied",
      raw("817ff100000101", "net.0x7ff1", 1, 0x7ff1, 0),
      raw("c270a200000400000001050101", "ui.0x70a2", 2, 0x70a2, 3, true),
      raw("8670b30001010106024142", "proc.0x70b3", 6, 0x70b3, 4),
    ),
    told(
      "malformed-heads",
      "Of an instruction that is cut in its head, what is not there counts as 0.",
      "ADP_INSTRUCTION_MALFORMED",
      "invalid_argument",
      raw("", "io.0x0000", 0, 0, 0),
      raw("40", "io.0x0000", 0, 0, 0, true),
      raw("0305", "time.0x0000", 3, 0, 0),
      raw("430003", "time.sleep", 3, 3, 0, true),
      raw("00001100", "io.stdout_write", 0, 0x11, 0),
    ),
    told(
      "malformed-operands",
      "Of an instruction that is malformed behind its head, all of the head is told.",
      "ADP_INSTRUCTION_MALFORMED",
      "invalid_argument",
      raw("0000110004ff", "io.stdout_write", 0, 0x11, 1),
      raw("40001100040601ff", "io.stdout_write", 0, 0x11, 3, true),
      raw("0000110000060141", "io.stdout_write", 0, 0x11, 3),
      raw("80001100040000060141", "io.stdout_write", 0, 0x11, 4),
      raw("1000110004", "io.stdout_write", 0, 0x11, 0),
    ),
    told(
      "reserved-categories",
      "A category that the table does not have is told by its number.",
      "ADP_INSTRUCTION_MALFORMED",
      "invalid_argument",
      raw("0800010000", "reserved 0x8.0x0001", 8, 1, 0),
      raw("4fffff0000060141", "reserved 0xf.0xffff", 15, 0xffff, 3, true),
    ),
    conversation({
      id: "published/time-that-passed",
      clauses: [fields, bus],
      tell: (script) => {
        script.emit("io.stdout_write", hi, { waits: true }).called();
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true, waits: true })
          .called()
          .began(1)
          .open(0, 1);
        script.turn({ do: "answer", emit: 1 }).replied(new Uint8Array(), 1);
        script.turn({ do: "suspend" });
        script.turn({ do: "answer", emit: 2 });
        script.turn({ do: "resume" }).completed(2, 1).open(0, 0);
      },
      why: "A duration goes from the emit to the reply, and to the completion that reached the program.",
      effect,
    }),
    conversation({
      id: "published/one-for-each",
      clauses: [bus, "instructions.bus"],
      tell: (script) => {
        script
          .emit("time.clock_wall", [], { results: "02080000000000000001" })
          .did(Uint8Array.from([2, 8, 0, 0, 0, 0, 0, 0, 0, 1]));
        script.emit("io.stdout_write", hi).did();
        script
          .emit("time.sleep", [u64(1n)], { asynchronous: true })
          .called()
          .began(1)
          .completed(3, 1);
      },
      why: "Each instruction that is answered is published once, and each completion once more.",
      effect,
    }),
  ];
}

import { bytes, text, u32, u64 } from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { categoryNumber, instructionRow } from "../instruction-table.js";
import { conversation, type Raw, type Script, tlvs } from "./script.js";
import { filled, hi, openFile } from "./words.js";

const bus = "instructions.bus";
const order = "instructions.check-order";
const reasons = "instructions.reasons";

const effects = {
  operands: "The host is called with operands that the program has not given.",
  between: "What one instruction left behind is taken for a part of the next.",
} as const;

/** An instruction of standard input, output or the clock, by the bytes of its operands. */
export function raw(name: "stdin_read" | "stdout_write" | "clock_wall", operands: string): Raw {
  const [category, opcode, caps] = { stdin_read: [0, 0x10, 4], stdout_write: [0, 0x11, 4], clock_wall: [3, 1, 0x200] }[
    name
  ] as [number, number, number];
  const head = [category, opcode >> 8, opcode & 0xff, caps >> 8, caps & 0xff];
  return {
    hex: head.map((byte) => byte.toString(16).padStart(2, "0")).join("") + operands,
    name: `${name === "clock_wall" ? "time" : "io"}.${name}`,
    category,
    opcode,
    operandBytes: operands.length / 2,
    asynchronous: false,
  };
}

/** What the host would give if it were asked. */
const GIVEN = { "io.stdin_read": "060141", "time.clock_wall": "02080000000000000001" } as const;

/** An instruction that is malformed, whatever the host would have given. */
export function malformed(script: Script, wrong: Raw): Script {
  const results = wrong.name === "io.stdin_read" || wrong.name === "time.clock_wall" ? GIVEN[wrong.name] : "";
  return script.emitRaw(wrong, { results }).refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
}

/** Operands of `cursor_place` before the bool: a handle, column and row. */
export const PLACE = "080400000001010400000002010400000003";

/** What is wrong between what is right. */
export function malformedStories(): readonly Draft[] {
  const clock = (script: Script): Script =>
    script.emit("time.clock_wall", [], { results: GIVEN["time.clock_wall"] }).did(tlvs(u64(1n)));
  const read = (script: Script, maximum: number): Script =>
    script.emit("io.stdin_read", [u32(maximum)], { results: GIVEN["io.stdin_read"] }).did(fromHex("060141"));
  return [
    ...nothingStories(),
    conversation({
      id: "at-once/cut-behind-longer-ones",
      clauses: [reasons, bus, "instructions.bus.no-host-call"],
      tell: (script) => {
        script.emit("io.stdout_write", [bytes(filled(100))]).did();
        for (const operands of ["06", "0601", "060261", "06086161", "060c6161", "060861616161", "067f61", "0664616161"])
          malformed(script, raw("stdout_write", operands));
        script.emit("io.stdout_write", hi).did();
        read(script, 0x0102_0304);
        for (const operands of ["", "01", "0104", "010401", "0104010203"])
          malformed(script, raw("stdin_read", operands));
        read(script, 5);
      },
      why: "What is cut is malformed, though the instruction before it has bytes where this one has none.",
      effect: effects.between,
    }),
    conversation({
      id: "at-once/long-operands",
      clauses: [reasons, bus, "instructions.tlv.length"],
      inputs: { granted: ["io.stdio", "fs.read"], supported: ["io.path_stat", "io.stdout_write", "io.file_seek"] },
      tell: (script) => {
        // Lengths of one, two and three bytes, and each behind a longer one.
        for (const length of [
          119, 130, 121, 122, 123, 127, 128, 129, 256, 124, 1000, 125, 16_380, 16_381, 16_383, 16_384,
        ]) {
          script.emit("io.stdout_write", [bytes(filled(length, length & 0xff))]).did();
          script.emit("io.stdout_write", hi).did();
        }
        const found = "010400000001020800000000000000040208000000000000000a";
        for (const path of [
          `/${"a".repeat(126)}`,
          `/${"b".repeat(127)}`,
          `/${"c".repeat(900)}`,
          `/${"d".repeat(125)}é`,
        ])
          script.emit("io.path_stat", [text(path)], { results: found }).did(fromHex(found));
        for (const length of [127, 128, 300, 16_383]) {
          const whole = Buffer.from(tlvs(bytes(filled(length)))).toString("hex");
          malformed(script, raw("stdout_write", whole.slice(0, -2)));
          malformed(script, raw("stdout_write", `${whole}00`));
        }
        for (const head of ["0680", "068000", "06ff00", "068001", "06ff7f", "06808001", "0680808001"])
          malformed(script, raw("stdout_write", head));
        malformed(script, raw("stdout_write", `06808000${"61".repeat(200)}`));
        malformed(script, raw("stdout_write", `06ff00${"61".repeat(127)}`));
        malformed(script, raw("stdout_write", `078101${"61".repeat(129)}`));
        malformed(script, raw("stdin_read", `018401${"00".repeat(132)}`));
        script.emit("io.stdout_write", hi).did();
      },
      why: "Operands are as long as their lengths say, however many bytes the length takes, and whatever was longer before.",
      effect: effects.operands,
    }),
    conversation({
      id: "at-once/operands-out-of-order",
      clauses: [reasons, bus, "instructions.bus.no-host-call"],
      tell: (script) => {
        read(script, 1);
        for (const operands of [
          "0103000010",
          "01050000000010",
          "0100",
          "01840000000010",
          "0184800000000010",
          "060400000010",
          "080400000010",
          "000400000010",
          "090400000010",
          "01040000001000",
          "0104000000100000",
          "010400000010010400000010",
        ])
          malformed(script, raw("stdin_read", operands));
        for (const operands of [
          "0000",
          "00026869",
          "0702",
          "07026869",
          "06820068690000",
          "060268690600",
          "0602686901",
          "0a026869",
        ])
          malformed(script, raw("stdout_write", operands));
        read(script, 2);
      },
      why: "An operand of another type, of another width, too many or with a length that is too long is malformed.",
      effect: effects.operands,
    }),
    conversation({
      id: "at-once/operands-where-none-belong",
      clauses: [reasons, bus, "instructions.bus.no-host-call"],
      tell: (script) => {
        clock(script);
        for (const operands of ["00", "0000", "010400000010", "0600", "ff"])
          malformed(script, raw("clock_wall", operands));
        clock(script);
      },
      why: "An instruction without operands that has some is malformed.",
      effect: effects.operands,
    }),
    conversation({
      id: "at-once/other-opcodes-and-flags",
      clauses: [reasons, order, "instructions.caps.unknown", "instructions.caps.exact"],
      tell: (script) => {
        const write = raw("stdout_write", "06026869");
        const other = (hex: string, opcode: number): Raw => ({ ...write, hex, opcode, name: `io.0x${nameOf(opcode)}` });
        script.emit("io.stdout_write", hi).did();
        for (const opcode of [0x0111, 0x1100, 0x1111, 0x00fe])
          script
            .emitRaw(other(`00${nameOf(opcode)}000406026869`, opcode))
            .refused("ADP_UNSUPPORTED_INSTRUCTION", "unavailable");
        malformed(script, { ...write, hex: "400011000406026869", asynchronous: true });
        for (const caps of ["0000", "0104", "0400", "0404", "0005"])
          malformed(script, { ...write, hex: `000011${caps}06026869` });
        script.emit("io.stdout_write", hi).did();
      },
      why: "Opcode and capabilities are numbers of two bytes, and a flag makes another instruction.",
      effect: effects.operands,
    }),
  ];
}

/** Operands of which one is `none`: where each type belongs, and where a list or something optional does. */
function nothingStories(): readonly Draft[] {
  const wrong = (name: string, hex: string): Raw => {
    const { category, opcode } = instructionRow(name);
    return {
      hex,
      name,
      category: categoryNumber(category),
      opcode,
      operandBytes: hex.length / 2 - 5,
      asynchronous: false,
    };
  };
  return [
    conversation({
      id: "at-once/nothing-in-place-of-an-operand",
      clauses: [reasons, order, "instructions.bus.no-host-call"],
      inputs: {
        granted: ["fs.read", "fs.write"],
        supported: ["io.file_open_read", "io.path_stat", "io.file_read_at", "io.file_write_at", "host.call"],
      },
      tell: (script) => {
        const refused = (raw: Raw, results = ""): Script =>
          script.emitRaw(raw, { results }).refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
        openFile(script, 1).open(1, 0);
        for (const path of ["0000", "00017f", "0702"])
          refused(wrong("io.path_stat", `0000070001${path}`), "010400000001020800000000000004000208000000000000000a");
        for (const operands of [
          "0000020800000000000000020104000000ff",
          "080400000001000001040000000f",
          "080400000001020800000000000000020000",
        ])
          refused(wrong("io.file_read_at", `0000050001${operands}`), "0600");
        refused(wrong("io.file_write_at", "00000d0002080400000001020800000000000000020000"), "010400000000");
        // Neither of these is granted, nor would it be the right instruction if it were.
        refused(wrong("host.call", "07000180000701610000"));
        refused(wrong("ui.cursor_place", `0200130080${PLACE}0000`));
        script
          .emit("io.path_stat", [text("/")], { results: "010400000001020800000000000004000208000000000000000a" })
          .did(fromHex("010400000001020800000000000004000208000000000000000a"));
      },
      why: "Nothing at all is not an operand, whatever type belongs there.",
      effect: effects.operands,
    }),
  ];
}

function nameOf(opcode: number): string {
  return opcode.toString(16).padStart(4, "0");
}

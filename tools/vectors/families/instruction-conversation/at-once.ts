import { bytes, handle, i64, type Tlv, text, u32, u64 } from "../../building/instruction.js";
import { fromHex, utf8 } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { malformed, malformedStories, PLACE, raw } from "./at-once-malformed.js";
import { conversation, type Raw, type Script, tlvs } from "./script.js";
import { close, filled, hi, openFile, startTimer } from "./words.js";

const bus = "instructions.bus";
const order = "instructions.check-order";
const reply = "instructions.reply";
const lengths = "instructions.tlv.length";
const reasons = "instructions.reasons";

const effects = {
  operands: "The host is called with operands that the program has not given.",
  results: "A program gets results that the host has not given, or those of another instruction.",
  refusals: "A program takes a failure for a result, or the host is reached by what was refused.",
} as const;

/** Instructions that are answered at once, many in a row: none may see anything of the one before it. */
export function atOnceStories(): readonly Draft[] {
  return [...operandStories(), ...malformedStories(), ...refusalStories(), ...resultStories()];
}

const files = { granted: ["fs.read", "fs.write"], supported: [] as string[] };

function operandStories(): readonly Draft[] {
  return [
    conversation({
      id: "at-once/bytes-of-every-length",
      clauses: [bus, lengths],
      tell: (script) => {
        for (const length of [0, 1, 63, 64, 119, 120, 121, 122, 123, 124, 126, 127, 128, 129, 255, 256, 2, 0])
          script.emit("io.stdout_write", [bytes(filled(length, length & 0xff))]).did();
      },
      why: "A length is one byte up to 127 and two from 128 on; whatever it is, the host gets just these bytes.",
      effect: effects.operands,
    }),
    conversation({
      id: "at-once/two-texts",
      clauses: [bus, lengths, "instructions.table"],
      inputs: { ...files, supported: ["io.path_rename"] },
      tell: (script) => {
        const pairs = [
          ["/data/a", "/data/b"],
          ["", ""],
          ["", "/b"],
          ["/a", ""],
          ["/\u007f", "/\u0000"],
          ["/é", "/b"],
          ["/a", "/é"],
          ["/日本", "/𝄞"],
          ["a".repeat(59), "b".repeat(60)],
          ["a".repeat(60), "b".repeat(60)],
          ["a".repeat(127), "b".repeat(128)],
          ["/c", "/dd"],
        ] as const;
        for (const [from, to] of pairs) script.emit("io.path_rename", [text(from), text(to)]).did();
      },
      why: "Two texts, one behind the other, reach the host each as it is, within ASCII and beyond.",
      effect: effects.operands,
    }),
    conversation({
      id: "at-once/numbers-beside-bytes",
      clauses: [bus, "instructions.handles", "instructions.table"],
      inputs: {
        ...files,
        supported: [
          "io.file_open_read",
          "io.file_write_at",
          "io.file_read_at",
          "io.file_set_size",
          "io.file_size",
          "io.file_seek",
          "io.file_sync",
          "io.close",
        ],
      },
      tell: (script) => {
        openFile(script, 1).open(1, 0);
        for (const at of [0n, 1n, 0x0102_0304_0506_0708n, 0xffff_ffff_ffff_ffffn, 0x8000_0000n, 0x1_0000_0000n])
          script.emit("io.file_write_at", [handle(1), u64(at), ...hi], { results: "010400000002" }).did(tlvs(u32(2)));
        for (const maximum of [0, 1, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])
          script.emit("io.file_read_at", [handle(1), u64(2n), u32(maximum)], { results: "06026869" }).did(tlvs(...hi));
        script.emit("io.file_set_size", [handle(1), u64(7n)]).did();
        script.emit("io.file_size", [handle(1)], { results: "02080000000000000007" }).did(tlvs(u64(7n)));
        script
          .emit("io.file_seek", [handle(1), i64(-2n), u32(2)], { results: "02080000000000000005" })
          .did(tlvs(u64(5n)));
        script.emit("io.file_sync", [handle(1)]).did();
        close(script, 1).did().released(1).open(0, 0);
        script.emit("io.file_sync", [handle(1)]).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        script.emit("io.file_write_at", [handle(1), u64(0n), ...hi]).refused("ADP_HOST_CALL_FAILED", "bad_handle");
        close(script, 1).refused("ADP_HOST_CALL_FAILED", "bad_handle");
      },
      why: "Numbers of every size stand between a handle and bytes; behind the close the host is called no more.",
      effect: effects.operands,
    }),
  ];
}

function refusalStories(): readonly Draft[] {
  const clock = (script: Script, value = 1n): Script =>
    script
      .emit("time.clock_wall", [], { results: `0208${value.toString(16).padStart(16, "0")}` })
      .did(tlvs(u64(value)));
  return [
    conversation({
      id: "at-once/denied",
      clauses: [order, "instructions.check-capabilities", "instructions.bus.no-host-call", reply],
      inputs: {
        granted: ["time.clock"],
        supported: ["io.stdin_read", "io.stdout_write", "random.random_bytes", "time.clock_wall", "io.close"],
      },
      tell: (script) => {
        const denied = (name: string, ...operands: readonly Tlv[]): Script =>
          script.emit(name, operands).refused("ADP_CAPABILITY_DENIED", "access_denied");
        clock(script);
        denied("io.stdout_write", ...hi);
        denied("random.random_bytes", u32(4));
        denied("io.stdout_write", ...hi);
        denied("io.stderr_write", ...hi);
        denied("io.path_stat", text("/é"));
        denied("ui.text_set", handle(1), u32(1), text("x"));
        malformed(script, raw("stdout_write", "07026869"));
        malformed(script, raw("stdin_read", "0104000000"));
        denied("io.stdin_read", u32(4));
        script
          .emitRaw({
            ...raw("stdout_write", "06026869"),
            hex: "000001000406026869",
            name: "io.file_open_read",
            opcode: 1,
          })
          .refused("ADP_INSTRUCTION_MALFORMED", "invalid_argument");
        clock(script, 2n);
        close(script, 1).refused("ADP_HOST_CALL_FAILED", "bad_handle");
      },
      why: "What is not granted is denied each time, what is malformed as well is malformed, and the rest goes on.",
      effect: effects.refusals,
    }),
    conversation({
      id: "at-once/denied-values-that-are-wrong",
      clauses: [order, reasons, "instructions.check-capabilities"],
      inputs: { granted: [], supported: ["ui.cursor_place"] },
      tell: (script) => {
        const place = (shown: string, length = "01"): Raw => ({
          hex: `0200130080${PLACE}05${length}${shown}`,
          name: "ui.cursor_place",
          category: 2,
          opcode: 0x13,
          operandBytes: (PLACE.length + shown.length) / 2 + 2,
          asynchronous: false,
        });
        script.emitRaw(place("00")).refused("ADP_CAPABILITY_DENIED", "access_denied");
        script.emitRaw(place("01")).refused("ADP_CAPABILITY_DENIED", "access_denied");
        for (const shown of ["02", "80", "ff"]) malformed(script, place(shown));
        malformed(script, place("0101", "02"));
        malformed(script, place("", "00"));
        const stat = (path: string): Raw => ({
          hex: `0000070001${path}`,
          name: "io.path_stat",
          category: 0,
          opcode: 7,
          operandBytes: path.length / 2,
          asynchronous: false,
        });
        script.emitRaw(stat("07022f7f")).refused("ADP_CAPABILITY_DENIED", "access_denied");
        script.emitRaw(stat("0703c3a961")).refused("ADP_CAPABILITY_DENIED", "access_denied");
        for (const path of ["070180", "070200ff", "07022fff", "0703ff2f61", "0702c3c3"]) malformed(script, stat(path));
      },
      why: "A bool above 1 and a text that is no UTF-8 are malformed before anybody asks what was granted.",
      effect: effects.refusals,
    }),
    conversation({
      id: "at-once/the-host-fails",
      clauses: ["instructions.host-errors", "adapters.host-errors", "instructions.policy", reply],
      tell: (script) => {
        clock(script);
        script
          .emit("time.clock_wall", [], { host_error: "not_found" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "not_found");
        clock(script, 0xffff_ffff_ffff_ffffn);
        script
          .emit("io.stdout_write", hi, { host_error: "no_space" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "no_space");
        script
          .emit("io.stdout_write", hi, { host_error: "access_denied", fault: "policy" })
          .called()
          .refused("ADP_POLICY_DENIED", "access_denied");
        script.emit("io.stdout_write", hi, { fault: "other" }).called().refused("ADP_HOST_CALL_FAILED", "unknown");
        script.emit("io.stdout_write", hi).did();
        script
          .emit("io.stdin_read", [u32(3)], { host_error: "interrupted" })
          .called()
          .refused("ADP_HOST_CALL_FAILED", "interrupted");
        script.emit("io.stdin_read", [u32(3)], { results: "0603616263" }).did(fromHex("0603616263"));
      },
      why: "Each failure is the reply to its own instruction, and the next one is answered as if it had not been.",
      effect: effects.refusals,
    }),
    conversation({
      id: "at-once/replies-too-long",
      clauses: ["quotas.bus", "quotas.events", reply],
      inputs: {
        granted: ["fs.read", "io.stdio", "time.clock", "random.get"],
        supported: ["io.path_stat", "io.stdin_read", "io.stdout_write", "random.random_bytes", "time.clock_wall"],
        quotas: { reply_bytes: 12 },
      },
      tell: (script) => {
        const random = (count: number): Script =>
          script.emit("random.random_bytes", [u32(count)], {
            results: `06${count.toString(16).padStart(2, "0")}${"5a".repeat(count)}`,
          });
        const tooLong = (): Script => script.called().quota("reply_bytes", 12).refused("ADP_POLICY_DENIED", "quota");
        clock(script);
        random(8).did(tlvs(bytes(filled(8, 0x5a))));
        random(9);
        tooLong();
        random(127);
        tooLong();
        script.emit("io.path_stat", [text("/data")], {
          results: "010400000001020800000000000004000208000000000000000a",
        });
        tooLong();
        script.emit("io.stdout_write", hi).did();
        random(0).did(fromHex("0600"));
        clock(script, 3n);
      },
      why: "A reply that is one byte longer than its quota is not given; the next one that fits is.",
      effect: effects.refusals,
    }),
  ];
}

function resultStories(): readonly Draft[] {
  return [
    conversation({
      id: "at-once/results-of-every-kind",
      clauses: [reply, bus, lengths, "instructions.table"],
      inputs: {
        granted: ["fs.read", "fs.write", "io.stdio", "time.clock", "time.timer", "random.get"],
        supported: [
          "io.file_open_read",
          "io.file_write",
          "io.path_stat",
          "io.stdin_read",
          "io.stdout_write",
          "random.random_bytes",
          "time.clock_monotonic",
          "time.clock_wall",
          "time.timer_start",
        ],
      },
      tell: (script) => {
        const wide = [0n, 1n, 0x0102_0304_0506_0708n, 0xffff_ffff_0000_0000n, 0xffff_ffffn, 0xffff_ffff_ffff_ffffn];
        const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
        const gives = (name: string, operands: readonly Tlv[], ...results: readonly Tlv[]): Script =>
          script.emit(name, operands, { results: hex(tlvs(...results)) }).did(tlvs(...results));
        openFile(script, 1).open(1, 0);
        for (const value of wide) gives("time.clock_wall", [], u64(value));
        for (const value of [0, 2, 0x0102_0304, 0x8000_0000, 0xffff_ffff])
          gives("io.file_write", [handle(1), ...hi], u32(value));
        for (const length of [127, 0, 1, 16, 126, 128, 200, 9, 2, 255, 257, 280, 129, 130, 3]) {
          gives("random.random_bytes", [u32(length)], bytes(filled(length, 0xa5)));
          gives("io.stdin_read", [u32(length)], bytes(utf8("b".repeat(length))));
        }
        for (const length of [16_383, 16_382, 16_384, 16_381, 5])
          gives("random.random_bytes", [u32(length)], bytes(filled(length, 0xa5)));
        gives("io.path_stat", [text("/data")], u32(1), u64(0x0102_0304_0506_0708n), u64(9n));
        gives("time.clock_monotonic", [], u64(7n));
        script.emit("io.stdout_write", hi).did();
        startTimer(script, 2).open(2, 0);
        gives("io.path_stat", [text("/")], u32(2), u64(0n), u64(0xffff_ffff_ffff_ffffn));
        gives("time.clock_wall", [], u64(1n));
      },
      why: "Each reply holds the results of its own instruction, whatever was answered before it.",
      effect: effects.results,
    }),
  ];
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeErrorReply, encodeReply } from "../../generated/instructions/message.js";
import { ioFileRead, ioStdoutWrite } from "../../generated/instructions/io.js";
import { readGuestModule } from "../../reference/runtime/guest-abi.js";
import { createHostEngine } from "../../reference/runtime/host-engine/index.js";
import { numberedIds } from "../../reference/runtime/instance-ids.js";
import { bufObject, EventLog, TestBus, tickingClock } from "../../reference/runtime/testing/test-host.js";
import { C_HEADERS, compileC, findClang, NO_CLANG } from "../../tools/build/clang.js";

// What the C headers promise beside the codec: rooms that are too small, no library, C and C++, every level of
// optimisation. @spec guest-abi.code.module @spec guest-abi.imports @spec guest-abi.reply-read

const ROOMS = `
#include "fayger.h"

static uint8_t small[16];
static uint8_t large[256];

static void is(bool condition, uint32_t code) {
  if (!condition) fayger_exit(code);
}

FAYGER_ENTRY(run) {
  fayger_room room = FAYGER_ROOM(small);
  fayger_io_file_read_results read;

  // Too small for the instruction: nothing is sent, nothing behind the room is touched.
  is(fayger_io_stdout_write(&room, FAYGER_TEXT("0123456789")) == FAYGER_ROOM_TOO_SMALL && room.length == 17, 1);
  // Too small for the reply: it was sent, and the reply is still there for a larger room.
  is(fayger_io_file_read(&room, 1, 100, &read) == FAYGER_ROOM_TOO_SMALL && room.length == 17, 2);
  room.data = large;
  room.capacity = 17;
  is(fayger_io_file_read(&room, 1, 100, &read) == FAYGER_REPLY_TOO_LONG && room.length == 104 && read.data.length == 0, 3);
  room.capacity = sizeof large;
  fayger_reader reply = fayger_reply_again(&room);
  is(room.status == FAYGER_OK && fayger_io_file_read_take(&reply, &read) && read.data.length == 100, 4);
  is(read.data.data[0] == 7 && read.data.data[99] == 7, 5);
  // An error reply gives no results, and its names are those of the tables.
  is(fayger_io_file_read(&room, 2, 100, &read) == FAYGER_ADP_HOST_CALL_FAILED && read.data.length == 0, 6);
  is(fayger_equal(fayger_text(fayger_host_error_name(room.host_error)), FAYGER_TEXT("bad_handle")), 7);
  is(fayger_equal(fayger_text(fayger_status_name(room.status)), FAYGER_TEXT("ADP_HOST_CALL_FAILED")), 8);
  // A reply without the results of the table.
  is(fayger_io_file_read(&room, 3, 100, &read) == FAYGER_REPLY_UNEXPECTED && read.data.length == 0, 9);
  // What lies in the room is written over before it could be copied: nothing is sent.
  is(fayger_io_file_read(&room, 1, 100, &read) == FAYGER_OK, 12);
  is(fayger_io_stdout_write(&room, read.data) == FAYGER_OPERAND_IN_ROOM, 13);
  is(fayger_io_stdout_write(&room, fayger_bytes_of(large + sizeof large - 1, 1)) == FAYGER_OPERAND_IN_ROOM, 14);
  is(fayger_equal(fayger_text(fayger_status_name(room.status)), FAYGER_TEXT("OPERAND_IN_ROOM")), 15);
  is(fayger_section(FAYGER_TEXT("none"), 0, large, sizeof large) == -1, 10);
  is(!fayger_equal(FAYGER_TEXT("a"), FAYGER_TEXT("b")) && !fayger_equal(FAYGER_TEXT("a"), FAYGER_TEXT("ab")), 11);
  fayger_exit(0);
}
`;

const clang = findClang();
const folder = mkdtempSync(join(tmpdir(), "fayger-c-"));
afterAll(() => rmSync(folder, { recursive: true }));

function compiled(name: string, source: string, options: readonly string[] = []): Uint8Array {
  if (clang === undefined) throw new Error(NO_CLANG);
  writeFileSync(join(folder, `${name}.c`), source);
  const problem = compileC(clang, [join(folder, `${name}.c`)], join(folder, `${name}.wasm`), options);
  if (problem !== undefined) throw new Error(problem);
  return new Uint8Array(readFileSync(join(folder, `${name}.wasm`)));
}

async function exitCodeOf(code: Uint8Array): Promise<number | undefined> {
  const bus = new TestBus((instruction) => {
    const handle = instruction[10];
    if (handle === 2) return encodeErrorReply(0x3004, "bad_handle");
    return encodeReply(0, handle === 3 ? [] : [{ type: "bytes", value: new Uint8Array(100).fill(7) }]);
  });
  const engine = createHostEngine({ bus, events: new EventLog(), clock: tickingClock(), ids: numberedIds(), hostQuotas: undefined });
  const id = engine.load(bufObject({ code, manifest: { entry: { section: "code", symbol: "run" } } }));
  await engine.init(id);
  await engine.start(id);
  await engine.whenSettled(id);
  expect(engine.failureInfo(id)?.error).toBeUndefined();
  const emitted = bus.channel.emitted.map((bytes) => Buffer.from(bytes).toString("hex"));
  expect(emitted).toEqual([1, 2, 3, 1].map((file) => Buffer.from(ioFileRead(file, 100)).toString("hex")));
  return engine.exitCode(id);
}

/** Without the options that make programs smaller: a compiler then wants a C library for copying and counting. */
const PLAIN = ["-mno-bulk-memory", "-mno-sign-ext", "-mno-nontrapping-fptoint"];
const BUILDS = ["-O0", "-O1", "-O2", "-O3", "-Os"].flatMap((level) => [[level], [level, ...PLAIN]]);

describe("the C headers", () => {
  beforeAll(() => {
    // What the program's comment about 17 bytes stands on.
    expect(ioStdoutWrite(Buffer.from("0123456789"))).toHaveLength(17);
  });

  if (clang === undefined) {
    it.skip(`hold what they promise: ${NO_CLANG}`, () => {});
    return;
  }

  it.each(BUILDS.map((options) => [options.join(" "), options] as const))(
    "need no library and keep to the room they are lent, with %s",
    async (name, options) => {
      const code = compiled(`rooms${name.replace(/[^a-z0-9]/gi, "")}`, ROOMS, options);
      readGuestModule(code, "run", { instance: "instance#1", sectionId: "code" });
      expect(await exitCodeOf(code)).toBe(0);
    },
  );

  it("have an introduction whose program compiles as it stands", async () => {
    const text = readFileSync(join(C_HEADERS, "fayger.h"), "utf8");
    const lines = text.split("\n").map((line) => line.replace(/^ \* {0,3}/, ""));
    const from = lines.indexOf('#include "fayger.h"');
    const program = lines.slice(from, lines.indexOf("}", from) + 1).join("\n");
    expect(program).toContain("FAYGER_ENTRY(run)");
    const code = compiled("introduction", program);
    readGuestModule(code, "run", { instance: "instance#1", sectionId: "code" });
    // The options the introduction names are those the tests use.
    const command = lines.slice(lines.findIndex((line) => line.startsWith("clang ")), lines.length).join(" ");
    for (const option of ["-ffreestanding", "-nostdlib", "-mbulk-memory", "-Wl,--no-entry", "-Wl,--stack-first"]) {
      expect(command).toContain(option);
    }
  });

  it("are C++ as well", () => {
    writeFileSync(join(folder, "program.cc"), '#include "fayger.h"\nFAYGER_ENTRY(run) { fayger_exit(0); }\n');
    const options = ["-x", "c++", "-std=c++17", "--target=wasm32", "-ffreestanding", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"];
    const run = spawnSync(clang.compiler, [...options, "-I", C_HEADERS, join(folder, "program.cc")], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
  });
});

describe("looking for clang", () => {
  it("takes the newest that is new enough and has its linker", () => {
    const program = (name: string, prints: string): void =>
      writeFileSync(join(folder, name), `#!/bin/sh\necho "${prints}"\n`, { mode: 0o755 });
    expect(findClang("")).toBeUndefined();
    expect(findClang(folder)).toBeUndefined();
    program("clang-13", "Debian clang version 13.0.1");
    program("wasm-ld-13", "LLD 13.0.1");
    expect(findClang(folder)).toBeUndefined();
    for (const number of [9, 15, 19]) program(`clang-${number}`, `clang version ${number}.0.0`);
    for (const number of [9, 15, 19]) program(`wasm-ld-${number}`, `LLD ${number}.0.0`);
    expect(findClang(folder)).toEqual({ compiler: join(folder, "clang-19"), linker: join(folder, "wasm-ld-19") });
    program("clang", "Apple clang version 16.0.0");
    expect(findClang(folder)?.compiler).toBe(join(folder, "clang-19"));
    program("clang", "clang version 20.1.0");
    program("wasm-ld", "LLD 20.1.0");
    expect(findClang(folder)).toEqual({ compiler: join(folder, "clang"), linker: join(folder, "wasm-ld") });
  });
});

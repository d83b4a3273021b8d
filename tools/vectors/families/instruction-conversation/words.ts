import { bytes, handle, text, u32, u64 } from "../../building/instruction.js";
import { utf8 } from "../../building/octets.js";
import type { Script } from "./script.js";
import { tlvs } from "./script.js";

/** Handle `number` as a result. */
export const handleResult = (number: number): Uint8Array => tlvs(handle(number));

/** Open a file, which gets this handle. */
export function openFile(script: Script, number: number): Script {
  return script.emit("io.file_open_read", [text("/data/file")]).did(handleResult(number));
}

/** Start a timer, which gets this handle. */
export function startTimer(script: Script, number: number): Script {
  return script
    .emit("time.timer_start", [u64(5n), u64(5n)])
    .did(handleResult(number))
    .source(number);
}

/** Start a timer that fires once, which gets this handle. */
export function startOnce(script: Script, number: number): Script {
  return script
    .emit("time.timer_start", [u64(5n), u64(0n)])
    .did(handleResult(number))
    .source(number);
}

/** Emit `close`. */
export function close(script: Script, number: number): Script {
  return script.emit("io.close", [handle(number)]);
}

/** Emit `sleep` with ASYNC, whose host call waits: the program gets this call id. */
export function sleep(script: Script, call: number): Script {
  return script
    .emit("time.sleep", [u64(7n)], { asynchronous: true, waits: true })
    .called()
    .began(call);
}

/** Emit `file_read` of a handle. */
export function read(script: Script, number: number): Script {
  return script.emit("io.file_read", [handle(number), u32(16)]);
}

/** The operands of a write to standard output. */
export const hi = [bytes(utf8("hi"))];

/** Bytes that are all alike. */
export const filled = (length: number, value = 0x61): Uint8Array => new Uint8Array(length).fill(value);
